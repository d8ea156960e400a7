<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>DeviceText</name>
    <message>
        <source>discrete GPU</source>
        <translation>獨立顯示卡</translation>
    </message>
    <message>
        <source>integrated GPU</source>
        <translation>內建顯示卡</translation>
    </message>
    <message>
        <source>virtual GPU</source>
        <translation>虛擬顯示卡</translation>
    </message>
    <message>
        <source>software, on the processor</source>
        <translation>軟體，在處理器上</translation>
    </message>
    <message>
        <source>other kind</source>
        <translation>其他類型</translation>
    </message>
    <message>
        <source>%1 · %2 of memory, %3 free · driver %4</source>
        <translation>%1 · 記憶體 %2，可用 %3 · 驅動程式 %4</translation>
    </message>
    <message>
        <source>Can not be used; it lacks: %1</source>
        <translation>無法使用；缺少：%1</translation>
    </message>
</context>
<context>
    <name>FormatEditor</name>
    <message>
        <source>Free text</source>
        <translation>自由文字</translation>
    </message>
    <message>
        <source>The model answers as it likes.</source>
        <translation>模型自由作答。</translation>
    </message>
    <message>
        <source>Word or phrase</source>
        <translation>單詞或片語</translation>
    </message>
    <message>
        <source>A single word or phrase.</source>
        <translation>一個單詞或片語。</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>是或否</translation>
    </message>
    <message>
        <source>Exactly “Yes” or “No”.</source>
        <translation>只回答「Yes」或「No」。</translation>
    </message>
    <message>
        <source>Letter of a choice</source>
        <translation>選項字母</translation>
    </message>
    <message>
        <source>The letter of one of the choices in the question, written as lines “A. …”, “B. …”.</source>
        <translation>問題中某個選項的字母；選項各佔一行，寫作「A. …」「B. …」。</translation>
    </message>
    <message>
        <source>Number of words</source>
        <translation>單詞數</translation>
    </message>
    <message>
        <source>Exactly so many words.</source>
        <translation>恰好這麼多個單詞。</translation>
    </message>
    <message>
        <source>One sentence</source>
        <translation>一句話</translation>
    </message>
    <message>
        <source>A caption of one sentence.</source>
        <translation>一句話的說明。</translation>
    </message>
    <message>
        <source>In detail</source>
        <translation>詳細描述</translation>
    </message>
    <message>
        <source>A description in detail.</source>
        <translation>一段詳細的描述。</translation>
    </message>
    <message>
        <source>List</source>
        <translation>清單</translation>
    </message>
    <message>
        <source>One item a line.</source>
        <translation>每行一項。</translation>
    </message>
    <message>
        <source>Tags of mine</source>
        <translation>我的標籤</translation>
    </message>
    <message>
        <source>Only tags from this list, none twice. One tag a line:</source>
        <translation>只用此清單中的標籤，不重複。每行一個標籤：</translation>
    </message>
    <message>
        <source>Region’s description</source>
        <translation>區域描述</translation>
    </message>
    <message>
        <source>Describes the region that the question names as [x1, y1, x2, y2].</source>
        <translation>描述問題中以 [x1, y1, x2, y2] 給出的區域。</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>方框</translation>
    </message>
    <message>
        <source>Where the thing is that the question describes; drawn over the picture.</source>
        <translation>問題所描述之物的位置，畫在圖片上。</translation>
    </message>
    <message>
        <source>JSON with fields</source>
        <translation>含欄位的 JSON</translation>
    </message>
    <message>
        <source>A JSON object with these fields:</source>
        <translation>含有這些欄位的 JSON 物件：</translation>
    </message>
    <message>
        <source>JSON Schema</source>
        <translation>JSON Schema</translation>
    </message>
    <message>
        <source>JSON that this schema allows:</source>
        <translation>符合此結構描述的 JSON：</translation>
    </message>
    <message>
        <source>Grammar (GBNF)</source>
        <translation>語法（GBNF）</translation>
    </message>
    <message>
        <source>Text that this grammar’s rule “root” allows:</source>
        <translation>符合此語法「root」規則的文字：</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Whole number</source>
        <translation>整數</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>數字</translation>
    </message>
    <message>
        <source>True or false</source>
        <translation>真或假</translation>
    </message>
    <message>
        <source>One of</source>
        <translation>其中之一</translation>
    </message>
    <message>
        <source>List of</source>
        <translation>清單</translation>
    </message>
</context>
<context>
    <name>SamplingEditor</name>
    <message>
        <source>Exact</source>
        <translation>精確</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>自由</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatHead</name>
    <message>
        <source>New chat</source>
        <translation>新對話</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>沒有模型</translation>
    </message>
    <message>
        <source>Loading %1…</source>
        <translation>正在載入 %1…</translation>
    </message>
    <message>
        <source>%1 could not be loaded</source>
        <translation>無法載入 %1</translation>
    </message>
    <message>
        <source>How much of the model is loaded</source>
        <translation>模型載入進度</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatList</name>
    <message>
        <source>Rename</source>
        <translation>重新命名</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消釘選</translation>
    </message>
    <message>
        <source>Pin to the top</source>
        <translation>釘選到頂端</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>匯出</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>刪除</translation>
    </message>
    <message>
        <source>Export all chats</source>
        <translation>匯出所有對話</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>匯入對話…</translation>
    </message>
    <message>
        <source>Markdown and pictures…</source>
        <translation>Markdown 和圖片…</translation>
    </message>
    <message>
        <source>HTML, one file…</source>
        <translation>HTML，單一檔案…</translation>
    </message>
    <message>
        <source>PDF…</source>
        <translation>PDF…</translation>
    </message>
    <message>
        <source>Plain text…</source>
        <translation>純文字…</translation>
    </message>
    <message>
        <source>JSON, to import again…</source>
        <translation>JSON，可再次匯入…</translation>
    </message>
    <message>
        <source>LLaVA training data…</source>
        <translation>LLaVA 訓練資料…</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) deleted</source>
        <translation>
            <numerusform>已刪除 %n 個對話</numerusform>
        </translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新對話</translation>
    </message>
    <message>
        <source>New chat (Ctrl+N)</source>
        <translation>新對話 (Ctrl+N)</translation>
    </message>
    <message>
        <source>What can be done with chats</source>
        <translation>對話操作</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>對話</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>搜尋結果</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Bring back what was deleted last</source>
        <translation>恢復最近刪除的對話</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>搜尋全部</translation>
    </message>
    <message>
        <source>Search chats, captions and prompts</source>
        <translation>搜尋對話、描述和提示詞</translation>
    </message>
    <message>
        <source>Search chats, captions and prompts (Ctrl+Shift+F)</source>
        <translation>搜尋對話、描述和提示詞 (Ctrl+Shift+F)</translation>
    </message>
    <message>
        <source>Empty the search</source>
        <translation>清空搜尋</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatNotices</name>
    <message>
        <source>%1 was not added: %2</source>
        <translation>未新增 %1：%2</translation>
    </message>
    <message>
        <source>The chat history is damaged in places.</source>
        <translation>聊天記錄有部分損毀。</translation>
    </message>
    <message>
        <source>Close Lapilli and start it again: then what can be read is saved, and the damaged file is kept.</source>
        <translation>請關閉 Lapilli 並重新啟動：屆時能讀出的內容會儲存下來，損毀的檔案也會保留。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatPage</name>
    <message>
        <source>Choose a model first</source>
        <translation>請先選擇模型</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>新增圖片</translation>
    </message>
    <message>
        <source>Pictures (%1)</source>
        <translation>圖片 (%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有檔案 (*)</translation>
    </message>
    <message>
        <source>Nothing is lost: it is kept in memory and tried again. Make room on the disk.</source>
        <translation>沒有遺失任何內容：它保留在記憶體中，稍後會再次寫入。請在磁碟上騰出空間。</translation>
    </message>
    <message>
        <source>The chats are open in another window. This one keeps its own, in %1.</source>
        <translation>聊天已在另一個視窗中開啟。這個視窗使用自己的聊天，位於 %1。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatTransfer</name>
    <message>
        <source>Export to</source>
        <translation>匯出到</translation>
    </message>
    <message>
        <source>Export into a folder</source>
        <translation>匯出到資料夾</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>對話</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) exported to %1.</source>
        <translation>
            <numerusform>已將 %n 個對話匯出到 %1。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) could not be found.</source>
        <translation>
            <numerusform>找不到 %n 張圖片。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) without an answer were left out.</source>
        <translation>
            <numerusform>略過了 %n 則沒有回答的訊息。</numerusform>
        </translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>匯入對話</translation>
    </message>
    <message>
        <source>Exported chats (*.json)</source>
        <translation>匯出的對話 (*.json)</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>已匯入 %n 個對話。</numerusform>
        </translation>
    </message>
    <message>
        <source>The export was stopped; the file was not written.</source>
        <translation>匯出已停止，未寫入檔案。</translation>
    </message>
    <message>
        <source>The export was stopped. What was written by then is in %1.</source>
        <translation>匯出已停止。此前寫入的內容在 %1 中。</translation>
    </message>
    <message>
        <source>The import was stopped; nothing was added.</source>
        <translation>匯入已停止，未新增任何內容。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::Composer</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提問</translation>
    </message>
    <message>
        <source>The form of the answer has a mistake</source>
        <translation>回答格式有誤</translation>
    </message>
    <message>
        <source>Reading the picture…</source>
        <translation>正在讀取圖片…</translation>
    </message>
    <message>
        <source>End this answer (Esc)</source>
        <translation>停止回答 (Esc)</translation>
    </message>
    <message>
        <source>Ask (Enter); Shift+Enter begins a new line</source>
        <translation>提問 (Enter)；Shift+Enter 換行</translation>
    </message>
    <message>
        <source>Ask about a picture, or drop one here</source>
        <translation>就圖片提問，或將圖片拖到此處</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>問題</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>新增圖片</translation>
    </message>
    <message>
        <source>Add pictures (Ctrl+O)</source>
        <translation>新增圖片 (Ctrl+O)</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>回答格式</translation>
    </message>
    <message>
        <source>How the words are chosen</source>
        <translation>生成設定</translation>
    </message>
    <message>
        <source>Waiting for the picture; Esc does without it</source>
        <translation>正在等待圖片；按 Esc 可放棄</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ConversationView</name>
    <message>
        <source>Conversation</source>
        <translation>對話</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::FetchBar</name>
    <message>
        <source>Fetching %1</source>
        <translation>正在取得 %1</translation>
    </message>
    <message numerus="yes">
        <source>Fetching %n picture(s)</source>
        <translation>
            <numerusform>正在取得 %n 張圖片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1（共 %2）</translation>
    </message>
    <message>
        <source>How much of the picture is there</source>
        <translation>圖片已取得的部分</translation>
    </message>
    <message>
        <source>Do not fetch it</source>
        <translation>不取得這張圖片</translation>
    </message>
    <message>
        <source>Do not fetch it (Esc)</source>
        <translation>不取得這張圖片 (Esc)</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::DeviceTests</name>
    <message>
        <source>%1: testing…</source>
        <translation>%1：正在測試…</translation>
    </message>
    <message>
        <source>%1: the test fails. %2</source>
        <translation>%1：測試失敗。%2</translation>
    </message>
    <message>
        <source>%1: works, %2 tokens/s with the small model of the test</source>
        <translation>%1：可以運作，用測試的小模型每秒 %2 個詞元</translation>
    </message>
    <message>
        <source>%1: computes something else than it should, by %2 where %3 may be. Another driver may help.</source>
        <translation>%1：計算結果與應有的不同，相差 %2，允許 %3。換一個驅動程式也許有用。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::FindBar</name>
    <message>
        <source>%1 of %2</source>
        <translation>第 %1 個，共 %2 個</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>在此對話中尋找</translation>
    </message>
    <message>
        <source>Previous hit</source>
        <translation>上一個</translation>
    </message>
    <message>
        <source>Next hit</source>
        <translation>下一個</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>關閉尋找</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::FormatEditor</name>
    <message>
        <source>Type of the field</source>
        <translation>欄位類型</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>回答格式</translation>
    </message>
    <message>
        <source>Number of words</source>
        <translation>單詞數</translation>
    </message>
    <message>
        <source>Number of items</source>
        <translation>項數</translation>
    </message>
    <message>
        <source>Any number</source>
        <translation>任意數量</translation>
    </message>
    <message>
        <source>Tags, one a line</source>
        <translation>標籤，每行一個</translation>
    </message>
    <message>
        <source>JSON Schema</source>
        <translation>JSON Schema</translation>
    </message>
    <message>
        <source>Grammar in GBNF</source>
        <translation>GBNF 語法</translation>
    </message>
    <message>
        <source>Fields of the JSON object</source>
        <translation>JSON 物件的欄位</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名稱</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>類型</translation>
    </message>
    <message>
        <source>Values, with commas between</source>
        <translation>取值，以英文逗號分隔</translation>
    </message>
    <message>
        <source>Add a field</source>
        <translation>新增欄位</translation>
    </message>
    <message>
        <source>Remove the field</source>
        <translation>移除欄位</translation>
    </message>
    <message>
        <source>May say “Unanswerable”</source>
        <translation>允許回答「Unanswerable」</translation>
    </message>
    <message>
        <source>Problem of the form</source>
        <translation>格式的問題</translation>
    </message>
    <message>
        <source>Answers of this form are not possible.</source>
        <translation>這種回答格式無法實現。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::HitList</name>
    <message>
        <source>Prompts: %1</source>
        <translation>提示詞：%1</translation>
    </message>
    <message>
        <source>Prompts that were used last</source>
        <translation>上次使用的提示詞</translation>
    </message>
    <message>
        <source>Prompts used in %1</source>
        <translation>在 %1 中使用過的提示詞</translation>
    </message>
    <message>
        <source>Caption: %1</source>
        <translation>描述：%1</translation>
    </message>
    <message numerus="yes">
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n 個結果</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The newest captions of %n folder(s) can not be read now.</source>
        <translation>
            <numerusform>%n 個資料夾的最新描述現在無法讀取。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::LogWindow</name>
    <message>
        <source>Log</source>
        <translation>記錄</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部複製</translation>
    </message>
    <message>
        <source>Debug package: log, devices and versions, no pictures or texts</source>
        <translation>除錯套件：記錄、裝置和版本，不含圖片或文字</translation>
    </message>
    <message>
        <source>The debug package is in %1.</source>
        <translation>除錯套件已儲存到 %1。</translation>
    </message>
    <message>
        <source>Save debug package …</source>
        <translation>儲存除錯套件…</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::MainWindow</name>
    <message>
        <source>Chat</source>
        <translation>對話</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::MessageWidget</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n 個詞元</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 詞元/秒</translation>
    </message>
    <message>
        <source>first after %1 s</source>
        <translation>首個 %1 秒</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>你的問題</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>複製</translation>
    </message>
    <message>
        <source>Edit and ask anew</source>
        <translation>編輯並重新提問</translation>
    </message>
    <message>
        <source>Answer once more</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Continue this answer</source>
        <translation>繼續此回答</translation>
    </message>
    <message>
        <source>Earlier version (Alt+Left)</source>
        <translation>較早的版本 (Alt+Left)</translation>
    </message>
    <message>
        <source>Later version (Alt+Right)</source>
        <translation>較晚的版本 (Alt+Right)</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>第 %1 個版本，共 %2 個</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>The program ended while this was being written.</source>
        <translation>寫到這裡時程式結束了。</translation>
    </message>
    <message>
        <source>Looking and thinking…</source>
        <translation>正在查看和思考…</translation>
    </message>
    <message>
        <source>Answer this question</source>
        <translation>回答這個問題</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>詳細資訊</translation>
    </message>
    <message>
        <source>Seed %1</source>
        <translation>種子 %1</translation>
    </message>
    <message>
        <source>Take the seed %1 for the next questions</source>
        <translation>將種子 %1 用於接下來的提問</translation>
    </message>
    <message>
        <source>Take this seed for the next questions (Ctrl+Shift+R for the last answer)</source>
        <translation>將這個種子用於接下來的提問（最後的回答：Ctrl+Shift+R）</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PictureFetch</name>
    <message>
        <source>There is no server of this name, or no network.</source>
        <translation>找不到這個名稱的伺服器，或沒有網路。</translation>
    </message>
    <message>
        <source>It leads from one address to the next, too often.</source>
        <translation>它一再轉到別的網址，次數太多。</translation>
    </message>
    <message>
        <source>It leads on to an address that is not encrypted.</source>
        <translation>它轉到了未加密的網址。</translation>
    </message>
    <message>
        <source>It leads on to an address that is not followed.</source>
        <translation>它轉到了不會開啟的網址。</translation>
    </message>
    <message>
        <source>The server does not prove who it is.</source>
        <translation>無法確認伺服器的身分。</translation>
    </message>
    <message>
        <source>The server sends nothing more.</source>
        <translation>伺服器不再傳送資料。</translation>
    </message>
    <message>
        <source>There is nothing at this address.</source>
        <translation>這個網址沒有內容。</translation>
    </message>
    <message>
        <source>The server does not give it out; copy the picture itself, or save it first.</source>
        <translation>伺服器不提供這張圖片；請複製圖片本身，或先儲存圖片。</translation>
    </message>
    <message>
        <source>The server answers with the error %1.</source>
        <translation>伺服器傳回錯誤 %1。</translation>
    </message>
    <message>
        <source>The server can not be reached.</source>
        <translation>無法連線伺服器。</translation>
    </message>
    <message>
        <source>The server sends an empty file.</source>
        <translation>伺服器傳送的是空檔案。</translation>
    </message>
    <message>
        <source>It is a page or a text; drag the picture itself.</source>
        <translation>這是網頁或文字；請拖曳圖片本身。</translation>
    </message>
    <message>
        <source>It takes too long.</source>
        <translation>花費時間過長。</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>它大於 %1。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PictureIntake</name>
    <message>
        <source>There is no such file.</source>
        <translation>沒有這個檔案。</translation>
    </message>
    <message>
        <source>It is a folder; choose the pictures in it, or use the page Captions.</source>
        <translation>這是資料夾；請選擇其中的圖片，或使用「說明」頁面。</translation>
    </message>
    <message>
        <source>It is larger than 256 MiB.</source>
        <translation>它大於 256 MiB。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>貼上的圖片</translation>
    </message>
    <message>
        <source>It holds no pixels.</source>
        <translation>它不含像素。</translation>
    </message>
    <message>
        <source>Picture of a page</source>
        <translation>網頁圖片</translation>
    </message>
    <message>
        <source>Addresses of this kind are not fetched; copy the picture itself, or save it first.</source>
        <translation>不會取得這類網址；請複製圖片本身，或先儲存圖片。</translation>
    </message>
    <message>
        <source>Not more than %1 addresses are taken at once; %2 were left out.</source>
        <translation>一次最多取得 %1 個網址；略過了 %2 個。</translation>
    </message>
    <message>
        <source>It is no file.</source>
        <translation>它不是檔案。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PictureWindow</name>
    <message>
        <source>Picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>原圖</translation>
    </message>
    <message>
        <source>What the model sees</source>
        <translation>模型看到的</translation>
    </message>
    <message>
        <source>Make it square by</source>
        <translation>變為正方形的方式</translation>
    </message>
    <message>
        <source>Padding, as the model was trained</source>
        <translation>填補，與模型訓練時相同</translation>
    </message>
    <message>
        <source>Cropping the middle</source>
        <translation>裁切中間部分</translation>
    </message>
    <message>
        <source>Stretching</source>
        <translation>拉伸</translation>
    </message>
    <message>
        <source>Camera’s orientation</source>
        <translation>相機方向</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>套用</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>%1 × %2 pixels · %3 · orientation %4</source>
        <translation>%1 × %2 像素 · %3 · 方向 %4</translation>
    </message>
    <message>
        <source>%1 × %1 pixels · takes %2 tokens of the context</source>
        <translation>%1 × %1 像素 · 佔用上下文 %2 個詞元</translation>
    </message>
    <message>
        <source>Use for new questions</source>
        <translation>用於新問題</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PresetPanel</name>
    <message>
        <source>Import a preset</source>
        <translation>匯入預設</translation>
    </message>
    <message>
        <source>Presets (*.json)</source>
        <translation>預設 (*.json)</translation>
    </message>
    <message>
        <source>Name of a new preset</source>
        <translation>新預設的名稱</translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation>儲存預設</translation>
    </message>
    <message>
        <source>Delete preset</source>
        <translation>刪除預設</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>匯入…</translation>
    </message>
    <message>
        <source>Takes a preset from a JSON file</source>
        <translation>從 JSON 檔案匯入預設</translation>
    </message>
    <message>
        <source>A file each in %1</source>
        <translation>每個預設是一個檔案，位於 %1</translation>
    </message>
    <message>
        <source>Open the folder of the presets</source>
        <translation>開啟預設所在的資料夾</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::SamplingEditor</name>
    <message>
        <source>Own values</source>
        <translation>自訂</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>溫度</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重複懲罰</translation>
    </message>
    <message>
        <source>Most tokens</source>
        <translation>最多詞元</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>種子</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>數字</translation>
    </message>
    <message>
        <source>0 always takes the likeliest token; higher values vary more.</source>
        <translation>0 總是取最可能的詞元；值越大變化越多。</translation>
    </message>
    <message>
        <source>Only the likeliest tokens that make up this part of the probability.</source>
        <translation>只取累計機率達到此比例的最可能詞元。</translation>
    </message>
    <message>
        <source>Only so many of the likeliest tokens; 0: all.</source>
        <translation>只取這麼多個最可能的詞元；0 表示全部。</translation>
    </message>
    <message>
        <source>Only tokens at least this likely, compared with the likeliest.</source>
        <translation>只取機率不低於最可能詞元此比例的詞元。</translation>
    </message>
    <message>
        <source>Above 1, what was said already becomes less likely.</source>
        <translation>大於 1 時，已說過的內容更不易重複。</translation>
    </message>
    <message>
        <source>The answer ends after so many tokens.</source>
        <translation>回答在這麼多詞元後結束。</translation>
    </message>
    <message>
        <source>The same seed on the same device gives the same answer.</source>
        <translation>同一裝置上相同的種子給出相同的回答。</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Fixed seed</source>
        <translation>固定種子</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Preset of generation settings</source>
        <translation>生成設定預設組</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>All generation settings</source>
        <translation>所有生成設定</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::SamplingPresets</name>
    <message>
        <source>“%1” is none of the settings: %2.</source>
        <translation>「%1」不是這裡的設定項目：%2。</translation>
    </message>
    <message>
        <source>“%1” is %2; it must be a whole number from %3 to %4.</source>
        <translation>「%1」是 %2；它必須是 %3 到 %4 之間的整數。</translation>
    </message>
    <message>
        <source>“%1” is %2; it must be a number from %3 to %4.</source>
        <translation>「%1」是 %2；它必須是 %3 到 %4 之間的數。</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>它大於 %1。</translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <translation>第 %1 行：%2</translation>
    </message>
    <message>
        <source>“%1” can not be the name of a preset: it is a file’s name.</source>
        <translation>「%1」不能作為預設的名稱：它要用作檔案名稱。</translation>
    </message>
    <message>
        <source>It is no file.</source>
        <translation>它不是檔案。</translation>
    </message>
    <message>
        <source>It can not be read and is not replaced: mend it, delete it, or choose another name.</source>
        <translation>它無法讀取，因此沒有取代：請修正或刪除它，或換一個名稱。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::SettingsPage</name>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>Automatic: %1</source>
        <translation>自動：%1</translation>
    </message>
    <message>
        <source>The chosen device is not there now</source>
        <translation>所選裝置目前不在</translation>
    </message>
    <message>
        <source>The program lapilli</source>
        <translation>lapilli 程式</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Appearance and language</source>
        <translation>外觀和語言</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外觀</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>跟隨桌面</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>淺色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>語言</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>裝置</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>測試</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>As the model says</source>
        <translation>由模型決定</translation>
    </message>
    <message>
        <source>How many tokens a conversation may hold, pictures included</source>
        <translation>一個對話最多可含的詞元數，包括圖片</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程式</translation>
    </message>
    <message>
        <source>The one that belongs to this window</source>
        <translation>此視窗自帶的程式</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>選擇…</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>說明</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>顯示記錄</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>鍵盤快速鍵</translation>
    </message>
    <message numerus="yes">
        <source>The engine was started again %n time(s).</source>
        <translation>
            <numerusform>引擎已重新啟動 %n 次。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The device was lost %n time(s).</source>
        <translation>
            <numerusform>裝置已遺失 %n 次。</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine starts anew when this is changed</source>
        <translation>變更後引擎會重新啟動</translation>
    </message>
    <message>
        <source>Tell when a run of captions ends</source>
        <translation>描述執行結束時通知</translation>
    </message>
    <message>
        <source>By a notification of the desktop, while the window is not in use</source>
        <translation>視窗未在使用時，透過桌面通知</translation>
    </message>
    <message>
        <source>Since then it is given at most %1 ms of work at a time instead of %2.</source>
        <translation>此後每次最多交給它 %1 毫秒的工作，而不是 %2 毫秒。</translation>
    </message>
    <message>
        <source>Asks a small model a question whose answer is known, on each of the devices</source>
        <translation>在每個裝置上向一個小模型提一個已知答案的問題</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ShortcutsWindow</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>鍵盤快速鍵</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按鍵</translation>
    </message>
    <message>
        <source>What they do</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提問</translation>
    </message>
    <message>
        <source>Begin a new line in the question</source>
        <translation>在問題中換行</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新對話</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>新增圖片</translation>
    </message>
    <message>
        <source>Paste words or a picture</source>
        <translation>貼上文字或圖片</translation>
    </message>
    <message>
        <source>Choose the form of the answer</source>
        <translation>選擇回答格式</translation>
    </message>
    <message>
        <source>Edit the last question</source>
        <translation>編輯最後一個問題</translation>
    </message>
    <message>
        <source>Answer once more</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Earlier and later version of a message</source>
        <translation>訊息的較早和較晚版本</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>在此對話中尋找</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>在清單中重新命名對話</translation>
    </message>
    <message>
        <source>Delete the chat, in the list</source>
        <translation>在清單中刪除對話</translation>
    </message>
    <message>
        <source>Bring the deleted chat back</source>
        <translation>還原已刪除的對話</translation>
    </message>
    <message>
        <source>Accept, reject, edit a caption, in the table</source>
        <translation>接受、拒絕、編輯描述（在表格中）</translation>
    </message>
    <message>
        <source>Next and previous picture, in the table</source>
        <translation>下一張和上一張圖片（在表格中）</translation>
    </message>
    <message>
        <source>Take back an edit of captions, in the table</source>
        <translation>復原對描述的編輯（在表格中）</translation>
    </message>
    <message>
        <source>Go to a page</source>
        <translation>前往頁面</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>此清單</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>結束</translation>
    </message>
    <message>
        <source>Stop the answer; close the search; leave an edit; do without a picture that is fetched</source>
        <translation>停止回答；關閉尋找；離開編輯；放棄正在取得的圖片</translation>
    </message>
    <message>
        <source>Take the seed of the last answer for the next questions</source>
        <translation>將最後一個回答的種子用於接下來的提問</translation>
    </message>
    <message>
        <source>Search chats, captions and prompts</source>
        <translation>搜尋對話、描述和提示詞</translation>
    </message>
    <message>
        <source>One picture at a time, or the table, of captions</source>
        <translation>在描述中一次一張圖片，或表格</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::StartTrouble</name>
    <message>
        <source>Close other windows of Lapilli, check the permissions and the free space of the folder, then try again.</source>
        <translation>請關閉其他 Lapilli 視窗，檢查該資料夾的權限和剩餘空間，然後重試。</translation>
    </message>
    <message>
        <source>Install the newer version again, or move the folder away to begin anew.</source>
        <translation>請重新安裝較新的版本，或移走該資料夾以重新開始。</translation>
    </message>
    <message>
        <source>Move the folder away to begin anew; nothing in it is changed.</source>
        <translation>可移走該資料夾以重新開始；其中的內容不會改變。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>結束</translation>
    </message>
    <message>
        <source>Place: %1</source>
        <translation>位置：%1</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ThumbnailButton</name>
    <message>
        <source>Picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Picture %1: show what the model sees</source>
        <translation>圖片 %1：顯示模型看到的</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::WelcomeView</name>
    <message>
        <source>Ask about a picture</source>
        <translation>就圖片提問</translation>
    </message>
    <message>
        <source>Drop pictures anywhere in this window, paste them, or choose them with the button below. Everything stays on this computer.</source>
        <translation>將圖片拖到此視窗的任意位置、貼上圖片，或用下方按鈕選擇。一切都留在這台電腦上。</translation>
    </message>
    <message>
        <source>What is in this picture?</source>
        <translation>這張圖片裡有什麼？</translation>
    </message>
    <message>
        <source>How many objects are there?</source>
        <translation>有多少個物體？</translation>
    </message>
    <message>
        <source>Describe it in detail.</source>
        <translation>請詳細描述。</translation>
    </message>
    <message>
        <source>You are using the demo model, which comes with Lapilli. It was trained from nothing, by Lapilli itself, on drawn shapes, colours, digits and short words, and knows nothing else. For photographs, choose a LLaVA-1.5 model on the page Models.</source>
        <translation>你正在使用 Lapilli 內附的示範模型。它由 Lapilli 自己從零訓練，只學過繪製的形狀、顏色、數字和短詞，別無所知。要處理照片，請在「模型」頁面選擇一個 LLaVA-1.5 模型。</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>選擇模型</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelFolders</name>
    <message>
        <source>Folder with models</source>
        <translation>模型資料夾</translation>
    </message>
    <message>
        <source>Folders with models</source>
        <translation>模型資料夾</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>新增資料夾…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::MessageEdit</name>
    <message>
        <source>The question in other words</source>
        <translation>改寫後的問題</translation>
    </message>
    <message>
        <source>Ask anew</source>
        <translation>重新提問</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TransferBar</name>
    <message>
        <source>Chats: %1 of %2</source>
        <translation>對話：%1 / %2</translation>
    </message>
    <message>
        <source>How many chats are done</source>
        <translation>已完成的對話數</translation>
    </message>
    <message>
        <source>Stop the export or import</source>
        <translation>停止匯出或匯入</translation>
    </message>
</context>
</TS>
