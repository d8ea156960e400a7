// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTextBrowser>

namespace lapilli::gui {

/// How the words of a message look. What is shown is in each of them the text itself, to the last sign.
enum class WordStyle {
  kPlain,
  kProse,  ///< Markdown's headings, emphasis and code stand out; its signs stay where they are
  kCode,   ///< a block of one width
};

/// The words of a message, as high as they are. What a model wrote is shown without fetching anything or
/// following a link by itself.
class MessageText : public QTextBrowser {
  Q_OBJECT

 public:
  explicit MessageText(QWidget* parent = nullptr);

  void setWords(const QString& text, WordStyle style);
  void addWords(const QString& text);
  /// Marks every place where the words are found; `current`: which of them stands out, −1: none. Returns the
  /// top of that one.
  int mark(const QString& words, int current);

  /// As wide as the longest line.
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {80, height()}; }

 protected:
  QVariant loadResource(int type, const QUrl& name) override;
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void setCode(bool code);
  void fit();

  bool m_code = false;
};

/// How often the words are found, each place counted once.
[[nodiscard]] int countWords(const QString& text, const QString& words);

}  // namespace lapilli::gui
