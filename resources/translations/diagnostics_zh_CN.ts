<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>DebugPackage</name>
    <message>
        <source>The debug package can't be written: %1.</source>
        <translation>无法写入调试包：%1。</translation>
    </message>
</context>
</TS>
