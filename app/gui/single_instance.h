// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocalServer>
#include <QLockFile>
#include <QObject>

#include <memory>

namespace lapilli::gui {

/// One window for one folder of chats: the first process listens, a second one hands its files over and ends.
class SingleInstance : public QObject {
  Q_OBJECT

 public:
  static constexpr QLatin1String kLockName{"window.lock"};

  /// folder: of the profile, where the lock lies.
  explicit SingleInstance(const QString& folder, QObject* parent = nullptr);

  /// True: this is the first process, and listens from now on.
  [[nodiscard]] bool begin();
  /// Hands files, and a model to be loaded (empty: none), to the first process; false where it does not take
  /// them within a second.
  [[nodiscard]] bool handOver(const QStringList& files, const QString& model) const;

 signals:
  /// Another start, with these files and this model.
  void started(const QStringList& files, const QString& model);

 private:
  void receive();

  QString m_name;
  QLockFile m_lock;
  QLocalServer m_server;
};

}  // namespace lapilli::gui
