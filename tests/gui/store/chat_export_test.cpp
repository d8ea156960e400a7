// SPDX-License-Identifier: Apache-2.0
#include "app/gui/store/tidy_chats.h"
#include "tests/gui/store/chat_export_fixture.h"

#include <QDir>
#include <QDirIterator>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTextDocument>
#include <QXmlStreamReader>
#include <QtTest>

namespace lapilli::gui {
namespace {

/// What an independent program prints.
QByteArray outputOf(const QString& program, const QStringList& arguments, int* exitCode = nullptr) {
  QProcess process;
  process.start(program, arguments);
  process.waitForFinished(120000);
  if (exitCode != nullptr) *exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
  return process.readAllStandardOutput() + process.readAllStandardError();
}

}  // namespace

class ChatExportTest : public QObject, ChatExportFixture {
  Q_OBJECT

 private slots:
  void init() { makeChats(); }
  void cleanup() { end(); }

  void markdownHasItsPicturesBesideIt() {
    const ExportReport report = exported(ExportFormat::Markdown, out("chat.md"), {m_chat});
    QCOMPARE(report.pictures, 2);
    QCOMPARE(report.messages, 4);
    const QString text = QString::fromUtf8(contentOf(out("chat.md")));
    QVERIFY(text.startsWith("# Two: pictures / 两张图\n"));
    QVERIFY(text.contains(kQuestion));
    QVERIFY(text.contains("红色和蓝色"));
    QVERIFY(text.contains("*stopped here*"));
    QVERIFY(!text.contains("other branch"));
    QRegularExpressionMatchIterator links = QRegularExpression("!\\[.*\\]\\((\\S+)\\)").globalMatch(text);
    QList<QByteArray> pictures;
    while (links.hasNext()) {
      pictures.append(contentOf(out(QUrl::fromPercentEncoding(links.next().captured(1).toUtf8()))));
    }
    QCOMPARE(pictures, (QList<QByteArray>{m_red, m_blue}));
  }

  void htmlIsOneFileThatAnXmlReaderUnderstands() {
    exported(ExportFormat::Html, out("chat.html"), {m_chat});
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot),
             (QStringList{"chat.html", "store"}));
    QXmlStreamReader xml(contentOf(out("chat.html")));
    QString words;
    QList<QByteArray> pictures;
    while (!xml.atEnd()) {
      xml.readNext();
      if (xml.isCharacters()) words += xml.text();
      if (xml.isStartElement() && xml.name() == QLatin1String("img")) {
        const QString source = xml.attributes().value("src").toString();
        QVERIFY(source.startsWith("data:image/png;base64,"));
        pictures.append(QByteArray::fromBase64(source.section(',', 1).toLatin1()));
      }
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QVERIFY(words.simplified().contains(kQuestion.simplified()));
    QVERIFY(words.contains("A <b>red</b> one &amp; a blue one: 红色和蓝色"));
    QCOMPARE(pictures, (QList<QByteArray>{m_red, m_blue}));
  }

  void plainTextHasTheWords() {
    exported(ExportFormat::Text, out("chat.txt"), {m_chat});
    const QString text = QString::fromUtf8(contentOf(out("chat.txt")));
    QVERIFY(text.contains(kQuestion + "\n"));
    QVERIFY(text.contains("[my [red] pic.png]\n[blau.png]\n"));
    QVERIFY(text.contains("cut off here\n(stopped here)\n"));
  }

  void aPdfHasPagesPicturesAndWords() {
    exported(ExportFormat::Pdf, out("chat.pdf"), {m_chat});
    const QByteArray pdf = contentOf(out("chat.pdf"));
    QVERIFY(pdf.startsWith("%PDF-1."));
    QVERIFY(pdf.trimmed().endsWith("%%EOF"));
    QCOMPARE(pdf.count("/Subtype /Image"), 2);
    const QString reader = QStandardPaths::findExecutable("pdftotext");
    if (reader.isEmpty()) QSKIP("pdftotext is not installed: the words were not read back");
    // Compatibility forms are normalised, since fonts write "ff" as one character.
    const QString words = QString::fromUtf8(outputOf(reader, {out("chat.pdf"), "-"}))
                              .normalized(QString::NormalizationForm_KC)
                              .simplified();
    QVERIFY2(words.contains("Was ist <das> & \"jenes\"?"), qPrintable(words));
    QVERIFY2(words.contains("cut off here"), qPrintable(words));
  }

  void whatIsWrittenKeepsItsBlanksAndLines() {
    const QString code = "root\n  one\n    two   three";
    m_chat = m_store->createChat({.title = "Code"}).value();
    const MessageId question = add(0, MessageRole::User, "Which?");
    const MessageId answer = m_store
                                 ->addMessage({.chat = m_chat,
                                               .parent = question,
                                               .role = MessageRole::Assistant,
                                               .text = code,
                                               .format = {{"kind", "gbnf"}}})
                                 .value();
    QVERIFY(answer > 0);
    exported(ExportFormat::Markdown, out("code.md"), {m_chat});
    const QString markdown = QString::fromUtf8(contentOf(out("code.md")));
    QVERIFY2(markdown.contains("```\n" + code + "\n```"), qPrintable(markdown));
    exported(ExportFormat::Html, out("code.html"), {m_chat});
    QTextDocument page;
    page.setHtml(QString::fromUtf8(contentOf(out("code.html"))));
    QVERIFY2(page.toPlainText().contains(code), qPrintable(page.toPlainText()));
    exported(ExportFormat::Pdf, out("code.pdf"), {m_chat});
    const QString reader = QStandardPaths::findExecutable("pdftotext");
    if (reader.isEmpty()) QSKIP("pdftotext is not installed: the words were not read back");
    const QString words = QString::fromUtf8(outputOf(reader, {"-layout", out("code.pdf"), "-"}));
    QVERIFY2(QRegularExpression("root\n +one\n +two").match(words).hasMatch(), qPrintable(words));
  }

  void aPictureThatIsThereIsNotCalledMissing() {
    const Attachment odd = m_store->objects().addPicture("of no kind that Qt draws", "odd.heic").value();
    m_chat = m_store->createChat({.title = "Odd"}).value();
    add(0, MessageRole::User, "What?", {odd});
    const ExportReport report = exported(ExportFormat::Pdf, out("odd.pdf"), {m_chat});
    QCOMPARE(report.missingPictures, 0);
    const QString reader = QStandardPaths::findExecutable("pdftotext");
    if (reader.isEmpty()) QSKIP("pdftotext is not installed: the words were not read back");
    const QString words = QString::fromUtf8(outputOf(reader, {out("odd.pdf"), "-"}))
                              .normalized(QString::NormalizationForm_KC)
                              .simplified();
    QVERIFY2(words.contains("The picture odd.heic is not shown"), qPrintable(words));
    QVERIFY(!words.contains("missing"));
  }

  void jsonComesBackWithoutLoss() {
    const ExportReport report = exported(ExportFormat::Json, out("all.json"), {});
    QCOMPARE(report.chats, 2);
    QCOMPARE(report.messages, 7);
    int code = -1;
    const QByteArray python =
        outputOf("python3",
                 {"-c",
                  "import json,sys,hashlib,os\n"
                  "d=json.load(open(sys.argv[1],encoding='utf-8'))\n"
                  "assert d['format']=='lapilli-chats' and d['version']==1\n"
                  "for c in d['chats']:\n"
                  " for m in c['messages']:\n"
                  "  for a in m['attachments']:\n"
                  "   b=open(os.path.join(os.path.dirname(sys.argv[1]),a['file']),'rb').read()\n"
                  "   assert hashlib.sha256(b).hexdigest()==a['sha256'] and len(b)==a['size_bytes']\n"
                  "print(sum(len(c['messages']) for c in d['chats']))",
                  out("all.json")},
                 &code);
    QCOMPARE(code, 0);
    QCOMPARE(python.trimmed(), QByteArray("7"));

    const auto other = ChatStore::open(out("other")).value();
    QVERIFY(other->createChat({.title = "was here before"}).ok());  // so that ids differ
    const ImportReport imported = importChats(out("other"), out("all.json")).value();
    QCOMPARE(imported.chats.size(), 2);
    QCOMPARE(imported.messages, 7);
    QCOMPARE(imported.pictures, 2);
    QCOMPARE(imported.missingPictures, 0);
    const QList<Chat> originals = m_store->chats().value();
    for (qsizetype i = 0; i < originals.size(); ++i) {
      Chat copy = other->chat(imported.chats[i]).value();
      copy.id = originals[i].id;
      QCOMPARE(copy, originals[i]);
      compareMessages(m_store->allMessages(originals[i].id).value(),
                      other->allMessages(imported.chats[i]).value());
      compareMessages(m_store->activePath(originals[i].id).value(),
                      other->activePath(imported.chats[i]).value());
    }
    const QString hash = m_store->activePath(m_chat).value()[0].attachments[0].sha256;
    QCOMPARE(other->objects().read(hash).value(), m_red);
  }

  /// Equal but for ids, which are new in another store.
  static void compareMessages(QList<Message> a, QList<Message> b) {
    QCOMPARE(a.size(), b.size());
    QHash<MessageId, int> placeA, placeB;
    for (int i = 0; i < a.size(); ++i) placeA[a[i].id] = placeB[b[i].id] = i + 1;
    for (int i = 0; i < a.size(); ++i) {
      QCOMPARE(placeA.value(a[i].parent), placeB.value(b[i].parent));
      b[i].id = a[i].id;
      b[i].chat = a[i].chat;
      b[i].parent = a[i].parent;
      QCOMPARE(b[i], a[i]);
    }
  }

  void trainingRecordsAreWhatLapilliTrains() {
    const ExportReport report = exported(ExportFormat::LlavaTraining, out("train.json"), {});
    QCOMPARE(report.chats, 1);
    QCOMPARE(report.messages, 2);
    QCOMPARE(report.leftOut, 3);  // the stopped answer with its question, and the question without an answer
    const QJsonArray records = QJsonDocument::fromJson(contentOf(out("train.json"))).array();
    QCOMPARE(records.size(), 1);
    const QJsonArray turns = records[0].toObject()["conversations"].toArray();
    QCOMPARE(turns.size(), 2);
    QCOMPARE(turns[0].toObject()["value"].toString(), "<image>\n<image>\n" + kQuestion);
    QCOMPARE(turns[0].toObject()["from"].toString(), QString("human"));
    QCOMPARE(turns[1].toObject()["from"].toString(), QString("gpt"));
    int code = -1;
    const QByteArray check =
        outputOf(LAPILLI_PROGRAM,
                 {"train", "--preset", "stage2", "--check", "--data", out("train.json"), "--json"}, &code);
    QVERIFY2(code == 0, check.constData());
    QVERIFY2(check.contains("\"pictures\":2"), check.constData());
  }

  void severalChatsGetAFileEach() {
    QVERIFY(m_store->createChat({.title = "..\\second?"}).ok());
    const ExportReport report = exported(ExportFormat::Markdown, out("folder"), {});
    QCOMPARE(report.chats, 3);
    QCOMPARE(QDir(out("folder")).entryList(QDir::Files, QDir::Name),
             (QStringList{"Two- pictures - 两张图.md", "second- (2).md", "second-.md"}));
    QCOMPARE(QDir(out("folder/files")).entryList(QDir::Files).size(), 2);
  }

  void lostPicturesAreNamed() {
    const QString hash = m_store->activePath(m_chat).value()[0].attachments[0].sha256;
    QVERIFY(QFile::remove(m_store->objects().path(hash)));
    const ExportReport report = exported(ExportFormat::Markdown, out("chat.md"), {m_chat});
    QCOMPARE(report.pictures, 1);
    QCOMPARE(report.missingPictures, 1);
    QVERIFY(contentOf(out("chat.md")).contains("my \\[red\\] pic.png is missing"));
    const ExportReport training = exported(ExportFormat::LlavaTraining, out("train.json"), {m_chat});
    QCOMPARE(training.chats, 0);
    QCOMPARE(training.leftOut, 4);
    exported(ExportFormat::Json, out("one.json"), {m_chat});
    QCOMPARE(importChats(storeFolder(), out("one.json")).value().missingPictures, 1);
  }

  void whatCanNotBeWrittenFails() {
    const auto failed = exportChats(
        storeFolder(), {.format = ExportFormat::Html, .chats = {m_chat}, .target = "/proc/x.html"});
    QVERIFY(!failed.ok());
    QCOMPARE(failed.error().code(), ErrorCode::kIo);
    QCOMPARE(exportChats(storeFolder(), {.chats = {77}, .target = out("x.md")}).error().code(),
             ErrorCode::kInvalidArgument);
    const auto stopped =
        exportChats(storeFolder(), {.format = ExportFormat::Json, .target = out("stopped.json")},
                    [](int done, int) { return done < 1; });
    QCOMPARE(stopped.error().code(), ErrorCode::kStopped);
    QVERIFY(!QFile::exists(out("stopped.json")));
  }

  void inBackgroundItTellsHowFarItIs() {
    const auto future =
        exportInBackground(storeFolder(), {.format = ExportFormat::Pdf, .chats = {}, .target = out("pdfs")});
    QTRY_VERIFY_WITH_TIMEOUT(future.isFinished(), 30000);
    QCOMPARE(future.result().value().chats, 2);
    QCOMPARE(future.progressMaximum(), 2);
    QCOMPARE(future.progressValue(), 2);
  }

  void tidyingRemovesWhatNobodyNeedsAndSeesDamage() {
    const QString unused = m_store->objects().add("unused").value();
    QCOMPARE(tidyChats(storeFolder()).removedPictures, 0);
    QFile file(m_store->objects().path(unused));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.setFileTime(QDateTime::currentDateTimeUtc().addSecs(-2 * kUndoSeconds),
                             QFileDevice::FileModificationTime));
    file.close();
    TidyReport report = tidyChats(storeFolder());
    QCOMPARE(report.removedPictures, 1);
    QCOMPARE(report.damage, QString());
    QVERIFY(!m_store->objects().contains(unused));
    QVERIFY(m_store->objects().contains(m_store->activePath(m_chat).value()[0].attachments[0].sha256));

    m_store.reset();
    const QByteArray good = contentOf(storeFolder() + "/chats.sqlite");
    QByteArray bad = good;
    for (qsizetype at = 5 * 4096; at < 9 * 4096 && at < bad.size(); at += 3) bad[at] = '\x55';
    writeFile(storeFolder() + "/chats.sqlite", bad);
    QVERIFY(!tidyChats(storeFolder()).damage.isEmpty());
  }
};

}  // namespace lapilli::gui

QTEST_MAIN(lapilli::gui::ChatExportTest)
#include "chat_export_test.moc"
