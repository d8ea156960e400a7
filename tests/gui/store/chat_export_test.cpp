// SPDX-License-Identifier: Apache-2.0
#include "app/gui/store/chat_export.h"

#include "app/gui/store/chat_store.h"
#include "app/gui/store/tidy_chats.h"

#include <QBuffer>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QGuiApplication>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

namespace lapilli::gui {
namespace {

QByteArray picture(QRgb colour) {
  QImage image(24, 16, QImage::Format_RGB32);
  image.fill(colour);
  QBuffer buffer;
  image.save(&buffer, "PNG");
  return buffer.data();
}

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeFile(const QString& path, const QByteArray& content) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(content);
}

/// What an independent program prints.
QByteArray outputOf(const QString& program, const QStringList& arguments, int* exitCode = nullptr) {
  QProcess process;
  process.start(program, arguments);
  process.waitForFinished(120000);
  if (exitCode != nullptr) *exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
  return process.readAllStandardOutput() + process.readAllStandardError();
}

const QString kQuestion = "Was ist <das> & \"jenes\"?\n# kein Titel 橙色";

}  // namespace

class ChatExportTest : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<ChatStore> m_store;
  ChatId m_chat = 0;
  QByteArray m_red, m_blue;

  QString out(const QString& name) const { return m_folder->path() + "/" + name; }
  QString storeFolder() const { return out("store"); }
  MessageId add(MessageId parent, MessageRole role, const QString& text,
                const QList<Attachment>& attachments = {}, MessageStatus status = MessageStatus::Done) {
    return m_store
        ->addMessage({.chat = m_chat,
                      .parent = parent,
                      .role = role,
                      .text = text,
                      .status = status,
                      .params = {{"temperature", 0.25}},
                      .attachments = attachments})
        .value();
  }
  ExportReport exported(ExportFormat format, const QString& target, const QList<ChatId>& chats) {
    return exportChats(storeFolder(), {.format = format, .chats = chats, .target = target}).value();
  }

 private slots:
  /// A chat with two branches, two pictures and an answer that was stopped; and another, short chat.
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = ChatStore::open(storeFolder()).value();
    m_red = picture(0xffcc0000);
    m_blue = picture(0xff0000cc);
    const Attachment red = m_store->objects().addPicture(m_red, "my [red] pic.png").value();
    const Attachment blue = m_store->objects().addPicture(m_blue, "blau.png").value();
    m_chat = m_store->createChat({.title = "Two: pictures / 两张图", .model = "/models/llava.gguf"}).value();
    const MessageId q1 = add(0, MessageRole::User, kQuestion, {red, blue});
    const MessageId other = add(q1, MessageRole::Assistant, "the other branch");
    const MessageId a1 = add(q1, MessageRole::Assistant, "A <b>red</b> one &amp; a blue one: 红色和蓝色");
    add(other, MessageRole::User, "a question in the other branch");
    const MessageId q2 = add(a1, MessageRole::User, "And <image> then?", {});
    add(q2, MessageRole::Assistant, "cut off here", {}, MessageStatus::Stopped);
    QVERIFY(m_store->activate(a1).ok());
    const ChatId second = m_store->createChat({.title = "..\\second?"}).value();
    QVERIFY(m_store->addMessage({.chat = second, .text = "only a question"}).ok());
    QVERIFY(m_store->changeChat(second, {.pinned = true}).ok());
    QVERIFY(m_store->saveDraft(second, {.text = "to be continued"}).ok());
  }
  void cleanup() {
    m_store.reset();
    m_folder.reset();
  }

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

  void aBadImportAddsNothing_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("place");
    QTest::newRow("not JSON") << "{\"format\""
                              << "{format"
                              << "byte";
    QTest::newRow("another format") << "lapilli-chats"
                                    << "other"
                                    << "format";
    QTest::newRow("newer") << "\"version\": 1"
                           << "\"version\": 2"
                           << "version";
    QTest::newRow("role") << "\"assistant\""
                          << "\"king\""
                          << "messages[1].role";
    QTest::newRow("status") << "\"stopped\""
                            << "\"dead\""
                            << "messages[5].status";
    QTest::newRow("parent") << "\"parent\":1,"
                            << "\"parent\":400,"
                            << "messages[1].parent";
    QTest::newRow("time") << "T"
                          << "X"
                          << "created";
    QTest::newRow("orientation") << "\"orientation\":1"
                                 << "\"orientation\":9"
                                 << "attachments[0].orientation";
    QTest::newRow("text") << "\"text\":\"cut off here\""
                          << "\"text\":7"
                          << "messages[5].text";
    QTest::newRow("hash") << "\"sha256\":\""
                          << "\"sha256\":\"../../"
                          << "attachments[0].sha256";
    QTest::newRow("settings") << "\"settings\":{}"
                              << "\"settings\":[]"
                              << "settings";
  }
  void aBadImportAddsNothing() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, place);
    exported(ExportFormat::Json, out("all.json"), {m_chat});
    QString text = QString::fromUtf8(contentOf(out("all.json")));
    QVERIFY(text.contains(from));
    text.replace(from, to);
    writeFile(out("all.json"), text.toUtf8());
    const qsizetype before = m_store->chats().value().size();
    const auto imported = importChats(storeFolder(), out("all.json"));
    QVERIFY(!imported.ok());
    QVERIFY2(QString::fromStdString(imported.error().place()).contains(place), imported.error().what());
    QCOMPARE(m_store->chats().value().size(), before);
  }

  void anImportOpensNothingOutsideItsFolder_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("above") << "../secret.png";
    QTest::newRow("absolute") << "ABSOLUTE";
    QTest::newRow("by a link") << "link.png";
  }
  void anImportOpensNothingOutsideItsFolder() {
    QFETCH(QString, name);
    const QByteArray secret = picture(0xff123456);
    writeFile(out("secret.png"), secret);
    QVERIFY(QDir().mkpath(out("in")));
    QVERIFY(QFile::link(out("secret.png"), out("in/link.png")));
    exported(ExportFormat::Json, out("in/all.json"), {m_chat});
    QString text = QString::fromUtf8(contentOf(out("in/all.json")));
    const QString hash = m_store->activePath(m_chat).value()[0].attachments[0].sha256;
    text.replace(hash, ObjectStore::hashOf(secret));
    text.replace(QRegularExpression("\"file\":\"[^\"]*red[^\"]*\""),
                 "\"file\":\"" + (name == "ABSOLUTE" ? out("secret.png") : name) + "\"");
    writeFile(out("in/all.json"), text.toUtf8());
    const ImportReport report = importChats(storeFolder(), out("in/all.json")).value();
    QCOMPARE(report.missingPictures, 1);
    QVERIFY(!m_store->objects().contains(ObjectStore::hashOf(secret)));
  }

  void hostileBytesAreRefusedQuickly() {
    writeFile(out("deep.json"), QByteArray(200000, '['));
    QCOMPARE(importChats(storeFolder(), out("deep.json")).error().code(), ErrorCode::kBadFile);
    writeFile(out("empty.json"), "");
    QCOMPARE(importChats(storeFolder(), out("empty.json")).error().code(), ErrorCode::kBadFile);
    QCOMPARE(importChats(storeFolder(), out("absent.json")).error().code(), ErrorCode::kNotFound);
    exported(ExportFormat::Json, out("all.json"), {});
    const QByteArray good = contentOf(out("all.json"));
    for (qsizetype cut = 0; cut < good.size(); cut += 97) {
      writeFile(out("cut.json"), good.left(cut));
      QVERIFY(!importChats(storeFolder(), out("cut.json")).ok());
    }
    QCOMPARE(m_store->chats().value().size(), 2);
  }

  void aStoppedImportIsTakenBack() {
    exported(ExportFormat::Json, out("all.json"), {});
    const auto stopped = importChats(storeFolder(), out("all.json"), [](int done, int) { return done < 1; });
    QCOMPARE(stopped.error().code(), ErrorCode::kStopped);
    QCOMPARE(m_store->chats().value().size(), 2);
  }

  /// While a long conversation comes in, the window's own writes get their turn.
  void aLongImportStopsNobody() {
    MessageId parent = 0;
    for (int i = 0; i < 1500; ++i)
      parent = add(parent, MessageRole::User, QString("words %1 ").arg(i).repeated(40));
    exported(ExportFormat::Json, out("long.json"), {m_chat});
    const auto future = importInBackground(storeFolder(), out("long.json"));
    int written = 0;
    while (!future.isFinished()) {
      QVERIFY(m_store->changeChat(m_chat, {.title = QString("title %1").arg(written)}).ok());
      ++written;
      QTest::qWait(1);
    }
    const ImportReport report = future.result().value();
    QVERIFY2(written >= 10, qPrintable(QString::number(written)));
    QCOMPARE(m_store->allMessages(report.chats[0]).value().size(), 1500 + 6);
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
