// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

#include <QSettings>

namespace lapilli::gui {

/// Where the window keeps its things; each folder exists.
struct Folders {
  QString config;
  QString data;  ///< chats and pictures
  QString cache;

  /// The desktop's own places.
  [[nodiscard]] static Folders standard();
  /// All of them below one folder, for tests and for a second profile.
  [[nodiscard]] static Folders below(const QString& folder);
};

/// Values a setting has before anybody changed it.
namespace defaults {
inline constexpr const char* kAppearance = "system";
inline constexpr const char* kLanguage = "system";
inline constexpr const char* kAspect = "pad";
inline constexpr const char* kOrientation = "apply";
inline constexpr const char* kPreset = "exact";
inline constexpr const char* kDemoModel = "demo";
}  // namespace defaults

/// One versioned INI file behind typed values; a value out of range reads as its default.
class Settings : public QObject {
  Q_OBJECT

 public:
  static constexpr int kVersion = 1;

  explicit Settings(const QString& file, QObject* parent = nullptr);

  /// system, light, dark.
  [[nodiscard]] QString appearance() const;
  void setAppearance(const QString& value);
  /// system, en, zh_CN, zh_TW.
  [[nodiscard]] QString language() const;
  void setLanguage(const QString& value);
  /// UUID; empty: the engine chooses, never a software device where there is another.
  [[nodiscard]] QString device() const;
  void setDevice(const QString& uuid);
  /// The engine's program; empty: the one that belongs to this window.
  [[nodiscard]] QString engineProgram() const;
  void setEngineProgram(const QString& path);
  /// The model of the last session; the demo model before that.
  [[nodiscard]] LoadOptions model() const;
  void setModel(const LoadOptions& options);
  [[nodiscard]] QStringList modelFolders() const;
  void setModelFolders(const QStringList& folders);
  /// Tokens; 0: the model's own.
  [[nodiscard]] int context() const;
  void setContext(int tokens);
  /// pad, crop, stretch.
  [[nodiscard]] QString aspect() const;
  void setAspect(const QString& value);
  /// apply, ignore.
  [[nodiscard]] QString orientation() const;
  void setOrientation(const QString& value);
  /// exact, balanced, free, or "own/" and the name of a preset of the user's.
  [[nodiscard]] QString preset() const;
  void setPreset(const QString& name);
  [[nodiscard]] QMap<QString, Sampling> presets() const;
  void setPresets(const QMap<QString, Sampling>& presets);
  [[nodiscard]] QString folderOfPictures() const;
  void setFolderOfPictures(const QString& folder);

  [[nodiscard]] QByteArray windowState(const QString& window) const;
  void setWindowState(const QString& window, const QByteArray& state);

  /// For values that one page alone knows; key: "page/name".
  [[nodiscard]] QVariant value(const QString& key, const QVariant& otherwise = {}) const;
  void setValue(const QString& key, const QVariant& value);
  [[nodiscard]] QString fileName() const { return m_file.fileName(); }

 signals:
  void changed(const QString& key);

 private:
  [[nodiscard]] QString oneOf(const QString& key, const QStringList& values) const;

  QSettings m_file;
};

}  // namespace lapilli::gui
