// SPDX-License-Identifier: Apache-2.0
// The program itself, started while its profile is in use; and how long a start takes.
#include "app/gui/single_instance.h"

#include "app/gui/application.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QProcess>
#include <QRegularExpression>

namespace lapilli::test {

using namespace gui;

class SingleInstanceTest : public QObject {
  Q_OBJECT

 private:
  static void begin(QProcess& process, const QString& profile, const QStringList& more) {
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QStringLiteral(LAPILLI_DESKTOP), QStringList{QStringLiteral("--profile"), profile} + more);
    QVERIFY(process.waitForStarted());
  }
  static QString logOf(const QString& data) {
    QFile file(data + QStringLiteral("/log/lapilli.log"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
  }
  /// Of the log's line about the start; 0: it is not there yet.
  static int usableAfterMs(const QString& data) {
    static const QRegularExpression kLine(QStringLiteral("window usable after (\\d+) ms"));
    return kLine.match(logOf(data)).captured(1).toInt();
  }

 private slots:
  void aSecondStartHandsItsFilesOverAndEnds() {
    QTemporaryDir profile;
    SingleInstance first(Folders::below(profile.path()).data);
    QVERIFY(first.begin());
    QSignalSpy started(&first, &SingleInstance::started);
    QProcess second;
    second.setWorkingDirectory(profile.path());
    begin(second, profile.path(), {QStringLiteral("a picture.png")});
    QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, 60000);
    QCOMPARE(started.front().front().toStringList(),
             QStringList{profile.filePath(QStringLiteral("a picture.png"))});
    QTRY_COMPARE_WITH_TIMEOUT(second.state(), QProcess::NotRunning, 60000);
    QCOMPARE(second.exitStatus(), QProcess::NormalExit);
    QCOMPARE(second.exitCode(), 0);
    QVERIFY(!QFile::exists(profile.filePath(QStringLiteral("data/chats/chats.sqlite"))));
  }

  void aNewInstanceOpensBesideTheFirst() {
    QTemporaryDir profile;
    const QString data = Folders::below(profile.path()).data;
    SingleInstance first(data);
    QVERIFY(first.begin());
    QProcess second;
    begin(second, profile.path(), {QStringLiteral("--new-instance")});
    const QString own = data + QStringLiteral("/window-2");
    QTRY_VERIFY_WITH_TIMEOUT(usableAfterMs(own) > 0, 60000);
    QVERIFY(QFile::exists(own + QStringLiteral("/chats/chats.sqlite")));
    QCOMPARE(foldersBeside(Folders::below(profile.path())).data, data + QStringLiteral("/window-3"));
    second.kill();
    QVERIFY(second.waitForFinished());
    QCOMPARE(foldersBeside(Folders::below(profile.path())).data, own);
  }

  /// LAPILLI_MOST_START_MS: the bar of a quiet machine, 1000; without it, only that the window comes at all.
  void theWindowIsUsableSoon() {
    QTemporaryDir profile;
    const QString data = Folders::below(profile.path()).data;
    int best = 0;
    for (int round = 0; round < 3; ++round) {
      QFile::remove(data + QStringLiteral("/log/lapilli.log"));
      QProcess window;
      begin(window, profile.path(), {});
      QTRY_VERIFY_WITH_TIMEOUT(usableAfterMs(data) > 0, 60000);
      const int took = usableAfterMs(data);
      best = best == 0 ? took : qMin(best, took);
      window.kill();
      QVERIFY(window.waitForFinished());
    }
    qInfo("process start to usable window: %d ms, the best of three", best);
    const int most = qEnvironmentVariableIntValue("LAPILLI_MOST_START_MS");
    if (most > 0) QVERIFY2(best <= most, qPrintable(QString::number(best)));
  }

  /// What can't be opened is said in the language of the settings.
  void aStartThatFailsIsSaidInTheUsersLanguage() {
    QTemporaryDir profile;
    const Folders folders = Folders::below(profile.path());
    Settings(folders.config + QStringLiteral("/lapilli.ini")).setLanguage(QStringLiteral("zh_CN"));
    auto open = Desktop::open(folders, scriptedHost({}));
    QVERIFY(open.ok());
    const auto second = Desktop::open(folders, scriptedHost({}));
    QVERIFY(!second.ok());
    const QString sentence = QString::fromStdString(second.error().message());
    QVERIFY2(sentence.contains(QStringLiteral("另一个窗口")), qPrintable(sentence));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::SingleInstanceTest)
#include "single_instance_test.moc"
