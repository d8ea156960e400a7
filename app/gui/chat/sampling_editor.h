// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/settings.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace lapilli::gui {

/// Chooses how tokens are picked: a preset, and every sampler behind "More".
class SamplingEditor : public QWidget {
  Q_OBJECT

 public:
  explicit SamplingEditor(Settings& settings, QWidget* parent = nullptr);

  [[nodiscard]] Sampling sampling() const;
  void setSampling(const Sampling& sampling);
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
  void savePreset();
  void deletePreset();
  void retranslate();

  Settings& m_settings;
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
  QLineEdit* m_presetName;
  QPushButton* m_save;
  QPushButton* m_delete;
  bool m_setting = false;
};

}  // namespace lapilli::gui
