// SPDX-License-Identifier: Apache-2.0
// Answers on the page of chats, as a person sees them, over an engine that answers as scripted.
#include "app/gui/chat/message_text.h"
#include "tests/gui/chat_fixture.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFontMetricsF>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QToolButton>
#include <QToolTip>

namespace lapilli::test {

using namespace gui;

/// As a font for code has it; not every such font says so of itself.
bool has_one_width(const QFont& font) {
  const QFontMetricsF metrics(font);
  return metrics.horizontalAdvance(QStringLiteral("iiii")) ==
         metrics.horizontalAdvance(QStringLiteral("WWWW"));
}

class ChatPageTest : public QObject, ChatFixture {
  Q_OBJECT

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void whatAModelWroteIsShownToTheLastSign_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("code");
    const QString json =
        QStringLiteral("{\"say\": \"a \\\"b\\\" *c* snake_case C:\\\\dir __x__\", \"n\": 1}");
    const QString lines =
        QStringLiteral("1) one\n  2) two\n# not a heading\n    indented\n~~gone~~\n<b>tag</b>");
    QTest::newRow("json fields") << "json_fields" << json << true;
    QTest::newRow("json schema") << "json_schema" << json << true;
    QTest::newRow("grammar") << "gbnf" << lines << true;
    QTest::newRow("list") << "list"
                          << "- *one*\n- two_three_four" << false;
    QTest::newRow("tags") << "tags"
                          << "red\ndark_blue" << false;
    QTest::newRow("words") << "words"
                           << "# a `b` __c__" << false;
    QTest::newRow("free") << "free" << lines + QStringLiteral("\n\n") + json << false;
    QTest::newRow("markdown") << ""
                              << "## Shapes\n\n**Red** and *blue*, [here](https://x.org/a_b).\n\n3. three\n\n"
                                 "```\nx = \"*a*\"\n```\n| a | b |\n|---|---|\n&amp; \\* --- \n"
                              << false;
    QTest::newRow("detail") << "detail" << lines << false;
  }
  void whatAModelWroteIsShownToTheLastSign() {
    QFETCH(QString, kind);
    QFETCH(QString, text);
    QFETCH(bool, code);
    open({});
    const QJsonObject format = kind.isEmpty() ? QJsonObject() : QJsonObject{{QStringLiteral("kind"), kind}};
    openChatOf({{.text = text}, {.role = MessageRole::Assistant, .text = text, .format = format}});
    for (const qsizetype index : {0, 1}) QCOMPARE(widget(index)->text()->toPlainText(), text);
    QCOMPARE(has_one_width(widget(1)->text()->font()), code);
    QVERIFY(!has_one_width(widget(0)->text()->font()));
    // What is found in it is what is in it.
    QTest::keyClick(&m_desktop->window(), Qt::Key_F, Qt::ControlModifier);
    find<QLineEdit>("findWords")->setText(text.section(QLatin1Char('\n'), 0, 0));
    QCOMPARE(find<QLabel>("findPlace")->text(), QStringLiteral("1 of 2"));
    QCOMPARE(widget(1)->text()->extraSelections().size(), 1);
  }

  void aNewAnswerEndsTheOneThatIsBeingWritten() {
    open({QStringLiteral("tokens=2000"), QStringLiteral("delay_ms=5")});
    find<QSpinBox>("maxTokens")->setValue(2000);
    ask(QStringLiteral("One"));
    QTRY_VERIFY_WITH_TIMEOUT(!path().isEmpty() && path().back().text.size() > 10, kPatienceMs);
    MessageId running = path().back().id;
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    QTest::keyClicks(widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText")),
                     QStringLiteral("Two"));
    QTest::mouseClick(widget(0)->findChild<QPushButton*>(QStringLiteral("editSend")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(running), MessageStatus::Stopped, 5000);
    QTRY_VERIFY_WITH_TIMEOUT(path().back().id != running && path().back().text.size() > 10, kPatienceMs);
    // A chat that is deleted is written on no more.
    running = path().back().id;
    auto* list = find<QListView>("chats");
    list->setCurrentIndex(list->model()->index(0, 0));
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Delete);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(running), MessageStatus::Stopped, 5000);
    QVERIFY(path().isEmpty());
  }

  void aQuestionIsAnsweredAndKept() {
    open({QStringLiteral("answer=A red circle.")});
    dropPicture();
    ask(QStringLiteral("What is this?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QCOMPARE(path().size(), 2);
    QCOMPARE(path()[0].attachments.size(), 1);
    QCOMPARE(path()[0].attachments[0].name, QStringLiteral("shapes.png"));
    QCOMPARE(path()[1].text, QStringLiteral("A red circle."));
    QCOMPARE(path()[1].status, MessageStatus::Done);
    QVERIFY(
        widget(1)->findChild<QLabel*>(QStringLiteral("facts"))->text().contains(QStringLiteral("3 tokens")));
    QCOMPARE(find<QLabel>("chatTitle")->text(), QStringLiteral("What is this?"));
    // Another start finds it.
    m_desktop.reset();
    open({});
    auto* list = find<QListView>("chats");
    QCOMPARE(list->model()->rowCount(), 1);
    clickChat(0);
    QTRY_COMPARE(path().size(), 2);
    QCOMPARE(widget(1)->text()->toPlainText(), QStringLiteral("A red circle."));
  }

  void anAnswerIsStoppedAndGoesOn() {
    open({QStringLiteral("tokens=2000"), QStringLiteral("delay_ms=5")});
    find<QSpinBox>("maxTokens")->setValue(2000);
    ask(QStringLiteral("Count"));
    QTRY_VERIFY_WITH_TIMEOUT(!path().isEmpty() && path().back().text.size() > 10, kPatienceMs);
    QCOMPARE(find<QPushButton>("send")->text(), QStringLiteral("Stop"));
    QVERIFY(!widget(1)->findChild<QLabel*>(QStringLiteral("messageStatus"))->isVisible());
    press("send");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QCOMPARE(path().back().status, MessageStatus::Stopped);
    const QString before = path().back().text;
    auto* goOn = widget(1)->findChild<QToolButton*>(QStringLiteral("goOn"));
    QVERIFY(goOn->isVisible());
    QTest::mouseClick(goOn, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(path().back().text.size() > before.size() + 10, kPatienceMs);
    QVERIFY(path().back().text.startsWith(before));
    QTest::keyClick(&m_desktop->window(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QCOMPARE(path().size(), 2);
  }

  void anAnswerGoesOnAsItWasAsked() {
    const QString record = m_folder->filePath(QStringLiteral("requests"));
    open({QStringLiteral("tokens=2000"), QStringLiteral("delay_ms=5"), QStringLiteral("record=") + record});
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("list")));
    ask(QStringLiteral("What is there?"));
    QTRY_VERIFY_WITH_TIMEOUT(!path().isEmpty() && path().back().text.size() > 10, kPatienceMs);
    QTest::keyClick(&m_desktop->window(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    const QString before = path().back().text;
    const int tokensBefore = path().back().stats.value(QLatin1String("tokens")).toInt();
    kind->setCurrentIndex(kind->findData(QStringLiteral("free")));
    find<QDoubleSpinBox>("temperature")->setValue(0.9);
    m_desktop->settings().setAspect(QStringLiteral("stretch"));
    QTest::mouseClick(widget(1)->findChild<QToolButton*>(QStringLiteral("goOn")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(path().back().text.size() > before.size() + 10, kPatienceMs);
    QTest::keyClick(&m_desktop->window(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    const QJsonObject last = lastRequest(record, "ask");
    QCOMPARE(last.value(QLatin1String("begun")).toString(), before);
    QCOMPARE(last.value(QLatin1String("format"))[QLatin1String("kind")].toString(), QStringLiteral("list"));
    QCOMPARE(last.value(QLatin1String("temperature")).toDouble(), 0.0);
    QCOMPARE(last.value(QLatin1String("aspect")).toString(), QStringLiteral("pad"));
    QCOMPARE(last.value(QLatin1String("seed")).toInt(), 7);
    // Its facts are those of the whole: each token is one of these words.
    static const QRegularExpression kWord(QStringLiteral("one|two|three|four|five"));
    const QJsonObject stats = path().back().stats;
    QVERIFY(tokensBefore > 0);
    QCOMPARE(stats.value(QLatin1String("tokens")).toInt(), path().back().text.count(kWord));
    QCOMPARE(stats.value(QLatin1String("stop_reason")).toString(), QStringLiteral("stopped"));
    QCOMPARE(stats.value(QLatin1String("timings"))[QLatin1String("decode_ms")].toDouble(),
             10.0 * stats.value(QLatin1String("tokens")).toInt());
  }

  void theSeedOfAnAnswerIsTakenOver() {
    const QString record = m_folder->filePath(QStringLiteral("requests"));
    open({QStringLiteral("record=") + record});
    ask(QStringLiteral("One"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QVERIFY(!lastRequest(record, "ask").contains(QLatin1String("seed")));
    auto* take = widget(1)->findChild<QToolButton*>(QStringLiteral("takeSeed"));
    QVERIFY(take->isVisible());
    QCOMPARE(take->text(), QStringLiteral("Seed 7"));
    QCOMPARE(take->accessibleName(), QStringLiteral("Take the seed 7 for the next questions"));
    QVERIFY(!widget(0)->findChild<QToolButton*>(QStringLiteral("takeSeed"))->isVisible());
    const auto taken = [this] {
      return find<QLineEdit>("seed")->isVisible() && find<QLineEdit>("seed")->text() == QLatin1String("7") &&
             find<QCheckBox>("fixedSeed")->isChecked();
    };
    QVERIFY(!taken());
    QTest::mouseClick(take, Qt::LeftButton);
    QVERIFY(taken());
    QVERIFY(find("seed")->hasFocus());
    find<QCheckBox>("fixedSeed")->setChecked(false);
    QTest::keyClick(take, Qt::Key_Space);
    QVERIFY(taken());
    find<QCheckBox>("fixedSeed")->setChecked(false);
    press("samplingButton");
    find("questionText")->setFocus();
    QTest::keyClick(find("questionText"), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(taken());
    ask(QStringLiteral("Two"));
    QTRY_VERIFY_WITH_TIMEOUT(path().size() == 4 && ended(), kPatienceMs);
    QCOMPARE(lastRequest(record, "ask").value(QLatin1String("seed")).toInt(-1), 7);
    // Another start has it still, 0 too.
    find<QLineEdit>("seed")->setText(QStringLiteral("0"));
    m_desktop.reset();
    open({});
    clickChat(0);
    QTRY_COMPARE(path().size(), 4);
    QVERIFY(find<QCheckBox>("fixedSeed")->isChecked());
    QCOMPARE(find<QLineEdit>("seed")->text(), QStringLiteral("0"));
  }

  void editsAndSecondAnswersAreBranches() {
    open({QStringLiteral("answer=one two")});
    ask(QStringLiteral("First"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QTest::mouseClick(widget(1)->findChild<QToolButton*>(QStringLiteral("regenerate")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(ended() && path().back().siblingCount == 2, kPatienceMs);
    QCOMPARE(widget(1)->findChild<QLabel*>(QStringLiteral("branch"))->text(), QStringLiteral("2/2"));
    const MessageId second = path().back().id;
    QTest::keyClick(&m_desktop->window(), Qt::Key_Left, Qt::AltModifier);
    QTRY_VERIFY(path().back().id != second);
    QCOMPARE(path().back().siblingIndex, 0);
    QTest::keyClick(&m_desktop->window(), Qt::Key_Right, Qt::AltModifier);
    QTRY_COMPARE(path().back().id, second);

    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    auto* edit = widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText"));
    QVERIFY(edit != nullptr);
    QTest::keyClicks(edit, QStringLiteral("Second"));
    QTest::mouseClick(widget(0)->findChild<QPushButton*>(QStringLiteral("editSend")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(ended() && path().front().text == QStringLiteral("Second"), kPatienceMs);
    QCOMPARE(path().front().siblingCount, 2);
    QTest::mouseClick(widget(0)->findChild<QToolButton*>(QStringLiteral("earlier")), Qt::LeftButton);
    QTRY_COMPARE(path().front().text, QStringLiteral("First"));
    QCOMPARE(path().back().id, second);  // the branch looked at last
  }

  void theFormReachesTheEngine() {
    const QString record = m_folder->filePath(QStringLiteral("requests"));
    open({QStringLiteral("record=") + record});
    chooseColourForm();
    QCOMPARE(find<QToolButton>("formatButton")->text(), QStringLiteral("JSON with fields"));
    ask(QStringLiteral("Which?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    const QJsonObject asked = lastRequest(record, "ask");
    const QJsonObject expected =
        QJsonDocument::fromJson(
            R"({"kind":"json_fields","fields":[{"name":"colour","type":"choice","values":["red","green"]}]})")
            .object();
    QCOMPARE(asked.value(QLatin1String("format")).toObject(), expected);
    QCOMPARE(asked.value(QLatin1String("temperature")).toDouble(), 0.0);
    QCOMPARE(path().back().format, expected);
  }

  void escLeavesTheEditAndKeepsTheAnswerRunning() {
    open({QStringLiteral("tokens=2000"), QStringLiteral("delay_ms=5")});
    find<QSpinBox>("maxTokens")->setValue(2000);
    ask(QStringLiteral("One"));
    QTRY_VERIFY_WITH_TIMEOUT(!path().isEmpty() && path().back().text.size() > 10, kPatienceMs);
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    auto* edit = widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText"));
    QTest::keyClicks(edit, QStringLiteral("Two"));
    QTest::keyClick(edit, Qt::Key_Escape);
    QVERIFY(!edit->isVisible());
    QVERIFY(widget(0)->text()->isVisible());
    QVERIFY(!ended());
    // What was typed is there at the next edit of it.
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    QTRY_VERIFY(widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText")) != edit);
    edit = widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText"));
    QCOMPARE(edit->toPlainText(), QStringLiteral("Two"));
    QTest::keyClick(edit, Qt::Key_Escape);
    QTest::keyClick(&m_desktop->window(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
  }

  void aQuestionWithoutAnAnswerIsAnswered() {
    open({QStringLiteral("answer=Late but here")});
    const ChatId chat = *m_desktop->store().createChat({.title = QStringLiteral("Left alone")});
    QVERIFY(m_desktop->store().addMessage({.chat = chat, .text = QStringLiteral("Anybody?")}).ok());
    auto* list = find<QListView>("chats");
    QTRY_COMPARE(list->model()->rowCount(), 1);
    clickChat(0);
    QTRY_COMPARE(path().size(), 1);
    QTRY_VERIFY(widget(0)->findChild<QToolButton*>(QStringLiteral("regenerate"))->isVisible());
    QTest::keyClick(&m_desktop->window(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(path().size() == 2 && ended(), kPatienceMs);
    QCOMPARE(path()[0].text, QStringLiteral("Anybody?"));
    QCOMPARE(path()[1].text, QStringLiteral("Late but here"));
    QCOMPARE(path()[1].parent, path()[0].id);
  }

  void namesAreNeverMarkup() {
    open({QStringLiteral("name=<b>bold</b> & <img src=x>"), QStringLiteral("answer=<i>no</i>")});
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    ask(QStringLiteral("<u>What</u>?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    for (const char* page : {"chat", "captions", "models", "settings"}) {
      m_desktop->window().showPage(QLatin1String(page));
      for (const QLabel* label : m_desktop->window().findChildren<QLabel*>()) {
        if (label->isVisible() && !label->text().isEmpty())
          QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->objectName() + label->text()));
      }
    }
    QToolTip::showText(m_desktop->window().mapToGlobal(QPoint(10, 10)), QStringLiteral("<b>tip</b>"));
    const QLabel* tip = nullptr;
    for (const QWidget* widget : QApplication::topLevelWidgets()) {
      if (widget->inherits("QTipLabel")) tip = static_cast<const QLabel*>(widget);
    }
    QVERIFY(tip != nullptr);
    QCOMPARE(tip->textFormat(), Qt::PlainText);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatPageTest)
#include "chat_page_test.moc"
