<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>CaptionFilter</name>
    <message>
        <source>“%1” is none of %2; put words with a colon in quotes</source>
        <translation>“%1”不在 %2 之中；带冒号的词请放进引号</translation>
    </message>
    <message>
        <source>“%1” is none of %2</source>
        <translation>“%1”不在 %2 之中</translation>
    </message>
    <message>
        <source>there is nothing behind “%1”</source>
        <translation>“%1”后面没有内容</translation>
    </message>
    <message>
        <source>“%1” is no number, as in words:&gt;5</source>
        <translation>“%1”不是数字，写法如 words:&gt;5</translation>
    </message>
    <message>
        <source>“%1” is no date, as in date:&gt;=2024-05</source>
        <translation>“%1”不是日期，写法如 date:&gt;=2024-05</translation>
    </message>
    <message>
        <source>“%1” is no size, as in size:&gt;2MB</source>
        <translation>“%1”不是大小，写法如 size:&gt;2MB</translation>
    </message>
    <message>
        <source>the quote %1 is not closed</source>
        <translation>引号 %1 没有成对</translation>
    </message>
    <message>
        <source>the bracket %1 has no other one</source>
        <translation>括号 %1 没有成对</translation>
    </message>
    <message>
        <source>something is missing beside “%1”</source>
        <translation>“%1”旁边缺少内容</translation>
    </message>
    <message>
        <source>there are too many brackets in brackets</source>
        <translation>括号嵌套过深</translation>
    </message>
    <message>
        <source>Character %1: %2.</source>
        <translation>第 %1 个字符：%2。</translation>
    </message>
</context>
<context>
    <name>CaptionQuestions</name>
    <message>
        <source>Remove the backups</source>
        <translation>删除备份</translation>
    </message>
    <message>
        <source>Remove what runs in this folder have replaced? That frees %1.</source>
        <translation>要删除此文件夹中各次运行所替换内容的备份吗？可释放 %1。</translation>
    </message>
    <message>
        <source>The captions stay as they are. The run can no longer be undone.</source>
        <translation>描述保持不变，但之后无法再撤销该运行。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Every file is as it was before the run; its captions are gone.</source>
        <translation>所有文件恢复到任务之前的样子，任务写入的描述将消失。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s) edited by hand go(es) with them.</source>
        <translation>
            <numerusform>其中 %Ln 段手工修改的文字也会一并丢失。</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo a run</source>
        <translation>撤销任务</translation>
    </message>
    <message>
        <source>Take back what the run of %1 has written?</source>
        <translation>要撤回 %1 的任务所写入的内容吗？</translation>
    </message>
    <message>
        <source>Undo run</source>
        <translation>撤销本次任务</translation>
    </message>
    <message>
        <source>Use other prompts</source>
        <translation>使用其他提示词</translation>
    </message>
    <message>
        <source>Put other prompts in the place of those that stand here?</source>
        <translation>要用其他提示词替换这里的提示词吗？</translation>
    </message>
    <message>
        <source>These have neither been used nor saved as a preset; they will be lost.</source>
        <translation>这些提示词既没有使用过，也没有存为预设；它们将会丢失。</translation>
    </message>
    <message>
        <source>Replace them</source>
        <translation>替换</translation>
    </message>
</context>
<context>
    <name>CaptionReason</name>
    <message>
        <source>Its text would go to the same file as another picture’s; rename one of them.</source>
        <translation>它的文字会与另一张图片写入同一个文件；请重命名其中一张。</translation>
    </message>
    <message>
        <source>The file of its text would have too long a name; rename the picture.</source>
        <translation>保存其文字的文件名会过长；请重命名该图片。</translation>
    </message>
    <message>
        <source>Its name is not UTF-8, so a table cannot hold it; rename it.</source>
        <translation>它的文件名不是 UTF-8，表格无法收录；请重命名。</translation>
    </message>
    <message>
        <source>Pictures of this kind hold no texts; choose text files or XMP sidecars.</source>
        <translation>这种图片不能存放文字；请选择文本文件或 XMP 附属文件。</translation>
    </message>
    <message>
        <source>Its text file is not UTF-8, so a new text cannot be joined with it; convert it, or replace it.</source>
        <translation>它的文本文件不是 UTF-8 编码，因此无法与新文字合并；请转换编码，或替换它。</translation>
    </message>
    <message>
        <source>The file of its text is write-protected; let it be written, or choose another place for captions.</source>
        <translation>文字所在的文件被写保护；请允许写入，或为描述选择其他位置。</translation>
    </message>
    <message>
        <source>The prompt and the answer are longer than the model’s context; shorten them.</source>
        <translation>提示词和回答超出了模型的上下文长度；请缩短它们。</translation>
    </message>
    <message>
        <source>Somebody has changed it since.</source>
        <translation>之后有人修改过它。</translation>
    </message>
    <message>
        <source>Somebody has removed it since.</source>
        <translation>之后有人删除了它。</translation>
    </message>
    <message>
        <source>What was there before is no longer kept.</source>
        <translation>原来的内容已不再保留。</translation>
    </message>
</context>
<context>
    <name>CaptionRunFacts</name>
    <message>
        <source>The run of %1 is not finished: %2 of %3 done.</source>
        <translation>%1 的任务尚未完成：已完成 %2 / %3。</translation>
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
        <source>Undone: %1 files restored, %2 removed.</source>
        <translation>已撤销：恢复 %1 个文件，删除 %2 个。</translation>
    </message>
    <message>
        <source>The backups are removed: %1 are free again.</source>
        <translation>备份已删除：释放了 %1。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 of %2, %3 a minute, %4 left</source>
        <translation>%1 / %2，每分钟 %3 张，还需 %4</translation>
    </message>
    <message>
        <source>Caption %1 pictures, about %2</source>
        <translation>描述 %1 张图片，约 %2</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分钟</translation>
    </message>
    <message>
        <source>Caption %1 pictures</source>
        <translation>描述 %1 张图片</translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) a caption</source>
        <translation>
            <numerusform>%Ln 张写入描述</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another one</source>
        <translation>
            <numerusform>%Ln 张换成新的</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) one more</source>
        <translation>
            <numerusform>%Ln 张另加一段</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is/are left out</source>
        <translation>
            <numerusform>%Ln 张跳过</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stay(s), edited by hand</source>
        <translation>
            <numerusform>%Ln 张经手工修改，保持不变</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cannot be captioned</source>
        <translation>
            <numerusform>%Ln 张无法描述</numerusform>
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
        <translation>%1 不是描述表格，将被替换。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln has/have a text: say in the table which are replaced</source>
        <translation>
            <numerusform>%Ln 张已有文字：请在表格中选择要替换哪些</numerusform>
        </translation>
    </message>
    <message>
        <source>Seed: %1.</source>
        <translation>随机种子：%1。</translation>
    </message>
</context>
<context>
    <name>PresetImport</name>
    <message>
        <source>it is larger than 1 MiB</source>
        <translation>它超过 1 MiB</translation>
    </message>
    <message>
        <source>it is no text in UTF-8</source>
        <translation>它不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>it holds no prompts</source>
        <translation>其中没有提示词</translation>
    </message>
    <message>
        <source>%1 was not taken: %2.</source>
        <translation>未采用 %1：%2。</translation>
    </message>
    <message>
        <source>it has “%1”, which is no setting of captions</source>
        <translation>其中的“%1”不是描述的设置</translation>
    </message>
    <message>
        <source>it holds no settings</source>
        <translation>其中没有设置</translation>
    </message>
    <message>
        <source>it has no list of questions</source>
        <translation>其中没有问题列表</translation>
    </message>
    <message>
        <source>there is no prompt at questions/%1/prompt</source>
        <translation>questions/%1/prompt 处没有提示词</translation>
    </message>
    <message>
        <source>it is no JSON object: %1</source>
        <translation>它不是 JSON 对象：%1</translation>
    </message>
    <message>
        <source>it holds %1 prompts, and at most %2 are taken</source>
        <translation>其中有 %1 条提示词，最多采用 %2 条</translation>
    </message>
    <message>
        <source>the value of “%1” is of another kind than it has to be</source>
        <translation>“%1”的值类型不对</translation>
    </message>
    <message>
        <source>the value of “%1” is none of %2</source>
        <translation>“%1”的值不是 %2 之一</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::AskedTexts</name>
    <message numerus="yes">
        <source>%1 of %Ln text(s) will be replaced. Space in the table decides about the chosen pictures.</source>
        <translation>
            <numerusform>%Ln 段文字中将替换 %1 段。在表格中按空格键决定所选图片。</numerusform>
        </translation>
    </message>
    <message>
        <source>Replace all shown</source>
        <translation>替换所有显示的</translation>
    </message>
    <message>
        <source>New texts take the place of those of all pictures that the table shows</source>
        <translation>表格中显示的所有图片的文字都换成新的</translation>
    </message>
    <message>
        <source>Keep all shown</source>
        <translation>保留所有显示的</translation>
    </message>
    <message>
        <source>All pictures that the table shows and that have texts are left out</source>
        <translation>跳过表格中显示的所有已有文字的图片</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionCompare</name>
    <message>
        <source>The picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Text before</source>
        <translation>原有文字</translation>
    </message>
    <message>
        <source>Text before; what is gone is struck out</source>
        <translation>原有文字；去掉的部分带删除线</translation>
    </message>
    <message>
        <source>New text</source>
        <translation>新文字</translation>
    </message>
    <message>
        <source>New text; what is new is underlined</source>
        <translation>新文字；新增的部分带下划线</translation>
    </message>
    <message>
        <source>Pictures of the folder, as a strip</source>
        <translation>文件夹中的图片，排成一条</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionFacts</name>
    <message>
        <source>Sizes, dates and ratings could not be read: %1</source>
        <translation>无法读取大小、日期和评分：%1</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionFilterBar</name>
    <message>
        <source>%1 pictures</source>
        <translation>%1 张图片</translation>
    </message>
    <message>
        <source>%1 of %2 pictures</source>
        <translation>%1 / %2 张图片</translation>
    </message>
    <message>
        <source>%1, reading files…</source>
        <translation>%1，正在读取文件…</translation>
    </message>
    <message>
        <source>Save this filter…</source>
        <translation>保存此筛选…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>What can be written</source>
        <translation>可以怎么写</translation>
    </message>
    <message>
        <source>Save the filter</source>
        <translation>保存筛选</translation>
    </message>
    <message>
        <source>Its name; one of the same name is replaced</source>
        <translation>名称；同名的会被替换</translation>
    </message>
    <message>
        <source>%1 — in a text or the path</source>
        <translation>%1 — 在文字或路径中</translation>
    </message>
    <message>
        <source>%1 — words with spaces</source>
        <translation>%1 — 含空格的词</translation>
    </message>
    <message>
        <source>%1 — * is any text, ? any one character</source>
        <translation>%1 — * 是任意文字，? 是任意一个字符</translation>
    </message>
    <message>
        <source>%1 — where to look; folder, tag and model are compared whole</source>
        <translation>%1 — 在哪里查找；folder、tag 和 model 须整体相符</translation>
    </message>
    <message>
        <source>%1 — numbers, with = != &lt; &gt; &lt;= &gt;=</source>
        <translation>%1 — 数字，可用 = != &lt; &gt; &lt;= &gt;=</translation>
    </message>
    <message>
        <source>%1 — when it was taken, or the file was changed</source>
        <translation>%1 — 拍摄日期，否则为文件修改日期</translation>
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
        <translation>图片筛选</translation>
    </message>
    <message>
        <source>All pictures</source>
        <translation>所有图片</translation>
    </message>
    <message>
        <source>Without a caption</source>
        <translation>没有描述</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>待处理</translation>
    </message>
    <message>
        <source>Captioned</source>
        <translation>已描述</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Changed texts</source>
        <translation>文字有改动</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Left as they were</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Which pictures are shown</source>
        <translation>显示哪些图片</translation>
    </message>
    <message>
        <source>All folders</source>
        <translation>所有文件夹</translation>
    </message>
    <message>
        <source>Of which folder</source>
        <translation>哪个文件夹的</translation>
    </message>
    <message>
        <source>Words, or a filter as words:&gt;5</source>
        <translation>文字，或筛选如 words:&gt;5</translation>
    </message>
    <message>
        <source>Filter of pictures</source>
        <translation>图片的筛选条件</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>已保存的筛选</translation>
    </message>
</context>
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
        <source>And the folders &amp;below it</source>
        <translation>包括其下的文件夹(&amp;B)</translation>
    </message>
    <message>
        <source>Longest answer, in to&amp;kens</source>
        <translation>回答最长多少词元(&amp;K)</translation>
    </message>
    <message>
        <source>Longest answer, in tokens</source>
        <translation>回答最长多少词元</translation>
    </message>
    <message>
        <source>CSV for Excel</source>
        <translation>供 Excel 用的 CSV</translation>
    </message>
    <message>
        <source>The file begins with a byte-order mark</source>
        <translation>文件以字节顺序标记开头</translation>
    </message>
    <message>
        <source>Texts edited by &amp;hand, too</source>
        <translation>手工修改过的文字也替换(&amp;H)</translation>
    </message>
    <message>
        <source>Else these pictures are left out</source>
        <translation>否则跳过这些图片</translation>
    </message>
    <message>
        <source>Only pictures that failed, replacing it</source>
        <translation>只处理失败过的图片，替换文字</translation>
    </message>
    <message>
        <source>Ask me about each picture</source>
        <translation>逐张询问</translation>
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
        <source>Found %1 pictures…</source>
        <translation>已找到 %1 张图片…</translation>
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
        <source>Captions</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Undoing…</source>
        <translation>正在撤销…</translation>
    </message>
    <message>
        <source>Finishing the pictures that are begun…</source>
        <translation>正在完成已开始的图片…</translation>
    </message>
    <message>
        <source>Removing the backups…</source>
        <translation>正在删除备份…</translation>
    </message>
    <message>
        <source>What to ask</source>
        <translation>提问内容</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Parts of the page</source>
        <translation>页面的各部分</translation>
    </message>
    <message>
        <source>%1 was not opened: this folder is being worked on. Stop that, or wait for its end.</source>
        <translation>未打开 %1：正在处理当前文件夹。请停止，或等它结束。</translation>
    </message>
    <message>
        <source>%1 is no longer among the pictures of this folder.</source>
        <translation>这个文件夹中已经没有图片 %1。</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>没有文件夹 %1。</translation>
    </message>
    <message>
        <source>The prompts were not taken over: this folder is being worked on. Stop that, or wait for its end.</source>
        <translation>提示词未被采用：这个文件夹正在处理中。请停止处理，或等它结束。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionReview</name>
    <message>
        <source>Pictures of the folder</source>
        <translation>文件夹中的图片</translation>
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
        <translation>拒绝</translation>
    </message>
    <message>
        <source>R in the table: the picture’s files are as before</source>
        <translation>表格中按 R：该图片的文件恢复原样</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>E in the table</source>
        <translation>表格中按 E</translation>
    </message>
    <message>
        <source>Find and replace</source>
        <translation>查找和替换</translation>
    </message>
    <message>
        <source>In the new texts of the pictures that are shown</source>
        <translation>在所显示图片的新文字中</translation>
    </message>
    <message>
        <source>Undo edit</source>
        <translation>撤销编辑</translation>
    </message>
    <message>
        <source>Ctrl+Z in the table</source>
        <translation>表格中按 Ctrl+Z</translation>
    </message>
    <message>
        <source>One picture at a time, old and new text beside each other; V in the table</source>
        <translation>一次一张图片，新旧文字并排；在表格中按 V</translation>
    </message>
    <message>
        <source>One picture at a time</source>
        <translation>一次一张图片</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln other(s).</source>
        <translation>
            <numerusform>另有 %Ln 个。</numerusform>
        </translation>
    </message>
    <message>
        <source>Tags of the folder’s texts; T in the table</source>
        <translation>文件夹中文字的标签；在表格中按 T</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
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
    <message>
        <source>edited by hand, stays</source>
        <translation>手工修改过，保持不变</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::CaptionRunView</name>
    <message>
        <source>Backups: %1…</source>
        <translation>备份：%1…</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>and %1 other reasons</source>
        <translation>以及另外 %1 种原因</translation>
    </message>
    <message>
        <source>Not taken back:</source>
        <translation>未能撤销：</translation>
    </message>
    <message>
        <source>and %1 other files</source>
        <translation>以及另外 %1 个文件</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>The pictures that are begun are finished, the others wait</source>
        <translation>已开始的图片会完成，其余的等待</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>重试失败的</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Undo run</source>
        <translation>撤销本次任务</translation>
    </message>
    <message>
        <source>Every file is as it was before the run</source>
        <translation>所有文件恢复到任务之前的样子</translation>
    </message>
    <message>
        <source>What is kept so that runs can be undone; remove it</source>
        <translation>为撤销运行而保留的内容；可以删除</translation>
    </message>
    <message>
        <source>The picture that is shown</source>
        <translation>显示的图片</translation>
    </message>
    <message>
        <source>Its texts</source>
        <translation>它的文字</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>任务进度</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::PresetBar</name>
    <message>
        <source>Save as a preset</source>
        <translation>存为预设</translation>
    </message>
    <message>
        <source>Its name; also for lapilli caption --preset</source>
        <translation>它的名称，也用于 lapilli caption --preset</translation>
    </message>
    <message>
        <source>“%1” cannot be the name of a preset: it is a file’s name, and none of those that come with the program.</source>
        <translation>“%1”不能作为预设的名称：它要能作文件名，并且不与程序自带的重名。</translation>
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
        <source>Your own</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Delete the preset</source>
        <translation>删除预设</translation>
    </message>
    <message>
        <source>Files with presets or prompts</source>
        <translation>含预设或提示词的文件</translation>
    </message>
    <message>
        <source>Presets and prompts (*.json *.txt *.md)</source>
        <translation>预设和提示词 (*.json *.txt *.md)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>%1 was not taken: %2.</source>
        <translation>未采用 %1：%2。</translation>
    </message>
    <message>
        <source>it is no file</source>
        <translation>它不是文件</translation>
    </message>
    <message>
        <source>Taken: %1.</source>
        <translation>已采用：%1。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>Import presets, or a text of prompts</source>
        <translation>导入预设或提示词文本</translation>
    </message>
    <message>
        <source>%1 presets were taken.</source>
        <translation>已采用 %1 个预设。</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::QuestionEditor</name>
    <message>
        <source>Write a prompt</source>
        <translation>请写提示词</translation>
    </message>
    <message>
        <source>Name the field in Latin letters</source>
        <translation>请用拉丁字母命名字段</translation>
    </message>
    <message>
        <source>Give each question its own field</source>
        <translation>请给每个问题不同的字段</translation>
    </message>
    <message>
        <source>Mend the form of the answer</source>
        <translation>请修正回答的形式</translation>
    </message>
    <message>
        <source>For %1: %2</source>
        <translation>对 %1：%2</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Questions, by the fields of their answers</source>
        <translation>各个问题，以回答的字段命名</translation>
    </message>
    <message>
        <source>Ask one more question</source>
        <translation>再加一个问题</translation>
    </message>
    <message>
        <source>Remove this question</source>
        <translation>删除这个问题</translation>
    </message>
    <message>
        <source>Fie&amp;ld</source>
        <translation>字段(&amp;L)</translation>
    </message>
    <message>
        <source>Field that the answer goes to</source>
        <translation>回答写入的字段</translation>
    </message>
    <message>
        <source>caption, tags and alt have places of their own in XMP; the first question’s answer goes to text files</source>
        <translation>caption、tags 和 alt 在 XMP 中有各自的位置；第一个问题的回答写入文本文件</translation>
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
        <source>Placeholders: %1</source>
        <translation>占位符：%1</translation>
    </message>
    <message>
        <source>Form of the &amp;answer</source>
        <translation>回答的形式(&amp;A)</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>语言(&amp;G)</translation>
    </message>
    <message>
        <source>Language of the answers</source>
        <translation>回答的语言</translation>
    </message>
    <message>
        <source>The prompts end with a sentence that asks for it</source>
        <translation>提示词末尾会加上一句相应的要求</translation>
    </message>
    <message>
        <source>As the prompt says</source>
        <translation>按提示词</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::ReplaceDialog</name>
    <message>
        <source>%1 captions</source>
        <translation>%1 条描述</translation>
    </message>
    <message>
        <source>%1 places in %2 of %3 captions; the first %4 are shown</source>
        <translation>%3 条描述中的 %2 条有 %1 处；显示前 %4 条</translation>
    </message>
    <message>
        <source>%1 places in %2 of %3 captions</source>
        <translation>%3 条描述中的 %2 条有 %1 处</translation>
    </message>
    <message>
        <source>Find and replace in captions</source>
        <translation>在描述中查找和替换</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>查找(&amp;F)</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Replace &amp;with</source>
        <translation>替换为(&amp;W)</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>Match &amp;case</source>
        <translation>区分大小写(&amp;C)</translation>
    </message>
    <message>
        <source>Whole w&amp;ords</source>
        <translation>整词(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Regular expression</source>
        <translation>正则表达式(&amp;R)</translation>
    </message>
    <message>
        <source>What will change</source>
        <translation>将要改动的</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>“%1” would not be a tag: tags are a few words, without commas and without the end of a sentence</source>
        <translation>“%1”不能作为标签：标签只有几个词，不含逗号，也不含句末标点</translation>
    </message>
    <message>
        <source>Rename a tag in all captions</source>
        <translation>在所有描述中重命名标签</translation>
    </message>
    <message>
        <source>Remove a tag from all captions</source>
        <translation>从所有描述中移除标签</translation>
    </message>
    <message>
        <source>&amp;Tag</source>
        <translation>标签(&amp;T)</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>&amp;New name</source>
        <translation>新名称(&amp;N)</translation>
    </message>
    <message>
        <source>New name of the tag</source>
        <translation>标签的新名称</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
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
        <translation>正在生成描述</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TagList</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TagPanel</name>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>No text here is a list of tags.</source>
        <translation>这里没有由标签组成的文字。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tag(s)</source>
        <translation>
            <numerusform>%Ln 个标签</numerusform>
        </translation>
    </message>
    <message>
        <source>Find a tag</source>
        <translation>查找标签</translation>
    </message>
    <message>
        <source>Find a tag in the list</source>
        <translation>在列表中查找标签</translation>
    </message>
    <message>
        <source>Tags of the folder’s texts</source>
        <translation>文件夹中文字的标签</translation>
    </message>
    <message>
        <source>Click a tag, or press Return, to see its pictures</source>
        <translation>点击标签或按回车键，查看带有该标签的图片</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>F2 in the list: another name in all new texts</source>
        <translation>在列表中按 F2：在所有新文字中改名</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Delete in the list: out of all new texts</source>
        <translation>在列表中按 Delete：从所有新文字中移除</translation>
    </message>
</context>
<context>
    <name>lapilli::gui::TextDialog</name>
    <message>
        <source>Edit the text</source>
        <translation>编辑文字</translation>
    </message>
    <message>
        <source>Text of the picture</source>
        <translation>图片的文字</translation>
    </message>
    <message>
        <source>Return takes the text, Shift+Return begins a new line</source>
        <translation>按回车键采用文字，按 Shift+回车键换行</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Take it</source>
        <translation>采用</translation>
    </message>
</context>
</TS>
