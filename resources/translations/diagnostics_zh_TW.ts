<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>DebugPackage</name>
    <message>
        <source>The debug package can't be written: %1.</source>
        <translation>無法寫入除錯套件：%1。</translation>
    </message>
</context>
</TS>
