<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>lapilli::gui::CaptionForm</name>
    <message>
        <source>Folder of pictures</source>
        <translation>圖片資料夾</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>請選擇資料夾</translation>
    </message>
    <message>
        <source>Write a prompt</source>
        <translation>請寫提示詞</translation>
    </message>
    <message>
        <source>Name the tags to choose from</source>
        <translation>請列出可選的標籤</translation>
    </message>
    <message>
        <source>Choose where captions go</source>
        <translation>請選擇描述寫到哪裡</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>資料夾(&amp;F)</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>資料夾</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>選擇…</translation>
    </message>
    <message>
        <source>P&amp;reset</source>
        <translation>預設(&amp;R)</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>預設</translation>
    </message>
    <message>
        <source>Short caption</source>
        <translation>簡短描述</translation>
    </message>
    <message>
        <source>Detailed caption</source>
        <translation>詳細描述</translation>
    </message>
    <message>
        <source>Text for people who cannot see</source>
        <translation>供看不見的人使用的文字</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>標籤</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>提示詞(&amp;P)</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示詞</translation>
    </message>
    <message>
        <source>Form of the &amp;answer</source>
        <translation>回答的形式(&amp;A)</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>回答的形式</translation>
    </message>
    <message>
        <source>Free text</source>
        <translation>自由文字</translation>
    </message>
    <message>
        <source>One sentence</source>
        <translation>一句話</translation>
    </message>
    <message>
        <source>A few words</source>
        <translation>幾個詞</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>是或否</translation>
    </message>
    <message>
        <source>List</source>
        <translation>清單</translation>
    </message>
    <message>
        <source>Choose from my tags</source>
        <translation>從我的標籤中選</translation>
    </message>
    <message>
        <source>Tags, with commas between them</source>
        <translation>標籤，以逗號分隔</translation>
    </message>
    <message>
        <source>Tags to choose from</source>
        <translation>可選的標籤</translation>
    </message>
    <message>
        <source>Captions go to</source>
        <translation>描述寫到</translation>
    </message>
    <message>
        <source>Text files (.txt)</source>
        <translation>文字檔 (.txt)</translation>
    </message>
    <message>
        <source>Text files (.caption)</source>
        <translation>文字檔 (.caption)</translation>
    </message>
    <message>
        <source>XMP sidecars</source>
        <translation>XMP 附屬檔案</translation>
    </message>
    <message>
        <source>The pictures</source>
        <translation>圖片本身</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>JSON 行</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>LLaVA training data</source>
        <translation>LLaVA 訓練資料</translation>
    </message>
    <message>
        <source>Where there is a te&amp;xt</source>
        <translation>已有文字時(&amp;X)</translation>
    </message>
    <message>
        <source>Where there is a text</source>
        <translation>已有文字時</translation>
    </message>
    <message>
        <source>Leave the picture out</source>
        <translation>略過該圖片</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>取代</translation>
    </message>
    <message>
        <source>Add the new one behind it</source>
        <translation>把新文字加在後面</translation>
    </message>
    <message>
        <source>Add the new one in front</source>
        <translation>把新文字加在前面</translation>
    </message>
    <message>
        <source>Leave it out unless the text is empty</source>
        <translation>略過，除非文字為空</translation>
    </message>
    <message>
        <source>Placeholders: %1</source>
        <translation>預留位置：%1</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionPage</name>
    <message>
        <source>Edit the text</source>
        <translation>編輯文字</translation>
    </message>
    <message>
        <source>The run of %1 is not finished: %2 of %3 done.</source>
        <translation>%1 的工作尚未完成：已完成 %2 / %3。</translation>
    </message>
    <message>
        <source>Undone: %1 files restored, %2 removed.</source>
        <translation>已復原：還原 %1 個檔案，移除 %2 個。</translation>
    </message>
    <message>
        <source>Stopped: %1 captioned, %2 to do.</source>
        <translation>已停止：已描述 %1 張，還剩 %2 張。</translation>
    </message>
    <message>
        <source>Done: %1 captioned, %2 left as they were, %3 failed.</source>
        <translation>完成：已描述 %1 張，保持原樣 %2 張，失敗 %3 張。</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Look at the folder</source>
        <translation>查看資料夾</translation>
    </message>
    <message>
        <source>Load a model first</source>
        <translation>請先載入模型</translation>
    </message>
    <message>
        <source>No pictures here</source>
        <translation>這裡沒有圖片</translation>
    </message>
    <message>
        <source>Nothing to do</source>
        <translation>沒有要做的</translation>
    </message>
    <message>
        <source>Caption %1 pictures</source>
        <translation>描述 %1 張圖片</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Found %1 pictures…</source>
        <translation>已找到 %1 張圖片…</translation>
    </message>
    <message>
        <source>%1 of %2, %3 a minute, %4 min left</source>
        <translation>%1 / %2，每分鐘 %3 張，還需 %4 分鐘</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Captions for a folder</source>
        <translation>為資料夾產生描述</translation>
    </message>
    <message>
        <source>Try on three pictures</source>
        <translation>在三張圖片上試試</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>重試失敗的</translation>
    </message>
    <message>
        <source>Undo run</source>
        <translation>復原本次工作</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Enter in the table</source>
        <translation>在表格中按 Enter</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>拒絕</translation>
    </message>
    <message>
        <source>Delete in the table: the picture&apos;s files are as before</source>
        <translation>在表格中按 Delete：該圖片的檔案恢復原樣</translation>
    </message>
    <message>
        <source>Pictures of the folder</source>
        <translation>資料夾中的圖片</translation>
    </message>
    <message>
        <source>Last picture</source>
        <translation>最近一張圖片</translation>
    </message>
    <message>
        <source>Last caption</source>
        <translation>最近的描述</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>工作進度</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>描述</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionRows</name>
    <message>
        <source>will be replaced</source>
        <translation>將被取代</translation>
    </message>
    <message>
        <source>will be added behind</source>
        <translation>將加在後面</translation>
    </message>
    <message>
        <source>will be added in front</source>
        <translation>將加在前面</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>待處理</translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>保持原樣</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失敗</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>已拒絕</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>Text before</source>
        <translation>原有文字</translation>
    </message>
    <message>
        <source>New text</source>
        <translation>新文字</translation>
    </message>
</context>
</TS>
