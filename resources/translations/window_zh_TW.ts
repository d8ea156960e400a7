<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>ErrorText</name>
    <message>
        <source>The engine refused a value.</source>
        <translation>引擎拒絕了一個值。</translation>
    </message>
    <message>
        <source>Read the details, change that value and try again.</source>
        <translation>請查看詳細資訊，變更該值後重試。</translation>
    </message>
    <message>
        <source>A file or device was not found.</source>
        <translation>找不到檔案或裝置。</translation>
    </message>
    <message>
        <source>Check that it is still where it was, or choose another one.</source>
        <translation>請確認它仍在原處，或另選一個。</translation>
    </message>
    <message>
        <source>A file could not be read or written.</source>
        <translation>無法讀取或寫入檔案。</translation>
    </message>
    <message>
        <source>Check the disk, the free space and the permissions.</source>
        <translation>請檢查磁碟、可用空間和權限。</translation>
    </message>
    <message>
        <source>A file is damaged, or parts of the model do not fit together.</source>
        <translation>檔案已損壞，或模型的各部分不相符。</translation>
    </message>
    <message>
        <source>Fetch the file again, or choose the parts that belong together.</source>
        <translation>請重新取得該檔案，或選擇相配的部分。</translation>
    </message>
    <message>
        <source>This kind of file or device is not supported.</source>
        <translation>不支援這種檔案或裝置。</translation>
    </message>
    <message>
        <source>Choose another file or device; the details say what is missing.</source>
        <translation>請選擇其他檔案或裝置；詳細資訊中說明了缺少什麼。</translation>
    </message>
    <message>
        <source>Parts of the model have sizes that do not fit together.</source>
        <translation>模型各部分的尺寸不相符。</translation>
    </message>
    <message>
        <source>Choose a projector and an encoder that belong to this model.</source>
        <translation>請選擇屬於此模型的投影器和編碼器。</translation>
    </message>
    <message>
        <source>There is no Vulkan device that can be used.</source>
        <translation>沒有可用的 Vulkan 裝置。</translation>
    </message>
    <message>
        <source>Install the graphics driver, then choose a device in Settings.</source>
        <translation>請安裝顯示卡驅動程式，然後在「設定」中選擇裝置。</translation>
    </message>
    <message>
        <source>The memory is not enough.</source>
        <translation>記憶體不足。</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model or a shorter context, and try again.</source>
        <translation>請關閉其他程式，選擇較小的模型或較短的上下文，然後重試。</translation>
    </message>
    <message>
        <source>The graphics device stopped working while it computed.</source>
        <translation>圖形裝置在計算時停止了運作。</translation>
    </message>
    <message>
        <source>The model is being loaded again; then try again. If it happens often, update the driver.</source>
        <translation>正在重新載入模型，完成後請重試。如果經常發生，請更新驅動程式。</translation>
    </message>
    <message>
        <source>The question is longer than the model can take.</source>
        <translation>問題超出了模型能處理的長度。</translation>
    </message>
    <message>
        <source>Shorten it, remove a picture, start a new chat, or choose a longer context in Settings.</source>
        <translation>請縮短問題、移除一張圖片、開始新的對話，或在「設定」中選擇更長的上下文。</translation>
    </message>
    <message>
        <source>It was stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Try again when you like.</source>
        <translation>可隨時重試。</translation>
    </message>
    <message>
        <source>The engine made a mistake.</source>
        <translation>引擎出錯了。</translation>
    </message>
    <message>
        <source>Try again; if it comes back, save the debug package in Settings and report it.</source>
        <translation>請重試；如果再次出現，請在「設定」中儲存偵錯套件並回報。</translation>
    </message>
    <message>
        <source>The engine, the program lapilli, can not be started.</source>
        <translation>無法啟動引擎，即 lapilli 程式。</translation>
    </message>
    <message>
        <source>Install Lapilli again, or name the program in Settings.</source>
        <translation>請重新安裝 Lapilli，或在「設定」中指定該程式。</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly.</source>
        <translation>引擎意外結束。</translation>
    </message>
    <message>
        <source>What was written is kept. Try again; the engine starts by itself.</source>
        <translation>已寫出的內容已保留。請重試；引擎會自行啟動。</translation>
    </message>
    <message>
        <source>The engine gave no sign of life and was ended.</source>
        <translation>引擎沒有回應，已被終止。</translation>
    </message>
    <message>
        <source>The engine wrote what can not be understood, and was ended.</source>
        <translation>引擎輸出了無法理解的內容，已被終止。</translation>
    </message>
    <message>
        <source>What was written is kept. Try again; if it comes back, install Lapilli again.</source>
        <translation>已寫出的內容已保留。請重試；如果再次出現，請重新安裝 Lapilli。</translation>
    </message>
    <message>
        <source>The engine is of another version than this window.</source>
        <translation>引擎與此視窗的版本不同。</translation>
    </message>
    <message>
        <source>Install both from the same release.</source>
        <translation>請安裝同一版本的兩者。</translation>
    </message>
    <message>
        <source>The picture is damaged, or it is none.</source>
        <translation>圖片已損壞，或不是圖片。</translation>
    </message>
    <message>
        <source>Open it in another program and save it anew, or choose another one.</source>
        <translation>請用其他程式開啟並重新儲存，或另選一張。</translation>
    </message>
    <message>
        <source>Pictures of this kind can not be read.</source>
        <translation>無法讀取這種圖片。</translation>
    </message>
    <message>
        <source>Save it as JPEG or PNG, and choose that file.</source>
        <translation>請另存為 JPEG 或 PNG，再選擇該檔案。</translation>
    </message>
    <message>
        <source>The picture is too large for the memory.</source>
        <translation>圖片太大，記憶體放不下。</translation>
    </message>
    <message>
        <source>Make it smaller in another program first.</source>
        <translation>請先用其他程式把它縮小。</translation>
    </message>
    <message>
        <source>The picture can not be used.</source>
        <translation>這張圖片無法使用。</translation>
    </message>
    <message>
        <source>The details say why; choose another one.</source>
        <translation>原因見詳細資訊；請另選一張。</translation>
    </message>
    <message>
        <source>The context was made shorter, so that the model fits into the memory.</source>
        <translation>上下文已縮短，以便記憶體放得下模型。</translation>
    </message>
    <message>
        <source>Some layers stay in the computer's memory, since the device has too little; this is slow. A smaller or more strongly quantised model would fit, or a shorter context in Settings.</source>
        <translation>裝置記憶體不足，部分層留在電腦記憶體中，速度會很慢。換用更小或量化程度更高的模型，或在「設定」中選擇更短的上下文，就能放下。</translation>
    </message>
    <message>
        <source>The model computes on the processor, which is slow. A GPU with its driver, chosen in Settings, would be quick.</source>
        <translation>模型在處理器上計算，速度較慢。裝好驅動程式並在「設定」中選擇 GPU 後會快得多。</translation>
    </message>
    <message>
        <source>The beginning of the conversation was left out: all of it is longer than the context.</source>
        <translation>對話超出了上下文，開頭部分已略去。</translation>
    </message>
    <message>
        <source>The engine has a remark.</source>
        <translation>引擎有一則說明。</translation>
    </message>
    <message>
        <source>The context is full, so the answer ends here: start a new chat, ask for less, or choose a longer context in Settings.</source>
        <translation>上下文已滿，回答到此為止：請新增對話、縮小提問範圍，或在「設定」中選擇更長的上下文。</translation>
    </message>
    <message>
        <source>A folder could not be read; the pictures in it are left out.</source>
        <translation>有一個資料夾無法讀取，其中的圖片已略去。</translation>
    </message>
    <message>
        <source>The mark &lt;image&gt; stands in the question another number of times than it has pictures: it was not used to place them.</source>
        <translation>問題中 &lt;image&gt; 標記的個數與圖片數量不同，因此沒有按標記放置圖片。</translation>
    </message>
</context>
<context>
    <name>JsonLine</name>
    <message>
        <source>A JSON Schema is an object: {…}</source>
        <translation>JSON Schema 應當是一個物件：{…}</translation>
    </message>
    <message>
        <source>Line %1, column %2: %3</source>
        <translation>第 %1 行，第 %2 欄：%3</translation>
    </message>
    <message>
        <source>It is no JSON object: {…}</source>
        <translation>這不是 JSON 物件：{…}</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::Banner</name>
    <message>
        <source>Details</source>
        <translation>詳細資訊</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>關閉此訊息</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>資訊</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::JobHost</name>
    <message>
        <source>The request has %1 MiB; the engine takes at most 16 MiB.</source>
        <translation>請求有 %1 MiB；引擎最多接受 16 MiB。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::MainWindow</name>
    <message>
        <source>Start the engine again</source>
        <translation>重新啟動引擎</translation>
    </message>
    <message>
        <source>Load the model again</source>
        <translation>重新載入模型</translation>
    </message>
    <message>
        <source>Lapilli</source>
        <translation>Lapilli</translation>
    </message>
    <message>
        <source>%1 looks like a model.</source>
        <translation>%1 看起來是一個模型。</translation>
    </message>
    <message>
        <source>It takes the place of the one in use.</source>
        <translation>它將取代正在使用的模型。</translation>
    </message>
    <message>
        <source>Load it</source>
        <translation>載入</translation>
    </message>
    <message>
        <source>Let go to load this model</source>
        <translation>放開即可載入這個模型</translation>
    </message>
    <message>
        <source>Let go to open this folder for captions</source>
        <translation>放開即可為這個資料夾撰寫圖片說明</translation>
    </message>
    <message>
        <source>Let the pictures go here</source>
        <translation>在這裡放開圖片</translation>
    </message>
    <message>
        <source>%1 was not loaded; %2 stays in use.</source>
        <translation>未載入 %1；繼續使用 %2。</translation>
    </message>
    <message>
        <source>Captions are being made with it: stop them first.</source>
        <translation>正在用它產生描述：請先停止。</translation>
    </message>
    <message>
        <source>One model is loaded at a time; not taken: %1.</source>
        <translation>一次只能載入一個模型；未採用：%1。</translation>
    </message>
    <message>
        <source>One folder is opened at a time; not taken: %1.</source>
        <translation>一次只能開啟一個資料夾；未採用：%1。</translation>
    </message>
    <message>
        <source>Addresses are fetched on the page Chat alone; not taken: %1.</source>
        <translation>只有「對話」頁會取得網址中的圖片；未接受：%1。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::Sidebar</name>
    <message>
        <source>Pages</source>
        <translation>頁面</translation>
    </message>
</context>
</TS>
