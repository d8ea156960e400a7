// SPDX-License-Identifier: Apache-2.0
// The window over the real engine: the demo model where it is there, else a tiny one with random weights.
#include "app/gui/chat/chat_transfer.h"
#include "app/gui/chat/message_text.h"
#include "app/gui/chat/picture_window.h"
#include "tests/gui/chat_fixture.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QProcess>
#include <QRegularExpression>
#include <QSpinBox>
#include <QToolButton>

namespace lapilli::test {
namespace {

constexpr int kEngineMs = 240000;

}  // namespace

class EngineTest : public QObject, ChatFixture {
  Q_OBJECT

 private:
  void openEngine() {
    openWith(std::make_unique<EngineProcess>(QStringLiteral(LAPILLI_PROGRAM),
                                             QStringList{QStringLiteral("serve")}),
             m_model);
    find<QSpinBox>("maxTokens")->setValue(24);
    QTRY_VERIFY_WITH_TIMEOUT(m_desktop->session().state() == ModelSession::State::kReady ||
                                 m_desktop->session().state() == ModelSession::State::kFailed,
                             kEngineMs);
    QVERIFY2(m_desktop->session().state() == ModelSession::State::kReady,
             qPrintable(m_desktop->session().failure().message));
  }
  void lapilli(const QStringList& arguments) {
    QProcess process;
    process.start(QStringLiteral(LAPILLI_PROGRAM), arguments);
    QVERIFY(process.waitForFinished(kEngineMs));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
  }

  QTemporaryDir m_models;
  QString m_model;

 private slots:
  void initTestCase() {
    m_model = QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/demo/demo.gguf");
    if (QFile::exists(m_model)) return;
    lapilli({QStringLiteral("bench"), QStringLiteral("--shape"), QStringLiteral("tiny"),
             QStringLiteral("--type"), QStringLiteral("f16"), QStringLiteral("--save"),
             m_models.filePath(QStringLiteral("tiny.gguf"))});
    m_model = m_models.path();
  }
  void init() { begin(); }
  void cleanup() { end(); }

  void askStopEditBranchExportAndRestart() {
    openEngine();
    dropPicture();
    ask(QStringLiteral("What is in this picture?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kEngineMs);
    QCOMPARE(path().back().status, MessageStatus::Done);
    QVERIFY(!path().back().text.isEmpty());
    const QJsonObject stats = path().back().stats;
    QVERIFY(stats.value(QLatin1String("tokens")).toInt() > 0);
    const QString first = path().back().text;

    // The same seed, device and settings: the same words.
    QTest::mouseClick(widget(1)->findChild<QToolButton*>(QStringLiteral("regenerate")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(ended() && path().back().siblingCount == 2, kEngineMs);
    QCOMPARE(path().back().text, first);

    // No token ends an answer of this form early, and each is one letter.
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("gbnf")));
    find<QPlainTextEdit>("formatGrammar")->setPlainText(QStringLiteral("root ::= [qxz]{360}"));
    find<QSpinBox>("maxTokens")->setValue(380);
    QTRY_VERIFY_WITH_TIMEOUT(find("formatProblem")->isHidden(), kPatienceMs);
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    QTest::keyClicks(widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText")),
                     QStringLiteral("Tell a story"));
    QTest::mouseClick(widget(0)->findChild<QPushButton*>(QStringLiteral("editSend")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(
        path().front().text == QStringLiteral("Tell a story") && !path().back().text.isEmpty(), kEngineMs);
    QVERIFY(!ended());
    press("send");  // now it stops
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kEngineMs);
    QCOMPARE(path().back().status, MessageStatus::Stopped);
    QCOMPARE(widget(1)->text()->toPlainText(), path().back().text);
    // It goes on where it was, in its form, and its facts are those of the whole.
    const QString begun = path().back().text;
    const int tokens = path().back().stats.value(QLatin1String("tokens")).toInt();
    QVERIFY(tokens > 0);
    kind->setCurrentIndex(kind->findData(QStringLiteral("free")));
    QTest::mouseClick(widget(1)->findChild<QToolButton*>(QStringLiteral("goOn")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(path().back().text.size() > begun.size() || ended(), kEngineMs);
    QVERIFY(!ended());
    press("send");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kEngineMs);
    QVERIFY(path().back().text.startsWith(begun));
    QVERIFY(path().back().stats.value(QLatin1String("tokens")).toInt() > tokens);
    static const QRegularExpression kOther(QStringLiteral("[^qxz]"));
    QVERIFY2(!path().back().text.contains(kOther), qPrintable(path().back().text));
    QCOMPARE(widget(1)->text()->toPlainText(), path().back().text);
    QTest::mouseClick(widget(0)->findChild<QToolButton*>(QStringLiteral("earlier")), Qt::LeftButton);
    QTRY_COMPARE(path().back().text, first);

    const QString file = m_folder->filePath(QStringLiteral("chats.json"));
    auto* transfer = m_desktop->chat().findChild<ChatTransfer*>();
    QSignalSpy told(transfer, &ChatTransfer::told);
    transfer->run({.format = ExportFormat::Json, .chats = {}, .target = file});
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, kPatienceMs);
    QFile written(file);
    QVERIFY2(written.open(QIODevice::ReadOnly), qPrintable(told.front().front().toString()));
    QVERIFY(QString::fromUtf8(written.readAll()).contains(QStringLiteral("Tell a story")));
    const QString page = m_folder->filePath(QStringLiteral("chat.md"));
    transfer->run(
        {.format = ExportFormat::Markdown, .chats = {m_desktop->chat().controller().chat()}, .target = page});
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 2, kPatienceMs);
    QFile asPage(page);
    QVERIFY(asPage.open(QIODevice::ReadOnly));
    QVERIFY(QString::fromUtf8(asPage.readAll()).contains(first));

    m_desktop.reset();
    openEngine();
    clickChat(0);
    QTRY_COMPARE(path().size(), 2);
    QCOMPARE(path().back().text, first);
  }

  void theSeedOfAnAnswerGivesItOnceMore() {
    openEngine();
    find<QDoubleSpinBox>("temperature")->setValue(4);
    ask(QStringLiteral("Tell me something."));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kEngineMs);
    const QString first = path().back().text;
    const auto again = [this](qsizetype count) {
      QTest::mouseClick(widget(1)->findChild<QToolButton*>(QStringLiteral("regenerate")), Qt::LeftButton);
      QTRY_VERIFY_WITH_TIMEOUT(ended() && path().back().siblingCount == count, kEngineMs);
    };
    again(2);  // with another seed
    QVERIFY2(path().back().text != first, qPrintable(first));
    QVERIFY(seedOf(path().back()) != std::nullopt);
    QTest::keyClick(&m_desktop->window(), Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(path().back().text, first);
    const auto seed = seedOf(path().back());
    QTest::mouseClick(widget(1)->findChild<QToolButton*>(QStringLiteral("takeSeed")), Qt::LeftButton);
    again(3);
    QCOMPARE(seedOf(path().back()), seed);
    QCOMPARE(path().back().text, first);
    // Another start of window and engine, too.
    m_desktop.reset();
    openEngine();
    clickChat(0);
    QTRY_COMPARE(path().size(), 2);
    find<QDoubleSpinBox>("temperature")->setValue(4);
    find<QSpinBox>("maxTokens")->setValue(24);
    QTest::keyClick(&m_desktop->window(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    again(4);
    QCOMPARE(path().back().text, first);
  }

  void jsonWithMyFieldsComesOut() {
    openEngine();
    dropPicture();
    chooseColourForm();
    find<QSpinBox>("maxTokens")->setValue(64);
    ask(QStringLiteral("Which colour?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kEngineMs);
    const QJsonObject answer = QJsonDocument::fromJson(path().back().text.toUtf8()).object();
    QVERIFY2(answer.value(QLatin1String("colour")) == QLatin1String("red") ||
                 answer.value(QLatin1String("colour")) == QLatin1String("green"),
             qPrintable(path().back().text));
    QCOMPARE(widget(1)->text()->toPlainText(), path().back().text);
  }

  void anImpossibleSchemaIsRefusedWithItsPlace() {
    openEngine();
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("json_schema")));
    find<QPlainTextEdit>("formatSchema")
        ->setPlainText(
            QStringLiteral("{\"type\": \"object\", \"properties\": {\"age\": {\"type\": \"pebble\"}}}"));
    auto* problem = find<QLabel>("formatProblem");
    QTRY_VERIFY_WITH_TIMEOUT(problem->isVisible(), kPatienceMs);
    QVERIFY2(problem->text().contains(QStringLiteral("age")), qPrintable(problem->text()));
    find<QPlainTextEdit>("questionText")->setPlainText(QStringLiteral("What?"));
    QVERIFY(!find("send")->isEnabled());
  }

  /// Pixel by pixel what `lapilli inspect image` writes.
  void theModelsInputIsShown() {
    openEngine();
    dropPicture();
    const QString picture = drawnPicture(m_folder->path());
    const int size = m_desktop->session().facts().value(QLatin1String("image_size")).toInt();
    QVERIFY(size > 0);
    QTest::mouseClick(find("composer")->findChild<QToolButton*>(QStringLiteral("thumbnail")), Qt::LeftButton);
    auto* window = find<PictureWindow>("pictureWindow");
    for (const char* aspect : {"pad", "crop", "stretch"}) {
      auto* choice = window->findChild<QComboBox*>(QStringLiteral("aspect"));
      choice->setCurrentIndex(choice->findData(QLatin1String(aspect)));
      const QString expected = m_folder->filePath(QStringLiteral("%1.png").arg(QLatin1String(aspect)));
      lapilli({QStringLiteral("inspect"), QStringLiteral("image"), QStringLiteral("--model"), m_model,
               QStringLiteral("--image"), picture, QStringLiteral("--aspect"), QLatin1String(aspect),
               QStringLiteral("--out"), expected});
      const QImage wanted = QImage(expected).convertToFormat(QImage::Format_RGB32);
      QCOMPARE(wanted.width(), size);
      QTRY_VERIFY_WITH_TIMEOUT(window->modelInput().convertToFormat(QImage::Format_RGB32) == wanted,
                               kPatienceMs);
    }
    QVERIFY(window->findChild<QLabel*>(QStringLiteral("inputFacts"))->text().contains(QString::number(size)));
  }

  void devicesAreTestedAndMemoryIsMeasured() {
    openEngine();
    m_desktop->window().showPage(QStringLiteral("settings"));
    QTRY_VERIFY_WITH_TIMEOUT(find<QComboBox>("device")->count() > 1, kEngineMs);
    press("testDevice");
    QTRY_VERIFY_WITH_TIMEOUT(find("testDevice")->isEnabled(), kEngineMs);
    const QString result = find<QLabel>("testResult")->text();
    for (const QString& line : result.split(QLatin1Char('\n')))
      QVERIFY2(line.contains(QStringLiteral(": works, ")), qPrintable(result));
    const auto near = [&] {
      const ModelSession::Memory& memory = m_desktop->session().memory();
      return memory.peak > 0 && qAbs(memory.estimated - memory.peak) <= memory.peak / 20;
    };
    QVERIFY(near());
    m_desktop->window().showPage(QStringLiteral("chat"));
    ask(QStringLiteral("What is this?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kEngineMs);
    QCOMPARE(path().back().status, MessageStatus::Done);
    QVERIFY(near());
  }

  void aFileThatIsNoPictureIsRefusedByTheEngine() {
    openEngine();
    const QString file = m_folder->filePath(QStringLiteral("notes.png"));
    QFile notes(file);
    QVERIFY(notes.open(QIODevice::WriteOnly));
    notes.write("no picture");
    notes.close();
    m_desktop->window().openFiles({file});
    auto* text = find("chatBanner")->findChild<QLabel*>(QStringLiteral("bannerText"));
    QTRY_VERIFY_WITH_TIMEOUT(text->text().contains(QStringLiteral("notes.png was not added")), kPatienceMs);
    QCOMPARE(waiting().size(), 0);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::EngineTest)
#include "engine_test.moc"
