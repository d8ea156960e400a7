// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTranslator>

#include <memory>
#include <vector>

namespace lapilli::gui {

/// Installs the translations of a language, Qt's own included, and takes those of the one before away. Every
/// widget then receives QEvent::LanguageChange, and the program's font has the characters of the language
/// first.
class Languages : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// name: system, en, zh_CN, zh_TW.
  void use(const QString& name);
  /// The language in use: en, zh_CN, zh_TW.
  [[nodiscard]] const QString& current() const { return m_current; }

 private:
  QString m_current;
  std::vector<std::unique_ptr<QTranslator>> m_translators;
};

}  // namespace lapilli::gui
