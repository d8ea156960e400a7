// SPDX-License-Identifier: Apache-2.0
#include "app/gui/chat/chat_list_model.h"
#include "tests/gui/full_disk.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>

namespace lapilli::test {

using namespace gui;

class ChatListModelTest : public QObject {
  Q_OBJECT

 private:
  /// The rows are the first chats of the store, in its order.
  static void compare(const ChatListModel& model, const ChatStore& store) {
    const auto chats = store.chats(model.rowCount());
    QVERIFY(chats.ok());
    QCOMPARE(chats->size(), model.rowCount());
    for (int row = 0; row < model.rowCount(); ++row) {
      QCOMPARE(model.chatAt(model.index(row)), chats->at(row).id);
      QCOMPARE(model.index(row).data().toString(), chats->at(row).title);
    }
  }

 private slots:
  /// A change of one chat moves its row; the others are neither read nor reset.
  void oneChangedChatIsOneChangedRow() {
    QTemporaryDir folder;
    const auto store = ChatStore::open(folder.path()).value();
    QList<ChatId> chats;
    for (int index = 0; index < 150; ++index) {
      chats.append(store->createChat({.title = QStringLiteral("Chat %1").arg(index)}).value());
      if (index % 50 == 0) QTest::qWait(2);
    }
    ChatListModel model(*store);
    QCOMPARE(model.rowCount(), ChatListModel::kPage);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy moves(&model, &QAbstractItemModel::rowsMoved);
    QTest::qWait(5);

    // A loaded one comes to the top by its new message.
    const ChatId fifth = model.chatAt(model.index(5));
    QVERIFY(store->addMessage({.chat = fifth, .text = QStringLiteral("new")}).ok());
    QTRY_COMPARE(model.chatAt(model.index(0)), fifth);
    QCOMPARE(moves.size(), 1);
    compare(model, *store);
    // So does one that was not read yet. Times are milliseconds: two within one are in no order.
    QTest::qWait(5);
    QVERIFY(store->addMessage({.chat = chats[0], .text = QStringLiteral("new")}).ok());
    QTRY_COMPARE(model.chatAt(model.index(0)), chats[0]);
    QCOMPARE(model.rowCount(), ChatListModel::kPage + 1);
    compare(model, *store);
    // Pins, names, new chats, and a pinned one that goes back to where it belongs.
    QVERIFY(store->changeChat(chats[60], {.title = QStringLiteral("Pinned"), .pinned = true}).ok());
    QTRY_COMPARE(model.index(0).data().toString(), QStringLiteral("Pinned"));
    compare(model, *store);
    QTest::qWait(5);
    const ChatId fresh = store->createChat({.title = QStringLiteral("Fresh")}).value();
    QTRY_COMPARE(model.chatAt(model.index(1)), fresh);
    compare(model, *store);
    QVERIFY(store->changeChat(chats[60], {.pinned = false}).ok());
    QTRY_VERIFY(model.chatAt(model.index(0)) != chats[60]);
    compare(model, *store);
    QCOMPARE(resets.size(), 0);
    // What is scrolled to follows without a gap.
    while (model.canFetchMore({})) model.fetchMore({});
    QCOMPARE(model.rowCount(), 151);
    compare(model, *store);
    QVERIFY(store->changeChat(chats[3], {.pinned = true}).ok());
    QTRY_COMPARE(model.chatAt(model.index(0)), chats[3]);
    QVERIFY(store->changeChat(chats[3], {.pinned = false}).ok());
    QTRY_VERIFY(model.chatAt(model.index(0)) != chats[3]);
    compare(model, *store);
    QCOMPARE(resets.size(), 0);
  }

  void aNameThatCanNotBeStoredIsSaid() {
    QTemporaryDir folder;
    const auto store = ChatStore::open(folder.path()).value();
    QVERIFY(store->createChat({.title = QStringLiteral("Before")}).ok());
    ChatListModel model(*store);
    QSignalSpy problems(&model, &ChatListModel::problem);
    {
      const FullDisk full;
      QVERIFY(!model.setData(model.index(0), QStringLiteral("After"), Qt::EditRole));
    }
    QCOMPARE(problems.size(), 1);
    QVERIFY(!problems[0][0].toString().isEmpty());
    QCOMPARE(model.index(0).data().toString(), QStringLiteral("Before"));
    QVERIFY(model.setData(model.index(0), QStringLiteral("After"), Qt::EditRole));
    QCOMPARE(problems.size(), 1);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatListModelTest)
#include "chat_list_model_test.moc"
