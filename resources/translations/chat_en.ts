<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>lapilli::gui::ChatList</name>
    <message numerus="yes">
        <source>%n chat(s) deleted</source>
        <translation>
            <numerusform>%n chat deleted</numerusform>
            <numerusform>%n chats deleted</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatTransfer</name>
    <message numerus="yes">
        <source>%n chat(s) exported to %1.</source>
        <translation>
            <numerusform>%n chat exported to %1.</numerusform>
            <numerusform>%n chats exported to %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) could not be found.</source>
        <translation>
            <numerusform>%n picture could not be found.</numerusform>
            <numerusform>%n pictures could not be found.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) without an answer were left out.</source>
        <translation>
            <numerusform>%n message without an answer was left out.</numerusform>
            <numerusform>%n messages without an answer were left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>%n chat imported.</numerusform>
            <numerusform>%n chats imported.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::FetchBar</name>
    <message numerus="yes">
        <source>Fetching %n picture(s)</source>
        <translation>
            <numerusform>Fetching %n picture</numerusform>
            <numerusform>Fetching %n pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::HitList</name>
    <message numerus="yes">
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n hit</numerusform>
            <numerusform>%n hits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The newest captions of %n folder(s) can not be read now.</source>
        <translation>
            <numerusform>The newest captions of %n folder can not be read now.</numerusform>
            <numerusform>The newest captions of %n folders can not be read now.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::MessageWidget</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::SettingsPage</name>
    <message numerus="yes">
        <source>The engine was started again %n time(s).</source>
        <translation>
            <numerusform>The engine was started again %n time.</numerusform>
            <numerusform>The engine was started again %n times.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The device was lost %n time(s).</source>
        <translation>
            <numerusform>The device was lost %n time.</numerusform>
            <numerusform>The device was lost %n times.</numerusform>
        </translation>
    </message>
</context>
</TS>
