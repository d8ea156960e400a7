// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/caption_presets.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace lapilli::gui {

/// Chooses, saves, imports and deletes presets of captions.
class PresetBar : public QWidget {
  Q_OBJECT

 public:
  explicit PresetBar(const QString& folder, QWidget* parent = nullptr);

  /// What is saved when the user asks for it.
  void setCurrentSettings(const QJsonObject& settings) { m_current = settings; }
  /// Settings are no longer those of the preset that is shown.
  void markChanged();
  /// Keeps what the files hold, see PresetImport, under names that no other preset has, and chooses the first
  /// one. Tells what was taken, and why a file was not.
  void importFiles(const QStringList& files);

 signals:
  void chosen(const QJsonObject& settings);
  /// The current settings, as a preset.
  void saved();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void fill(const QString& shown);
  void choose(int index);
  void askName();
  void askFiles();
  [[nodiscard]] QString freeName(const QString& wanted) const;
  void save(const QString& name);
  void remove();
  void say(const QString& problem);
  void retranslate();

  CaptionPresets m_presets;
  QJsonObject m_current;
  QComboBox*
      m_box;  // first the built-in ones, then the user's; none is shown where settings are of no preset
  QToolButton* m_save;
  QToolButton* m_import;
  QToolButton* m_remove;
  QLabel* m_problem;
};

}  // namespace lapilli::gui
