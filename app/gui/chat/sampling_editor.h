// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/sampling_presets.h"
#include "app/gui/settings.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace lapilli::gui {

class PresetPanel;

/// Chooses how tokens are picked: a preset, and every sampler behind "More".
class SamplingEditor : public QWidget {
  Q_OBJECT

 public:
  explicit SamplingEditor(Settings& settings, QWidget* parent = nullptr);

  [[nodiscard]] Sampling sampling() const;
  void setSampling(const Sampling& sampling);
  /// Fixes the seed and goes to it with the keyboard.
  void useSeed(quint64 seed);
  /// The preset these values are, in the user's language; "Own values" where they are none.
  [[nodiscard]] QString name() const;

 signals:
  void changed();

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void build();
  void arrange();
  void fillPresets();
  void choose(int index);
  void edit();
  void showPreset(const QString& name);
  void savePreset(const QString& name);
  void deletePreset();
  void retranslate();

  Settings& m_settings;
  SamplingPresets m_presets;
  QComboBox* m_preset;
  QToolButton* m_more;
  QWidget* m_details;
  QGridLayout* m_grid;
  QList<QLabel*> m_labels;
  QList<QWidget*> m_controls;  // in the order of the labels
  int m_columns = 0;
  QDoubleSpinBox* m_temperature;
  QDoubleSpinBox* m_topP;
  QSpinBox* m_topK;
  QDoubleSpinBox* m_minP;
  QDoubleSpinBox* m_repeatPenalty;
  QSpinBox* m_maxTokens;
  QCheckBox* m_fixedSeed;
  QLineEdit* m_seed;
  PresetPanel* m_panel;
  bool m_setting = false;
};

}  // namespace lapilli::gui
