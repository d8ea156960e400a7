<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>ChatDatabase</name>
    <message>
        <source>The chat history is damaged: %1.</source>
        <translation>聊天记录已损坏：%1。</translation>
    </message>
    <message>
        <source>The chat history can't be used: %1.</source>
        <translation>无法使用聊天记录：%1。</translation>
    </message>
    <message>
        <source>The copy before the update of the chat history can't be written.</source>
        <translation>无法写入聊天记录升级前的副本。</translation>
    </message>
    <message>
        <source>The chat history has messages that belong to no chat.</source>
        <translation>聊天记录中有不属于任何聊天的消息。</translation>
    </message>
    <message>
        <source>This file is no chat history of Lapilli.</source>
        <translation>该文件不是 Lapilli 的聊天记录。</translation>
    </message>
    <message>
        <source>The chat history was written by a newer version of Lapilli (form %1, this program knows %2); update the program.</source>
        <translation>聊天记录由更新版本的 Lapilli 写入（格式 %1，本程序支持 %2）；请更新程序。</translation>
    </message>
    <message>
        <source>The damaged chat history can't be moved aside.</source>
        <translation>无法移走已损坏的聊天记录。</translation>
    </message>
</context>
<context>
    <name>ChatExport</name>
    <message>
        <source>The export was stopped.</source>
        <translation>导出已停止。</translation>
    </message>
    <message>
        <source>The folder can't be made.</source>
        <translation>无法创建文件夹。</translation>
    </message>
    <message>
        <source>The file can't be written: %1.</source>
        <translation>无法写入文件：%1。</translation>
    </message>
    <message>
        <source>The folder for pictures can't be made.</source>
        <translation>无法创建图片文件夹。</translation>
    </message>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>未命名的聊天</translation>
    </message>
    <message>
        <source>stopped here</source>
        <translation>在此停止</translation>
    </message>
    <message>
        <source>interrupted here</source>
        <translation>在此中断</translation>
    </message>
    <message>
        <source>failed here</source>
        <translation>在此失败</translation>
    </message>
    <message>
        <source>The picture %1 is missing.</source>
        <translation>缺少图片 %1。</translation>
    </message>
    <message>
        <source>The picture %1 is not shown: its kind (%2) can not be drawn here.</source>
        <translation>图片 %1 未显示：此处无法绘制该类型（%2）。</translation>
    </message>
</context>
<context>
    <name>ChatImport</name>
    <message>
        <source>There is no such file.</source>
        <translation>没有这个文件。</translation>
    </message>
    <message>
        <source>The file can't be read: %1.</source>
        <translation>无法读取文件：%1。</translation>
    </message>
    <message>
        <source>The file has %1 bytes; chats have at most %2.</source>
        <translation>文件有 %1 字节；聊天最多 %2 字节。</translation>
    </message>
    <message>
        <source>The import was stopped.</source>
        <translation>导入已停止。</translation>
    </message>
    <message>
        <source>is no object</source>
        <translation>不是对象</translation>
    </message>
    <message>
        <source>is no text</source>
        <translation>不是文本</translation>
    </message>
    <message>
        <source>is neither true nor false</source>
        <translation>既不是 true 也不是 false</translation>
    </message>
    <message>
        <source>is no integer from %1 to %2</source>
        <translation>不是 %1 到 %2 的整数</translation>
    </message>
    <message>
        <source>is no list</source>
        <translation>不是列表</translation>
    </message>
    <message>
        <source>is no time such as 2026-05-12T10:30:00.000Z</source>
        <translation>不是形如 2026-05-12T10:30:00.000Z 的时间</translation>
    </message>
    <message>
        <source>is no SHA-256 of 64 lower-case digits</source>
        <translation>不是由 64 个小写数字组成的 SHA-256</translation>
    </message>
    <message>
        <source>was given to an earlier message as well</source>
        <translation>已用于前面的消息</translation>
    </message>
    <message>
        <source>is no message that stands before it</source>
        <translation>不是位于其前的消息</translation>
    </message>
    <message>
        <source>is neither user nor assistant</source>
        <translation>既不是 user 也不是 assistant</translation>
    </message>
    <message>
        <source>is none of generating, done, stopped, interrupted, failed</source>
        <translation>不是 generating、done、stopped、interrupted、failed 之一</translation>
    </message>
    <message>
        <source>is no JSON: %1</source>
        <translation>不是 JSON：%1</translation>
    </message>
    <message>
        <source>is not lapilli-chats</source>
        <translation>不是 lapilli-chats</translation>
    </message>
    <message>
        <source>is %1; this program reads %2, update it</source>
        <translation>为 %1；本程序可读 %2，请更新程序</translation>
    </message>
</context>
<context>
    <name>ChatStore</name>
    <message>
        <source>There is no chat %1.</source>
        <translation>没有聊天 %1。</translation>
    </message>
    <message>
        <source>There is no message %1.</source>
        <translation>没有消息 %1。</translation>
    </message>
    <message>
        <source>The folder for chats can't be made.</source>
        <translation>无法创建聊天文件夹。</translation>
    </message>
    <message>
        <source>The chats are open in another window: %1, process %2.</source>
        <translation>聊天已在另一个窗口中打开：%1，进程 %2。</translation>
    </message>
    <message>
        <source>The folder for chats can't be written.</source>
        <translation>无法写入聊天文件夹。</translation>
    </message>
    <message>
        <source>The chat history could not be read and was kept as %1. A new one was begun. (%2)</source>
        <translation>无法读取聊天记录，已将其保存为 %1，并新建了一份。（%2）</translation>
    </message>
    <message>
        <source>Message %1 belongs to another chat.</source>
        <translation>消息 %1 属于另一个聊天。</translation>
    </message>
    <message>
        <source>The chat history was damaged. What can be read of it was saved: %1 chats with %2 messages. The damaged file was kept as %3. (%4)</source>
        <translation>聊天记录已损坏。能读出的内容已保存：%1 个聊天，%2 条消息。损坏的文件保留为 %3。（%4）</translation>
    </message>
    <message>
        <source>Saved chat</source>
        <translation>恢复的聊天</translation>
    </message>
    <message>
        <source>The saved chat history can't be put into its place.</source>
        <translation>无法把恢复的聊天记录放回原处。</translation>
    </message>
</context>
<context>
    <name>ObjectStore</name>
    <message>
        <source>The folder for pictures can't be made.</source>
        <translation>无法创建图片文件夹。</translation>
    </message>
    <message>
        <source>The picture can't be stored: %1.</source>
        <translation>无法保存图片：%1。</translation>
    </message>
    <message>
        <source>A picture of this chat is missing.</source>
        <translation>此聊天缺少一张图片。</translation>
    </message>
    <message>
        <source>A picture can't be read: %1.</source>
        <translation>无法读取图片：%1。</translation>
    </message>
    <message>
        <source>A picture of this chat was changed on disk.</source>
        <translation>此聊天的一张图片在磁盘上被更改。</translation>
    </message>
</context>
</TS>
