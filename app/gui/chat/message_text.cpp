// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/message_text.h"

#include "app/gui/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QTextBlock>
#include <QWheelEvent>

namespace lapilli::gui {
namespace {

void setLook(const QTextBlock& block, qsizetype start, qsizetype length, const QTextCharFormat& look) {
  QTextCursor cursor(block);
  cursor.setPosition(block.position() + static_cast<int>(start));
  cursor.setPosition(block.position() + static_cast<int>(start + length), QTextCursor::KeepAnchor);
  cursor.mergeCharFormat(look);
}

/// Emphasis, strong words and code within a line, with the signs that say so.
void formatInline(const QTextBlock& block) {
  static const QRegularExpression kStrong(QStringLiteral("\\*\\*(?=\\S)[^*]*[^*\\s]\\*\\*"));
  static const QRegularExpression kEmphasis(
      QStringLiteral("(?<![\\w*])\\*(?=[^\\s*])[^*]*[^*\\s]\\*(?![\\w*])"));
  static const QRegularExpression kCode(QStringLiteral("`[^`]+`"));
  QTextCharFormat strong;
  strong.setFontWeight(QFont::Bold);
  QTextCharFormat emphasis;
  emphasis.setFontItalic(true);
  QTextCharFormat code;
  code.setFontFamilies(QFontDatabase::systemFont(QFontDatabase::FixedFont).families());
  const std::initializer_list<std::pair<const QRegularExpression*, const QTextCharFormat*>> all = {
      {&kStrong, &strong}, {&kEmphasis, &emphasis}, {&kCode, &code}};
  for (const auto& [pattern, look] : all) {
    for (auto at = pattern->globalMatch(block.text()); at.hasNext();) {
      const QRegularExpressionMatch found = at.next();
      setLook(block, found.capturedStart(), found.capturedLength(), *look);
    }
  }
}

/// All of it is one change: the text is laid out once, not anew for every word that stands out.
void formatProse(QTextDocument& document) {
  static const QRegularExpression kHeading(QStringLiteral("^#{1,6} +\\S"));
  static const QRegularExpression kFence(QStringLiteral("^ {0,3}(```|~~~)"));
  QTextCharFormat heading;
  heading.setFontWeight(QFont::Bold);
  QTextCharFormat code;
  code.setFontFamilies(QFontDatabase::systemFont(QFontDatabase::FixedFont).families());
  bool fenced = false;
  QTextCursor change(&document);
  change.beginEditBlock();
  for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
    const bool fence = kFence.match(block.text()).hasMatch();
    if (fence || fenced) {
      setLook(block, 0, block.text().size(), code);
      fenced = fenced != fence;
    } else if (kHeading.match(block.text()).hasMatch()) {
      setLook(block, 0, block.text().size(), heading);
    } else {
      formatInline(block);
    }
  }
  change.endEditBlock();
}

}  // namespace

int countWords(const QString& text, const QString& words) {
  int count = 0;
  if (words.isEmpty()) return 0;
  for (qsizetype at = text.indexOf(words, 0, Qt::CaseInsensitive); at >= 0;
       at = text.indexOf(words, at + words.size(), Qt::CaseInsensitive))
    ++count;
  return count;
}

MessageText::MessageText(QWidget* parent) : QTextBrowser(parent) {
  setObjectName(QStringLiteral("messageText"));
  setFrameShape(QFrame::NoFrame);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setOpenLinks(false);
  viewport()->setAutoFillBackground(false);
  document()->setDocumentMargin(0);
  setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard |
                          Qt::LinksAccessibleByMouse);
  setTabChangesFocus(true);
  setUndoRedoEnabled(false);
  connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
          &MessageText::fit);
  fit();
}

void MessageText::setWords(const QString& text, WordStyle style) {
  setCode(style == WordStyle::kCode);
  document()->setPlainText(text);  // in no format of what was there before
  if (style == WordStyle::kProse) formatProse(*document());
  updateGeometry();
  fit();
}

void MessageText::setCode(bool code) {
  if (std::exchange(m_code, code) == code) return;
  setFont(code ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : QFont());
  document()->setDocumentMargin(code ? kGrid : 0);
}

void MessageText::paintEvent(QPaintEvent* event) {
  if (m_code && !document()->isEmpty()) {
    const Colours& c = colours(palette());
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(c.line);
    painter.setBrush(c.card);
    painter.drawRoundedRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5), kGrid / 2, kGrid / 2);
  }
  QTextBrowser::paintEvent(event);
}

void MessageText::addWords(const QString& text) {
  QTextCursor cursor(document());
  cursor.movePosition(QTextCursor::End);
  cursor.insertText(text, QTextCharFormat());
}

int MessageText::mark(const QString& words, int current) {
  QList<ExtraSelection> marks;
  int top = 0;
  if (!words.isEmpty()) {
    const Colours& c = colours(palette());
    for (QTextCursor at = document()->find(words); !at.isNull(); at = document()->find(words, at)) {
      ExtraSelection mark;
      mark.cursor = at;
      const bool chosen = marks.size() == current;
      mark.format.setBackground(chosen ? c.accent : c.selection);
      mark.format.setForeground(chosen ? c.accentText : c.text);
      if (chosen) top = cursorRect(at).top();
      marks.append(mark);
    }
  }
  setExtraSelections(marks);
  return top;
}

void MessageText::fit() {
  const int height = qMax(fontMetrics().lineSpacing(), static_cast<int>(document()->size().height() + 0.999));
  if (height != this->height() || minimumHeight() != height) setFixedHeight(height);
}

QSize MessageText::sizeHint() const {
  int width = 0;
  for (QTextBlock block = document()->begin(); block.isValid(); block = block.next())
    width = qMax(width, fontMetrics().horizontalAdvance(block.text()));
  return {width + 2 * kGrid, height()};
}

QVariant MessageText::loadResource(int, const QUrl&) {
  return {};
}

/// The conversation scrolls, not its messages.
void MessageText::wheelEvent(QWheelEvent* event) {
  event->ignore();
}

void MessageText::keyPressEvent(QKeyEvent* event) {
  const bool scrolls = event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown;
  if (scrolls) return event->ignore();
  QTextBrowser::keyPressEvent(event);
}

}  // namespace lapilli::gui
