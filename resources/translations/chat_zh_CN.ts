<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>DeviceText</name>
    <message>
        <source>discrete GPU</source>
        <translation>独立显卡</translation>
    </message>
    <message>
        <source>integrated GPU</source>
        <translation>集成显卡</translation>
    </message>
    <message>
        <source>virtual GPU</source>
        <translation>虚拟显卡</translation>
    </message>
    <message>
        <source>software, on the processor</source>
        <translation>软件，在处理器上</translation>
    </message>
    <message>
        <source>other kind</source>
        <translation>其他类型</translation>
    </message>
    <message>
        <source>%1 · %2 of memory, %3 free · driver %4</source>
        <translation>%1 · 内存 %2，可用 %3 · 驱动程序 %4</translation>
    </message>
    <message>
        <source>Can not be used; it lacks: %1</source>
        <translation>无法使用；缺少：%1</translation>
    </message>
</context>
<context>
    <name>FormatEditor</name>
    <message>
        <source>Free text</source>
        <translation>自由文本</translation>
    </message>
    <message>
        <source>The model answers as it likes.</source>
        <translation>模型自由作答。</translation>
    </message>
    <message>
        <source>Word or phrase</source>
        <translation>单词或短语</translation>
    </message>
    <message>
        <source>A single word or phrase.</source>
        <translation>一个单词或短语。</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>是或否</translation>
    </message>
    <message>
        <source>Exactly “Yes” or “No”.</source>
        <translation>只回答“Yes”或“No”。</translation>
    </message>
    <message>
        <source>Letter of a choice</source>
        <translation>选项字母</translation>
    </message>
    <message>
        <source>The letter of one of the choices in the question, written as lines “A. …”, “B. …”.</source>
        <translation>问题中某个选项的字母；选项各占一行，写作“A. …”“B. …”。</translation>
    </message>
    <message>
        <source>Number of words</source>
        <translation>单词数</translation>
    </message>
    <message>
        <source>Exactly so many words.</source>
        <translation>恰好这么多个单词。</translation>
    </message>
    <message>
        <source>One sentence</source>
        <translation>一句话</translation>
    </message>
    <message>
        <source>A caption of one sentence.</source>
        <translation>一句话的说明。</translation>
    </message>
    <message>
        <source>In detail</source>
        <translation>详细描述</translation>
    </message>
    <message>
        <source>A description in detail.</source>
        <translation>一段详细的描述。</translation>
    </message>
    <message>
        <source>List</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>One item a line.</source>
        <translation>每行一项。</translation>
    </message>
    <message>
        <source>Tags of mine</source>
        <translation>我的标签</translation>
    </message>
    <message>
        <source>Only tags from this list, none twice. One tag a line:</source>
        <translation>只用此列表中的标签，不重复。每行一个标签：</translation>
    </message>
    <message>
        <source>Region’s description</source>
        <translation>区域描述</translation>
    </message>
    <message>
        <source>Describes the region that the question names as [x1, y1, x2, y2].</source>
        <translation>描述问题中以 [x1, y1, x2, y2] 给出的区域。</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>方框</translation>
    </message>
    <message>
        <source>Where the thing is that the question describes; drawn over the picture.</source>
        <translation>问题所描述之物的位置，画在图片上。</translation>
    </message>
    <message>
        <source>JSON with fields</source>
        <translation>带字段的 JSON</translation>
    </message>
    <message>
        <source>A JSON object with these fields:</source>
        <translation>含有这些字段的 JSON 对象：</translation>
    </message>
    <message>
        <source>JSON Schema</source>
        <translation>JSON Schema</translation>
    </message>
    <message>
        <source>JSON that this schema allows:</source>
        <translation>符合此模式的 JSON：</translation>
    </message>
    <message>
        <source>Grammar (GBNF)</source>
        <translation>语法（GBNF）</translation>
    </message>
    <message>
        <source>Text that this grammar’s rule “root” allows:</source>
        <translation>符合此语法“root”规则的文本：</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数字</translation>
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
        <translation>列表</translation>
    </message>
</context>
<context>
    <name>SamplingEditor</name>
    <message>
        <source>Exact</source>
        <translation>精确</translation>
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
        <translation>新对话</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Loading %1…</source>
        <translation>正在加载 %1…</translation>
    </message>
    <message>
        <source>%1 could not be loaded</source>
        <translation>无法加载 %1</translation>
    </message>
    <message>
        <source>How much of the model is loaded</source>
        <translation>模型加载进度</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatList</name>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin to the top</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Export all chats</source>
        <translation>导出所有对话</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>Markdown and pictures…</source>
        <translation>Markdown 和图片…</translation>
    </message>
    <message>
        <source>HTML, one file…</source>
        <translation>HTML，单个文件…</translation>
    </message>
    <message>
        <source>PDF…</source>
        <translation>PDF…</translation>
    </message>
    <message>
        <source>Plain text…</source>
        <translation>纯文本…</translation>
    </message>
    <message>
        <source>JSON, to import again…</source>
        <translation>JSON，可再次导入…</translation>
    </message>
    <message>
        <source>LLaVA training data…</source>
        <translation>LLaVA 训练数据…</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) deleted</source>
        <translation>
            <numerusform>已删除 %n 个对话</numerusform>
        </translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>New chat (Ctrl+N)</source>
        <translation>新对话 (Ctrl+N)</translation>
    </message>
    <message>
        <source>What can be done with chats</source>
        <translation>对话操作</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Bring back what was deleted last</source>
        <translation>恢复最近删除的对话</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>搜索全部</translation>
    </message>
    <message>
        <source>Search chats, captions and prompts</source>
        <translation>搜索对话、描述和提示词</translation>
    </message>
    <message>
        <source>Search chats, captions and prompts (Ctrl+Shift+F)</source>
        <translation>搜索对话、描述和提示词 (Ctrl+Shift+F)</translation>
    </message>
    <message>
        <source>Empty the search</source>
        <translation>清空搜索</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatNotices</name>
    <message>
        <source>%1 was not added: %2</source>
        <translation>未添加 %1：%2</translation>
    </message>
    <message>
        <source>The chat history is damaged in places.</source>
        <translation>聊天记录有部分损坏。</translation>
    </message>
    <message>
        <source>Close Lapilli and start it again: then what can be read is saved, and the damaged file is kept.</source>
        <translation>请关闭 Lapilli 并重新启动：届时能读出的内容会保存下来，损坏的文件也会保留。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatPage</name>
    <message>
        <source>Choose a model first</source>
        <translation>请先选择模型</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>添加图片</translation>
    </message>
    <message>
        <source>Pictures (%1)</source>
        <translation>图片 (%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Nothing is lost: it is kept in memory and tried again. Make room on the disk.</source>
        <translation>没有丢失任何内容：它保留在内存中，稍后会再次写入。请在磁盘上腾出空间。</translation>
    </message>
    <message>
        <source>The chats are open in another window. This one keeps its own, in %1.</source>
        <translation>聊天已在另一个窗口中打开。这个窗口使用自己的聊天，位于 %1。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ChatTransfer</name>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Export into a folder</source>
        <translation>导出到文件夹</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) exported to %1.</source>
        <translation>
            <numerusform>已将 %n 个对话导出到 %1。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) could not be found.</source>
        <translation>
            <numerusform>找不到 %n 张图片。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) without an answer were left out.</source>
        <translation>
            <numerusform>略过了 %n 条没有回答的消息。</numerusform>
        </translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Exported chats (*.json)</source>
        <translation>导出的对话 (*.json)</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>已导入 %n 个对话。</numerusform>
        </translation>
    </message>
    <message>
        <source>The export was stopped; the file was not written.</source>
        <translation>导出已停止，未写入文件。</translation>
    </message>
    <message>
        <source>The export was stopped. What was written by then is in %1.</source>
        <translation>导出已停止。此前写入的内容在 %1 中。</translation>
    </message>
    <message>
        <source>The import was stopped; nothing was added.</source>
        <translation>导入已停止，未添加任何内容。</translation>
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
        <translation>提问</translation>
    </message>
    <message>
        <source>The form of the answer has a mistake</source>
        <translation>回答格式有误</translation>
    </message>
    <message>
        <source>Reading the picture…</source>
        <translation>正在读取图片…</translation>
    </message>
    <message>
        <source>End this answer (Esc)</source>
        <translation>停止回答 (Esc)</translation>
    </message>
    <message>
        <source>Ask (Enter); Shift+Enter begins a new line</source>
        <translation>提问 (Enter)；Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Ask about a picture, or drop one here</source>
        <translation>就图片提问，或将图片拖到此处</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>添加图片</translation>
    </message>
    <message>
        <source>Add pictures (Ctrl+O)</source>
        <translation>添加图片 (Ctrl+O)</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>回答格式</translation>
    </message>
    <message>
        <source>How the words are chosen</source>
        <translation>生成设置</translation>
    </message>
    <message>
        <source>Waiting for the picture; Esc does without it</source>
        <translation>正在等待图片；按 Esc 可放弃</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ConversationView</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::FetchBar</name>
    <message>
        <source>Fetching %1</source>
        <translation>正在获取 %1</translation>
    </message>
    <message numerus="yes">
        <source>Fetching %n picture(s)</source>
        <translation>
            <numerusform>正在获取 %n 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1（共 %2）</translation>
    </message>
    <message>
        <source>How much of the picture is there</source>
        <translation>图片已获取的部分</translation>
    </message>
    <message>
        <source>Do not fetch it</source>
        <translation>不获取这张图片</translation>
    </message>
    <message>
        <source>Do not fetch it (Esc)</source>
        <translation>不获取这张图片 (Esc)</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::DeviceTests</name>
    <message>
        <source>%1: testing…</source>
        <translation>%1：正在测试…</translation>
    </message>
    <message>
        <source>%1: the test fails. %2</source>
        <translation>%1：测试失败。%2</translation>
    </message>
    <message>
        <source>%1: works, %2 tokens/s with the small model of the test</source>
        <translation>%1：可以工作，用测试的小模型每秒 %2 个词元</translation>
    </message>
    <message>
        <source>%1: computes something else than it should, by %2 where %3 may be. Another driver may help.</source>
        <translation>%1：计算结果与应有的不同，相差 %2，允许 %3。换一个驱动程序也许有用。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::FindBar</name>
    <message>
        <source>%1 of %2</source>
        <translation>第 %1 个，共 %2 个</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Previous hit</source>
        <translation>上一个</translation>
    </message>
    <message>
        <source>Next hit</source>
        <translation>下一个</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>关闭查找</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::FormatEditor</name>
    <message>
        <source>Type of the field</source>
        <translation>字段类型</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>回答格式</translation>
    </message>
    <message>
        <source>Number of words</source>
        <translation>单词数</translation>
    </message>
    <message>
        <source>Number of items</source>
        <translation>项数</translation>
    </message>
    <message>
        <source>Any number</source>
        <translation>任意数量</translation>
    </message>
    <message>
        <source>Tags, one a line</source>
        <translation>标签，每行一个</translation>
    </message>
    <message>
        <source>JSON Schema</source>
        <translation>JSON Schema</translation>
    </message>
    <message>
        <source>Grammar in GBNF</source>
        <translation>GBNF 语法</translation>
    </message>
    <message>
        <source>Fields of the JSON object</source>
        <translation>JSON 对象的字段</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Values, with commas between</source>
        <translation>取值，以英文逗号分隔</translation>
    </message>
    <message>
        <source>Add a field</source>
        <translation>添加字段</translation>
    </message>
    <message>
        <source>Remove the field</source>
        <translation>移除字段</translation>
    </message>
    <message>
        <source>May say “Unanswerable”</source>
        <translation>允许回答“Unanswerable”</translation>
    </message>
    <message>
        <source>Problem of the form</source>
        <translation>格式的问题</translation>
    </message>
    <message>
        <source>Answers of this form are not possible.</source>
        <translation>这种回答格式无法实现。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::HitList</name>
    <message>
        <source>Prompts: %1</source>
        <translation>提示词：%1</translation>
    </message>
    <message>
        <source>Prompts that were used last</source>
        <translation>上次使用的提示词</translation>
    </message>
    <message>
        <source>Prompts used in %1</source>
        <translation>在 %1 中使用过的提示词</translation>
    </message>
    <message>
        <source>Caption: %1</source>
        <translation>描述：%1</translation>
    </message>
    <message numerus="yes">
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n 个结果</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The newest captions of %n folder(s) can not be read now.</source>
        <translation>
            <numerusform>%n 个文件夹的最新描述现在无法读取。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lapilli::gui::LogWindow</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部复制</translation>
    </message>
    <message>
        <source>Debug package: log, devices and versions, no pictures or texts</source>
        <translation>调试包：日志、设备和版本，不含图片或文字</translation>
    </message>
    <message>
        <source>The debug package is in %1.</source>
        <translation>调试包已保存到 %1。</translation>
    </message>
    <message>
        <source>Save debug package …</source>
        <translation>保存调试包…</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::MainWindow</name>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::MessageWidget</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n 个词元</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>first after %1 s</source>
        <translation>首个 %1 秒</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>你的问题</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Edit and ask anew</source>
        <translation>编辑并重新提问</translation>
    </message>
    <message>
        <source>Answer once more</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Continue this answer</source>
        <translation>继续此回答</translation>
    </message>
    <message>
        <source>Earlier version (Alt+Left)</source>
        <translation>较早的版本 (Alt+Left)</translation>
    </message>
    <message>
        <source>Later version (Alt+Right)</source>
        <translation>较晚的版本 (Alt+Right)</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>第 %1 个版本，共 %2 个</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>The program ended while this was being written.</source>
        <translation>写到这里时程序结束了。</translation>
    </message>
    <message>
        <source>Looking and thinking…</source>
        <translation>正在查看和思考…</translation>
    </message>
    <message>
        <source>Answer this question</source>
        <translation>回答这个问题</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Seed %1</source>
        <translation>种子 %1</translation>
    </message>
    <message>
        <source>Take the seed %1 for the next questions</source>
        <translation>将种子 %1 用于接下来的提问</translation>
    </message>
    <message>
        <source>Take this seed for the next questions (Ctrl+Shift+R for the last answer)</source>
        <translation>将这个种子用于接下来的提问（最后的回答：Ctrl+Shift+R）</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PictureFetch</name>
    <message>
        <source>There is no server of this name, or no network.</source>
        <translation>找不到这个名称的服务器，或没有网络。</translation>
    </message>
    <message>
        <source>It leads from one address to the next, too often.</source>
        <translation>它一再转到别的网址，次数太多。</translation>
    </message>
    <message>
        <source>It leads on to an address that is not encrypted.</source>
        <translation>它转到了未加密的网址。</translation>
    </message>
    <message>
        <source>It leads on to an address that is not followed.</source>
        <translation>它转到了不会打开的网址。</translation>
    </message>
    <message>
        <source>The server does not prove who it is.</source>
        <translation>无法确认服务器的身份。</translation>
    </message>
    <message>
        <source>The server sends nothing more.</source>
        <translation>服务器不再发送数据。</translation>
    </message>
    <message>
        <source>There is nothing at this address.</source>
        <translation>这个网址没有内容。</translation>
    </message>
    <message>
        <source>The server does not give it out; copy the picture itself, or save it first.</source>
        <translation>服务器不提供这张图片；请复制图片本身，或先保存图片。</translation>
    </message>
    <message>
        <source>The server answers with the error %1.</source>
        <translation>服务器返回错误 %1。</translation>
    </message>
    <message>
        <source>The server can not be reached.</source>
        <translation>无法连接服务器。</translation>
    </message>
    <message>
        <source>The server sends an empty file.</source>
        <translation>服务器发送的是空文件。</translation>
    </message>
    <message>
        <source>It is a page or a text; drag the picture itself.</source>
        <translation>这是网页或文本；请拖动图片本身。</translation>
    </message>
    <message>
        <source>It takes too long.</source>
        <translation>用时过长。</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>它大于 %1。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PictureIntake</name>
    <message>
        <source>There is no such file.</source>
        <translation>没有这个文件。</translation>
    </message>
    <message>
        <source>It is a folder; choose the pictures in it, or use the page Captions.</source>
        <translation>这是文件夹；请选择其中的图片，或使用“说明”页面。</translation>
    </message>
    <message>
        <source>It is larger than 256 MiB.</source>
        <translation>它大于 256 MiB。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>It holds no pixels.</source>
        <translation>它不含像素。</translation>
    </message>
    <message>
        <source>Picture of a page</source>
        <translation>网页图片</translation>
    </message>
    <message>
        <source>Addresses of this kind are not fetched; copy the picture itself, or save it first.</source>
        <translation>不会获取这类网址；请复制图片本身，或先保存图片。</translation>
    </message>
    <message>
        <source>Not more than %1 addresses are taken at once; %2 were left out.</source>
        <translation>一次最多获取 %1 个网址；略过了 %2 个。</translation>
    </message>
    <message>
        <source>It is no file.</source>
        <translation>它不是文件。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PictureWindow</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>What the model sees</source>
        <translation>模型看到的</translation>
    </message>
    <message>
        <source>Make it square by</source>
        <translation>变为正方形的方式</translation>
    </message>
    <message>
        <source>Padding, as the model was trained</source>
        <translation>填充，与模型训练时相同</translation>
    </message>
    <message>
        <source>Cropping the middle</source>
        <translation>裁剪中间部分</translation>
    </message>
    <message>
        <source>Stretching</source>
        <translation>拉伸</translation>
    </message>
    <message>
        <source>Camera’s orientation</source>
        <translation>相机方向</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
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
        <translation>%1 × %1 像素 · 占用上下文 %2 个词元</translation>
    </message>
    <message>
        <source>Use for new questions</source>
        <translation>用于新问题</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PresetPanel</name>
    <message>
        <source>Import a preset</source>
        <translation>导入预设</translation>
    </message>
    <message>
        <source>Presets (*.json)</source>
        <translation>预设 (*.json)</translation>
    </message>
    <message>
        <source>Name of a new preset</source>
        <translation>新预设的名称</translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation>保存预设</translation>
    </message>
    <message>
        <source>Delete preset</source>
        <translation>删除预设</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Takes a preset from a JSON file</source>
        <translation>从 JSON 文件导入预设</translation>
    </message>
    <message>
        <source>A file each in %1</source>
        <translation>每个预设是一个文件，位于 %1</translation>
    </message>
    <message>
        <source>Open the folder of the presets</source>
        <translation>打开预设所在的文件夹</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::SamplingEditor</name>
    <message>
        <source>Own values</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
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
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Most tokens</source>
        <translation>最多词元</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>0 always takes the likeliest token; higher values vary more.</source>
        <translation>0 总是取最可能的词元；值越大变化越多。</translation>
    </message>
    <message>
        <source>Only the likeliest tokens that make up this part of the probability.</source>
        <translation>只取累计概率达到此比例的最可能词元。</translation>
    </message>
    <message>
        <source>Only so many of the likeliest tokens; 0: all.</source>
        <translation>只取这么多个最可能的词元；0 表示全部。</translation>
    </message>
    <message>
        <source>Only tokens at least this likely, compared with the likeliest.</source>
        <translation>只取概率不低于最可能词元此比例的词元。</translation>
    </message>
    <message>
        <source>Above 1, what was said already becomes less likely.</source>
        <translation>大于 1 时，已说过的内容更不易重复。</translation>
    </message>
    <message>
        <source>The answer ends after so many tokens.</source>
        <translation>回答在这么多词元后结束。</translation>
    </message>
    <message>
        <source>The same seed on the same device gives the same answer.</source>
        <translation>同一设备上相同的种子给出相同的回答。</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Fixed seed</source>
        <translation>固定种子</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Preset of generation settings</source>
        <translation>生成设置预设</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>All generation settings</source>
        <translation>所有生成设置</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::SamplingPresets</name>
    <message>
        <source>“%1” is none of the settings: %2.</source>
        <translation>“%1”不是这里的设置项：%2。</translation>
    </message>
    <message>
        <source>“%1” is %2; it must be a whole number from %3 to %4.</source>
        <translation>“%1”是 %2；它必须是 %3 到 %4 之间的整数。</translation>
    </message>
    <message>
        <source>“%1” is %2; it must be a number from %3 to %4.</source>
        <translation>“%1”是 %2；它必须是 %3 到 %4 之间的数。</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>它大于 %1。</translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <translation>第 %1 行：%2</translation>
    </message>
    <message>
        <source>“%1” can not be the name of a preset: it is a file’s name.</source>
        <translation>“%1”不能作为预设的名称：它要用作文件名。</translation>
    </message>
    <message>
        <source>It is no file.</source>
        <translation>它不是文件。</translation>
    </message>
    <message>
        <source>It can not be read and is not replaced: mend it, delete it, or choose another name.</source>
        <translation>它无法读取，因此没有替换：请修正或删除它，或换一个名称。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::SettingsPage</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Automatic: %1</source>
        <translation>自动：%1</translation>
    </message>
    <message>
        <source>The chosen device is not there now</source>
        <translation>所选设备目前不在</translation>
    </message>
    <message>
        <source>The program lapilli</source>
        <translation>lapilli 程序</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Appearance and language</source>
        <translation>外观和语言</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>As the model says</source>
        <translation>由模型决定</translation>
    </message>
    <message>
        <source>How many tokens a conversation may hold, pictures included</source>
        <translation>一个对话最多可含的词元数，包括图片</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>The one that belongs to this window</source>
        <translation>此窗口自带的程序</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>显示日志</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message numerus="yes">
        <source>The engine was started again %n time(s).</source>
        <translation>
            <numerusform>引擎已重新启动 %n 次。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The device was lost %n time(s).</source>
        <translation>
            <numerusform>设备已丢失 %n 次。</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine starts anew when this is changed</source>
        <translation>更改后引擎会重新启动</translation>
    </message>
    <message>
        <source>Tell when a run of captions ends</source>
        <translation>描述运行结束时通知</translation>
    </message>
    <message>
        <source>By a notification of the desktop, while the window is not in use</source>
        <translation>窗口未在使用时，通过桌面通知</translation>
    </message>
    <message>
        <source>Since then it is given at most %1 ms of work at a time instead of %2.</source>
        <translation>此后每次最多交给它 %1 毫秒的工作，而不是 %2 毫秒。</translation>
    </message>
    <message>
        <source>Asks a small model a question whose answer is known, on each of the devices</source>
        <translation>在每个设备上向一个小模型提一个已知答案的问题</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ShortcutsWindow</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>What they do</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Begin a new line in the question</source>
        <translation>在问题中换行</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>添加图片</translation>
    </message>
    <message>
        <source>Paste words or a picture</source>
        <translation>粘贴文字或图片</translation>
    </message>
    <message>
        <source>Choose the form of the answer</source>
        <translation>选择回答格式</translation>
    </message>
    <message>
        <source>Edit the last question</source>
        <translation>编辑最后一个问题</translation>
    </message>
    <message>
        <source>Answer once more</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Earlier and later version of a message</source>
        <translation>消息的较早和较晚版本</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>在列表中重命名对话</translation>
    </message>
    <message>
        <source>Delete the chat, in the list</source>
        <translation>在列表中删除对话</translation>
    </message>
    <message>
        <source>Bring the deleted chat back</source>
        <translation>恢复已删除的对话</translation>
    </message>
    <message>
        <source>Accept, reject, edit a caption, in the table</source>
        <translation>接受、拒绝、编辑描述（在表格中）</translation>
    </message>
    <message>
        <source>Next and previous picture, in the table</source>
        <translation>下一张和上一张图片（在表格中）</translation>
    </message>
    <message>
        <source>Take back an edit of captions, in the table</source>
        <translation>撤销对描述的编辑（在表格中）</translation>
    </message>
    <message>
        <source>Go to a page</source>
        <translation>转到页面</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>此列表</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Stop the answer; close the search; leave an edit; do without a picture that is fetched</source>
        <translation>停止回答；关闭查找；离开编辑；放弃正在获取的图片</translation>
    </message>
    <message>
        <source>Take the seed of the last answer for the next questions</source>
        <translation>将最后一个回答的种子用于接下来的提问</translation>
    </message>
    <message>
        <source>Search chats, captions and prompts</source>
        <translation>搜索对话、描述和提示词</translation>
    </message>
    <message>
        <source>One picture at a time, or the table, of captions</source>
        <translation>在描述中一次一张图片，或表格</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::StartTrouble</name>
    <message>
        <source>Close other windows of Lapilli, check the permissions and the free space of the folder, then try again.</source>
        <translation>请关闭其他 Lapilli 窗口，检查该文件夹的权限和剩余空间，然后重试。</translation>
    </message>
    <message>
        <source>Install the newer version again, or move the folder away to begin anew.</source>
        <translation>请重新安装较新的版本，或移走该文件夹以重新开始。</translation>
    </message>
    <message>
        <source>Move the folder away to begin anew; nothing in it is changed.</source>
        <translation>可移走该文件夹以重新开始；其中的内容不会改变。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
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
        <translation>图片</translation>
    </message>
    <message>
        <source>Picture %1: show what the model sees</source>
        <translation>图片 %1：显示模型看到的</translation>
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
        <translation>就图片提问</translation>
    </message>
    <message>
        <source>Drop pictures anywhere in this window, paste them, or choose them with the button below. Everything stays on this computer.</source>
        <translation>将图片拖到此窗口的任意位置、粘贴图片，或用下方按钮选择。一切都留在这台电脑上。</translation>
    </message>
    <message>
        <source>What is in this picture?</source>
        <translation>这张图片里有什么？</translation>
    </message>
    <message>
        <source>How many objects are there?</source>
        <translation>有多少个物体？</translation>
    </message>
    <message>
        <source>Describe it in detail.</source>
        <translation>请详细描述。</translation>
    </message>
    <message>
        <source>You are using the demo model, which comes with Lapilli. It was trained from nothing, by Lapilli itself, on drawn shapes, colours, digits and short words, and knows nothing else. For photographs, choose a LLaVA-1.5 model on the page Models.</source>
        <translation>你正在使用 Lapilli 自带的演示模型。它由 Lapilli 自己从零训练，只学过绘制的形状、颜色、数字和短词，别无所知。要处理照片，请在“模型”页面选择一个 LLaVA-1.5 模型。</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ModelFolders</name>
    <message>
        <source>Folder with models</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Folders with models</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
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
        <translation>改写后的问题</translation>
    </message>
    <message>
        <source>Ask anew</source>
        <translation>重新提问</translation>
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
        <translation>对话：%1 / %2</translation>
    </message>
    <message>
        <source>How many chats are done</source>
        <translation>已完成的对话数</translation>
    </message>
    <message>
        <source>Stop the export or import</source>
        <translation>停止导出或导入</translation>
    </message>
</context>
</TS>
