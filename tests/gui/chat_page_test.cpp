// SPDX-License-Identifier: Apache-2.0
// The window as a person uses it, over an engine that answers as scripted.
#include "app/gui/chat/message_text.h"
#include "tests/gui/desktop_fixture.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMimeData>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>

namespace lapilli::test {

using namespace gui;

class ChatPageTest : public QObject, DesktopFixture {
  Q_OBJECT

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

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
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QTRY_COMPARE(path().size(), 2);
    QCOMPARE(widget(1)->text()->toPlainText(), QStringLiteral("A red circle."));
  }

  void picturesComeInFromBrowsersAndTheClipboard() {
    open({});
    QImage image(10, 10, QImage::Format_RGB32);
    image.fill(Qt::green);
    QMimeData bitmap;
    bitmap.setImageData(image);
    drop(bitmap);
    QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), 1, kPatienceMs);
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    image.fill(Qt::blue);
    image.save(&buffer, "PNG");
    auto* pasted = new QMimeData;
    pasted->setText(QStringLiteral("data:image/png;base64,") + QString::fromLatin1(png.toBase64()));
    QApplication::clipboard()->setMimeData(pasted);
    find("questionText")->setFocus();
    QTest::keyClick(find("questionText"), Qt::Key_V, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), 2, kPatienceMs);
    QMimeData page;
    page.setHtml(QStringLiteral("<img src=\"https://example.org/a.png\">"));
    page.setUrls({QUrl(QStringLiteral("https://example.org/a.png"))});
    drop(page);
    auto* text = find("chatBanner")->findChild<QLabel*>(QStringLiteral("bannerText"));
    QTRY_VERIFY_WITH_TIMEOUT(text->isVisible(), kPatienceMs);
    QVERIFY(text->text().contains(QStringLiteral("example.org")));
  }

  void aRefusedFileIsNamedWithItsReason() {
    open({});
    QMimeData data;
    data.setUrls(
        {QUrl::fromLocalFile(QStringLiteral("/no/such.png")), QUrl::fromLocalFile(m_folder->path())});
    drop(data);
    auto* text = find("chatBanner")->findChild<QLabel*>(QStringLiteral("bannerText"));
    QTRY_COMPARE_WITH_TIMEOUT(text->text().count(QStringLiteral("was not added")), 2, kPatienceMs);
    QVERIFY(text->text().contains(QStringLiteral("such.png was not added: There is no such file.")));
    QVERIFY(text->text().contains(QStringLiteral("It is a folder")));
    QCOMPARE(waiting().size(), 0);
  }

  void anAnswerIsStoppedAndGoesOn() {
    open({QStringLiteral("tokens=2000"), QStringLiteral("delay_ms=5")});
    find<QSpinBox>("maxTokens")->setValue(2000);
    ask(QStringLiteral("Count"));
    QTRY_VERIFY_WITH_TIMEOUT(!path().isEmpty() && path().back().text.size() > 10, kPatienceMs);
    QCOMPARE(find<QPushButton>("send")->text(), QStringLiteral("Stop"));
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
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("json_fields")));
    auto* fields = find<QTableWidget>("formatFields");
    fields->item(0, 0)->setText(QStringLiteral("colour"));
    auto* type = qobject_cast<QComboBox*>(fields->cellWidget(0, 1));
    type->setCurrentIndex(type->findData(QStringLiteral("choice")));
    fields->item(0, 2)->setText(QStringLiteral("red, green"));
    QCOMPARE(find<QToolButton>("formatButton")->text(), QStringLiteral("JSON with fields"));
    ask(QStringLiteral("Which?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QFile file(record);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonObject asked;
    for (const QByteArray& line : file.readAll().split('\n')) {
      const QJsonObject request = QJsonDocument::fromJson(line).object();
      if (request.value(QLatin1String("request")) == QLatin1String("ask")) asked = request;
    }
    const QJsonObject expected =
        QJsonDocument::fromJson(
            R"({"kind":"json_fields","fields":[{"name":"colour","type":"choice","values":["red","green"]}]})")
            .object();
    QCOMPARE(asked.value(QLatin1String("format")).toObject(), expected);
    QCOMPARE(asked.value(QLatin1String("temperature")).toDouble(), 0.0);
    QCOMPARE(path().back().format, expected);
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
    QTest::mouseClick(widget(1)->findChild<QPushButton*>(QStringLiteral("retry")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(ended() && path().back().status == MessageStatus::Done, kPatienceMs);
    QCOMPARE(path().back().text, QStringLiteral("one two three four five"));
    QCOMPARE(path().back().siblingIndex, 1);  // the broken answer is kept beside it
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
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
    find<QLineEdit>("searchWords")->setText(QStringLiteral("橙色"));
    auto* hits = find<QListWidget>("hits");
    QTRY_COMPARE(hits->count(), 1);
    QTest::mouseClick(hits->viewport(), Qt::LeftButton, {}, hits->visualItemRect(hits->item(0)).center());
    QTRY_COMPARE(path().size(), 2);
  }

  void aWordTypedAndNotSentIsStillThere() {
    open({});
    ask(QStringLiteral("One"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    type(QStringLiteral("unfinished thought"));
    const ChatId chat = m_desktop->chat().controller().chat();
    m_desktop.reset();
    open({});
    const auto kept = m_desktop->store().chat(chat);
    QVERIFY(kept.ok());
    QCOMPARE(kept->draft, QStringLiteral("unfinished thought"));
  }

  void boxesAreDrawnOverThePicture() {
    open({QStringLiteral("answer=[0.2, 0.3, 0.6, 0.7]")});
    dropPicture();
    ask(QStringLiteral("Where is the circle?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QVERIFY(widget(1)->findChild<QWidget*>(QStringLiteral("boxes")) != nullptr);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatPageTest)
#include "chat_page_test.moc"
