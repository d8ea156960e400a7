// SPDX-License-Identifier: Apache-2.0
// The window stays alive: its thread is never away for longer than a tenth of a second.
#include "tests/gui/heartbeat.h"
#include "app/gui/chat/message_text.h"
#include "tests/gui/chat_fixture.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QSpinBox>

namespace lapilli::test {
namespace {

constexpr double kMostMs = 100;

}  // namespace

class HeartbeatTest : public QObject, ChatFixture {
  Q_OBJECT

 private:
  static void report(const char* what, const Heartbeat& heart) {
    qInfo("%s: longest gap %.1f ms in %d beats", what, heart.longestMs, heart.beats);
    QTRY_VERIFY(heart.beats >= 3);
    QVERIFY2(heart.longestMs <= kMostMs, what);
  }
  ChatId fill(int messages) {
    ChatStore& store = m_desktop->store();
    const ChatId chat = *store.createChat({.title = QStringLiteral("Long")});
    MessageId parent = 0;
    for (int index = 0; index < messages; ++index) {
      const bool question = index % 2 == 0;
      parent = *store.addMessage(
          {.chat = chat,
           .parent = parent,
           .role = question ? MessageRole::User : MessageRole::Assistant,
           .text = question
                       ? QStringLiteral("Question %1?").arg(index)
                       : QStringLiteral("Answer **%1** with words:\n\n- one\n- two\n\nand a paragraph that "
                                        "is long enough to be "
                                        "broken into several lines when it is shown in the conversation.")
                             .arg(index)});
    }
    return chat;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void aWholeChat() {
    open({QStringLiteral("tokens=1500"), QStringLiteral("delay_ms=1")});
    find<QSpinBox>("maxTokens")->setValue(1500);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    const Heartbeat heart;
    dropPicture();
    ask(QStringLiteral("Tell me everything"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), 60000);
    report("a chat with 1 500 tokens", heart);
  }

  void aLongChatIsOpened() {
    open({});
    const ChatId chat = fill(200);
    auto* view = find<ConversationView>("conversation");
    const Heartbeat heart;
    auto* list = find<QListView>("chats");
    QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 1, kPatienceMs);
    clickChat(0);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->chat().controller().chat(), chat, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(view->isComplete(), kPatienceMs);
    QVERIFY(view->widget(path().front().id) != nullptr);
    report("200 messages", heart);
  }

  /// A paragraph in which each second word stands out.
  void anAnswerFullOfMarksIsOpened() {
    open({});
    const ChatId chat = fill(1);
    const MessageId question = m_desktop->store().allMessages(chat).value().front().id;
    const QString words = QStringLiteral("**strong** and `code` and ").repeated(1000);
    QVERIFY(m_desktop->store()
                .addMessage({.chat = chat, .parent = question, .role = MessageRole::Assistant, .text = words})
                .ok());
    auto* list = find<QListView>("chats");
    QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 1, kPatienceMs);
    const Heartbeat heart;
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QTRY_COMPARE_WITH_TIMEOUT(path().size(), 2, kPatienceMs);
    QCOMPARE(widget(1)->text()->toPlainText(), words);
    report("2 000 marks in a paragraph", heart);
  }

  /// Words are looked for while most of the chat's messages have not been made yet.
  void aLongChatIsSearched() {
    open({});
    const ChatId chat = fill(200);
    auto* view = find<ConversationView>("conversation");
    auto* list = find<QListView>("chats");
    QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 1, kPatienceMs);
    clickChat(0);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->chat().controller().chat(), chat, kPatienceMs);
    const Heartbeat heart;
    QTest::keyClick(&m_desktop->window(), Qt::Key_F, Qt::ControlModifier);
    find<QLineEdit>("findWords")->setText(QStringLiteral("Answer"));
    QCOMPARE(find<QLabel>("findPlace")->text(), QStringLiteral("1 of 100"));
    QVERIFY(!view->isComplete());
    QTRY_VERIFY_WITH_TIMEOUT(view->isComplete(), kPatienceMs);
    const MessageWidget* first = view->widget(path()[1].id);
    const auto isShown = [&] {
      const int top = first->mapTo(view->viewport(), QPoint()).y();
      return top + first->height() > 0 && top < view->viewport()->height();
    };
    QTRY_VERIFY_WITH_TIMEOUT(isShown(), kPatienceMs);
    report("words found in 200 messages", heart);
  }

  void manyChatsAreSearched() {
    open({});
    ChatStore& store = m_desktop->store();
    for (int index = 0; index < 10000; ++index) {
      const ChatId chat = *store.createChat({.title = QStringLiteral("Chat %1").arg(index)});
      QString words = QStringLiteral("some words about number %1");
      if (index % 1000 == 7) words = QStringLiteral("一只橙色的猫 %1");
      if (index % 1000 == 8) words = QStringLiteral("一只橙色的狗 %1");
      QVERIFY(store.addMessage({.chat = chat, .text = words.arg(index)}).ok());
    }
    const Heartbeat heart;
    // Each has another number of hits, so that none takes those of the one before for its own.
    const std::pair<const char*, int> searches[] = {{"橙色", 20}, {"橙色的猫", 10}, {"number 4711", 1}};
    for (const auto& [words, expected] : searches) {
      find<QLineEdit>("searchWords")->setText(QString::fromUtf8(words));
      QElapsedTimer time;
      time.start();
      auto* hits = find<QListWidget>("hits");
      QTRY_COMPARE_WITH_TIMEOUT(hits->count(), expected, kPatienceMs);
      qInfo("%s: found after %lld ms", words, time.elapsed());
      QVERIFY2(time.elapsed() <= kMostMs, words);
      find<QLineEdit>("searchWords")->clear();
    }
    report("10 000 chats", heart);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::HeartbeatTest)
#include "heartbeat_test.moc"
