<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>ChatDatabase</name>
    <message>
        <source>The chat history is damaged: %1.</source>
        <translation>聊天記錄已損毀：%1。</translation>
    </message>
    <message>
        <source>The chat history can't be used: %1.</source>
        <translation>無法使用聊天記錄：%1。</translation>
    </message>
    <message>
        <source>The copy before the update of the chat history can't be written.</source>
        <translation>無法寫入聊天記錄升級前的副本。</translation>
    </message>
    <message>
        <source>The chat history has messages that belong to no chat.</source>
        <translation>聊天記錄中有不屬於任何聊天的訊息。</translation>
    </message>
    <message>
        <source>This file is no chat history of Lapilli.</source>
        <translation>此檔案不是 Lapilli 的聊天記錄。</translation>
    </message>
    <message>
        <source>The chat history was written by a newer version of Lapilli (form %1, this program knows %2); update the program.</source>
        <translation>聊天記錄由較新版本的 Lapilli 寫入（格式 %1，本程式支援 %2）；請更新程式。</translation>
    </message>
    <message>
        <source>The damaged chat history can't be moved aside.</source>
        <translation>無法移走已損毀的聊天記錄。</translation>
    </message>
</context>
<context>
    <name>ChatExport</name>
    <message>
        <source>The export was stopped.</source>
        <translation>匯出已停止。</translation>
    </message>
    <message>
        <source>The folder can't be made.</source>
        <translation>無法建立資料夾。</translation>
    </message>
    <message>
        <source>The file can't be written: %1.</source>
        <translation>無法寫入檔案：%1。</translation>
    </message>
    <message>
        <source>The folder for pictures can't be made.</source>
        <translation>無法建立圖片資料夾。</translation>
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
        <translation>在此中斷</translation>
    </message>
    <message>
        <source>failed here</source>
        <translation>在此失敗</translation>
    </message>
    <message>
        <source>The picture %1 is missing.</source>
        <translation>缺少圖片 %1。</translation>
    </message>
    <message>
        <source>The picture %1 is not shown: its kind (%2) can not be drawn here.</source>
        <translation>圖片 %1 未顯示：此處無法繪製該類型（%2）。</translation>
    </message>
</context>
<context>
    <name>ChatImport</name>
    <message>
        <source>There is no such file.</source>
        <translation>沒有這個檔案。</translation>
    </message>
    <message>
        <source>The file can't be read: %1.</source>
        <translation>無法讀取檔案：%1。</translation>
    </message>
    <message>
        <source>The file has %1 bytes; chats have at most %2.</source>
        <translation>檔案有 %1 位元組；聊天最多 %2 位元組。</translation>
    </message>
    <message>
        <source>The import was stopped.</source>
        <translation>匯入已停止。</translation>
    </message>
    <message>
        <source>is no object</source>
        <translation>不是物件</translation>
    </message>
    <message>
        <source>is no text</source>
        <translation>不是文字</translation>
    </message>
    <message>
        <source>is neither true nor false</source>
        <translation>既不是 true 也不是 false</translation>
    </message>
    <message>
        <source>is no integer from %1 to %2</source>
        <translation>不是 %1 到 %2 的整數</translation>
    </message>
    <message>
        <source>is no list</source>
        <translation>不是清單</translation>
    </message>
    <message>
        <source>is no time such as 2026-05-12T10:30:00.000Z</source>
        <translation>不是形如 2026-05-12T10:30:00.000Z 的時間</translation>
    </message>
    <message>
        <source>is no SHA-256 of 64 lower-case digits</source>
        <translation>不是由 64 個小寫數字組成的 SHA-256</translation>
    </message>
    <message>
        <source>was given to an earlier message as well</source>
        <translation>已用於前面的訊息</translation>
    </message>
    <message>
        <source>is no message that stands before it</source>
        <translation>不是位於其前的訊息</translation>
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
        <translation>為 %1；本程式可讀 %2，請更新程式</translation>
    </message>
</context>
<context>
    <name>ChatStore</name>
    <message>
        <source>There is no chat %1.</source>
        <translation>沒有聊天 %1。</translation>
    </message>
    <message>
        <source>There is no message %1.</source>
        <translation>沒有訊息 %1。</translation>
    </message>
    <message>
        <source>The folder for chats can't be made.</source>
        <translation>無法建立聊天資料夾。</translation>
    </message>
    <message>
        <source>The chats are open in another window: %1, process %2.</source>
        <translation>聊天已在另一個視窗中開啟：%1，行程 %2。</translation>
    </message>
    <message>
        <source>The folder for chats can't be written.</source>
        <translation>無法寫入聊天資料夾。</translation>
    </message>
    <message>
        <source>The chat history could not be read and was kept as %1. A new one was begun. (%2)</source>
        <translation>無法讀取聊天記錄，已將其保存為 %1，並新建了一份。（%2）</translation>
    </message>
    <message>
        <source>Message %1 belongs to another chat.</source>
        <translation>訊息 %1 屬於另一個聊天。</translation>
    </message>
    <message>
        <source>The chat history was damaged. What can be read of it was saved: %1 chats with %2 messages. The damaged file was kept as %3. (%4)</source>
        <translation>聊天記錄已損毀。能讀出的內容已儲存：%1 個聊天，%2 則訊息。損毀的檔案保留為 %3。（%4）</translation>
    </message>
    <message>
        <source>Saved chat</source>
        <translation>復原的聊天</translation>
    </message>
    <message>
        <source>The saved chat history can't be put into its place.</source>
        <translation>無法把復原的聊天記錄放回原處。</translation>
    </message>
</context>
<context>
    <name>ObjectStore</name>
    <message>
        <source>The folder for pictures can't be made.</source>
        <translation>無法建立圖片資料夾。</translation>
    </message>
    <message>
        <source>The picture can't be stored: %1.</source>
        <translation>無法儲存圖片：%1。</translation>
    </message>
    <message>
        <source>A picture of this chat is missing.</source>
        <translation>此聊天缺少一張圖片。</translation>
    </message>
    <message>
        <source>A picture can't be read: %1.</source>
        <translation>無法讀取圖片：%1。</translation>
    </message>
    <message>
        <source>A picture of this chat was changed on disk.</source>
        <translation>此聊天的一張圖片在磁碟上被更改。</translation>
    </message>
</context>
</TS>
