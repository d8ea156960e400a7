// SPDX-License-Identifier: Apache-2.0
// What the window says of trouble with the engine and the model, and how it goes on.
#include "app/gui/elided_label.h"
#include "app/gui/start_trouble.h"
#include "tests/gui/chat_fixture.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

namespace lapilli::test {

using namespace gui;

class ChatTroubleTest : public QObject, ChatFixture {
  Q_OBJECT

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void anEngineThatIsNamedTakesTheOthersPlaceAtOnce() {
    openWith(std::make_unique<EngineProcess>(QStringLiteral("/no/such/engine"), QStringList()),
             QStringLiteral("scripted"));
    QTRY_VERIFY_WITH_TIMEOUT(find("engineBanner")->isVisible(), kPatienceMs);
    m_desktop->window().showPage(QStringLiteral("settings"));
    QTRY_VERIFY_WITH_TIMEOUT(find("testResult")->isVisible(), kPatienceMs);  // why there are no devices
    auto* program = find<QLineEdit>("engineProgram");
    program->setText(QStringLiteral(LAPILLI_SCRIPTED_HOST));
    QTest::keyClick(program, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    QVERIFY(!find("engineBanner")->isVisible());
    m_desktop->window().showPage(QStringLiteral("chat"));
    m_desktop->window().showPage(QStringLiteral("settings"));
    QTRY_VERIFY_WITH_TIMEOUT(!find("testResult")->isVisible(), kPatienceMs);
    // One that runs makes way, with its model.
    const auto* engine = static_cast<EngineProcess*>(&m_desktop->host());
    const qint64 first = engine->processId();
    const QString another = m_folder->filePath(QStringLiteral("another engine"));
    QVERIFY(QFile::copy(QStringLiteral(LAPILLI_SCRIPTED_HOST), another));
    program->setText(another);
    QTest::keyClick(program, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(engine->processId() != 0 && engine->processId() != first, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    QCOMPARE(m_desktop->host().restarts(), 0);
    QCOMPARE(m_desktop->settings().model().model, QStringLiteral("scripted"));
  }

  void aFormIsNotBlamedForTheEngine() {
    openWith(std::make_unique<EngineProcess>(QStringLiteral("/no/such/engine"), QStringList()),
             QStringLiteral("scripted"));
    QSignalSpy failed(&m_desktop->host(), &JobHost::failed);
    const auto isChecked = [&] {
      return std::any_of(failed.begin(), failed.end(), [](const QVariantList& each) {
        return each[1].value<Failure>().request == QLatin1String("check_format");
      });
    };
    chooseColourForm();
    type(QStringLiteral("Which colour?"));
    QTRY_VERIFY_WITH_TIMEOUT(isChecked(), kPatienceMs);
    QVERIFY(!find("formatProblem")->isVisible());
    QVERIFY(find("send")->isEnabled());
    // It is looked at when there is an engine.
    QSignalSpy finished(&m_desktop->host(), &JobHost::finished);
    auto* engine = static_cast<EngineProcess*>(&m_desktop->host());
    engine->setProgram(QStringLiteral(LAPILLI_SCRIPTED_HOST));
    QTRY_VERIFY_WITH_TIMEOUT(!finished.isEmpty(), kPatienceMs);
    QVERIFY(!find("formatProblem")->isVisible());
    press("send");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QCOMPARE(path().back().status, MessageStatus::Done);
  }

  void trouble_data() {
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("crash") << "crash_at=3"
                           << "ended unexpectedly";
    QTest::newRow("hang") << "hang_at=3"
                          << "no sign of life";
    QTest::newRow("garbage") << "garbage_at=3"
                             << "can not be understood";
    QTest::newRow("lost device") << "lost_at=3"
                                 << "stopped working";
    QTest::newRow("memory") << "memory_at=3"
                            << "memory is not enough";
    QTest::newRow("slow") << "delay_ms=150"
                          << "";
  }
  void trouble() {
    QFETCH(QString, setting);
    QFETCH(QString, sentence);
    open({setting, QStringLiteral("once=") + m_folder->filePath(QStringLiteral("once"))});
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    ask(QStringLiteral("What?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    if (sentence.isEmpty()) {
      QCOMPARE(path().back().text, QStringLiteral("one two three four five"));
      return;
    }
    QCOMPARE(path().back().status, MessageStatus::Failed);
    QCOMPARE(path().back().text, QStringLiteral("one two three"));
    auto* status = widget(1)->findChild<QLabel*>(QStringLiteral("messageStatus"));
    QVERIFY2(status->isVisible() && status->text().contains(sentence), qPrintable(status->text()));
    QVERIFY(m_desktop->window().isVisible());
    auto* more = widget(1)->findChild<QToolButton*>(QStringLiteral("messageMore"));
    auto* details = widget(1)->findChild<QLabel*>(QStringLiteral("messageDetails"));
    QVERIFY(more != nullptr && more->isVisible() && !details->isVisible());
    QTest::keyClick(more, Qt::Key_Space);
    QVERIFY(details->isVisible());
    QVERIFY(!details->text().isEmpty());
    // Without facts, what can be done with it still stands together.
    const auto left = [this](const char* name) {
      return widget(1)->findChild<QToolButton*>(QLatin1String(name))->geometry();
    };
    QVERIFY2(left("regenerate").left() - left("copy").right() <= 8, qPrintable(sentence));
    QTest::mouseClick(widget(1)->findChild<QPushButton*>(QStringLiteral("retry")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(ended() && path().back().status == MessageStatus::Done, kPatienceMs);
    QCOMPARE(path().back().text, QStringLiteral("one two three four five"));
    QCOMPARE(path().back().siblingIndex, 1);  // the broken answer is kept beside it
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
  }

  /// The context may be short since Settings say so.
  void aQuestionThatIsTooLongNamesTheContextOfSettings() {
    open({QStringLiteral("full_at=0")});
    for (const auto& [language, settings] :
         {std::pair("en", QStringLiteral("choose a longer context in Settings")),
          std::pair("zh_CN", QStringLiteral("在“设置”中选择更长的上下文")),
          std::pair("zh_TW", QStringLiteral("在「設定」中選擇更長的上下文"))}) {
      m_desktop->settings().setLanguage(QLatin1String(language));
      ask(QStringLiteral("What?"));
      QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
      QCOMPARE(path().back().status, MessageStatus::Failed);
      const auto* status = widget(path().size() - 1)->findChild<QLabel*>(QStringLiteral("messageStatus"));
      QVERIFY2(status->isVisible() && status->text().contains(settings), qPrintable(status->text()));
    }
  }

  void noticesThatAreClosedStayClosed() {
    open({QStringLiteral("note=software_device")});
    QTRY_VERIFY_WITH_TIMEOUT(find("chatBanner")->isVisible(), kPatienceMs);
    QTest::mouseClick(find("chatBanner")->findChild<QWidget*>(QStringLiteral("bannerClose")), Qt::LeftButton);
    m_desktop->settings().setLanguage(QStringLiteral("zh_CN"));
    QTest::qWait(50);
    QVERIFY(!find("chatBanner")->isVisible());
    m_desktop->settings().setLanguage(QStringLiteral("en"));
    // Each has its own details, and the details of the one before go with it.
    m_desktop->chat().tell(QStringLiteral("First"), QStringLiteral("Of the first"));
    auto* more = find("chatBanner")->findChild<QWidget*>(QStringLiteral("bannerMore"));
    QVERIFY(more->isVisible());
    m_desktop->chat().tell(QStringLiteral("Second"));
    QVERIFY(!more->isVisible());
    QCOMPARE(bannerText("chatBanner")->text().trimmed(), QStringLiteral("Second"));
  }

  void whatWasExpectedOfAModelIsNoNotice() {
    open({QStringLiteral("note=model")});
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    QTest::qWait(50);
    QVERIFY(!find("chatBanner")->isVisible());
    QVERIFY(!find("modelNotes")->isVisible());
    QVERIFY(find("modelName")->toolTip().contains(QStringLiteral("a remark of the script")));
  }

  void whatIsNotOnTheGpuStaysInSight() {
    open({QStringLiteral("note=layers_in_host_memory")});
    QTRY_VERIFY_WITH_TIMEOUT(find("chatBanner")->isVisible(), kPatienceMs);
    auto* sign = find("modelNotes");
    QVERIFY(sign->isVisible());
    m_desktop->chat().tell(QStringLiteral("Another notice"));
    QVERIFY(sign->isVisible());
    QVERIFY2(sign->accessibleName().startsWith(QStringLiteral("Some layers stay in the computer's memory")),
             qPrintable(sign->accessibleName()));
    QVERIFY(sign->accessibleName().contains(QStringLiteral("Settings")));  // what would change it
    QTest::mouseClick(sign, Qt::LeftButton);
    QCOMPARE(bannerText("chatBanner")->text().trimmed(), sign->accessibleName());
  }

  void theModelsDeviceIsNotCutOff() {
    open({QStringLiteral("name=demo · llvmpipe (LLVM 15.0.6, 256 bits)")});
    m_desktop->window().resize(1160, 760);
    auto* label = find<ElidedLabel>("modelName");
    QTRY_COMPARE_WITH_TIMEOUT(label->text(),
                              QStringLiteral("demo · llvmpipe (LLVM 15.0.6, 256 bits) · Scripted device"),
                              kPatienceMs);
    m_desktop->window().resize(720, 520);
    QTRY_VERIFY(label->text().endsWith(QChar(0x2026)));
    QVERIFY(find("chatTitle")->width() >= 100);
  }

  void troubleIsCounted() {
    open(
        {QStringLiteral("crash_at=1"), QStringLiteral("once=") + m_folder->filePath(QStringLiteral("once"))});
    m_desktop->window().showPage(QStringLiteral("settings"));
    QVERIFY(!find("engineTroubles")->isVisible());
    m_desktop->window().showPage(QStringLiteral("chat"));
    ask(QStringLiteral("What?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    m_desktop->window().showPage(QStringLiteral("settings"));
    QTRY_COMPARE(find<QLabel>("engineTroubles")->text(),
                 QStringLiteral("The engine was started again 1 time."));
  }

  void afterTooManyFallsTheNextQuestionLoadsTheModelAgain() {
    const QString record = m_folder->filePath(QStringLiteral("requests"));
    open({QStringLiteral("crash_at=1"), QStringLiteral("record=") + record});
    for (int fall = 0; fall <= JobHost::kMostRestarts; ++fall) {
      QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
      ask(QStringLiteral("What?"));
      QTRY_VERIFY_WITH_TIMEOUT(ended() && path().back().status == MessageStatus::Failed, kPatienceMs);
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kFailed, kPatienceMs);
    QFile file(record);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto loads = file.readAll().count("\"load\"");
    file.close();
    ask(QStringLiteral("And now?"));
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().count("\"load\"") > loads);
  }

  void aStartThatFailsTellsThePlaceAndWhatToDo() {
    const Folders folders = Folders::below(m_folder->path());
    QFile file(folders.data + QStringLiteral("/chats"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto desktop = Desktop::open(folders, scriptedHost({}));
    QVERIFY(!desktop.ok());
    const StartTrouble trouble(desktop.error(), folders.data);
    QVERIFY2(trouble.informativeText().contains(QDir::toNativeSeparators(folders.data)),
             qPrintable(trouble.informativeText()));
    QVERIFY(trouble.informativeText().contains(QStringLiteral("try again")));
    QCOMPARE(trouble.buttons().size(), 3);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatTroubleTest)
#include "chat_trouble_test.moc"
