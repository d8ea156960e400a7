// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/file_thumbnails.h"

#include <QWidget>

class QAbstractItemModel;
class QItemSelectionModel;
class QLabel;
class QListView;
class QTextBrowser;

namespace lapilli::gui {

class CaptionRows;

/// One picture, its old text beside the new one with the differences marked, and all pictures as a strip
/// below.
class CaptionCompare : public QWidget {
  Q_OBJECT

 public:
  /// The strip shows the first column of `rows`, which outlive it, and chooses in `selection`.
  CaptionCompare(CaptionRows& rows, QItemSelectionModel* selection, QWidget* parent = nullptr);

  /// Empty: none.
  void showRow(const QString& path);
  [[nodiscard]] QListView& strip() { return *m_strip; }

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build();
  void refresh();
  void drawPicture();
  void retranslate();

  static constexpr int kPictureSize = 384;
  static constexpr int kMostPictures = 32;

  CaptionRows& m_rows;
  FileThumbnails m_pictures;
  QString m_path;
  QLabel* m_picture;
  QLabel* m_beforeLabel;
  QTextBrowser* m_before;
  QLabel* m_afterLabel;
  QTextBrowser* m_after;
  QListView* m_strip;
};

}  // namespace lapilli::gui
