// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>
#include <optional>

class QDBusConnection;

namespace lapilli::gui {

/// What a desktop does for a program that works for long. Nothing waits for an answer; a desktop without such
/// a service does nothing.
class DesktopServices : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;
  /// Those of the session and the system this process runs in; on systems with D-Bus.
  [[nodiscard]] static std::unique_ptr<DesktopServices> ofThisDesktop();
  /// Those behind two buses, which tests have of their own.
  [[nodiscard]] static std::unique_ptr<DesktopServices> behind(const QDBusConnection& session,
                                                               const QDBusConnection& system);

  /// A notification; wanted() is emitted when the user clicks it. `action`: what that does, in a word.
  virtual void tell(const QString& title, const QString& sentence, const QString& action) = 0;
  /// At the program's place in the taskbar, 0 to 1; absent: none.
  virtual void showProgress(std::optional<double> fraction) = 0;
  /// Keeps the machine from going to sleep by itself, until that is taken back; where the user sends it to
  /// sleep, it does. `why`: a sentence for those who ask what holds it.
  virtual void keepAwake(bool wanted, const QString& why) = 0;

 signals:
  void wanted();
};

}  // namespace lapilli::gui
