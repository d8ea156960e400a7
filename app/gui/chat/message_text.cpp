// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/message_text.h"

#include "app/gui/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QKeyEvent>
#include <QTextBlock>
#include <QWheelEvent>

namespace lapilli::gui {

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

void MessageText::setWords(const QString& text, bool markdown) {
  if (markdown) {
    // Raw HTML of a model is text, not layout.
    document()->setMarkdown(text, QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                                      QTextDocument::MarkdownNoHTML);
  } else {
    setPlainText(text);
  }
  updateGeometry();
  fit();
}

void MessageText::addWords(const QString& text) {
  QTextCursor cursor(document());
  cursor.movePosition(QTextCursor::End);
  cursor.insertText(text);
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
