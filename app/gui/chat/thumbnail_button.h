// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/thumbnails.h"
#include "app/gui/store/chat_types.h"

#include <QRectF>
#include <QToolButton>

namespace lapilli::gui {

/// A picture with round corners that can be pressed, with boxes drawn over it.
class ThumbnailButton : public QToolButton {
  Q_OBJECT

 public:
  ThumbnailButton(const Attachment& picture, Thumbnails& thumbnails, const QSize& most,
                  QWidget* parent = nullptr);

  [[nodiscard]] const Attachment& picture() const { return m_picture; }
  /// Boxes of the model's square input, 0 … 1, which was made with these values of the protocol. A picture
  /// whose orientation was ignored is shown as it lies.
  void setBoxes(const QList<QRectF>& boxes, const QString& aspect, const QString& orientation);
  /// Shows a cross that emits removed().
  void setRemovable(bool removable);

 signals:
  void removed();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  [[nodiscard]] QImage image() const;
  void fit();
  void retranslate();

  Attachment m_picture;
  Thumbnails& m_thumbnails;
  QSize m_most;
  QList<QRectF> m_boxes;
  QString m_aspect;
  bool m_lies = false;  // the camera's orientation is ignored
  QToolButton* m_remove;
};

}  // namespace lapilli::gui
