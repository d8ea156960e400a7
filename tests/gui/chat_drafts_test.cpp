// SPDX-License-Identifier: Apache-2.0
// What is put together on the page of chats and not sent yet.
#include "tests/gui/chat_fixture.h"

#include <QApplication>
#include <QToolButton>

namespace lapilli::test {

using namespace gui;

class ChatDraftsTest : public QObject, ChatFixture {
  Q_OBJECT

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void aWordTypedAndNotSentIsStillThere() {
    open({});
    ask(QStringLiteral("One"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    type(QStringLiteral("unfinished thought"));
    const ChatId chat = m_desktop->chat().controller().chat();
    m_desktop.reset();
    open({});
    const auto kept = m_desktop->store().draft(chat);
    QVERIFY(kept.ok());
    QCOMPARE(kept->text, QStringLiteral("unfinished thought"));
  }

  void aQuestionThatIsBeingChangedSurvives() {
    open({QStringLiteral("answer=Fine")});
    ask(QStringLiteral("One"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    const ChatId chat = m_desktop->chat().controller().chat();
    const auto edit = [&] { return widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText")); };
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    QTest::keyClicks(edit(), QStringLiteral("One in other words"));
    const ChatDatabase other(m_desktop->store().databasePath(), ChatDatabase::Access::ReadOnly);
    const auto stored = [&] {
      QSqlQuery query = other.run(QStringLiteral("SELECT text FROM draft_edit"));
      return nextRow(query) ? query.value(0).toString() : QString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(stored(), QStringLiteral("One in other words"), 5000);
    // Away and back, and after another start.
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(path().isEmpty());
    clickChat(0);
    QTRY_COMPARE(m_desktop->chat().controller().chat(), chat);
    QVERIFY(edit() != nullptr);
    QCOMPARE(edit()->toPlainText(), QStringLiteral("One in other words"));
    m_desktop.reset();
    open({QStringLiteral("answer=Fine")});
    clickChat(0);
    QTRY_COMPARE(path().size(), 2);
    QVERIFY(edit() != nullptr);
    QCOMPARE(edit()->toPlainText(), QStringLiteral("One in other words"));
    // Asked, it is a draft no more, and the first question shows as it was.
    QTest::mouseClick(widget(0)->findChild<QPushButton*>(QStringLiteral("editSend")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(ended() && path().front().text == QStringLiteral("One in other words"),
                             kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->store().edits(chat).value().size(), 0, 5000);
    QTest::mouseClick(widget(0)->findChild<QToolButton*>(QStringLiteral("earlier")), Qt::LeftButton);
    QTRY_COMPARE(path().front().text, QStringLiteral("One"));
    QVERIFY(edit() == nullptr);
  }

  void whatEscLeftOfAQuestionIsKept() {
    open({QStringLiteral("answer=Fine")});
    ask(QStringLiteral("One"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    const ChatId chat = m_desktop->chat().controller().chat();
    const auto edit = [&] { return widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText")); };
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    QTest::keyClicks(edit(), QStringLiteral("One in other words"));
    QTest::keyClick(edit(), Qt::Key_Escape);
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(m_desktop->store().edits(chat).value().values(),
             QStringList{QStringLiteral("One in other words")});
    // It stays out of sight, and is there at the next edit.
    clickChat(0);
    QTRY_COMPARE(m_desktop->chat().controller().chat(), chat);
    QVERIFY(edit() == nullptr);
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    QCOMPARE(edit()->toPlainText(), QStringLiteral("One in other words"));
    // After another start it is open, since nobody remembers that it was left.
    QTest::keyClick(edit(), Qt::Key_Escape);
    m_desktop.reset();
    open({QStringLiteral("answer=Fine")});
    clickChat(0);
    QTRY_COMPARE(path().size(), 2);
    QVERIFY(edit() != nullptr);
    QCOMPARE(edit()->toPlainText(), QStringLiteral("One in other words"));
    // Cancelled, it is gone.
    QTest::mouseClick(widget(0)->findChild<QPushButton*>(QStringLiteral("editCancel")), Qt::LeftButton);
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(m_desktop->store().edits(chat).value().size(), 0);
  }

  /// A kill is as good as a crash: what counts is what another connection finds while this window is open.
  void whatIsPutTogetherInANewChatSurvives() {
    open({QStringLiteral("answer=Fine")});
    ask(QStringLiteral("One"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    const ChatId first = m_desktop->chat().controller().chat();
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(path().isEmpty());
    dropPicture();
    type(QStringLiteral("half a question"));
    const ChatDatabase other(m_desktop->store().databasePath(), ChatDatabase::Access::ReadOnly);
    const auto stored = [&] {
      QSqlQuery query = other.run(QStringLiteral(
          "SELECT text, (SELECT count(*) FROM draft_picture p WHERE p.chat_id = d.chat_id) FROM draft d "
          "WHERE d.chat_id = 0"));
      return nextRow(query) ? query.value(0).toString() + query.value(1).toString() : QString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(stored(), QStringLiteral("half a question1"), 5000);
    // Away and back.
    clickChat(0);
    QTRY_COMPARE(m_desktop->chat().controller().chat(), first);
    QCOMPARE(find<Composer>("composer")->text(), QString());
    QCOMPARE(waiting().size(), 0);
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(find<Composer>("composer")->text(), QStringLiteral("half a question"));
    QCOMPARE(waiting().size(), 1);
    // Another start.
    m_desktop.reset();
    open({});
    QCOMPARE(find<Composer>("composer")->text(), QStringLiteral("half a question"));
    QCOMPARE(waiting().size(), 1);
    press("send");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QCOMPARE(path()[0].attachments.size(), 1);
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(find<Composer>("composer")->text(), QString());
    QCOMPARE(waiting().size(), 0);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatDraftsTest)
#include "chat_drafts_test.moc"
