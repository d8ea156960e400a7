<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>ErrorText</name>
    <message>
        <source>The engine refused a value.</source>
        <translation>引擎拒绝了一个值。</translation>
    </message>
    <message>
        <source>Read the details, change that value and try again.</source>
        <translation>请查看详细信息，更改该值后重试。</translation>
    </message>
    <message>
        <source>A file or device was not found.</source>
        <translation>找不到文件或设备。</translation>
    </message>
    <message>
        <source>Check that it is still where it was, or choose another one.</source>
        <translation>请确认它仍在原处，或另选一个。</translation>
    </message>
    <message>
        <source>A file could not be read or written.</source>
        <translation>无法读取或写入文件。</translation>
    </message>
    <message>
        <source>Check the disk, the free space and the permissions.</source>
        <translation>请检查磁盘、可用空间和权限。</translation>
    </message>
    <message>
        <source>A file is damaged, or parts of the model do not fit together.</source>
        <translation>文件已损坏，或模型的各部分不匹配。</translation>
    </message>
    <message>
        <source>Fetch the file again, or choose the parts that belong together.</source>
        <translation>请重新获取该文件，或选择相配的部分。</translation>
    </message>
    <message>
        <source>This kind of file or device is not supported.</source>
        <translation>不支持这种文件或设备。</translation>
    </message>
    <message>
        <source>Choose another file or device; the details say what is missing.</source>
        <translation>请选择其他文件或设备；详细信息中说明了缺少什么。</translation>
    </message>
    <message>
        <source>Parts of the model have sizes that do not fit together.</source>
        <translation>模型各部分的尺寸不匹配。</translation>
    </message>
    <message>
        <source>Choose a projector and an encoder that belong to this model.</source>
        <translation>请选择属于此模型的投影器和编码器。</translation>
    </message>
    <message>
        <source>There is no Vulkan device that can be used.</source>
        <translation>没有可用的 Vulkan 设备。</translation>
    </message>
    <message>
        <source>Install the graphics driver, then choose a device in Settings.</source>
        <translation>请安装显卡驱动程序，然后在“设置”中选择设备。</translation>
    </message>
    <message>
        <source>The memory is not enough.</source>
        <translation>内存不足。</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model or a shorter context, and try again.</source>
        <translation>请关闭其他程序，选择较小的模型或较短的上下文，然后重试。</translation>
    </message>
    <message>
        <source>The graphics device stopped working while it computed.</source>
        <translation>图形设备在计算时停止了工作。</translation>
    </message>
    <message>
        <source>The model is being loaded again; then try again. If it happens often, update the driver.</source>
        <translation>正在重新加载模型，完成后请重试。如果经常发生，请更新驱动程序。</translation>
    </message>
    <message>
        <source>The question is longer than the model can take.</source>
        <translation>问题超出了模型能处理的长度。</translation>
    </message>
    <message>
        <source>Shorten it, remove a picture, start a new chat, or choose a longer context in Settings.</source>
        <translation>请缩短问题、移除一张图片、开始新的对话，或在“设置”中选择更长的上下文。</translation>
    </message>
    <message>
        <source>It was stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Try again when you like.</source>
        <translation>可随时重试。</translation>
    </message>
    <message>
        <source>The engine made a mistake.</source>
        <translation>引擎出错了。</translation>
    </message>
    <message>
        <source>Try again; if it comes back, save the debug package in Settings and report it.</source>
        <translation>请重试；如果再次出现，请在“设置”中保存调试包并报告。</translation>
    </message>
    <message>
        <source>The engine, the program lapilli, can not be started.</source>
        <translation>无法启动引擎，即 lapilli 程序。</translation>
    </message>
    <message>
        <source>Install Lapilli again, or name the program in Settings.</source>
        <translation>请重新安装 Lapilli，或在“设置”中指定该程序。</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly.</source>
        <translation>引擎意外结束。</translation>
    </message>
    <message>
        <source>What was written is kept. Try again; the engine starts by itself.</source>
        <translation>已写出的内容已保留。请重试；引擎会自行启动。</translation>
    </message>
    <message>
        <source>The engine gave no sign of life and was ended.</source>
        <translation>引擎没有响应，已被终止。</translation>
    </message>
    <message>
        <source>The engine wrote what can not be understood, and was ended.</source>
        <translation>引擎输出了无法理解的内容，已被终止。</translation>
    </message>
    <message>
        <source>What was written is kept. Try again; if it comes back, install Lapilli again.</source>
        <translation>已写出的内容已保留。请重试；如果再次出现，请重新安装 Lapilli。</translation>
    </message>
    <message>
        <source>The engine is of another version than this window.</source>
        <translation>引擎与此窗口的版本不同。</translation>
    </message>
    <message>
        <source>Install both from the same release.</source>
        <translation>请安装同一版本的两者。</translation>
    </message>
    <message>
        <source>The picture is damaged, or it is none.</source>
        <translation>图片已损坏，或不是图片。</translation>
    </message>
    <message>
        <source>Open it in another program and save it anew, or choose another one.</source>
        <translation>请用其他程序打开并重新保存，或另选一张。</translation>
    </message>
    <message>
        <source>Pictures of this kind can not be read.</source>
        <translation>无法读取这种图片。</translation>
    </message>
    <message>
        <source>Save it as JPEG or PNG, and choose that file.</source>
        <translation>请另存为 JPEG 或 PNG，再选择该文件。</translation>
    </message>
    <message>
        <source>The picture is too large for the memory.</source>
        <translation>图片太大，内存放不下。</translation>
    </message>
    <message>
        <source>Make it smaller in another program first.</source>
        <translation>请先用其他程序把它缩小。</translation>
    </message>
    <message>
        <source>The picture can not be used.</source>
        <translation>这张图片无法使用。</translation>
    </message>
    <message>
        <source>The details say why; choose another one.</source>
        <translation>原因见详细信息；请另选一张。</translation>
    </message>
    <message>
        <source>The context was made shorter, so that the model fits into the memory.</source>
        <translation>上下文已缩短，以便内存放得下模型。</translation>
    </message>
    <message>
        <source>Some layers stay in the computer's memory, since the device has too little; this is slow. A smaller or more strongly quantised model would fit, or a shorter context in Settings.</source>
        <translation>设备内存不足，部分层留在电脑内存中，速度会很慢。换用更小或量化程度更高的模型，或在“设置”中选择更短的上下文，就能放下。</translation>
    </message>
    <message>
        <source>The model computes on the processor, which is slow. A GPU with its driver, chosen in Settings, would be quick.</source>
        <translation>模型在处理器上计算，速度较慢。装好驱动并在“设置”中选择 GPU 后会快得多。</translation>
    </message>
    <message>
        <source>The beginning of the conversation was left out: all of it is longer than the context.</source>
        <translation>对话超出了上下文，开头部分已略去。</translation>
    </message>
    <message>
        <source>The engine has a remark.</source>
        <translation>引擎有一条说明。</translation>
    </message>
    <message>
        <source>The context is full, so the answer ends here: start a new chat, ask for less, or choose a longer context in Settings.</source>
        <translation>上下文已满，回答到此为止：请新建对话、缩小提问范围，或在“设置”中选择更长的上下文。</translation>
    </message>
    <message>
        <source>A folder could not be read; the pictures in it are left out.</source>
        <translation>有一个文件夹无法读取，其中的图片已略去。</translation>
    </message>
    <message>
        <source>The mark &lt;image&gt; stands in the question another number of times than it has pictures: it was not used to place them.</source>
        <translation>问题中 &lt;image&gt; 标记的个数与图片数量不同，因此没有按标记放置图片。</translation>
    </message>
</context>
<context>
    <name>JsonLine</name>
    <message>
        <source>A JSON Schema is an object: {…}</source>
        <translation>JSON Schema 应当是一个对象：{…}</translation>
    </message>
    <message>
        <source>Line %1, column %2: %3</source>
        <translation>第 %1 行，第 %2 列：%3</translation>
    </message>
    <message>
        <source>It is no JSON object: {…}</source>
        <translation>这不是 JSON 对象：{…}</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::Banner</name>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>信息</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::JobHost</name>
    <message>
        <source>The request has %1 MiB; the engine takes at most 16 MiB.</source>
        <translation>请求有 %1 MiB；引擎最多接受 16 MiB。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::MainWindow</name>
    <message>
        <source>Start the engine again</source>
        <translation>重新启动引擎</translation>
    </message>
    <message>
        <source>Load the model again</source>
        <translation>重新加载模型</translation>
    </message>
    <message>
        <source>Lapilli</source>
        <translation>Lapilli</translation>
    </message>
    <message>
        <source>%1 looks like a model.</source>
        <translation>%1 看起来是一个模型。</translation>
    </message>
    <message>
        <source>It takes the place of the one in use.</source>
        <translation>它将取代正在使用的模型。</translation>
    </message>
    <message>
        <source>Load it</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Let go to load this model</source>
        <translation>松开即可加载这个模型</translation>
    </message>
    <message>
        <source>Let go to open this folder for captions</source>
        <translation>松开即可为这个文件夹写图片说明</translation>
    </message>
    <message>
        <source>Let the pictures go here</source>
        <translation>在这里松开图片</translation>
    </message>
    <message>
        <source>%1 was not loaded; %2 stays in use.</source>
        <translation>未加载 %1；继续使用 %2。</translation>
    </message>
    <message>
        <source>Captions are being made with it: stop them first.</source>
        <translation>正在用它生成描述：请先停止。</translation>
    </message>
    <message>
        <source>One model is loaded at a time; not taken: %1.</source>
        <translation>一次只能加载一个模型；未采用：%1。</translation>
    </message>
    <message>
        <source>One folder is opened at a time; not taken: %1.</source>
        <translation>一次只能打开一个文件夹；未采用：%1。</translation>
    </message>
    <message>
        <source>Addresses are fetched on the page Chat alone; not taken: %1.</source>
        <translation>只有“对话”页会获取网址中的图片；未接受：%1。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::Sidebar</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
</context>
</TS>
