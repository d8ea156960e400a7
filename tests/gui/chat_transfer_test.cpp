// SPDX-License-Identifier: Apache-2.0
// Chats that go out of the window and come back into it.
#include "app/gui/chat/chat_transfer.h"
#include "tests/gui/chat_fixture.h"

#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QListView>
#include <QMenu>

namespace lapilli::test {

using namespace gui;

class ChatTransferTest : public QObject, ChatFixture {
  Q_OBJECT

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void chatsAreExportedAsTextOneSomeAndAll() {
    open({QStringLiteral("answer=Fine")});
    for (const char* title : {"Apples", "Pears", "Plums"}) {
      QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
      ask(QLatin1String(title));
      QTRY_VERIFY_WITH_TIMEOUT(path().size() == 2 && ended(), kPatienceMs);
    }
    auto* list = find<QListView>("chats");
    QTRY_COMPARE(list->model()->rowCount(), 3);
    // Each by the menu, and its dialog.
    const auto exported = [&](const char* menu, const QString& target) {
      press("chatMenu");
      for (QMenu* each : m_desktop->chat().findChildren<QMenu*>()) {
        if (each->title() != QLatin1String(menu)) continue;
        QCOMPARE(each->actions().size(), 6);
        each->actions().at(3)->trigger();
        QCOMPARE(each->actions().at(3)->text(), QStringLiteral("Plain text…"));
      }
      for (QWidget* popup = QApplication::activePopupWidget(); popup != nullptr;
           popup = QApplication::activePopupWidget())
        popup->close();
      QFileDialog* dialog = nullptr;
      QTRY_VERIFY((dialog = m_desktop->window().findChild<QFileDialog*>(QStringLiteral("exportDialog"))) !=
                  nullptr);
      emit dialog->fileSelected(target);
      dialog->close();
      QTRY_VERIFY(m_desktop->window().findChild<QFileDialog*>(QStringLiteral("exportDialog")) == nullptr);
    };
    const auto filesIn = [this](const char* folder) {
      return QDir(m_folder->filePath(QLatin1String(folder))).entryList(QDir::Files, QDir::Name);
    };
    for (const char* folder : {"one", "some", "all"}) QDir(m_folder->path()).mkdir(QLatin1String(folder));
    clickChat(0);
    exported("Export", m_folder->filePath(QStringLiteral("one/a.txt")));
    QTRY_COMPARE_WITH_TIMEOUT(filesIn("one"), QStringList{QStringLiteral("a.txt")}, kPatienceMs);
    list->selectionModel()->select(list->model()->index(1, 0), QItemSelectionModel::Select);
    exported("Export", m_folder->filePath(QStringLiteral("some")));
    QTRY_COMPARE_WITH_TIMEOUT(filesIn("some"),
                              (QStringList{QStringLiteral("Pears.txt"), QStringLiteral("Plums.txt")}),
                              kPatienceMs);
    exported("Export all chats", m_folder->filePath(QStringLiteral("all")));
    QTRY_COMPARE_WITH_TIMEOUT(filesIn("all").size(), 3, kPatienceMs);
    QFile file(m_folder->filePath(QStringLiteral("all/Apples.txt")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(file.readAll());
    QVERIFY2(text.contains(QStringLiteral("Apples")) && text.contains(QStringLiteral("Fine")),
             qPrintable(text));
  }

  void aLongExportIsSeenAndCanBeStopped() {
    open({});
    constexpr int kChats = 3000;
    for (int number = 0; number < kChats; ++number) {
      const ChatId chat = *m_desktop->store().createChat({.title = QStringLiteral("Chat")});
      QVERIFY(m_desktop->store().addMessage({.chat = chat, .text = QStringLiteral("What?")}).ok());
    }
    auto* transfer = m_desktop->chat().findChild<ChatTransfer*>();
    QSignalSpy told(transfer, &ChatTransfer::told);
    const QString folder = m_folder->filePath(QStringLiteral("out"));
    QVERIFY(!find("transferBar")->isVisible());
    transfer->run({.format = ExportFormat::Html, .chats = {}, .target = folder});
    QTRY_VERIFY_WITH_TIMEOUT(find("transferBar")->isVisible(), kPatienceMs);
    QVERIFY(find<QLabel>("transferText")->accessibleName().endsWith(QStringLiteral(" of 3,000")));
    press("transferStop");
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, kPatienceMs);
    QVERIFY2(told[0][0].toString().startsWith(QStringLiteral("The export was stopped.")),
             qPrintable(told[0][0].toString()));
    QVERIFY(!find("transferBar")->isVisible());
    QVERIFY(QDir(folder).count() < kChats);
  }

  void lostPicturesOfAnImportAreTold() {
    open({QStringLiteral("answer=Fine")});
    dropPicture();
    ask(QStringLiteral("What?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    auto* transfer = m_desktop->chat().findChild<ChatTransfer*>();
    const QString file = m_folder->filePath(QStringLiteral("out/chats.json"));
    QVERIFY(QDir().mkpath(m_folder->filePath(QStringLiteral("out"))));
    transfer->run({.format = ExportFormat::Json, .chats = {}, .target = file});
    const auto tells = [this](const char* words) {
      return find("chatBanner")->isVisible() &&
             bannerText("chatBanner")->text().contains(QLatin1String(words));
    };
    QTRY_VERIFY_WITH_TIMEOUT(tells("exported"), kPatienceMs);
    QVERIFY(!warns("chatBanner"));
    // On another computer, without the pictures.
    m_desktop.reset();
    QVERIFY(QDir(m_folder->filePath(QStringLiteral("out/chats_files"))).removeRecursively());
    QVERIFY(QDir(m_folder->filePath(QStringLiteral("data"))).removeRecursively());
    open({});
    m_desktop->chat().findChild<ChatTransfer*>()->read(file);
    QTRY_VERIFY_WITH_TIMEOUT(tells("1 chat imported."), kPatienceMs);
    QVERIFY2(tells("1 picture could not be found."), qPrintable(bannerText("chatBanner")->text()));
    QVERIFY(warns("chatBanner"));
  }

  void aLongImportIsSeenAndCanBeStopped() {
    open({});
    constexpr int kChats = 400;
    const auto count = [this] { return m_desktop->store().chats(2 * kChats)->size(); };
    for (int number = 0; number < kChats; ++number) {
      const ChatId chat = *m_desktop->store().createChat({.title = QStringLiteral("Chat")});
      QVERIFY(m_desktop->store().addMessage({.chat = chat, .text = QStringLiteral("What?")}).ok());
    }
    const QString file = m_folder->filePath(QStringLiteral("chats.json"));
    QVERIFY(exportChats(m_desktop->store().folder(), {.format = ExportFormat::Json, .target = file}).ok());
    auto* transfer = m_desktop->chat().findChild<ChatTransfer*>();
    QSignalSpy told(transfer, &ChatTransfer::told);
    QSignalSpy imported(transfer, &ChatTransfer::imported);
    QVERIFY(!find("transferBar")->isVisible());
    transfer->read(file);
    QTRY_VERIFY_WITH_TIMEOUT(find("transferBar")->isVisible(), kPatienceMs);
    QVERIFY(find<QLabel>("transferText")->accessibleName().endsWith(QStringLiteral(" of 400")));
    press("transferStop");
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, kPatienceMs);
    QCOMPARE(told[0][0].toString(), QStringLiteral("The import was stopped; nothing was added."));
    QCOMPARE(imported.size(), 0);
    QVERIFY(!find("transferBar")->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(count(), kChats, kPatienceMs);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatTransferTest)
#include "chat_transfer_test.moc"
