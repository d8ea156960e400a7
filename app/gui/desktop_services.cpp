// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/desktop_services.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusUnixFileDescriptor>
#include <QGuiApplication>
#include <QVariantMap>

#include <utility>

namespace lapilli::gui {
namespace {

constexpr const char* kNotifications = "org.freedesktop.Notifications";
constexpr const char* kNotificationsPath = "/org/freedesktop/Notifications";
constexpr const char* kLogin = "org.freedesktop.login1";
constexpr const char* kScreenSaver = "org.freedesktop.ScreenSaver";

QDBusMessage callOf(const char* service, const char* path, const char* interface, const char* method) {
  return QDBusMessage::createMethodCall(QLatin1String(service), QLatin1String(path), QLatin1String(interface),
                                        QLatin1String(method));
}

QString programName() {
  return QStringLiteral("Lapilli");
}

QString desktopEntry() {
  return QGuiApplication::desktopFileName();
}

}  // namespace

/// Specifications: freedesktop.org's notifications 1.2, Unity's launcher API, systemd's inhibitor locks.
class BusServices final : public DesktopServices {
  Q_OBJECT

 public:
  BusServices(const QDBusConnection& session, const QDBusConnection& system)
      : m_session(session), m_system(system) {
    m_session.connect(QLatin1String(kNotifications), QLatin1String(kNotificationsPath),
                      QLatin1String(kNotifications), QStringLiteral("ActionInvoked"), this,
                      SLOT(takeAction(uint, QString)));
  }
  ~BusServices() override { release(); }

  void tell(const QString& title, const QString& sentence, const QString& action) override {
    QDBusMessage call = callOf(kNotifications, kNotificationsPath, kNotifications, "Notify");
    const QVariantMap hints{{QStringLiteral("desktop-entry"), desktopEntry()}};
    constexpr int kAsTheDesktopLikes = -1;
    call << programName() << m_told << desktopEntry() << title << sentence
         << QStringList{QStringLiteral("default"), action} << hints << kAsTheDesktopLikes;
    ask(m_session, call, [this](const QDBusPendingCall& reply) {
      const QDBusPendingReply<uint> id = reply;
      if (id.isValid()) m_told = id.value();
    });
  }

  void showProgress(std::optional<double> fraction) override {
    QDBusMessage update = QDBusMessage::createSignal(QStringLiteral("/io/github/lapilli/Lapilli"),
                                                     QStringLiteral("com.canonical.Unity.LauncherEntry"),
                                                     QStringLiteral("Update"));
    update << QStringLiteral("application://%1.desktop").arg(desktopEntry())
           << QVariantMap{{QStringLiteral("progress"), fraction.value_or(0)},
                          {QStringLiteral("progress-visible"), fraction.has_value()}};
    if (m_session.isConnected()) m_session.send(update);
  }

  void keepAwake(bool wanted, const QString& why) override {
    if (wanted == m_awake) return;
    m_awake = wanted;
    if (!wanted) return release();
    QDBusMessage call =
        callOf(kLogin, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "Inhibit");
    call << QStringLiteral("idle") << programName() << why << QStringLiteral("block");
    ask(m_system, call, [this, why](const QDBusPendingCall& reply) {
      const QDBusPendingReply<QDBusUnixFileDescriptor> lock = reply;
      if (!lock.isValid()) return askScreenSaver(why);
      if (m_awake) m_lock = lock.value();  // else it is closed, and so given back
    });
  }

 private slots:
  void takeAction(uint id, const QString&) {
    if (id == m_told) emit wanted();
  }

 private:
  /// `done` is called with what came of it, at once where there is no bus.
  template <class Done>
  void ask(const QDBusConnection& bus, const QDBusMessage& call, const Done& done) {
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher, done] {
      watcher->deleteLater();
      done(*watcher);
    });
  }
  void askScreenSaver(const QString& why) {
    if (!m_awake) return;
    QDBusMessage call = callOf(kScreenSaver, "/org/freedesktop/ScreenSaver", kScreenSaver, "Inhibit");
    call << programName() << why;
    ask(m_session, call, [this](const QDBusPendingCall& reply) {
      const QDBusPendingReply<uint> cookie = reply;
      if (!cookie.isValid()) return;
      m_cookie = cookie.value();
      if (!m_awake) release();
    });
  }
  void release() {
    m_lock = QDBusUnixFileDescriptor();
    if (!m_cookie) return;
    QDBusMessage call = callOf(kScreenSaver, "/org/freedesktop/ScreenSaver", kScreenSaver, "UnInhibit");
    call << *std::exchange(m_cookie, std::nullopt);
    m_session.send(call);
  }

  QDBusConnection m_session;
  QDBusConnection m_system;
  bool m_awake = false;
  QDBusUnixFileDescriptor m_lock;  // of login1
  std::optional<uint> m_cookie;    // of the screen saver
  uint m_told = 0;                 // the last notification, which the next one replaces
};

std::unique_ptr<DesktopServices> DesktopServices::behind(const QDBusConnection& session,
                                                         const QDBusConnection& system) {
  return std::make_unique<BusServices>(session, system);
}

std::unique_ptr<DesktopServices> DesktopServices::ofThisDesktop() {
  return behind(QDBusConnection::sessionBus(), QDBusConnection::systemBus());
}

}  // namespace lapilli::gui

#include "desktop_services.moc"
