<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>Hub</name>
    <message>
        <source>The hub lists a file with an unsafe name: %1</source>
        <translation>模型站列出了一個名稱不安全的檔案：%1</translation>
    </message>
    <message>
        <source>The hub gives no size for %1.</source>
        <translation>模型站沒有給出 %1 的大小。</translation>
    </message>
    <message>
        <source>The hub's answer is no list of files.</source>
        <translation>模型站的回應不是檔案清單。</translation>
    </message>
    <message>
        <source>This is no address such as https://hf-mirror.com.</source>
        <translation>這不是形如 https://hf-mirror.com 的位址。</translation>
    </message>
    <message>
        <source>Models are fetched over https alone; the address begins with %1://.</source>
        <translation>只透過 https 下載模型；該位址以 %1:// 開頭。</translation>
    </message>
    <message>
        <source>A model's name has two parts, such as llava-hf/llava-1.5-7b-hf.</source>
        <translation>模型名稱由兩部分組成，例如 llava-hf/llava-1.5-7b-hf。</translation>
    </message>
    <message>
        <source>The hub lists %1 files; a model has fewer.</source>
        <translation>模型站列出了 %1 個檔案；一個模型沒有這麼多。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::DownloadPanel</name>
    <message numerus="yes">
        <source>%n hour(s) left</source>
        <translation>
            <numerusform>還需 %n 小時</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) left</source>
        <translation>
            <numerusform>還需 %n 分鐘</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation>
            <numerusform>還需 %n 秒</numerusform>
        </translation>
    </message>
    <message>
        <source>The model is in %1.</source>
        <translation>模型已存放在 %1。</translation>
    </message>
    <message>
        <source>Paused. What is there is kept, also when the program ends.</source>
        <translation>已暫停。已下載的部分會保留，結束程式後也不會遺失。</translation>
    </message>
    <message>
        <source>Cancelled. The parts of files were removed.</source>
        <translation>已取消。未完成的檔案已刪除。</translation>
    </message>
    <message>
        <source>Nothing is fetched before you say so. Files are checked against the hub's hashes.</source>
        <translation>未經您確認不會下載任何內容。檔案會以模型站提供的雜湊值核對。</translation>
    </message>
    <message>
        <source>Hub</source>
        <translation>模型站</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>位址</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Into</source>
        <translation>存放到</translation>
    </message>
    <message>
        <source>Show files</source>
        <translation>顯示檔案</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>選擇…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>檔案</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暫停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Address of the hub or of a mirror</source>
        <translation>模型站或鏡像的位址</translation>
    </message>
    <message>
        <source>Name of the model on the hub</source>
        <translation>模型在模型站上的名稱</translation>
    </message>
    <message>
        <source>Files of the model</source>
        <translation>模型的檔案</translation>
    </message>
    <message>
        <source>Folder for models</source>
        <translation>模型資料夾</translation>
    </message>
    <message>
        <source>Choose the folder for models</source>
        <translation>選擇模型資料夾</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>下載進度</translation>
    </message>
    <message>
        <source>owner/name</source>
        <translation>擁有者/名稱</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下載</translation>
    </message>
    <message>
        <source>Asking %1 …</source>
        <translation>正在詢問 %1…</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s), %1</source>
        <translation>
            <numerusform>%n 個檔案，%1</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a folder for models first.</source>
        <translation>請先選擇模型資料夾。</translation>
    </message>
    <message>
        <source>Beginning …</source>
        <translation>正在開始…</translation>
    </message>
    <message>
        <source>Checking %1 …</source>
        <translation>正在核對 %1…</translation>
    </message>
    <message>
        <source>%1: %2 of %3</source>
        <translation>%1：%2 / %3</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>每秒 %1</translation>
    </message>
    <message>
        <source>By the sizes of these files it takes about %1 with a conversation of %2 tokens; %3 has %4 free.</source>
        <translation>按這些檔案的大小，連同 %2 個詞元的對話約需 %1；%3 可用 %4。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelDownload</name>
    <message>
        <source>The hub leads to an address that is not followed: %1</source>
        <translation>模型站轉向了一個不予跟隨的位址：%1</translation>
    </message>
    <message>
        <source>The hub can't be reached: %1.</source>
        <translation>無法連線到模型站：%1。</translation>
    </message>
    <message>
        <source>The hub does not give this model out: it does not exist, or it wants an account and the acceptance of its licence. With a token in HF_TOKEN it can be fetched from Hugging Face.</source>
        <translation>模型站不提供此模型：它不存在，或需要帳號並接受其授權條款。在 HF_TOKEN 中設定權杖後可從 Hugging Face 下載。</translation>
    </message>
    <message>
        <source>The hub has no model of this name.</source>
        <translation>模型站上沒有這個名稱的模型。</translation>
    </message>
    <message>
        <source>The hub's list of files is too long.</source>
        <translation>模型站的檔案清單過長。</translation>
    </message>
    <message>
        <source>The folder can't be made: %1</source>
        <translation>無法建立資料夾：%1</translation>
    </message>
    <message>
        <source>The disk has %1 free; the model needs %2. Free space, or choose another folder.</source>
        <translation>磁碟剩餘 %1；模型需要 %2。請騰出空間，或選擇其他資料夾。</translation>
    </message>
    <message>
        <source>%1 can't be written: %2.</source>
        <translation>無法寫入 %1：%2。</translation>
    </message>
    <message>
        <source>The hub gave another part of %1 than was asked for</source>
        <translation>模型站給出的 %1 的部分與請求不符</translation>
    </message>
    <message>
        <source>The hub has no such part of %1</source>
        <translation>模型站沒有 %1 的這一部分</translation>
    </message>
    <message>
        <source>the hub answered %1</source>
        <translation>模型站回應 %1</translation>
    </message>
    <message>
        <source>The hub does not give out %1: it wants an account and the acceptance of a licence.</source>
        <translation>模型站不提供 %1：需要帳號並接受授權條款。</translation>
    </message>
    <message>
        <source>The hub does not have %1 any more (answer %2).</source>
        <translation>模型站已沒有 %1（回應 %2）。</translation>
    </message>
    <message>
        <source>%1 is longer than the hub said (%2 bytes); it was removed.</source>
        <translation>%1 比模型站所說的（%2 位元組）更長，已刪除。</translation>
    </message>
    <message>
        <source>the connection ended early</source>
        <translation>連線提前中斷</translation>
    </message>
    <message>
        <source>%1 can't be given its name.</source>
        <translation>無法為 %1 改名。</translation>
    </message>
    <message>
        <source>%1 can't be read: %2.</source>
        <translation>無法讀取 %1：%2。</translation>
    </message>
    <message>
        <source>%1 is not what the hub says: its hash is %2, expected %3. It was removed; fetch it again, or from another hub.</source>
        <translation>%1 與模型站所述不符：其雜湊值為 %2，應為 %3。檔案已刪除；請重新下載，或換一個模型站。</translation>
    </message>
    <message>
        <source>%1 could not be fetched: %2. What is there is kept; start again to go on.</source>
        <translation>無法下載 %1：%2。已下載的部分會保留；重新開始即可繼續。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelList</name>
    <message>
        <source>looking at it …</source>
        <translation>正在檢視…</translation>
    </message>
    <message>
        <source>can't be used as it is</source>
        <translation>無法直接使用</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>勉強放下</translation>
    </message>
    <message>
        <source>Needs host layers</source>
        <translation>部分層需放在主機記憶體</translation>
    </message>
    <message>
        <source>Does not fit</source>
        <translation>放不下</translation>
    </message>
    <message>
        <source>It fits into the device's free memory.</source>
        <translation>裝置的可用記憶體足夠。</translation>
    </message>
    <message>
        <source>It fits, with less than a tenth of the device's memory left. Close other programs first.</source>
        <translation>放得下，但裝置記憶體剩餘不足十分之一。請先關閉其他程式。</translation>
    </message>
    <message>
        <source>Some layers would stay in the computer's memory, which is slow. A smaller or more strongly quantised model is faster.</source>
        <translation>部分層將留在電腦記憶體中，速度較慢。較小或量化程度較高的模型會更快。</translation>
    </message>
    <message>
        <source>It needs more memory than there is. Choose a smaller or more strongly quantised model.</source>
        <translation>所需記憶體超過現有記憶體。請選擇較小或量化程度較高的模型。</translation>
    </message>
    <message>
        <source>Without a usable device nothing can be said about memory.</source>
        <translation>沒有可用的裝置，無法判斷記憶體是否足夠。</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>資料夾</translation>
    </message>
    <message>
        <source>LoRA adapter</source>
        <translation>LoRA 轉接器</translation>
    </message>
    <message>
        <source>Projector</source>
        <translation>投影器</translation>
    </message>
    <message>
        <source>Comes with Lapilli</source>
        <translation>隨 Lapilli 提供</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelParts</name>
    <message>
        <source>Choose …</source>
        <translation>選擇…</translation>
    </message>
    <message>
        <source>Choose: %1</source>
        <translation>選擇：%1</translation>
    </message>
    <message>
        <source>Vision encoder, a folder</source>
        <translation>視覺編碼器（資料夾）</translation>
    </message>
    <message>
        <source>As the model's files say</source>
        <translation>按模型檔案所寫</translation>
    </message>
    <message>
        <source>Projector, a file</source>
        <translation>投影器（檔案）</translation>
    </message>
    <message>
        <source>The one beside the model</source>
        <translation>模型旁邊的那個</translation>
    </message>
    <message>
        <source>Base model of a LoRA adapter</source>
        <translation>LoRA 轉接器的基礎模型</translation>
    </message>
    <message>
        <source>As the adapter's files say</source>
        <translation>按轉接器檔案所寫</translation>
    </message>
    <message>
        <source>Tokenizer, a file</source>
        <translation>分詞器（檔案）</translation>
    </message>
    <message>
        <source>The model's own</source>
        <translation>模型自帶的</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelsPage</name>
    <message>
        <source>%1 billion</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>%1 million</source>
        <translation>%1 M</translation>
    </message>
    <message>
        <source>No model was found. Add a folder that has one, or fetch one from a hub.</source>
        <translation>沒有找到模型。請加入含有模型的資料夾，或從模型站下載。</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%n 個模型</numerusform>
        </translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>本機</translation>
    </message>
    <message>
        <source>From a hub</source>
        <translation>模型站</translation>
    </message>
    <message>
        <source>Add folder …</source>
        <translation>加入資料夾…</translation>
    </message>
    <message>
        <source>Add file …</source>
        <translation>加入檔案…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新尋找</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>本機上的模型</translation>
    </message>
    <message>
        <source>Where models come from</source>
        <translation>模型來源</translation>
    </message>
    <message>
        <source>Looking for models …</source>
        <translation>正在尋找模型…</translation>
    </message>
    <message numerus="yes">
        <source>Looking for models, %n folder(s) so far …</source>
        <translation>
            <numerusform>正在尋找模型，已檢視 %n 個資料夾…</numerusform>
        </translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>含有模型的資料夾</translation>
    </message>
    <message>
        <source>A model file</source>
        <translation>模型檔案</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Looking at it …</source>
        <translation>正在檢視…</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>種類</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>參數</translation>
    </message>
    <message>
        <source>Types</source>
        <translation>類型</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>yes, %1 × %1 pixels</source>
        <translation>支援，%1 × %1 像素</translation>
    </message>
    <message>
        <source>no: text only</source>
        <translation>不支援：僅文字</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n 個詞元</numerusform>
        </translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>記憶體</translation>
    </message>
    <message>
        <source>%1 of %2 that are free</source>
        <translation>%1（可用 %2）</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>說明</translation>
    </message>
    <message>
        <source>Other parts</source>
        <translation>其他部分</translation>
    </message>
    <message>
        <source>Where the model's other files lie, if they are not beside it</source>
        <translation>模型的其他檔案不在它旁邊時，它們的位置</translation>
    </message>
    <message>
        <source>It can't be used as it is. If other parts of it lie elsewhere, name them below.</source>
        <translation>目前無法使用。如果它的其他部分在別處，請在下面指明。</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>實測</translation>
    </message>
    <message>
        <source>%1 at most since it was loaded; %2 were estimated before (%3 %)</source>
        <translation>載入以來最多 %1；此前估計 %2（%3 %）</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在載入…</translation>
    </message>
    <message>
        <source>Loading… %1 %</source>
        <translation>正在載入… %1 %</translation>
    </message>
</context>
</TS>
