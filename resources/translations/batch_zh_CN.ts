<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>lapilli::gui::CaptionForm</name>
    <message>
        <source>Folder of pictures</source>
        <translation>图片文件夹</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>请选择文件夹</translation>
    </message>
    <message>
        <source>Write a prompt</source>
        <translation>请写提示词</translation>
    </message>
    <message>
        <source>Name the tags to choose from</source>
        <translation>请列出可选的标签</translation>
    </message>
    <message>
        <source>Choose where captions go</source>
        <translation>请选择描述写到哪里</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>P&amp;reset</source>
        <translation>预设(&amp;R)</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Short caption</source>
        <translation>简短描述</translation>
    </message>
    <message>
        <source>Detailed caption</source>
        <translation>详细描述</translation>
    </message>
    <message>
        <source>Text for people who cannot see</source>
        <translation>供看不见的人使用的文字</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>提示词(&amp;P)</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
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
        <translation>自由文本</translation>
    </message>
    <message>
        <source>One sentence</source>
        <translation>一句话</translation>
    </message>
    <message>
        <source>A few words</source>
        <translation>几个词</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>是或否</translation>
    </message>
    <message>
        <source>List</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Choose from my tags</source>
        <translation>从我的标签中选</translation>
    </message>
    <message>
        <source>Tags, with commas between them</source>
        <translation>标签，用逗号分隔</translation>
    </message>
    <message>
        <source>Tags to choose from</source>
        <translation>可选的标签</translation>
    </message>
    <message>
        <source>Captions go to</source>
        <translation>描述写到</translation>
    </message>
    <message>
        <source>Text files (.txt)</source>
        <translation>文本文件 (.txt)</translation>
    </message>
    <message>
        <source>Text files (.caption)</source>
        <translation>文本文件 (.caption)</translation>
    </message>
    <message>
        <source>XMP sidecars</source>
        <translation>XMP 附属文件</translation>
    </message>
    <message>
        <source>The pictures</source>
        <translation>图片本身</translation>
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
        <translation>LLaVA 训练数据</translation>
    </message>
    <message>
        <source>Where there is a te&amp;xt</source>
        <translation>已有文字时(&amp;X)</translation>
    </message>
    <message>
        <source>Where there is a text</source>
        <translation>已有文字时</translation>
    </message>
    <message>
        <source>Leave the picture out</source>
        <translation>跳过该图片</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Add the new one behind it</source>
        <translation>把新文字加在后面</translation>
    </message>
    <message>
        <source>Add the new one in front</source>
        <translation>把新文字加在前面</translation>
    </message>
    <message>
        <source>Leave it out unless the text is empty</source>
        <translation>跳过，除非文字为空</translation>
    </message>
    <message>
        <source>Placeholders: %1</source>
        <translation>占位符：%1</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionPage</name>
    <message>
        <source>Edit the text</source>
        <translation>编辑文字</translation>
    </message>
    <message>
        <source>The run of %1 is not finished: %2 of %3 done.</source>
        <translation>%1 的任务尚未完成：已完成 %2 / %3。</translation>
    </message>
    <message>
        <source>Undone: %1 files restored, %2 removed.</source>
        <translation>已撤销：恢复 %1 个文件，删除 %2 个。</translation>
    </message>
    <message>
        <source>Stopped: %1 captioned, %2 to do.</source>
        <translation>已停止：已描述 %1 张，还剩 %2 张。</translation>
    </message>
    <message>
        <source>Done: %1 captioned, %2 left as they were, %3 failed.</source>
        <translation>完成：已描述 %1 张，保持原样 %2 张，失败 %3 张。</translation>
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
        <translation>查看文件夹</translation>
    </message>
    <message>
        <source>Load a model first</source>
        <translation>请先加载模型</translation>
    </message>
    <message>
        <source>No pictures here</source>
        <translation>这里没有图片</translation>
    </message>
    <message>
        <source>Nothing to do</source>
        <translation>没有要做的</translation>
    </message>
    <message>
        <source>Caption %1 pictures</source>
        <translation>描述 %1 张图片</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Found %1 pictures…</source>
        <translation>已找到 %1 张图片…</translation>
    </message>
    <message>
        <source>%1 of %2, %3 a minute, %4 min left</source>
        <translation>%1 / %2，每分钟 %3 张，还需 %4 分钟</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Captions for a folder</source>
        <translation>为文件夹生成描述</translation>
    </message>
    <message>
        <source>Try on three pictures</source>
        <translation>在三张图片上试试</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>重试失败的</translation>
    </message>
    <message>
        <source>Undo run</source>
        <translation>撤销本次任务</translation>
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
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Delete in the table: the picture&apos;s files are as before</source>
        <translation>在表格中按 Delete：该图片的文件恢复原样</translation>
    </message>
    <message>
        <source>Pictures of the folder</source>
        <translation>文件夹中的图片</translation>
    </message>
    <message>
        <source>Last picture</source>
        <translation>最近一张图片</translation>
    </message>
    <message>
        <source>Last caption</source>
        <translation>最近的描述</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>任务进度</translation>
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
        <translation>将被替换</translation>
    </message>
    <message>
        <source>will be added behind</source>
        <translation>将加在后面</translation>
    </message>
    <message>
        <source>will be added in front</source>
        <translation>将加在前面</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>待处理</translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
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
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
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
