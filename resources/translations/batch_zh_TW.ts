<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>CaptionFilter</name>
    <message>
        <source>“%1” is none of %2; put words with a colon in quotes</source>
        <translation>「%1」不在 %2 之中；帶冒號的詞請放進引號</translation>
    </message>
    <message>
        <source>“%1” is none of %2</source>
        <translation>「%1」不在 %2 之中</translation>
    </message>
    <message>
        <source>there is nothing behind “%1”</source>
        <translation>「%1」後面沒有內容</translation>
    </message>
    <message>
        <source>“%1” is no number, as in words:&gt;5</source>
        <translation>「%1」不是數字，寫法如 words:&gt;5</translation>
    </message>
    <message>
        <source>“%1” is no date, as in date:&gt;=2024-05</source>
        <translation>「%1」不是日期，寫法如 date:&gt;=2024-05</translation>
    </message>
    <message>
        <source>“%1” is no size, as in size:&gt;2MB</source>
        <translation>「%1」不是大小，寫法如 size:&gt;2MB</translation>
    </message>
    <message>
        <source>the quote %1 is not closed</source>
        <translation>引號 %1 沒有成對</translation>
    </message>
    <message>
        <source>the bracket %1 has no other one</source>
        <translation>括號 %1 沒有成對</translation>
    </message>
    <message>
        <source>something is missing beside “%1”</source>
        <translation>「%1」旁邊缺少內容</translation>
    </message>
    <message>
        <source>there are too many brackets in brackets</source>
        <translation>括號巢狀過深</translation>
    </message>
    <message>
        <source>Character %1: %2.</source>
        <translation>第 %1 個字元：%2。</translation>
    </message>
</context>
<context>
    <name>CaptionQuestions</name>
    <message>
        <source>Remove the backups</source>
        <translation>刪除備份</translation>
    </message>
    <message>
        <source>Remove what runs in this folder have replaced? That frees %1.</source>
        <translation>要刪除此資料夾中各次執行所取代內容的備份嗎？可釋放 %1。</translation>
    </message>
    <message>
        <source>The captions stay as they are. The run can no longer be undone.</source>
        <translation>描述保持不變，但之後無法再復原該次執行。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>刪除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Every file is as it was before the run; its captions are gone.</source>
        <translation>所有檔案恢復到工作之前的樣子，工作寫入的描述將消失。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s) edited by hand go(es) with them.</source>
        <translation>
            <numerusform>其中 %Ln 段手動修改的文字也會一併消失。</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo a run</source>
        <translation>復原工作</translation>
    </message>
    <message>
        <source>Take back what the run of %1 has written?</source>
        <translation>要撤回 %1 的工作所寫入的內容嗎？</translation>
    </message>
    <message>
        <source>Undo run</source>
        <translation>復原本次工作</translation>
    </message>
    <message>
        <source>Use other prompts</source>
        <translation>使用其他提示詞</translation>
    </message>
    <message>
        <source>Put other prompts in the place of those that stand here?</source>
        <translation>要用其他提示詞取代這裡的提示詞嗎？</translation>
    </message>
    <message>
        <source>These have neither been used nor saved as a preset; they will be lost.</source>
        <translation>這些提示詞既沒有使用過，也沒有存為預設；它們將會遺失。</translation>
    </message>
    <message>
        <source>Replace them</source>
        <translation>取代</translation>
    </message>
</context>
<context>
    <name>CaptionReason</name>
    <message>
        <source>Its text would go to the same file as another picture’s; rename one of them.</source>
        <translation>它的文字會與另一張圖片寫入同一個檔案；請將其中一張重新命名。</translation>
    </message>
    <message>
        <source>The file of its text would have too long a name; rename the picture.</source>
        <translation>儲存其文字的檔名會過長；請將該圖片重新命名。</translation>
    </message>
    <message>
        <source>Its name is not UTF-8, so a table cannot hold it; rename it.</source>
        <translation>它的檔名不是 UTF-8，表格無法收錄；請重新命名。</translation>
    </message>
    <message>
        <source>Pictures of this kind hold no texts; choose text files or XMP sidecars.</source>
        <translation>這種圖片不能存放文字；請選擇文字檔或 XMP 附屬檔案。</translation>
    </message>
    <message>
        <source>Its text file is not UTF-8, so a new text cannot be joined with it; convert it, or replace it.</source>
        <translation>它的文字檔不是 UTF-8 編碼，因此無法與新文字合併；請轉換編碼，或取代它。</translation>
    </message>
    <message>
        <source>The file of its text is write-protected; let it be written, or choose another place for captions.</source>
        <translation>文字所在的檔案受到寫入保護；請允許寫入，或為描述選擇其他位置。</translation>
    </message>
    <message>
        <source>The prompt and the answer are longer than the model’s context; shorten them.</source>
        <translation>提示詞和回答超出了模型的上下文長度；請縮短它們。</translation>
    </message>
    <message>
        <source>Somebody has changed it since.</source>
        <translation>之後有人修改過它。</translation>
    </message>
    <message>
        <source>Somebody has removed it since.</source>
        <translation>之後有人刪除了它。</translation>
    </message>
    <message>
        <source>What was there before is no longer kept.</source>
        <translation>原來的內容已不再保留。</translation>
    </message>
</context>
<context>
    <name>CaptionRunFacts</name>
    <message>
        <source>The run of %1 is not finished: %2 of %3 done.</source>
        <translation>%1 的工作尚未完成：已完成 %2 / %3。</translation>
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
        <source>Undone: %1 files restored, %2 removed.</source>
        <translation>已復原：還原 %1 個檔案，移除 %2 個。</translation>
    </message>
    <message>
        <source>The backups are removed: %1 are free again.</source>
        <translation>備份已刪除：釋放了 %1。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 of %2, %3 a minute, %4 left</source>
        <translation>%1 / %2，每分鐘 %3 張，還需 %4</translation>
    </message>
    <message>
        <source>Caption %1 pictures, about %2</source>
        <translation>描述 %1 張圖片，約 %2</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分鐘</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小時 %2 分鐘</translation>
    </message>
    <message>
        <source>Caption %1 pictures</source>
        <translation>描述 %1 張圖片</translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) a caption</source>
        <translation>
            <numerusform>%Ln 張寫入描述</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another one</source>
        <translation>
            <numerusform>%Ln 張換成新的</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) one more</source>
        <translation>
            <numerusform>%Ln 張另加一段</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is/are left out</source>
        <translation>
            <numerusform>%Ln 張略過</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stay(s), edited by hand</source>
        <translation>
            <numerusform>%Ln 張經手動修改，保持不變</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cannot be captioned</source>
        <translation>
            <numerusform>%Ln 張無法描述</numerusform>
        </translation>
    </message>
    <message>
        <source>%1.</source>
        <translation>%1。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>%1 is no table of captions; it will be replaced.</source>
        <translation>%1 不是描述表格，將被取代。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln has/have a text: say in the table which are replaced</source>
        <translation>
            <numerusform>%Ln 張已有文字：請在表格中選擇要取代哪些</numerusform>
        </translation>
    </message>
    <message>
        <source>Seed: %1.</source>
        <translation>隨機種子：%1。</translation>
    </message>
</context>
<context>
    <name>PresetImport</name>
    <message>
        <source>it is larger than 1 MiB</source>
        <translation>它超過 1 MiB</translation>
    </message>
    <message>
        <source>it is no text in UTF-8</source>
        <translation>它不是 UTF-8 文字檔</translation>
    </message>
    <message>
        <source>it holds no prompts</source>
        <translation>其中沒有提示詞</translation>
    </message>
    <message>
        <source>%1 was not taken: %2.</source>
        <translation>未採用 %1：%2。</translation>
    </message>
    <message>
        <source>it has “%1”, which is no setting of captions</source>
        <translation>其中的「%1」不是描述的設定</translation>
    </message>
    <message>
        <source>it holds no settings</source>
        <translation>其中沒有設定</translation>
    </message>
    <message>
        <source>it has no list of questions</source>
        <translation>其中沒有問題清單</translation>
    </message>
    <message>
        <source>there is no prompt at questions/%1/prompt</source>
        <translation>questions/%1/prompt 處沒有提示詞</translation>
    </message>
    <message>
        <source>it is no JSON object: %1</source>
        <translation>它不是 JSON 物件：%1</translation>
    </message>
    <message>
        <source>it holds %1 prompts, and at most %2 are taken</source>
        <translation>其中有 %1 條提示詞，最多採用 %2 條</translation>
    </message>
    <message>
        <source>the value of “%1” is of another kind than it has to be</source>
        <translation>「%1」的值類型不對</translation>
    </message>
    <message>
        <source>the value of “%1” is none of %2</source>
        <translation>「%1」的值不是 %2 之一</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::AskedTexts</name>
    <message numerus="yes">
        <source>%1 of %Ln text(s) will be replaced. Space in the table decides about the chosen pictures.</source>
        <translation>
            <numerusform>%Ln 段文字中將取代 %1 段。在表格中按空白鍵決定所選圖片。</numerusform>
        </translation>
    </message>
    <message>
        <source>Replace all shown</source>
        <translation>取代所有顯示的</translation>
    </message>
    <message>
        <source>New texts take the place of those of all pictures that the table shows</source>
        <translation>表格中顯示的所有圖片的文字都換成新的</translation>
    </message>
    <message>
        <source>Keep all shown</source>
        <translation>保留所有顯示的</translation>
    </message>
    <message>
        <source>All pictures that the table shows and that have texts are left out</source>
        <translation>略過表格中顯示的所有已有文字的圖片</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionCompare</name>
    <message>
        <source>The picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Text before</source>
        <translation>原有文字</translation>
    </message>
    <message>
        <source>Text before; what is gone is struck out</source>
        <translation>原有文字；去掉的部分帶刪除線</translation>
    </message>
    <message>
        <source>New text</source>
        <translation>新文字</translation>
    </message>
    <message>
        <source>New text; what is new is underlined</source>
        <translation>新文字；新增的部分帶底線</translation>
    </message>
    <message>
        <source>Pictures of the folder, as a strip</source>
        <translation>資料夾中的圖片，排成一條</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionFacts</name>
    <message>
        <source>Sizes, dates and ratings could not be read: %1</source>
        <translation>無法讀取大小、日期和評分：%1</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionFilterBar</name>
    <message>
        <source>%1 pictures</source>
        <translation>%1 張圖片</translation>
    </message>
    <message>
        <source>%1 of %2 pictures</source>
        <translation>%1 / %2 張圖片</translation>
    </message>
    <message>
        <source>%1, reading files…</source>
        <translation>%1，正在讀取檔案…</translation>
    </message>
    <message>
        <source>Save this filter…</source>
        <translation>儲存此篩選…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>刪除</translation>
    </message>
    <message>
        <source>What can be written</source>
        <translation>可以怎麼寫</translation>
    </message>
    <message>
        <source>Save the filter</source>
        <translation>儲存篩選</translation>
    </message>
    <message>
        <source>Its name; one of the same name is replaced</source>
        <translation>名稱；同名的會被取代</translation>
    </message>
    <message>
        <source>%1 — in a text or the path</source>
        <translation>%1 — 在文字或路徑中</translation>
    </message>
    <message>
        <source>%1 — words with spaces</source>
        <translation>%1 — 含空格的詞</translation>
    </message>
    <message>
        <source>%1 — * is any text, ? any one character</source>
        <translation>%1 — * 是任意文字，? 是任意一個字元</translation>
    </message>
    <message>
        <source>%1 — where to look; folder, tag and model are compared whole</source>
        <translation>%1 — 在哪裡尋找；folder、tag 和 model 須整體相符</translation>
    </message>
    <message>
        <source>%1 — numbers, with = != &lt; &gt; &lt;= &gt;=</source>
        <translation>%1 — 數字，可用 = != &lt; &gt; &lt;= &gt;=</translation>
    </message>
    <message>
        <source>%1 — when it was taken, or the file was changed</source>
        <translation>%1 — 拍攝日期，否則為檔案修改日期</translation>
    </message>
    <message>
        <source>%1 — one of %2</source>
        <translation>%1 — %2 之一</translation>
    </message>
    <message>
        <source>%1 — all of them, one of them, none of them</source>
        <translation>%1 — 全部、其一、都不</translation>
    </message>
    <message>
        <source>Filters of pictures</source>
        <translation>圖片篩選</translation>
    </message>
    <message>
        <source>All pictures</source>
        <translation>所有圖片</translation>
    </message>
    <message>
        <source>Without a caption</source>
        <translation>沒有描述</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>待處理</translation>
    </message>
    <message>
        <source>Captioned</source>
        <translation>已描述</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失敗</translation>
    </message>
    <message>
        <source>Changed texts</source>
        <translation>文字有改動</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>已拒絕</translation>
    </message>
    <message>
        <source>Left as they were</source>
        <translation>保持原樣</translation>
    </message>
    <message>
        <source>Which pictures are shown</source>
        <translation>顯示哪些圖片</translation>
    </message>
    <message>
        <source>All folders</source>
        <translation>所有資料夾</translation>
    </message>
    <message>
        <source>Of which folder</source>
        <translation>哪個資料夾的</translation>
    </message>
    <message>
        <source>Words, or a filter as words:&gt;5</source>
        <translation>文字，或篩選如 words:&gt;5</translation>
    </message>
    <message>
        <source>Filter of pictures</source>
        <translation>圖片的篩選條件</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>已儲存的篩選</translation>
    </message>
</context>
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
        <source>And the folders &amp;below it</source>
        <translation>包括其下的資料夾(&amp;B)</translation>
    </message>
    <message>
        <source>Longest answer, in to&amp;kens</source>
        <translation>回答最長多少詞元(&amp;K)</translation>
    </message>
    <message>
        <source>Longest answer, in tokens</source>
        <translation>回答最長多少詞元</translation>
    </message>
    <message>
        <source>CSV for Excel</source>
        <translation>供 Excel 用的 CSV</translation>
    </message>
    <message>
        <source>The file begins with a byte-order mark</source>
        <translation>檔案以位元組順序記號開頭</translation>
    </message>
    <message>
        <source>Texts edited by &amp;hand, too</source>
        <translation>手動修改過的文字也取代(&amp;H)</translation>
    </message>
    <message>
        <source>Else these pictures are left out</source>
        <translation>否則略過這些圖片</translation>
    </message>
    <message>
        <source>Only pictures that failed, replacing it</source>
        <translation>只處理失敗過的圖片，取代文字</translation>
    </message>
    <message>
        <source>Ask me about each picture</source>
        <translation>逐張詢問</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionPage</name>
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
        <source>Found %1 pictures…</source>
        <translation>已找到 %1 張圖片…</translation>
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
        <source>Captions</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Undoing…</source>
        <translation>正在復原…</translation>
    </message>
    <message>
        <source>Finishing the pictures that are begun…</source>
        <translation>正在完成已開始的圖片…</translation>
    </message>
    <message>
        <source>Removing the backups…</source>
        <translation>正在刪除備份…</translation>
    </message>
    <message>
        <source>What to ask</source>
        <translation>提問內容</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Parts of the page</source>
        <translation>頁面的各部分</translation>
    </message>
    <message>
        <source>%1 was not opened: this folder is being worked on. Stop that, or wait for its end.</source>
        <translation>未開啟 %1：正在處理目前的資料夾。請停止，或等它結束。</translation>
    </message>
    <message>
        <source>%1 is no longer among the pictures of this folder.</source>
        <translation>這個資料夾中已經沒有圖片 %1。</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>沒有資料夾 %1。</translation>
    </message>
    <message>
        <source>The prompts were not taken over: this folder is being worked on. Stop that, or wait for its end.</source>
        <translation>提示詞未被採用：這個資料夾正在處理中。請停止處理，或等它結束。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionReview</name>
    <message>
        <source>Pictures of the folder</source>
        <translation>資料夾中的圖片</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>A in the table</source>
        <translation>表格中按 A</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>拒絕</translation>
    </message>
    <message>
        <source>R in the table: the picture’s files are as before</source>
        <translation>表格中按 R：該圖片的檔案恢復原樣</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>編輯</translation>
    </message>
    <message>
        <source>E in the table</source>
        <translation>表格中按 E</translation>
    </message>
    <message>
        <source>Find and replace</source>
        <translation>尋找與取代</translation>
    </message>
    <message>
        <source>In the new texts of the pictures that are shown</source>
        <translation>在所顯示圖片的新文字中</translation>
    </message>
    <message>
        <source>Undo edit</source>
        <translation>復原編輯</translation>
    </message>
    <message>
        <source>Ctrl+Z in the table</source>
        <translation>表格中按 Ctrl+Z</translation>
    </message>
    <message>
        <source>One picture at a time, old and new text beside each other; V in the table</source>
        <translation>一次一張圖片，新舊文字並排；在表格中按 V</translation>
    </message>
    <message>
        <source>One picture at a time</source>
        <translation>一次一張圖片</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln other(s).</source>
        <translation>
            <numerusform>另有 %Ln 個。</numerusform>
        </translation>
    </message>
    <message>
        <source>Tags of the folder’s texts; T in the table</source>
        <translation>資料夾中文字的標籤；在表格中按 T</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>標籤</translation>
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
    <message>
        <source>edited by hand, stays</source>
        <translation>手動修改過，保持不變</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionRunView</name>
    <message>
        <source>Backups: %1…</source>
        <translation>備份：%1…</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>and %1 other reasons</source>
        <translation>以及另外 %1 種原因</translation>
    </message>
    <message>
        <source>Not taken back:</source>
        <translation>未能復原：</translation>
    </message>
    <message>
        <source>and %1 other files</source>
        <translation>以及另外 %1 個檔案</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暫停</translation>
    </message>
    <message>
        <source>The pictures that are begun are finished, the others wait</source>
        <translation>已開始的圖片會完成，其餘的等待</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>重試失敗的</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Undo run</source>
        <translation>復原本次工作</translation>
    </message>
    <message>
        <source>Every file is as it was before the run</source>
        <translation>所有檔案恢復到任務之前的樣子</translation>
    </message>
    <message>
        <source>What is kept so that runs can be undone; remove it</source>
        <translation>為復原執行而保留的內容；可以刪除</translation>
    </message>
    <message>
        <source>The picture that is shown</source>
        <translation>顯示的圖片</translation>
    </message>
    <message>
        <source>Its texts</source>
        <translation>它的文字</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>工作進度</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PresetBar</name>
    <message>
        <source>Save as a preset</source>
        <translation>存為預設</translation>
    </message>
    <message>
        <source>Its name; also for lapilli caption --preset</source>
        <translation>它的名稱，也用於 lapilli caption --preset</translation>
    </message>
    <message>
        <source>“%1” cannot be the name of a preset: it is a file’s name, and none of those that come with the program.</source>
        <translation>「%1」不能作為預設的名稱：它要能作檔名，並且不與程式自帶的重名。</translation>
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
        <source>Your own</source>
        <translation>自訂</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>預設</translation>
    </message>
    <message>
        <source>Delete the preset</source>
        <translation>刪除預設</translation>
    </message>
    <message>
        <source>Files with presets or prompts</source>
        <translation>含預設或提示詞的檔案</translation>
    </message>
    <message>
        <source>Presets and prompts (*.json *.txt *.md)</source>
        <translation>預設和提示詞 (*.json *.txt *.md)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有檔案 (*)</translation>
    </message>
    <message>
        <source>%1 was not taken: %2.</source>
        <translation>未採用 %1：%2。</translation>
    </message>
    <message>
        <source>it is no file</source>
        <translation>它不是檔案</translation>
    </message>
    <message>
        <source>Taken: %1.</source>
        <translation>已採用：%1。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>Import presets, or a text of prompts</source>
        <translation>匯入預設或提示詞文字檔</translation>
    </message>
    <message>
        <source>%1 presets were taken.</source>
        <translation>已採用 %1 個預設。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::QuestionEditor</name>
    <message>
        <source>Write a prompt</source>
        <translation>請寫提示詞</translation>
    </message>
    <message>
        <source>Name the field in Latin letters</source>
        <translation>請用拉丁字母命名欄位</translation>
    </message>
    <message>
        <source>Give each question its own field</source>
        <translation>請給每個問題不同的欄位</translation>
    </message>
    <message>
        <source>Mend the form of the answer</source>
        <translation>請修正回答的形式</translation>
    </message>
    <message>
        <source>For %1: %2</source>
        <translation>對 %1：%2</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>問題</translation>
    </message>
    <message>
        <source>Questions, by the fields of their answers</source>
        <translation>各個問題，以回答的欄位命名</translation>
    </message>
    <message>
        <source>Ask one more question</source>
        <translation>再加一個問題</translation>
    </message>
    <message>
        <source>Remove this question</source>
        <translation>刪除這個問題</translation>
    </message>
    <message>
        <source>Fie&amp;ld</source>
        <translation>欄位(&amp;L)</translation>
    </message>
    <message>
        <source>Field that the answer goes to</source>
        <translation>回答寫入的欄位</translation>
    </message>
    <message>
        <source>caption, tags and alt have places of their own in XMP; the first question’s answer goes to text files</source>
        <translation>caption、tags 和 alt 在 XMP 中有各自的位置；第一個問題的回答寫入文字檔</translation>
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
        <source>Placeholders: %1</source>
        <translation>佔位符：%1</translation>
    </message>
    <message>
        <source>Form of the &amp;answer</source>
        <translation>回答的形式(&amp;A)</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>語言(&amp;G)</translation>
    </message>
    <message>
        <source>Language of the answers</source>
        <translation>回答的語言</translation>
    </message>
    <message>
        <source>The prompts end with a sentence that asks for it</source>
        <translation>提示詞末尾會加上一句相應的要求</translation>
    </message>
    <message>
        <source>As the prompt says</source>
        <translation>依提示詞</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ReplaceDialog</name>
    <message>
        <source>%1 captions</source>
        <translation>%1 則描述</translation>
    </message>
    <message>
        <source>%1 places in %2 of %3 captions; the first %4 are shown</source>
        <translation>%3 則描述中的 %2 則有 %1 處；顯示前 %4 則</translation>
    </message>
    <message>
        <source>%1 places in %2 of %3 captions</source>
        <translation>%3 則描述中的 %2 則有 %1 處</translation>
    </message>
    <message>
        <source>Find and replace in captions</source>
        <translation>在描述中尋找與取代</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>尋找(&amp;F)</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>尋找</translation>
    </message>
    <message>
        <source>Replace &amp;with</source>
        <translation>取代為(&amp;W)</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>取代為</translation>
    </message>
    <message>
        <source>Match &amp;case</source>
        <translation>區分大小寫(&amp;C)</translation>
    </message>
    <message>
        <source>Whole w&amp;ords</source>
        <translation>整個詞(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Regular expression</source>
        <translation>正規表示式(&amp;R)</translation>
    </message>
    <message>
        <source>What will change</source>
        <translation>將要改動的</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之後</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>取代</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>“%1” would not be a tag: tags are a few words, without commas and without the end of a sentence</source>
        <translation>「%1」不能作為標籤：標籤只有幾個詞，不含逗號，也不含句末標點</translation>
    </message>
    <message>
        <source>Rename a tag in all captions</source>
        <translation>在所有描述中重新命名標籤</translation>
    </message>
    <message>
        <source>Remove a tag from all captions</source>
        <translation>從所有描述中移除標籤</translation>
    </message>
    <message>
        <source>&amp;Tag</source>
        <translation>標籤(&amp;T)</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>標籤</translation>
    </message>
    <message>
        <source>&amp;New name</source>
        <translation>新名稱(&amp;N)</translation>
    </message>
    <message>
        <source>New name of the tag</source>
        <translation>標籤的新名稱</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重新命名</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::RunAnnouncer</name>
    <message>
        <source>Captions are being made</source>
        <translation>正在產生描述</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>顯示</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TagList</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln 張圖片</numerusform>
        </translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>標籤</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>圖片</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TagPanel</name>
    <message>
        <source>Counting…</source>
        <translation>正在統計…</translation>
    </message>
    <message>
        <source>No text here is a list of tags.</source>
        <translation>這裡沒有由標籤組成的文字。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tag(s)</source>
        <translation>
            <numerusform>%Ln 個標籤</numerusform>
        </translation>
    </message>
    <message>
        <source>Find a tag</source>
        <translation>尋找標籤</translation>
    </message>
    <message>
        <source>Find a tag in the list</source>
        <translation>在清單中尋找標籤</translation>
    </message>
    <message>
        <source>Tags of the folder’s texts</source>
        <translation>資料夾中文字的標籤</translation>
    </message>
    <message>
        <source>Click a tag, or press Return, to see its pictures</source>
        <translation>按一下標籤或按 Enter 鍵，查看帶有該標籤的圖片</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重新命名…</translation>
    </message>
    <message>
        <source>F2 in the list: another name in all new texts</source>
        <translation>在清單中按 F2：在所有新文字中改名</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Delete in the list: out of all new texts</source>
        <translation>在清單中按 Delete：從所有新文字中移除</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TextDialog</name>
    <message>
        <source>Edit the text</source>
        <translation>編輯文字</translation>
    </message>
    <message>
        <source>Text of the picture</source>
        <translation>圖片的文字</translation>
    </message>
    <message>
        <source>Return takes the text, Shift+Return begins a new line</source>
        <translation>按 Return 鍵採用文字，按 Shift+Return 鍵換行</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Take it</source>
        <translation>採用</translation>
    </message>
</context>
</TS>
