// SPDX-License-Identifier: Apache-2.0
// The window as a person uses it, over an engine that answers as scripted.
#include "app/gui/chat/chat_transfer.h"
#include "app/gui/chat/message_text.h"
#include "app/gui/elided_label.h"
#include "app/gui/start_trouble.h"
#include "tests/gui/desktop_fixture.h"
#include "tests/gui/full_disk.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFontInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMimeData>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>
#include <QToolTip>

namespace lapilli::test {

using namespace gui;

class ChatPageTest : public QObject, DesktopFixture {
  Q_OBJECT

 private:
  /// A chat of these messages in turn, an answer in each second place, opened.
  ChatId openChatOf(const QList<Message>& messages) {
    ChatStore& store = m_desktop->store();
    const ChatId chat = *store.createChat({.title = QStringLiteral("Written before")});
    MessageId parent = 0;
    for (const Message& message : messages) {
      parent = *store.addMessage({.chat = chat,
                                  .parent = parent,
                                  .role = parent == 0 ? MessageRole::User : message.role,
                                  .text = message.text,
                                  .format = message.format});
    }
    auto* list = find<QListView>("chats");
    [&] { QTRY_VERIFY(list->model()->rowCount() > 0); }();
    clickChat(0);
    [&] { QTRY_COMPARE(path().size(), messages.size()); }();
    return chat;
  }
  void clickChat(int row) {
    auto* list = find<QListView>("chats");
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(row, 0)).center());
  }
  /// The newest request of a kind that a host with record=FILE has heard.
  static QJsonObject lastRequest(const QString& record, const char* kind) {
    QFile file(record);
    QJsonObject last;
    if (!file.open(QIODevice::ReadOnly)) return last;
    for (const QByteArray& line : file.readAll().split('\n')) {
      const QJsonObject request = QJsonDocument::fromJson(line).object();
      if (request.value(QLatin1String("request")) == QLatin1String(kind)) last = request;
    }
    return last;
  }
  QLabel* bannerText(const char* banner) {
    return find(banner)->findChild<QLabel*>(QStringLiteral("bannerText"));
  }
  /// Whether a banner tells of trouble, or of news that are none.
  bool warns(const char* banner) {
    const auto labels = find(banner)->findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
      return label->accessibleName() == QLatin1String("Warning");
    });
  }
  MessageStatus statusOf(MessageId message) { return m_desktop->store().message(message)->status; }

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
    QCOMPARE(QFontInfo(widget(1)->text()->font()).fixedPitch(), code);
    QVERIFY(!QFontInfo(widget(0)->text()->font()).fixedPitch());
    // What is found in it is what is in it.
    QTest::keyClick(&m_desktop->window(), Qt::Key_F, Qt::ControlModifier);
    find<QLineEdit>("findWords")->setText(text.section(QLatin1Char('\n'), 0, 0));
    QCOMPARE(find<QLabel>("findPlace")->text(), QStringLiteral("1 of 2"));
    QCOMPARE(widget(1)->text()->extraSelections().size(), 1);
  }

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
    // An empty clipboard adds nothing, and ends nothing.
    QApplication::clipboard()->setMimeData(new QMimeData);
    QTest::keyClick(find("questionText"), Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(find<QPlainTextEdit>("questionText")->toPlainText(), QString());
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

  void aPictureTheEngineRefusesIsSpokenOfAsAPicture() {
    open({QStringLiteral("fail_picture=bad_file")});
    m_desktop->window().openFiles({drawnPicture(m_folder->path())});
    auto* text = find("chatBanner")->findChild<QLabel*>(QStringLiteral("bannerText"));
    QTRY_VERIFY_WITH_TIMEOUT(text->isVisible(), kPatienceMs);
    QVERIFY2(text->text().startsWith(QStringLiteral("shapes.png was not added: The picture is damaged")),
             qPrintable(text->text()));
    QVERIFY(!text->text().contains(QStringLiteral("12 bytes")));
    QTest::mouseClick(find("chatBanner")->findChild<QWidget*>(QStringLiteral("bannerMore")), Qt::LeftButton);
    const auto words = find("chatBanner")->findChildren<QLabel*>();
    QVERIFY(std::any_of(words.begin(), words.end(), [](const QLabel* label) {
      return label->isVisible() && label->text() == QStringLiteral("shapes.png: the PNG ends after 12 bytes");
    }));
  }

  void anEngineThatIsNamedTakesTheOthersPlaceAtOnce() {
    openWith(std::make_unique<EngineProcess>(QStringLiteral("/no/such/engine"), QStringList()),
             QStringLiteral("scripted"));
    QTRY_VERIFY_WITH_TIMEOUT(find("engineBanner")->isVisible(), kPatienceMs);
    m_desktop->window().showPage(QStringLiteral("settings"));
    auto* program = find<QLineEdit>("engineProgram");
    program->setText(QStringLiteral(LAPILLI_SCRIPTED_HOST));
    QTest::keyClick(program, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    QVERIFY(!find("engineBanner")->isVisible());
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
    QVERIFY(find("modelName")->toolTip().contains(QStringLiteral("a remark of the script")));
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
    const auto openIt = [&] {
      auto* list = find<QListView>("chats");
      QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                        list->visualRect(list->model()->index(0, 0)).center());
    };
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(path().isEmpty());
    openIt();
    QTRY_COMPARE(m_desktop->chat().controller().chat(), chat);
    QVERIFY(edit() != nullptr);
    QCOMPARE(edit()->toPlainText(), QStringLiteral("One in other words"));
    m_desktop.reset();
    open({QStringLiteral("answer=Fine")});
    openIt();
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
    auto* list = find<QListView>("chats");
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
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

  void aQuestionWithoutAnAnswerIsAnswered() {
    open({QStringLiteral("answer=Late but here")});
    const ChatId chat = *m_desktop->store().createChat({.title = QStringLiteral("Left alone")});
    QVERIFY(m_desktop->store().addMessage({.chat = chat, .text = QStringLiteral("Anybody?")}).ok());
    auto* list = find<QListView>("chats");
    QTRY_COMPARE(list->model()->rowCount(), 1);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QTRY_COMPARE(path().size(), 1);
    QTRY_VERIFY(widget(0)->findChild<QToolButton*>(QStringLiteral("regenerate"))->isVisible());
    QTest::keyClick(&m_desktop->window(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(path().size() == 2 && ended(), kPatienceMs);
    QCOMPARE(path()[0].text, QStringLiteral("Anybody?"));
    QCOMPARE(path()[1].text, QStringLiteral("Late but here"));
    QCOMPARE(path()[1].parent, path()[0].id);
  }

  void aPresetMayHaveTheNameOfABuiltInOne() {
    open({});
    press("samplingButton");
    press("presetMore");
    find<QDoubleSpinBox>("temperature")->setValue(0.7);
    find<QLineEdit>("presetName")->setText(QStringLiteral("exact"));
    press("presetSave");
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

  void filesGoWhereTheyAreDropped() {
    open({QStringLiteral("record=") + m_folder->filePath(QStringLiteral("requests"))});
    // A model: offered, not loaded by itself.
    const QString model = m_folder->filePath(QStringLiteral("llava.gguf"));
    QFile file(model);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("GGUF....");
    file.close();
    for (const char* page : {"chat", "captions", "models", "settings"}) {
      m_desktop->window().showPage(QLatin1String(page));
      QMimeData data;
      data.setUrls({QUrl::fromLocalFile(model)});
      dropOn(m_desktop->window().page(QLatin1String(page)), data);
      QCOMPARE(m_desktop->window().currentPage(), QLatin1String(page));
      auto* offer = find("modelOffer");
      QVERIFY2(offer->isVisible(), page);
      QVERIFY(offer->findChild<QLabel*>(QStringLiteral("bannerText"))
                  ->text()
                  .startsWith(QStringLiteral("llava.gguf")));
      QVERIFY(m_desktop->session().options().model != model);
      QTest::mouseClick(offer->findChild<QWidget*>(QStringLiteral("bannerClose")), Qt::LeftButton);
    }
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(model)});
    dropOn(m_desktop->window().page(QStringLiteral("settings")), data);
    QTest::mouseClick(find("modelOffer")->findChild<QWidget*>(QStringLiteral("bannerAction")),
                      Qt::LeftButton);
    QCOMPARE(m_desktop->session().options().model, model);
    QVERIFY(!find("modelOffer")->isVisible());
    // A picture on the page of captions opens its folder; elsewhere it goes to the chat.
    QMimeData picture;
    picture.setUrls({QUrl::fromLocalFile(drawnPicture(m_folder->path()))});
    m_desktop->window().showPage(QStringLiteral("captions"));
    dropOn(m_desktop->window().page(QStringLiteral("captions")), picture);
    QCOMPARE(m_desktop->window().currentPage(), QStringLiteral("captions"));
    QCOMPARE(find<QLineEdit>("captionFolder")->text(), QDir::toNativeSeparators(m_folder->path()));
    m_desktop->window().showPage(QStringLiteral("settings"));
    dropOn(m_desktop->window().page(QStringLiteral("settings")), picture);
    QCOMPARE(m_desktop->window().currentPage(), QStringLiteral("chat"));
    QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), 1, kPatienceMs);
  }

  void whatIsNotTakenIsNamed() {
    open({});
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    const auto make = [this](const char* name) {
      QFile file(m_folder->filePath(QLatin1String(name)));
      if (file.open(QIODevice::WriteOnly)) file.write("GGUF....");
      return file.fileName();
    };
    const QString folder = m_folder->filePath(QStringLiteral("holiday"));
    QVERIFY(QDir().mkpath(folder));
    const QString picture = drawnPicture(m_folder->path());
    // A folder and models beside a picture, e.g. on the command line.
    m_desktop->window().openFiles({make("first.gguf"), picture, folder, make("second.gguf")});
    QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), 1, kPatienceMs);
    QTRY_VERIFY(bannerText("chatBanner")->text().contains(QStringLiteral("holiday was not added")));
    auto* offer = bannerText("modelOffer");
    QVERIFY(offer->isVisible());
    QVERIFY2(offer->text().startsWith(QStringLiteral("first.gguf looks like a model.")),
             qPrintable(offer->text()));
    QVERIFY2(offer->text().contains(QStringLiteral("not taken: second.gguf.")), qPrintable(offer->text()));
    // A model's projector goes with it.
    m_desktop->window().openFiles(
        {make("mmproj-first.gguf"), m_folder->filePath(QStringLiteral("first.gguf"))});
    QVERIFY2(!offer->text().contains(QStringLiteral("not taken")), qPrintable(offer->text()));
    QTest::mouseClick(find("modelOffer")->findChild<QWidget*>(QStringLiteral("bannerAction")),
                      Qt::LeftButton);
    QCOMPARE(m_desktop->session().options().model, m_folder->filePath(QStringLiteral("first.gguf")));
    QCOMPARE(m_desktop->session().options().projector,
             m_folder->filePath(QStringLiteral("mmproj-first.gguf")));
    // An address beside a file.
    QMimeData mixed;
    mixed.setUrls({QUrl::fromLocalFile(picture), QUrl(QStringLiteral("https://example.org/a.png"))});
    drop(mixed);
    QTRY_VERIFY(offer->isVisible() && offer->text().contains(QStringLiteral("https://example.org/a.png")));
    // Several folders.
    const QString other = m_folder->filePath(QStringLiteral("winter"));
    QVERIFY(QDir().mkpath(other));
    m_desktop->window().openFiles({other, folder});
    QCOMPARE(m_desktop->window().currentPage(), QStringLiteral("captions"));
    QVERIFY2(offer->text().contains(QStringLiteral("not taken: holiday.")), qPrintable(offer->text()));
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

  void boxesAreDrawnOverThePicture() {
    open({QStringLiteral("answer=[0.2, 0.3, 0.6, 0.7]")});
    dropPicture();
    ask(QStringLiteral("Where is the circle?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    auto* boxes = widget(1)->findChild<QWidget*>(QStringLiteral("boxes"));
    QVERIFY(boxes != nullptr);
    // They are drawn as the question was asked, and looking at another way changes no question to come.
    m_desktop->settings().setAspect(QStringLiteral("crop"));
    QTest::mouseClick(boxes, Qt::LeftButton);
    auto* window = find("pictureWindow");
    auto* aspect = window->findChild<QComboBox*>(QStringLiteral("aspect"));
    QCOMPARE(aspect->currentData().toString(), QStringLiteral("pad"));
    aspect->setCurrentIndex(aspect->findData(QStringLiteral("stretch")));
    QCOMPARE(m_desktop->settings().aspect(), QStringLiteral("crop"));
    auto* keep = window->findChild<QPushButton*>(QStringLiteral("keepHandling"));
    QVERIFY(keep != nullptr && keep->isEnabled());
    QTest::mouseClick(keep, Qt::LeftButton);
    QCOMPARE(m_desktop->settings().aspect(), QStringLiteral("stretch"));
    QVERIFY(!keep->isEnabled());
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatPageTest)
#include "chat_page_test.moc"
