<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
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
</context>
<context>
    <name>lapilli::gui::CaptionPage</name>
    <message numerus="yes">
        <source>%Ln text(s) edited by hand go(es) with them.</source>
        <translation>
            <numerusform>%Ln text edited by hand goes with them.</numerusform>
            <numerusform>%Ln texts edited by hand go with them.</numerusform>
        </translation>
    </message>
</context>
</TS>
