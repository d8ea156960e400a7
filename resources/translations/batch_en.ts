<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>CaptionQuestions</name>
    <message numerus="yes">
        <source>%Ln text(s) edited by hand go(es) with them.</source>
        <translation>
            <numerusform>%Ln text edited by hand goes with them.</numerusform>
            <numerusform>%Ln texts edited by hand go with them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CaptionRunFacts</name>
    <message numerus="yes">
        <source>%Ln get(s) a caption</source>
        <translation>
            <numerusform>%Ln gets a caption</numerusform>
            <numerusform>%Ln get a caption</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another one</source>
        <translation>
            <numerusform>%Ln gets another one</numerusform>
            <numerusform>%Ln get another one</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) one more</source>
        <translation>
            <numerusform>%Ln gets one more</numerusform>
            <numerusform>%Ln get one more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is/are left out</source>
        <translation>
            <numerusform>%Ln is left out</numerusform>
            <numerusform>%Ln are left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stay(s), edited by hand</source>
        <translation>
            <numerusform>%Ln stays, edited by hand</numerusform>
            <numerusform>%Ln stay, edited by hand</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cannot be captioned</source>
        <translation>
            <numerusform>%Ln cannot be captioned</numerusform>
            <numerusform>%Ln cannot be captioned</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln has/have a text: say in the table which are replaced</source>
        <translation>
            <numerusform>%Ln has a text: say in the table whether it is replaced</numerusform>
            <numerusform>%Ln have a text: say in the table which are replaced</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::AskedTexts</name>
    <message numerus="yes">
        <source>%1 of %Ln text(s) will be replaced. Space in the table decides about the chosen pictures.</source>
        <translation>
            <numerusform>%1 of %Ln text will be replaced. Space in the table decides about the chosen pictures.</numerusform>
            <numerusform>%1 of %Ln texts will be replaced. Space in the table decides about the chosen pictures.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionReview</name>
    <message numerus="yes">
        <source>And %Ln other(s).</source>
        <translation>
            <numerusform>And %Ln other.</numerusform>
            <numerusform>And %Ln others.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TagList</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TagPanel</name>
    <message numerus="yes">
        <source>%Ln tag(s)</source>
        <translation>
            <numerusform>%Ln tag</numerusform>
            <numerusform>%Ln tags</numerusform>
        </translation>
    </message>
</context>
</TS>
