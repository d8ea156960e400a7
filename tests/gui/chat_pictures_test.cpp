// SPDX-License-Identifier: Apache-2.0
// How pictures and other files come into the window, and what is shown of them.
#include "tests/gui/chat_fixture.h"
#include "tests/gui/web_server.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>

#include <sys/stat.h>

namespace lapilli::test {

using namespace gui;

class ChatPicturesTest : public QObject, ChatFixture {
  Q_OBJECT

 private:
  QByteArray drawnContent() {
    QFile file(drawnPicture(m_folder->path()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

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
    // An address that is copied is words; one of a kind that is not fetched is named.
    auto* address = new QMimeData;
    address->setUrls({QUrl(QStringLiteral("https://example.org/a.png"))});
    QApplication::clipboard()->setMimeData(address);
    QTest::keyClick(find("questionText"), Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(find<QPlainTextEdit>("questionText")->toPlainText(),
             QStringLiteral("https://example.org/a.png"));
    QMimeData page;
    page.setHtml(QStringLiteral("<img src=\"ftp://example.org/a.png\">"));
    drop(page);
    QTRY_VERIFY_WITH_TIMEOUT(bannerText("chatBanner")->isVisible(), kPatienceMs);
    QVERIFY(
        bannerText("chatBanner")->text().startsWith(QStringLiteral("ftp://example.org/a.png was not added")));
  }

  void aPictureOfAPageIsFetchedFromItsAddress() {
    open({});
    WebServer server;
    server.pages[QStringLiteral("/shapes.png")] = {.content = drawnContent()};
    server.pages[QStringLiteral("/page")] = {.content = "<!DOCTYPE html><title>no picture</title>"};
    QMimeData picture;
    picture.setHtml(QStringLiteral("<a href=\"/x\"><img alt='' src=\"%1\"></a>")
                        .arg(server.address(QStringLiteral("/shapes.png")).toString()));
    type(QStringLiteral("What?"));
    QVERIFY(find("send")->isEnabled());
    drop(picture);
    QVERIFY(!find("send")->isEnabled());
    QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), 1, kPatienceMs);
    QCOMPARE(waiting().front().name, QStringLiteral("shapes.png"));
    QVERIFY(!find("fetchBar")->isVisible());
    QVERIFY(find("send")->isEnabled());
    QMimeData page;
    page.setUrls({server.address(QStringLiteral("/page"))});
    drop(page);
    auto* banner = bannerText("chatBanner");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kPatienceMs);
    QVERIFY2(banner->text().startsWith(server.address(QStringLiteral("/page")).toString() +
                                       QStringLiteral(" was not added: It is a page or a text")),
             qPrintable(banner->text()));
    QCOMPARE(waiting().size(), 1);
  }

  void aSlowPictureIsSeenComingAndCanBeDoneWithout() {
    open({QStringLiteral("answer=Fine")});
    WebServer server;
    server.pages[QStringLiteral("/slow.png")] = {.content = drawnContent().leftJustified(400'000, '\0'),
                                                 .pieceMs = 100};
    QMimeData data;
    data.setUrls({server.address(QStringLiteral("/slow.png"))});
    drop(data);
    type(QStringLiteral("What?"));
    auto* text = find<QLabel>("fetchText");
    QTRY_VERIFY_WITH_TIMEOUT(text->text().contains(QStringLiteral(" of 390.63 KiB")), kPatienceMs);
    QVERIFY2(text->text().startsWith(QStringLiteral("Fetching http://127.0.0.1")), qPrintable(text->text()));
    QVERIFY(find("fetchBar")->isVisible());
    QVERIFY(!find("send")->isEnabled());
    QTest::keyClick(&m_desktop->window(), Qt::Key_Escape);
    QVERIFY(!find("fetchBar")->isVisible());
    QVERIFY(find("send")->isEnabled());
    QTRY_COMPARE_WITH_TIMEOUT(server.left, 1, kPatienceMs);
    // Once more, by the button.
    drop(data);
    QTRY_VERIFY(find("fetchBar")->isVisible());
    press("fetchCancel");
    QVERIFY(!find("fetchBar")->isVisible());
    press("send");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QCOMPARE(path().front().attachments.size(), 0);
    QVERIFY(!find("chatBanner")->isVisible());
  }

  void aFetchedPictureBelongsToTheChatItWasDroppedOn() {
    open({});
    WebServer server;
    server.pages[QStringLiteral("/slow.png")] = {.content = drawnContent().leftJustified(60'000, '\0'),
                                                 .pieceMs = 100};
    QMimeData data;
    data.setUrls({server.address(QStringLiteral("/slow.png"))});
    drop(data);
    const ChatId other = openChatOf({{.text = QStringLiteral("Before")}});
    QTRY_VERIFY_WITH_TIMEOUT(m_desktop->store().draft(0)->pictures.size() == 1, kPatienceMs);
    QCOMPARE(m_desktop->chat().controller().chat(), other);
    QCOMPARE(waiting().size(), 0);
  }

  void aSlowPictureOfOneChatHoldsUpNoOther() {
    open({QStringLiteral("answer=Fine")});
    const ChatId other = openChatOf({{.text = QStringLiteral("Before")}});
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    WebServer server;
    server.pages[QStringLiteral("/slow.png")] = {.content = drawnContent(), .hangs = true};
    QMimeData data;
    data.setUrls({server.address(QStringLiteral("/slow.png"))});
    drop(data);
    QVERIFY(find("fetchBar")->isVisible());
    clickChat(0);
    QCOMPARE(m_desktop->chat().controller().chat(), other);
    QVERIFY(!find("fetchBar")->isVisible());
    type(QStringLiteral("What?"));
    QVERIFY(find("send")->isEnabled());
    QTRY_COMPARE_WITH_TIMEOUT(server.requests.size(), 1, kPatienceMs);
    QTest::keyClick(&m_desktop->window(), Qt::Key_Escape);
    QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY2(find("fetchBar")->isVisible(), "Esc in another chat has ended it");
    type(QStringLiteral("What?"));
    QVERIFY(!find("send")->isEnabled());
    QTest::keyClick(&m_desktop->window(), Qt::Key_Escape);
    QVERIFY(!find("fetchBar")->isVisible());
    QVERIFY(find("send")->isEnabled());
    QTRY_COMPARE_WITH_TIMEOUT(server.left, 1, kPatienceMs);
  }

  void ofManyAddressesTheFirstAreFetchedAndTheOthersNamed() {
    open({});
    WebServer server;
    QMimeData data;
    QList<QUrl> addresses;
    for (int number = 1; number <= 200; ++number) {
      const QString path = QStringLiteral("/%1.png").arg(number);
      server.pages[path] = {.content = drawnContent()};
      addresses.append(server.address(path));
    }
    data.setUrls(addresses);
    drop(data);
    QTRY_VERIFY_WITH_TIMEOUT(!find("fetchBar")->isVisible(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(find("chatBanner")->isVisible(), kPatienceMs);
    QCOMPARE(server.requests.size(), 50);
    QCOMPARE(bannerText("chatBanner")->text(),
             addresses[50].toString() + QStringLiteral(" was not added: Not more than 50 addresses are taken "
                                                       "at once; 150 were left out."));
    QTest::mouseClick(find("chatBanner")->findChild<QWidget*>(QStringLiteral("bannerMore")), Qt::LeftButton);
    const auto words = find("chatBanner")->findChildren<QLabel*>();
    QVERIFY(std::any_of(words.begin(), words.end(), [&](const QLabel* label) {
      return label->isVisible() && label->text().contains(QLatin1Char('\n') + addresses[60].toString());
    }));
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

  void whatIsNoFileIsNotReadForEver() {
    open({});
    const QString pipe = m_folder->filePath(QStringLiteral("pipe.png"));
    QCOMPARE(mkfifo(pipe.toLocal8Bit().constData(), 0600), 0);
    m_desktop->window().openFiles({pipe, QStringLiteral("/dev/zero")});
    QTRY_COMPARE_WITH_TIMEOUT(bannerText("chatBanner")
                                  ->text()
                                  .count(QStringLiteral("was not added: It is "
                                                        "no file.")),
                              2, kPatienceMs);
    type(QStringLiteral("What?"));
    QVERIFY(find("send")->isEnabled());
  }

  void aPictureThatIsGoneIsAskedForOnce() {
    const QString record = m_folder->filePath(QStringLiteral("requests"));
    open({QStringLiteral("record=") + record, QStringLiteral("fail_picture=not_found")});
    const auto asked = [&] {
      QFile file(record);
      return file.open(QIODevice::ReadOnly) ? file.readAll().count("\"picture\"") : 0;
    };
    const ChatId chat = *m_desktop->store().createChat({.title = QStringLiteral("Gone")});
    const Attachment gone{.sha256 = QString(64, QLatin1Char('a')),
                          .name = QStringLiteral("gone.png"),
                          .mime = QStringLiteral("image/png")};
    QVERIFY(m_desktop->store()
                .addMessage({.chat = chat, .text = QStringLiteral("What?"), .attachments = {gone}})
                .ok());
    QTRY_COMPARE(find<QListView>("chats")->model()->rowCount(), 1);
    QSignalSpy answers(&m_desktop->host(), &JobHost::failed);
    clickChat(0);
    QTRY_VERIFY_WITH_TIMEOUT(!answers.isEmpty(), kPatienceMs);
    auto* shown = find("conversation")->findChild<QWidget*>(QStringLiteral("thumbnail"));
    for (int times = 0; times < 5; ++times) {
      shown->grab();
      QTest::qWait(20);  // in which it would be asked for
    }
    QCOMPARE(asked(), 1);
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
    // An address beside a file: fetched for a chat, named where captions are.
    WebServer server;
    server.pages[QStringLiteral("/other.png")] = {.content = QByteArray(drawnContent()).append("other")};
    QMimeData mixed;
    mixed.setUrls({QUrl::fromLocalFile(picture), server.address(QStringLiteral("/other.png"))});
    drop(mixed);
    QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), 2, kPatienceMs);
    m_desktop->window().showPage(QStringLiteral("captions"));
    dropOn(m_desktop->window().page(QStringLiteral("captions")), mixed);
    QTRY_VERIFY(offer->isVisible() && offer->text().contains(QStringLiteral("not taken: http://127.0.0.1")));
    QCOMPARE(server.requests.size(), 1);
    // Several folders.
    const QString other = m_folder->filePath(QStringLiteral("winter"));
    QVERIFY(QDir().mkpath(other));
    m_desktop->window().openFiles({other, folder});
    QCOMPARE(m_desktop->window().currentPage(), QStringLiteral("captions"));
    QVERIFY2(offer->text().contains(QStringLiteral("not taken: holiday.")), qPrintable(offer->text()));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ChatPicturesTest)
#include "chat_pictures_test.moc"
