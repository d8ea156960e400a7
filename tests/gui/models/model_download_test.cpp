// SPDX-License-Identifier: Apache-2.0
#include "app/gui/models/model_download.h"

#include "tests/gui/models/hub_server.h"

#include <QDir>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>

namespace lapilli::gui {
namespace {

QByteArray randomBytes(qsizetype size, quint32 seed) {
  QByteArray bytes(size, Qt::Uninitialized);
  QRandomGenerator random(seed);
  for (char& c : bytes) c = static_cast<char>(random.bounded(256));
  return bytes;
}

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class ModelDownloadTest : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<test::HubServer> m_hub;
  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<QThread> m_thread;
  ModelDownload* m_download = nullptr;  // lives in m_thread
  std::unique_ptr<QSignalSpy> m_finished, m_failed, m_paused, m_cancelled, m_progress;

  QString target() const { return m_folder->path() + "/model"; }
  QString at(const QString& name) const { return target() + "/" + name; }

  QList<HubFile> list() {
    QSignalSpy listed(m_download, &ModelDownload::listed);
    const Hub hub = *hubAt(m_hub->address());
    QMetaObject::invokeMethod(m_download, [=, this] { m_download->list(hub, "o/m"); });
    for (int i = 0; i < 200 && listed.isEmpty() && m_failed->isEmpty(); ++i) listed.wait(100);
    return listed.isEmpty() ? QList<HubFile>() : listed[0][0].value<QList<HubFile>>();
  }
  void start(const QList<HubFile>& files) {
    const DownloadPlan plan{
        .hub = *hubAt(m_hub->address()), .repository = "o/m", .files = files, .folder = target()};
    QMetaObject::invokeMethod(m_download, [=, this] { m_download->start(plan); });
  }
  /// Lists, fetches, and waits for the end; the sentence of a failure, or nothing.
  QString fetchAll() {
    start(list());
    waitForEnd();
    return m_failed->isEmpty() ? QString() : m_failed->last()[0].toString();
  }
  void waitForEnd() {
    QTRY_VERIFY_WITH_TIMEOUT(
        m_finished->count() + m_failed->count() + m_paused->count() + m_cancelled->count() > 0, 60000);
  }

 private slots:
  void init() {
    m_hub = std::make_unique<test::HubServer>();
    m_folder = std::make_unique<QTemporaryDir>();
    m_thread = std::make_unique<QThread>();
    m_download = new ModelDownload;
    m_download->setRetryMs(5);
    m_finished = std::make_unique<QSignalSpy>(m_download, &ModelDownload::finished);
    m_failed = std::make_unique<QSignalSpy>(m_download, &ModelDownload::failed);
    m_paused = std::make_unique<QSignalSpy>(m_download, &ModelDownload::paused);
    m_cancelled = std::make_unique<QSignalSpy>(m_download, &ModelDownload::cancelled);
    m_progress = std::make_unique<QSignalSpy>(m_download, &ModelDownload::progress);
    m_download->moveToThread(m_thread.get());
    connect(m_thread.get(), &QThread::finished, m_download, &QObject::deleteLater);
    m_thread->start();
  }
  void cleanup() {
    m_thread->quit();
    QVERIFY(m_thread->wait(10000));
    m_progress.reset();
    m_cancelled.reset();
    m_paused.reset();
    m_failed.reset();
    m_finished.reset();
    m_thread.reset();
    m_hub.reset();
  }

  void everyFileArrivesAsItIs() {
    m_hub->files["weights/big.safetensors"].content = randomBytes(3 << 20, 1);
    m_hub->files["config.json"] = {.content = "{\"a\": 1}", .served = {}, .redirects = true, .large = false};
    m_hub->files["empty.txt"] = {.content = "", .served = {}, .large = false};
    QCOMPARE(fetchAll(), QString());
    QCOMPARE(contentOf(at("weights/big.safetensors")), m_hub->files["weights/big.safetensors"].content);
    QCOMPARE(contentOf(at("config.json")), QByteArray("{\"a\": 1}"));
    QVERIFY(QFile::exists(at("empty.txt")));
    QVERIFY(m_hub->requests.contains("/cdn/config.json "));
    const auto last = m_progress->last()[0].value<DownloadProgress>();
    QCOMPARE(last.totalBytes, (3 << 20) + 8);
    // A second time, nothing is fetched.
    m_hub->requests.clear();
    m_finished->clear();
    QCOMPARE(fetchAll(), QString());
    QCOMPARE(m_hub->requests, QStringList{"/api/models/o/m/tree/main "});
  }

  void brokenConnectionsGoOnWhereTheyBroke() {
    auto& file = m_hub->files["w.gguf"];
    file.content = randomBytes(1 << 20, 2);
    file.cutsLeft = 7;  // more than kMostTries: each brings new bytes
    file.cutAfter = 100000;
    QCOMPARE(fetchAll(), QString());
    QCOMPARE(contentOf(at("w.gguf")), file.content);
    QVERIFY2(m_hub->requests.contains("/o/m/resolve/main/w.gguf bytes=100000-"),
             qPrintable(m_hub->requests.join('\n')));
  }

  void aHubWithoutRangesStartsOver() {
    auto& file = m_hub->files["w.gguf"];
    file.content = randomBytes(1 << 20, 3);
    file.cutsLeft = 1;
    file.cutAfter = 300000;
    file.ignoresRanges = true;
    QCOMPARE(fetchAll(), QString());
    QCOMPARE(contentOf(at("w.gguf")), file.content);
  }

  void aConnectionThatBringsNothingIsGivenUp() {
    auto& file = m_hub->files["w.gguf"];
    file.content = randomBytes(1 << 20, 4);
    file.cutsLeft = 100;
    file.cutAfter = 0;
    QVERIFY(fetchAll().contains("w.gguf"));
    QCOMPARE(m_hub->requests.count("/o/m/resolve/main/w.gguf "), 1 + ModelDownload::kMostTries);
  }

  void aWrongHashIsRefusedAndRemoved_data() {
    QTest::addColumn<bool>("large");
    QTest::newRow("SHA-256") << true;
    QTest::newRow("git's SHA-1") << false;
  }
  void aWrongHashIsRefusedAndRemoved() {
    QFETCH(bool, large);
    auto& file = m_hub->files["w.gguf"];
    file.content = randomBytes(100000, 5);
    file.served = file.content;
    file.served[77777] = static_cast<char>(file.served[77777] ^ 1);
    file.large = large;
    const QString sentence = fetchAll();
    QVERIFY2(sentence.contains("hash"), qPrintable(sentence));
    QCOMPARE(QDir(target()).entryList(QDir::Files), QStringList());
  }

  void aFileLongerThanItsSizeIsRefused() {
    auto& file = m_hub->files["w.gguf"];
    file.content = randomBytes(100000, 6);
    file.served = file.content + "more";
    QVERIFY(fetchAll().contains("longer"));
    QCOMPARE(QDir(target()).entryList(QDir::Files), QStringList());
  }

  void refusalsOfTheHubAreSentences() {
    m_hub->files["w.gguf"].content = "x";
    m_hub->files["w.gguf"].status = 403;
    QVERIFY(fetchAll().contains("licence"));
    m_failed->clear();
    m_hub->files["w.gguf"].status = 404;
    QVERIFY(fetchAll().contains("404"));
    for (const auto& [status, word] : {std::pair{404, "no model of this name"}, std::pair{401, "HF_TOKEN"}}) {
      m_failed->clear();
      m_hub->listStatus = status;
      QVERIFY(list().isEmpty());
      QVERIFY(m_failed->last()[0].toString().contains(word));
    }
    m_failed->clear();
    m_hub->close();
    QVERIFY(list().isEmpty());
    QVERIFY(m_failed->last()[0].toString().contains("reached"));
  }

  void aServerInTroubleIsAskedAgain() {
    auto& file = m_hub->files["w.gguf"];
    file.content = randomBytes(1000, 7);
    file.status = 503;
    start(list());
    QTRY_VERIFY(m_hub->requests.count("/o/m/resolve/main/w.gguf ") >= 2);
    file.status = 200;
    waitForEnd();
    QCOMPARE(m_finished->count(), 1);
    QCOMPARE(contentOf(at("w.gguf")), file.content);
  }

  void aFullDiskIsSeenBefore() {
    m_hub->files["w.gguf"].content = randomBytes(1000, 8);
    const QList<HubFile> files = list();
    QMetaObject::invokeMethod(m_download,
                              [this] { m_download->setFreeSpace([](const QString&) { return 1000; }); });
    m_hub->requests.clear();
    start(files);
    waitForEnd();
    QVERIFY(m_failed->last()[0].toString().contains("free"));
    QVERIFY(m_hub->requests.isEmpty());
  }

  void pausedItKeepsWhatIsThere() {
    auto& file = m_hub->files["w.gguf"];
    file.content = randomBytes(4 << 20, 9);
    file.pieceMs = 20;
    const QList<HubFile> files = list();
    start(files);
    QTRY_VERIFY(!m_progress->isEmpty() && m_progress->last()[0].value<DownloadProgress>().doneBytes > 200000);
    m_download->pause();
    waitForEnd();
    QCOMPARE(m_paused->count(), 1);
    const qint64 there = QFileInfo(at("w.gguf.part")).size();
    QVERIFY(there >= 200000 && there < (4 << 20));
    file.pieceMs = 0;
    m_paused->clear();
    start(files);
    waitForEnd();
    QCOMPARE(m_finished->count(), 1);
    QCOMPARE(m_hub->requests.last(), QString("/o/m/resolve/main/w.gguf bytes=%1-").arg(there));
    QCOMPARE(contentOf(at("w.gguf")), file.content);
  }

  void cancelledNothingIsLeft() {
    auto& file = m_hub->files["w.gguf"];
    file.content = randomBytes(4 << 20, 10);
    file.pieceMs = 20;
    start(list());
    QTRY_VERIFY(!m_progress->isEmpty() && m_progress->last()[0].value<DownloadProgress>().doneBytes > 200000);
    m_download->cancel();
    waitForEnd();
    QCOMPARE(m_cancelled->count(), 1);
    QVERIFY(!QDir(target()).exists());
  }

  void theTokenNeverLeavesForAMirror() {
    qputenv("HF_TOKEN", "secret-token");
    m_hub->files["w.gguf"] = {.content = "abc", .served = {}, .redirects = true};
    QCOMPARE(fetchAll(), QString());
    qunsetenv("HF_TOKEN");
    QVERIFY(m_hub->headers.size() >= 3);
    for (const QByteArray& request : m_hub->headers) QVERIFY(!request.contains("secret-token"));
  }
};

}  // namespace lapilli::gui

QTEST_GUILESS_MAIN(lapilli::gui::ModelDownloadTest)
#include "model_download_test.moc"
