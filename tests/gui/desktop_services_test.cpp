// SPDX-License-Identifier: Apache-2.0
// What the desktop is asked for, over a bus of the test's own, on which the test is the desktop.
#include "app/gui/desktop_services.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusUnixFileDescriptor>
#include <QProcess>

#include <fcntl.h>
#include <unistd.h>

namespace lapilli::test {

using namespace gui;

/// org.freedesktop.Notifications, .login1.Manager and .ScreenSaver in one.
class FakeDesktop : public QObject, protected QDBusContext {
  Q_OBJECT

 public:
  QStringList calls;
  bool hasLogin = true;
  int readEnd = -1;  // of the pipe whose other end is the lock

 public slots:
  uint Notify(const QString& program, uint replaced, const QString& icon, const QString& summary,
              const QString& body, const QStringList& actions, const QVariantMap& hints, int timeout) {
    calls.append(QStringLiteral("Notify %1 %2 %3 %4 %5 %6 %7 %8")
                     .arg(program)
                     .arg(replaced)
                     .arg(icon, summary, body, actions.join(QLatin1Char('/')),
                          hints[QStringLiteral("desktop-entry")].toString())
                     .arg(timeout));
    return 7;
  }
  QDBusUnixFileDescriptor Inhibit(const QString& what, const QString& who, const QString& why,
                                  const QString& mode) {
    if (!hasLogin) {
      sendErrorReply(QDBusError::AccessDenied, QStringLiteral("not allowed"));
      return {};
    }
    calls.append(QStringLiteral("Inhibit %1 %2 %3 %4").arg(what, who, why, mode));
    int ends[2];
    if (::pipe(ends) != 0) return {};
    readEnd = ends[0];
    QDBusUnixFileDescriptor given;
    given.giveFileDescriptor(ends[1]);
    return given;
  }
  uint Inhibit(const QString& who, const QString& why) {
    calls.append(QStringLiteral("Inhibit %1 %2").arg(who, why));
    return 42;
  }
  void UnInhibit(uint cookie) { calls.append(QStringLiteral("UnInhibit %1").arg(cookie)); }
  void Update(const QString& entry, const QVariantMap& values) {
    calls.append(QStringLiteral("Update %1 %2 %3")
                     .arg(entry, values[QStringLiteral("progress")].toString(),
                          values[QStringLiteral("progress-visible")].toString()));
  }
};

class DesktopServicesTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;
  QProcess m_daemon;
  QString m_address;
  FakeDesktop m_desktop;

  [[nodiscard]] QDBusConnection connection(const char* name) const {
    return QDBusConnection::connectToBus(m_address, QLatin1String(name));
  }
  [[nodiscard]] std::unique_ptr<DesktopServices> services() const {
    return DesktopServices::behind(connection("program session"), connection("program system"));
  }

 private slots:
  void initTestCase() {
    const QString configuration = m_folder.filePath(QStringLiteral("bus.conf"));
    QFile file(configuration);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("<busconfig><type>session</type><listen>unix:path=" + m_folder.path().toUtf8() +
               "/bus</listen><auth>EXTERNAL</auth><policy context=\"default\"><allow send_destination=\"*\" "
               "eavesdrop=\"true\"/>"
               "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>");
    file.close();
    m_daemon.start(QStringLiteral("dbus-daemon"),
                   {QStringLiteral("--config-file=") + configuration, QStringLiteral("--nofork"),
                    QStringLiteral("--print-address")});
    if (!m_daemon.waitForStarted()) QSKIP("there is no dbus-daemon");
    QTRY_VERIFY(m_daemon.canReadLine());
    m_address = QString::fromUtf8(m_daemon.readLine()).trimmed();
    QDBusConnection desktop = connection("desktop");
    QVERIFY2(desktop.isConnected(), qPrintable(desktop.lastError().message()));
    for (const char* name :
         {"org.freedesktop.Notifications", "org.freedesktop.login1", "org.freedesktop.ScreenSaver"})
      QVERIFY(desktop.registerService(QLatin1String(name)));
    const QPair<const char*, const char*> places[] = {
        {"/org/freedesktop/Notifications", "org.freedesktop.Notifications"},
        {"/org/freedesktop/login1", "org.freedesktop.login1.Manager"},
        {"/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"}};
    for (const auto& [path, interface] : places)
      QVERIFY(desktop.registerObject(QLatin1String(path), QLatin1String(interface), &m_desktop,
                                     QDBusConnection::ExportAllSlots));
    QVERIFY(desktop.connect(QString(), QString(), QStringLiteral("com.canonical.Unity.LauncherEntry"),
                            QStringLiteral("Update"), &m_desktop, SLOT(Update(QString, QVariantMap))));
    QApplication::setDesktopFileName(QStringLiteral("io.github.lapilli.Lapilli"));
  }
  void init() {
    m_desktop.calls.clear();
    m_desktop.hasLogin = true;
  }
  void cleanupTestCase() {
    for (const char* name : {"desktop", "program session", "program system"})
      QDBusConnection::disconnectFromBus(QLatin1String(name));
    m_daemon.terminate();
    m_daemon.waitForFinished();
  }

  void notificationsAreShownAndClicked() {
    const auto program = services();
    program->tell(QStringLiteral("Captions"), QStringLiteral("Done."), QStringLiteral("Show"));
    QTRY_COMPARE(m_desktop.calls,
                 QStringList{QStringLiteral("Notify Lapilli 0 io.github.lapilli.Lapilli Captions Done. "
                                            "default/Show io.github.lapilli.Lapilli -1")});
    QSignalSpy wanted(program.get(), &DesktopServices::wanted);
    const auto click = [&](uint id) {
      QDBusMessage clicked = QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/Notifications"),
                                                        QStringLiteral("org.freedesktop.Notifications"),
                                                        QStringLiteral("ActionInvoked"));
      clicked << id << QStringLiteral("default");
      connection("desktop").send(clicked);
    };
    QTest::qWait(50);  // for the answer to Notify
    click(8);          // another program's
    click(7);
    QTRY_COMPARE(wanted.size(), 1);
    m_desktop.calls.clear();
    program->tell(QStringLiteral("Captions"), QStringLiteral("Again."), QStringLiteral("Show"));
    QTRY_COMPARE(m_desktop.calls.size(), 1);
    QVERIFY2(m_desktop.calls[0].startsWith(QStringLiteral("Notify Lapilli 7 ")),
             "not in the place of the first");
  }

  void progressIsShownInTheTaskbar() {
    const auto program = services();
    program->showProgress(0.25);
    program->showProgress(std::nullopt);
    const QString entry = QStringLiteral("Update application://io.github.lapilli.Lapilli.desktop ");
    QTRY_COMPARE(m_desktop.calls,
                 (QStringList{entry + QStringLiteral("0.25 true"), entry + QStringLiteral("0 false")}));
  }

  void theMachineStaysAwakeUntilThatIsTakenBack() {
    auto program = services();
    const auto isHeld = [&] {
      char byte = 0;
      return ::read(m_desktop.readEnd, &byte, 1) != 0;  // the end of the pipe: its other end is closed
    };
    for (const bool byItsEnd : {false, true}) {
      m_desktop.calls.clear();
      program->keepAwake(true, QStringLiteral("Working"));
      program->keepAwake(true, QStringLiteral("Working"));
      QTRY_COMPARE(m_desktop.calls, QStringList{QStringLiteral("Inhibit idle Lapilli Working block")});
      QTest::qWait(50);  // the answer
      ::fcntl(m_desktop.readEnd, F_SETFL, O_NONBLOCK);
      QVERIFY(isHeld());
      byItsEnd ? program.reset() : program->keepAwake(false, {});
      QTRY_VERIFY(!isHeld());
      ::close(m_desktop.readEnd);
    }
    program = services();
    m_desktop.calls.clear();
    program->keepAwake(true, QStringLiteral("Working"));
    program->keepAwake(false, {});  // before the answer
    QTRY_COMPARE(m_desktop.calls.size(), 1);
    ::fcntl(m_desktop.readEnd, F_SETFL, O_NONBLOCK);
    QTRY_VERIFY(!isHeld());
    ::close(m_desktop.readEnd);
  }

  void theScreenSaverIsAskedWhereLoginRefuses() {
    m_desktop.hasLogin = false;
    const auto program = services();
    program->keepAwake(true, QStringLiteral("Working"));
    QTRY_COMPARE(m_desktop.calls, QStringList{QStringLiteral("Inhibit Lapilli Working")});
    QTest::qWait(50);  // the answer
    program->keepAwake(false, {});
    QTRY_COMPARE(m_desktop.calls.value(1), QStringLiteral("UnInhibit 42"));
  }

  void nothingHappensWithoutABus() {
    const QDBusConnection none(QStringLiteral("no such bus"));
    const auto program = DesktopServices::behind(none, none);
    program->tell(QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"));
    program->showProgress(0.5);
    program->keepAwake(true, QStringLiteral("Working"));
    QTest::qWait(20);
    program->keepAwake(false, {});
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::DesktopServicesTest)
#include "desktop_services_test.moc"
