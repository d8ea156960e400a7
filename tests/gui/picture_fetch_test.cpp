// SPDX-License-Identifier: Apache-2.0
// Pictures of the web, from a server on this machine.
#include "app/gui/chat/picture_fetch.h"
#include "tests/gui/gui_fixture.h"
#include "tests/gui/web_server.h"

#include <QApplication>
#include <QBuffer>
#include <QImage>
#include <QSslConfiguration>

namespace lapilli::test {

using namespace gui;

class PictureFetchTest : public QObject {
  Q_OBJECT

 private:
  static constexpr int kPatience = 20'000;

  /// Of so many bytes or a few more.
  static QByteArray png(qsizetype bytes = 0) {
    QByteArray content;
    QBuffer buffer(&content);
    buffer.open(QIODevice::WriteOnly);
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(Qt::red);
    image.save(&buffer, "PNG");
    return content.leftJustified(bytes, '\0');
  }

  /// Fetches a path and waits for its end, which is the reason of a refusal; empty: it was fetched.
  QString reasonFor(PictureFetch& fetch, const QUrl& address) {
    QSignalSpy fetched(&fetch, &PictureFetch::fetched);
    QSignalSpy refused(&fetch, &PictureFetch::refused);
    fetch.begin(address, 3);
    [&] { QTRY_COMPARE_WITH_TIMEOUT(fetched.size() + refused.size(), 1, kPatience); }();
    if (fetch.underway().size() != 0) return QStringLiteral("still under way");
    if (refused.isEmpty()) {
      m_content = fetched[0][0].toByteArray();
      m_name = fetched[0][1].toString();
      return fetched[0][2].toLongLong() == 3 ? QString() : QStringLiteral("another's");
    }
    m_shown = refused[0][0].toString();
    return refused[0][1].toString();
  }

  QByteArray m_content;
  QString m_name;
  QString m_shown;

 private slots:
  void addressesOfTheWebAreTaken() {
    QVERIFY(PictureFetch::takes(QUrl(QStringLiteral("https://example.org/a.png"))));
    QVERIFY(PictureFetch::takes(QUrl(QStringLiteral("HTTP://example.org"))));
    for (const char* other : {"ftp://example.org/a.png", "file:///etc/passwd", "blob:https://example.org/1",
                              "javascript:alert(1)", "https:///a.png", "a.png", ""})
      QVERIFY2(!PictureFetch::takes(QUrl(QLatin1String(other))), other);
  }

  void aPictureComesWholeAndNothingOfTheUsersGoes() {
    WebServer server;
    const QByteArray content = png(300'000);
    server.pages[QStringLiteral("/x/a%20b.png?size=2")] = {.content = content,
                                                           .headers = "Set-Cookie: who=you; Path=/\r\n"};
    PictureFetch fetch;
    for (int time = 0; time < 2; ++time) {
      QUrl address = server.address(QStringLiteral("/x/a%20b.png?size=2#part"));
      address.setUserInfo(QStringLiteral("me:secret"));
      QCOMPARE(reasonFor(fetch, address), QString());
      QCOMPARE(m_content, content);
      QCOMPARE(m_name, QStringLiteral("a b.png"));
    }
    QCOMPARE(server.requests.size(), 2);
    for (const QByteArray& request : server.requests) {
      const QByteArray headers = request.toLower();
      for (const char* secret : {"cookie", "authorization", "referer", "secret"})
        QVERIFY2(!headers.contains(secret), headers.constData());
      QVERIFY(headers.contains("accept: image/*"));
    }
  }

  void redirectsAreFollowed() {
    WebServer server;
    server.pages[QStringLiteral("/1")] = {.status = 302, .headers = "Location: /2\r\n"};
    server.pages[QStringLiteral("/2")] = {.status = 301, .headers = "Location: a.png\r\n"};
    server.pages[QStringLiteral("/a.png")] = {.content = png()};
    PictureFetch fetch;
    QCOMPARE(reasonFor(fetch, server.address(QStringLiteral("/1"))), QString());
    QCOMPARE(m_content, png());
  }

  void serversOfHttpsProveWhoTheyAre() {
    if (!QSslSocket::supportsSsl()) QSKIP("Qt has no TLS here");
    WebServer server(WebServer::Scheme::kHttps);
    WebServer other;
    server.pages[QStringLiteral("/a.png")] = {.content = png()};
    server.pages[QStringLiteral("/down")] = {
        .status = 302,
        .headers = "Location: " + other.address(QStringLiteral("/a.png")).toEncoded() + "\r\n"};
    other.pages[QStringLiteral("/a.png")] = {.content = png()};
    PictureFetch strict;
    QCOMPARE(reasonFor(strict, server.address(QStringLiteral("/a.png"))),
             QStringLiteral("The server does not prove who it is."));
    QVERIFY(server.requests.isEmpty());
    const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
    QSslConfiguration trusting = before;
    trusting.addCaCertificate(WebServer::certificate());
    QSslConfiguration::setDefaultConfiguration(trusting);
    PictureFetch fetch;
    const QString trusted = reasonFor(fetch, server.address(QStringLiteral("/a.png")));
    const QString down = reasonFor(fetch, server.address(QStringLiteral("/down")));
    QSslConfiguration::setDefaultConfiguration(before);
    QCOMPARE(trusted, QString());
    QCOMPARE(m_content, png());
    QCOMPARE(down, QStringLiteral("It leads on to an address that is not encrypted."));
    QVERIFY(other.requests.isEmpty());
  }

  void whatIsNoPictureIsRefusedWithTheReason_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("reason");
    QTest::newRow("missing") << "/no"
                             << "There is nothing at this address.";
    QTest::newRow("forbidden") << "/forbidden"
                               << "does not give it out";
    QTest::newRow("broken") << "/broken"
                            << "error 503";
    QTest::newRow("page") << "/page.png"
                          << "It is a page or a text";
    QTest::newRow("text") << "/text.png"
                          << "It is a page or a text";
    QTest::newRow("empty") << "/empty"
                           << "empty file";
    QTest::newRow("large") << "/large"
                           << "larger than 97.66 KiB";
    QTest::newRow("large, said by nobody") << "/endless"
                                           << "larger than 97.66 KiB";
    QTest::newRow("silent") << "/silent"
                            << "sends nothing more";
    QTest::newRow("slow") << "/slow"
                          << "It takes too long.";
    QTest::newRow("in a circle") << "/circle"
                                 << "from one address to the next";
    QTest::newRow("to a file") << "/file"
                               << "not followed";
    QTest::newRow("nobody") << ""
                            << "can not be reached";
  }
  void whatIsNoPictureIsRefusedWithTheReason() {
    QFETCH(QString, path);
    QFETCH(QString, reason);
    WebServer server;
    server.pages[QStringLiteral("/forbidden")] = {.content = "no", .status = 403};
    server.pages[QStringLiteral("/broken")] = {.content = "no", .status = 503};
    server.pages[QStringLiteral("/page.png")] = {
        .content = "<!DOCTYPE html><html><body>a picture</body></html>",
        .headers = "Content-Type: image/png\r\n"};
    server.pages[QStringLiteral("/text.png")] = {.content = "no picture"};
    server.pages[QStringLiteral("/empty")] = {};
    server.pages[QStringLiteral("/large")] = {.content = png(100'001), .pieceMs = 50};
    server.pages[QStringLiteral("/endless")] = {.content = png(200'000), .tellsLength = false};
    server.pages[QStringLiteral("/silent")] = {.content = png(), .hangs = true};
    server.pages[QStringLiteral("/slow")] = {.content = png(100'000), .tellsLength = false, .pieceMs = 300};
    server.pages[QStringLiteral("/circle")] = {.status = 302, .headers = "Location: /circle\r\n"};
    server.pages[QStringLiteral("/file")] = {.status = 302, .headers = "Location: file:///etc/hostname\r\n"};
    PictureFetch fetch;
    fetch.setLimits({.mostBytes = 100'000, .silenceMs = 600, .wholeMs = 1000, .redirects = 3});
    const QUrl address = server.address(path.isEmpty() ? QStringLiteral("/a.png") : path);
    if (path.isEmpty()) server.close();
    const QString said = reasonFor(fetch, address);
    QVERIFY2(said.contains(reason), qPrintable(said));
    QCOMPARE(m_shown, address.toString());
    // Qt asks once more where the server has closed a connection that it meant to use again.
    if (path == QLatin1String("/circle")) QVERIFY(server.requests.size() >= 4 && server.requests.size() <= 8);
  }

  void progressIsToldAndOneThatIsCancelledIsHeardOfNoMore() {
    WebServer server;
    server.pages[QStringLiteral("/slow.png")] = {.content = png(400'000), .pieceMs = 60};
    server.pages[QStringLiteral("/fast.png")] = {.content = png()};
    PictureFetch fetch;
    QSignalSpy fetched(&fetch, &PictureFetch::fetched);
    QSignalSpy refused(&fetch, &PictureFetch::refused);
    fetch.begin(server.address(QStringLiteral("/slow.png")), 1);
    fetch.begin(server.address(QStringLiteral("/fast.png")), 2);
    QTRY_COMPARE_WITH_TIMEOUT(fetched.size(), 1, kPatience);  // one does not wait for the other
    QCOMPARE(fetched[0][1].toString(), QStringLiteral("fast.png"));
    QTRY_VERIFY_WITH_TIMEOUT(!fetch.underway().isEmpty() && fetch.underway().front().received > 0, kPatience);
    QCOMPARE(fetch.underway().front().total, qint64{400'000});
    fetch.cancel(2);
    QCOMPARE(fetch.underway().size(), 1);  // another's
    fetch.cancel(1);
    QVERIFY(fetch.underway().isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(server.left, 1, kPatience);
    QTest::qWait(200);
    QCOMPARE(fetched.size(), 1);
    QVERIFY(refused.isEmpty());
  }

  void fourAreFetchedAtATimeAndTheOthersWait() {
    WebServer slow;
    WebServer fast;
    for (int number = 0; number < 5; ++number) {
      slow.pages[QStringLiteral("/%1").arg(number)] = {.content = png(), .hangs = true};
      fast.pages[QStringLiteral("/%1").arg(number)] = {.content = png()};
    }
    PictureFetch fetch;
    QSignalSpy fetched(&fetch, &PictureFetch::fetched);
    for (int number = 0; number < 5; ++number) {
      fetch.begin(slow.address(QStringLiteral("/%1").arg(number)), 1);
      fetch.begin(fast.address(QStringLiteral("/%1").arg(number)), 2);
    }
    // Each that ends lets another begin, until slow ones have all the places.
    QTRY_COMPARE_WITH_TIMEOUT(slow.requests.size(), 4, kPatience);
    QTest::qWait(300);
    QVERIFY2(slow.requests.size() == 4, slow.requests.join().constData());
    QCOMPARE(fetched.size(), 3);
    QCOMPARE(fetch.underway().size(), 7);
    fetch.cancel(1);
    QTRY_COMPARE_WITH_TIMEOUT(fetched.size(), 5, kPatience);
    QCOMPARE(slow.requests.size(), 4);
    for (int number = 0; number < 5; ++number) QCOMPARE(fetched[number][2].toLongLong(), 2);
    QVERIFY(fetch.underway().isEmpty());
  }

  void aWindowThatIsClosedWaitsForNothing() {
    WebServer server;
    server.pages[QStringLiteral("/silent")] = {.content = png(), .hangs = true};
    QElapsedTimer time;
    {
      PictureFetch fetch;
      fetch.begin(server.address(QStringLiteral("/silent")), 1);
      QTRY_COMPARE_WITH_TIMEOUT(server.requests.size(), 1, kPatience);
      time.start();
    }
    QVERIFY2(time.elapsed() < 5000, "the end waits for a server");
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::PictureFetchTest)
#include "picture_fetch_test.moc"
