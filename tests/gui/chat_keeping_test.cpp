// SPDX-License-Identifier: Apache-2.0
// What is kept of chats, found again, exported and brought back.
#include "app/gui/chat/message_text.h"
#include "tests/gui/chat_fixture.h"
#include "tests/gui/full_disk.h"

#include <QApplication>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>

namespace lapilli::test {

using namespace gui;

class ChatKeepingTest : public QObject, ChatFixture {
  Q_OBJECT

 public slots:
  void takeOpened(const QUrl& address) { m_opened = address; }

 private:
  QUrl m_opened;

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void aHitIsShownWhereItIs() {
    open({});
    QList<Message> messages;
    for (int number = 0; number < 120; ++number) {
      messages.append({.role = number % 2 == 0 ? MessageRole::User : MessageRole::Assistant,
                       .text = QStringLiteral("Message %1 has words enough for a line.").arg(number)});
    }
    messages[4].text = QStringLiteral("Before it.\n\nA xylophone stands here.");
    const ChatId chat = openChatOf(messages);
    for (const bool fromElsewhere : {true, false}) {
      if (fromElsewhere) {
        QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY(path().isEmpty());
      }
      QTest::keyClick(&m_desktop->window(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
      find<QLineEdit>("searchWords")->clear();
      find<QLineEdit>("searchWords")->setText(QStringLiteral("Xylophone"));
      auto* hits = find<QListWidget>("hits");
      QTRY_COMPARE_WITH_TIMEOUT(hits->count(), 1, kPatienceMs);
      QTest::mouseClick(hits->viewport(), Qt::LeftButton, {}, hits->visualItemRect(hits->item(0)).center());
      QCOMPARE(m_desktop->chat().controller().chat(), chat);
      auto* view = find<ConversationView>("conversation");
      QTRY_VERIFY_WITH_TIMEOUT(view->isComplete(), kPatienceMs);
      const auto isShown = [&] {
        const MessageWidget* hit = widget(4);
        const int top = hit->mapTo(view->viewport(), QPoint()).y();
        return top + hit->height() > 0 && top < view->viewport()->height();
      };
      QTRY_VERIFY_WITH_TIMEOUT(isShown(), kPatienceMs);
      QTest::qWait(100);  // and stays so
      QVERIFY(isShown());
      QCOMPARE(widget(4)->text()->extraSelections().size(), 1);
      view->ensureVisible(0, view->widget(path().back().id)->geometry().bottom());
      QVERIFY(!isShown());
    }
  }

  void wordsAreFoundHereAndEverywhere() {
    open({QStringLiteral("answer=一只橙色的猫 and another cat")});
    ask(QStringLiteral("cat?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QTest::keyClick(&m_desktop->window(), Qt::Key_F, Qt::ControlModifier);
    auto* words = find<QLineEdit>("findWords");
    QTRY_VERIFY(words->isVisible());
    words->setText(QStringLiteral("cat"));
    QCOMPARE(find<QLabel>("findPlace")->text(), QStringLiteral("1 of 2"));
    QTest::keyClick(words, Qt::Key_Return);
    QCOMPARE(find<QLabel>("findPlace")->text(), QStringLiteral("2 of 2"));
    QTest::keyClick(words, Qt::Key_Escape);
    QVERIFY(!words->isVisible());
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QTest::keyClick(&m_desktop->window(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(find("searchWords")->hasFocus());
    // From any page, and Esc empties the search and leaves it.
    find<QLineEdit>("searchWords")->setText(QStringLiteral("nothing"));
    QTest::keyClick(find("searchWords"), Qt::Key_Escape);
    QCOMPARE(find<QLineEdit>("searchWords")->text(), QString());
    QVERIFY(find("questionText")->hasFocus());
    m_desktop->window().showPage(QStringLiteral("settings"));
    QTest::keyClick(&m_desktop->window(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_desktop->window().currentPage(), QStringLiteral("chat"));
    QVERIFY(find("searchWords")->hasFocus());
    find<QLineEdit>("searchWords")->setText(QStringLiteral("橙色"));
    auto* hits = find<QListWidget>("hits");
    QTRY_COMPARE(hits->count(), 1);
    QTest::mouseClick(hits->viewport(), Qt::LeftButton, {}, hits->visualItemRect(hits->item(0)).center());
    QTRY_COMPARE(path().size(), 2);
  }

  void chatsAreRenamedPinnedDeletedAndBroughtBack() {
    open({});
    ask(QStringLiteral("Apples"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(path().isEmpty());
    ask(QStringLiteral("Pears"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    auto* list = find<QListView>("chats");
    QTRY_COMPARE(list->model()->rowCount(), 2);
    QTRY_COMPARE(list->model()->index(0, 0).data().toString(), QStringLiteral("Pears"));
    QVERIFY(list->model()->setData(list->model()->index(0, 0), QStringLiteral("Juicy pears")));
    QCOMPARE(find<QLabel>("chatTitle")->text(), QStringLiteral("Juicy pears"));
    list->setCurrentIndex(list->model()->index(0, 0));
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Delete);
    QTRY_COMPARE(list->model()->rowCount(), 1);
    QVERIFY(path().isEmpty());
    press("undoDelete");
    QTRY_COMPARE(list->model()->rowCount(), 2);
    QCOMPARE(path().size(), 2);
  }

  void everyDeletionIsTakenBackAfterAnotherStartToo() {
    open({QStringLiteral("answer=Fine")});
    for (const char* title : {"aaa", "bbb", "ccc"}) {
      QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
      ask(QLatin1String(title));
      QTRY_VERIFY_WITH_TIMEOUT(path().size() == 2 && ended(), kPatienceMs);
    }
    const auto titles = [this] {
      QStringList found;
      for (const Chat& chat : m_desktop->store().chats().value()) found.append(chat.title);
      found.sort();
      return found.join(QLatin1Char(' '));
    };
    // After a click the keys are the list's.
    for (int remaining = 2; remaining >= 0; --remaining) {
      QTRY_COMPARE(find<QListView>("chats")->model()->rowCount(), remaining + 1);
      clickChat(0);
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Delete);
      QTRY_COMPARE(find<QListView>("chats")->model()->rowCount(), remaining);
    }
    QVERIFY(find("undoDelete")->isVisible());
    press("undoDelete");
    QCOMPARE(titles().size(), 3);
    QVERIFY(find("undoDelete")->isVisible());
    m_desktop.reset();
    open({});
    QVERIFY(!find("undoDelete")->isVisible());
    QTest::keyClick(&m_desktop->window(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(path().size(), 2);
    QTest::keyClick(&m_desktop->window(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(titles(), QStringLiteral("aaa bbb ccc"));
  }

  void aFullDiskAtTheEndOfAnAnswerDoesNotBlockTheChat() {
    open({QStringLiteral("tokens=40"), QStringLiteral("delay_ms=10")});
    ask(QStringLiteral("Count"));
    QTRY_VERIFY_WITH_TIMEOUT(!path().isEmpty() && !path().back().text.isEmpty(), kPatienceMs);
    {
      const FullDisk full;
      QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
      QCOMPARE(path().back().status, MessageStatus::Done);
      QCOMPARE(path().back().text.count(QLatin1Char(' ')), 39);
      auto* text = find("chatBanner")->findChild<QLabel*>(QStringLiteral("bannerText"));
      QTRY_VERIFY(text->isVisible() && text->text().contains(QStringLiteral("Nothing is lost")));
      QCOMPARE(find<QPushButton>("send")->text(), QStringLiteral("Ask"));
    }
    const ChatDatabase other(m_desktop->store().databasePath(), ChatDatabase::Access::ReadOnly);
    const auto stored = [&] {
      QSqlQuery query = other.run(QStringLiteral("SELECT status FROM message ORDER BY id DESC LIMIT 1"));
      return nextRow(query) ? query.value(0).toString() : QString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(stored(), QStringLiteral("done"), 20000);
    ask(QStringLiteral("Again"));
    QTRY_VERIFY_WITH_TIMEOUT(path().size() == 4 && ended(), kPatienceMs);
  }

  void aNameThatCanNotBeStoredIsSaid() {
    open({QStringLiteral("answer=Fine")});
    ask(QStringLiteral("Before"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    auto* list = find<QListView>("chats");
    QTRY_COMPARE(list->model()->rowCount(), 1);
    QVERIFY(!find("chatBanner")->isVisible());
    {
      const FullDisk full;
      QVERIFY(!list->model()->setData(list->model()->index(0, 0), QStringLiteral("After"), Qt::EditRole));
    }
    QTRY_VERIFY_WITH_TIMEOUT(find("chatBanner")->isVisible(), kPatienceMs);
    QVERIFY(warns("chatBanner") && !bannerText("chatBanner")->text().isEmpty());
    QCOMPARE(list->model()->index(0, 0).data().toString(), QStringLiteral("Before"));
  }

  void aSchemaKeepsItsOrderAndItsMistakes() {
    const QString record = m_folder->filePath(QStringLiteral("requests"));
    open({QStringLiteral("record=") + record});
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("json_schema")));
    auto* schema = find<QPlainTextEdit>("formatSchema");
    schema->setPlainText(QStringLiteral("{\n\"zebra\": "));
    find<QPlainTextEdit>("questionText")->setPlainText(QStringLiteral("What?"));
    auto* problem = find<QLabel>("formatProblem");
    QVERIFY(problem->isVisible());
    QVERIFY2(problem->text().startsWith(QStringLiteral("Line 2, column ")), qPrintable(problem->text()));
    QVERIFY(!find("send")->isEnabled());
    m_desktop.reset();
    open({QStringLiteral("record=") + record});
    QCOMPARE(find<QPlainTextEdit>("formatSchema")->toPlainText(), QStringLiteral("{\n\"zebra\": "));
    find<QPlainTextEdit>("formatSchema")
        ->setPlainText(
            QStringLiteral("{\"type\": \"object\",\n\"properties\": {\"zebra\": {\"type\": \"string\"}, "
                           "\"ant\": {\"type\": \"string\"}}}"));
    press("send");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QFile file(record);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray asked;
    for (const QByteArray& line : file.readAll().split('\n')) {
      if (line.contains("\"request\":\"ask\"")) asked = line;
    }
    QVERIFY2(asked.contains("\"zebra\"") && asked.indexOf("\"zebra\"") < asked.indexOf("\"ant\""),
             asked.constData());
  }

  void presetsAreFilesThatCanBeShared() {
    open({});
    press("samplingButton");
    press("presetMore");
    const QString folder = Folders::below(m_folder->path()).config + QStringLiteral("/presets");
    QCOMPARE(find<QLabel>("presetFolder")->accessibleName(),
             QStringLiteral("A file each in ") + QDir::toNativeSeparators(folder));
    find<QDoubleSpinBox>("temperature")->setValue(0.7);
    find<QLineEdit>("presetName")->setText(QStringLiteral("a/b"));
    pressByKey("presetSave");
    auto* problem = find<QLabel>("presetProblem");
    QVERIFY2(problem->isVisible() && problem->text().startsWith(QStringLiteral("“a/b” can not be the name")),
             qPrintable(problem->text()));
    find<QLineEdit>("presetName")->setText(QStringLiteral("mine"));
    QTest::keyClick(find("presetName"), Qt::Key_Return);
    QVERIFY(!problem->isVisible());
    QVERIFY(QFile::exists(folder + QStringLiteral("/mine.json")));
    auto* preset = find<QComboBox>("preset");
    QCOMPARE(preset->currentText(), QStringLiteral("mine"));
    // A friend's, imported, and one that is copied into the folder.
    const auto put = [](const QString& path, const QByteArray& text) {
      QFile file(path);
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(text);
    };
    put(m_folder->filePath(QStringLiteral("friend.json")), R"({"temperature": 1.25, "top_k": 12})");
    pressByKey("presetImport");
    auto* dialog = m_desktop->window().findChild<QFileDialog*>(QStringLiteral("presetDialog"));
    QVERIFY(dialog != nullptr);
    emit dialog->fileSelected(m_folder->filePath(QStringLiteral("friend.json")));
    dialog->close();
    QCOMPARE(preset->currentText(), QStringLiteral("friend"));
    QCOMPARE(find<QDoubleSpinBox>("temperature")->value(), 1.25);
    QCOMPARE(find<QSpinBox>("topK")->value(), 12);
    put(folder + QStringLiteral("/copied.json"), R"({"temperature": 0.1})");
    QTRY_VERIFY_WITH_TIMEOUT(preset->findText(QStringLiteral("copied")) >= 0, kPatienceMs);
    QCOMPARE(preset->currentText(), QStringLiteral("friend"));
    // A bad one is said in one sentence, until it is mended.
    put(folder + QStringLiteral("/bad.json"), "{\n\"heat\": 1}");
    QTRY_VERIFY_WITH_TIMEOUT(problem->isVisible(), kPatienceMs);
    QVERIFY2(problem->text().startsWith(QDir::toNativeSeparators(folder + QStringLiteral("/bad.json")) +
                                        QStringLiteral(": Line 2: “heat” is none of the settings")),
             qPrintable(problem->text()));
    put(folder + QStringLiteral("/bad.json"), "{}");
    QTRY_VERIFY_WITH_TIMEOUT(!problem->isVisible(), kPatienceMs);
    pressByKey("presetDelete");
    QVERIFY(!QFile::exists(folder + QStringLiteral("/friend.json")));
    QVERIFY(preset->findText(QStringLiteral("friend")) < 0);
    QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "takeOpened");
    pressByKey("presetOpenFolder");
    QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
    QCOMPARE(m_opened, QUrl::fromLocalFile(folder));
  }

  void aPresetMayHaveTheNameOfABuiltInOne() {
    open({});
    press("samplingButton");
    press("presetMore");
    find<QDoubleSpinBox>("temperature")->setValue(0.7);
    find<QLineEdit>("presetName")->setText(QStringLiteral("exact"));
    pressByKey("presetSave");
    auto* preset = find<QComboBox>("preset");
    QCOMPARE(preset->currentText(), QStringLiteral("exact"));
    m_desktop.reset();
    open({});
    QCOMPARE(find<QComboBox>("preset")->currentText(), QStringLiteral("exact"));
    QCOMPARE(find<QDoubleSpinBox>("temperature")->value(), 0.7);
    preset = find<QComboBox>("preset");
    preset->setCurrentIndex(preset->findData(QStringLiteral("exact")));
    emit preset->activated(preset->currentIndex());
    QCOMPARE(find<QDoubleSpinBox>("temperature")->value(), 0.0);
    QCOMPARE(preset->currentText(), QStringLiteral("Exact"));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatKeepingTest)
#include "chat_keeping_test.moc"
