<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Hub</name>
    <message>
        <source>The hub lists a file with an unsafe name: %1</source>
        <translation>模型站列出了一个名称不安全的文件：%1</translation>
    </message>
    <message>
        <source>The hub gives no size for %1.</source>
        <translation>模型站没有给出 %1 的大小。</translation>
    </message>
    <message>
        <source>The hub's answer is no list of files.</source>
        <translation>模型站的回答不是文件列表。</translation>
    </message>
    <message>
        <source>This is no address such as https://hf-mirror.com.</source>
        <translation>这不是形如 https://hf-mirror.com 的地址。</translation>
    </message>
    <message>
        <source>Models are fetched over https alone; the address begins with %1://.</source>
        <translation>只通过 https 下载模型；该地址以 %1:// 开头。</translation>
    </message>
    <message>
        <source>A model's name has two parts, such as llava-hf/llava-1.5-7b-hf.</source>
        <translation>模型名称由两部分组成，例如 llava-hf/llava-1.5-7b-hf。</translation>
    </message>
    <message>
        <source>The hub lists %1 files; a model has fewer.</source>
        <translation>模型站列出了 %1 个文件；一个模型没有这么多。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::DownloadPanel</name>
    <message numerus="yes">
        <source>%n hour(s) left</source>
        <translation>
            <numerusform>还需 %n 小时</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) left</source>
        <translation>
            <numerusform>还需 %n 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation>
            <numerusform>还需 %n 秒</numerusform>
        </translation>
    </message>
    <message>
        <source>The model is in %1.</source>
        <translation>模型已存放在 %1。</translation>
    </message>
    <message>
        <source>Paused. What is there is kept, also when the program ends.</source>
        <translation>已暂停。已下载的部分会保留，退出程序后也不会丢失。</translation>
    </message>
    <message>
        <source>Cancelled. The parts of files were removed.</source>
        <translation>已取消。未完成的文件已删除。</translation>
    </message>
    <message>
        <source>Nothing is fetched before you say so. Files are checked against the hub's hashes.</source>
        <translation>未经您确认不会下载任何内容。文件会用模型站给出的哈希值核对。</translation>
    </message>
    <message>
        <source>Hub</source>
        <translation>模型站</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
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
        <translation>显示文件</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Address of the hub or of a mirror</source>
        <translation>模型站或镜像的地址</translation>
    </message>
    <message>
        <source>Name of the model on the hub</source>
        <translation>模型在模型站上的名称</translation>
    </message>
    <message>
        <source>Files of the model</source>
        <translation>模型的文件</translation>
    </message>
    <message>
        <source>Folder for models</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Choose the folder for models</source>
        <translation>选择模型文件夹</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>下载进度</translation>
    </message>
    <message>
        <source>owner/name</source>
        <translation>所有者/名称</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Asking %1 …</source>
        <translation>正在询问 %1…</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s), %1</source>
        <translation>
            <numerusform>%n 个文件，%1</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a folder for models first.</source>
        <translation>请先选择模型文件夹。</translation>
    </message>
    <message>
        <source>Beginning …</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>Checking %1 …</source>
        <translation>正在核对 %1…</translation>
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
        <translation>按这些文件的大小，连同 %2 个词元的对话约需 %1；%3 可用 %4。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelDownload</name>
    <message>
        <source>The hub leads to an address that is not followed: %1</source>
        <translation>模型站转向了一个不予跟随的地址：%1</translation>
    </message>
    <message>
        <source>The hub can't be reached: %1.</source>
        <translation>无法连接模型站：%1。</translation>
    </message>
    <message>
        <source>The hub does not give this model out: it does not exist, or it wants an account and the acceptance of its licence. With a token in HF_TOKEN it can be fetched from Hugging Face.</source>
        <translation>模型站不提供该模型：它不存在，或需要账户并接受其许可协议。在 HF_TOKEN 中设置令牌后可从 Hugging Face 下载。</translation>
    </message>
    <message>
        <source>The hub has no model of this name.</source>
        <translation>模型站上没有这个名称的模型。</translation>
    </message>
    <message>
        <source>The hub's list of files is too long.</source>
        <translation>模型站的文件列表过长。</translation>
    </message>
    <message>
        <source>The folder can't be made: %1</source>
        <translation>无法创建文件夹：%1</translation>
    </message>
    <message>
        <source>The disk has %1 free; the model needs %2. Free space, or choose another folder.</source>
        <translation>磁盘剩余 %1；模型需要 %2。请腾出空间，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>%1 can't be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>The hub gave another part of %1 than was asked for</source>
        <translation>模型站给出的 %1 的部分与请求不符</translation>
    </message>
    <message>
        <source>The hub has no such part of %1</source>
        <translation>模型站没有 %1 的这一部分</translation>
    </message>
    <message>
        <source>the hub answered %1</source>
        <translation>模型站回答 %1</translation>
    </message>
    <message>
        <source>The hub does not give out %1: it wants an account and the acceptance of a licence.</source>
        <translation>模型站不提供 %1：需要账户并接受许可协议。</translation>
    </message>
    <message>
        <source>The hub does not have %1 any more (answer %2).</source>
        <translation>模型站已没有 %1（回答 %2）。</translation>
    </message>
    <message>
        <source>%1 is longer than the hub said (%2 bytes); it was removed.</source>
        <translation>%1 比模型站所说的（%2 字节）更长，已删除。</translation>
    </message>
    <message>
        <source>the connection ended early</source>
        <translation>连接提前中断</translation>
    </message>
    <message>
        <source>%1 can't be given its name.</source>
        <translation>无法为 %1 改名。</translation>
    </message>
    <message>
        <source>%1 can't be read: %2.</source>
        <translation>无法读取 %1：%2。</translation>
    </message>
    <message>
        <source>%1 is not what the hub says: its hash is %2, expected %3. It was removed; fetch it again, or from another hub.</source>
        <translation>%1 与模型站所述不符：其哈希值为 %2，应为 %3。文件已删除；请重新下载，或换一个模型站。</translation>
    </message>
    <message>
        <source>%1 could not be fetched: %2. What is there is kept; start again to go on.</source>
        <translation>无法下载 %1：%2。已下载的部分会保留；重新开始即可继续。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelList</name>
    <message>
        <source>looking at it …</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>can't be used as it is</source>
        <translation>不能直接使用</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>勉强放下</translation>
    </message>
    <message>
        <source>Needs host layers</source>
        <translation>部分层需放在主机内存</translation>
    </message>
    <message>
        <source>Does not fit</source>
        <translation>放不下</translation>
    </message>
    <message>
        <source>It fits into the device's free memory.</source>
        <translation>设备的可用显存足够。</translation>
    </message>
    <message>
        <source>It fits, with less than a tenth of the device's memory left. Close other programs first.</source>
        <translation>放得下，但设备内存剩余不足十分之一。请先关闭其他程序。</translation>
    </message>
    <message>
        <source>Some layers would stay in the computer's memory, which is slow. A smaller or more strongly quantised model is faster.</source>
        <translation>部分层将留在计算机内存中，速度较慢。更小或量化程度更高的模型会更快。</translation>
    </message>
    <message>
        <source>It needs more memory than there is. Choose a smaller or more strongly quantised model.</source>
        <translation>所需内存超过现有内存。请选择更小或量化程度更高的模型。</translation>
    </message>
    <message>
        <source>Without a usable device nothing can be said about memory.</source>
        <translation>没有可用的设备，无法判断内存是否足够。</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>LoRA adapter</source>
        <translation>LoRA 适配器</translation>
    </message>
    <message>
        <source>Projector</source>
        <translation>投影器</translation>
    </message>
    <message>
        <source>Comes with Lapilli</source>
        <translation>随 Lapilli 提供</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelParts</name>
    <message>
        <source>Choose …</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose: %1</source>
        <translation>选择：%1</translation>
    </message>
    <message>
        <source>Vision encoder, a folder</source>
        <translation>视觉编码器（文件夹）</translation>
    </message>
    <message>
        <source>As the model's files say</source>
        <translation>按模型文件所写</translation>
    </message>
    <message>
        <source>Projector, a file</source>
        <translation>投影器（文件）</translation>
    </message>
    <message>
        <source>The one beside the model</source>
        <translation>模型旁边的那个</translation>
    </message>
    <message>
        <source>Base model of a LoRA adapter</source>
        <translation>LoRA 适配器的基础模型</translation>
    </message>
    <message>
        <source>As the adapter's files say</source>
        <translation>按适配器文件所写</translation>
    </message>
    <message>
        <source>Tokenizer, a file</source>
        <translation>分词器（文件）</translation>
    </message>
    <message>
        <source>The model's own</source>
        <translation>模型自带的</translation>
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
        <translation>没有找到模型。请添加含有模型的文件夹，或从模型站下载。</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%n 个模型</numerusform>
        </translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>From a hub</source>
        <translation>模型站</translation>
    </message>
    <message>
        <source>Add folder …</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Add file …</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>本机上的模型</translation>
    </message>
    <message>
        <source>Where models come from</source>
        <translation>模型来源</translation>
    </message>
    <message>
        <source>Looking for models …</source>
        <translation>正在查找模型…</translation>
    </message>
    <message numerus="yes">
        <source>Looking for models, %n folder(s) so far …</source>
        <translation>
            <numerusform>正在查找模型，已查看 %n 个文件夹…</numerusform>
        </translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>含有模型的文件夹</translation>
    </message>
    <message>
        <source>A model file</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Looking at it …</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Types</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>yes, %1 × %1 pixels</source>
        <translation>支持，%1 × %1 像素</translation>
    </message>
    <message>
        <source>no: text only</source>
        <translation>不支持：仅文本</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n 个词元</numerusform>
        </translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>%1 of %2 that are free</source>
        <translation>%1（可用 %2）</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Other parts</source>
        <translation>其他部分</translation>
    </message>
    <message>
        <source>Where the model's other files lie, if they are not beside it</source>
        <translation>模型的其他文件不在它旁边时，它们的位置</translation>
    </message>
    <message>
        <source>It can't be used as it is. If other parts of it lie elsewhere, name them below.</source>
        <translation>目前无法使用。如果它的其他部分在别处，请在下面指明。</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>%1 at most since it was loaded; %2 were estimated before (%3 %)</source>
        <translation>加载以来最多 %1；此前估计 %2（%3 %）</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>Loading… %1 %</source>
        <translation>正在加载… %1 %</translation>
    </message>
</context>
</TS>
