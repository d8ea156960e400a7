// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace lapilli::gui {

/// Says where the parts of a model lie that are not beside it: vision encoder, projector, base model,
/// tokenizer.
class ModelParts : public QWidget {
  Q_OBJECT

 public:
  explicit ModelParts(QWidget* parent = nullptr);

  /// Nothing but the parts is set.
  [[nodiscard]] LoadOptions parts() const;
  void setParts(const LoadOptions& parts);

 signals:
  /// By the user: a place was typed or chosen.
  void changed();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  struct Row {
    QLabel* label = nullptr;
    QLineEdit* place = nullptr;
    QPushButton* choose = nullptr;
  };
  [[nodiscard]] Row makeRow(const QString& name, bool folder, QGridLayout* grid);
  void choose(const Row& row, bool folder);
  void retranslate();

  Row m_vision;
  Row m_projector;
  Row m_base;
  Row m_tokenizer;
};

}  // namespace lapilli::gui
