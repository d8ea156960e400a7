// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/conversation_view.h"

#include "app/gui/chat/message_text.h"
#include "app/gui/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QHBoxLayout>
#include <QScrollBar>

#include <numeric>

namespace lapilli::gui {
namespace {

constexpr int kMostWidth = 100 * kGrid;
constexpr qsizetype kAtOnce = 8;
/// Of one turn that makes further messages.
constexpr int kTurnMs = 12;

}  // namespace

ConversationView::ConversationView(Thumbnails& thumbnails, QWidget* parent)
    : QScrollArea(parent), m_thumbnails(thumbnails), m_column(new QWidget), m_layout(new QVBoxLayout) {
  setObjectName(QStringLiteral("conversation"));
  setAccessibleName(tr("Conversation"));
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QWidget;
  auto* row = new QHBoxLayout(content);
  row->setContentsMargins(3 * kGrid, 3 * kGrid, 3 * kGrid, 2 * kGrid);
  row->addStretch(1);
  row->addWidget(m_column, 1000);
  row->addStretch(1);
  m_column->setMaximumWidth(kMostWidth);
  m_column->setLayout(m_layout);
  m_layout->setContentsMargins(0, 0, 0, 0);
  m_layout->setSpacing(3 * kGrid);
  m_layout->addStretch(1);
  setWidget(content);
  content->installEventFilter(this);
  m_makeTimer.setSingleShot(true);
  m_makeTimer.setInterval(0);
  connect(&m_makeTimer, &QTimer::timeout, this, &ConversationView::makeMore);
  // What the user scrolls to stays; at the end, new text keeps in view.
  connect(verticalScrollBar(), &QScrollBar::actionTriggered, this,
          [this] { QTimer::singleShot(0, this, &ConversationView::leaveToUser); });
  connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, &ConversationView::goThere);
}

bool ConversationView::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Wheel) QTimer::singleShot(0, this, &ConversationView::leaveToUser);
  if (event->type() == QEvent::LanguageChange) setAccessibleName(tr("Conversation"));
  return QScrollArea::eventFilter(watched, event);
}

bool ConversationView::isAtEnd() const {
  return verticalScrollBar()->value() >= verticalScrollBar()->maximum() - 4 * kGrid;
}

void ConversationView::leaveToUser() {
  m_goal = isAtEnd() ? Goal::kEnd : Goal::kNone;
}

void ConversationView::goThere() {
  if (m_goal == Goal::kEnd) return verticalScrollBar()->setValue(verticalScrollBar()->maximum());
  MessageWidget* found = m_goal == Goal::kMessage ? widget(m_goalMessage) : nullptr;
  if (found == nullptr) return;
  const QWidget* content = QScrollArea::widget();
  if (m_goalMessage != m_hitMessage)
    return verticalScrollBar()->setValue(found->mapTo(content, QPoint()).y());
  const int top = found->text()->mark(m_words, m_hit);
  ensureVisible(0, found->text()->mapTo(content, QPoint(0, top)).y(), 0, height() / 3);
}

void ConversationView::showMessage(MessageId message) {
  m_goal = Goal::kMessage;
  m_goalMessage = message;
  QTimer::singleShot(0, this, &ConversationView::goThere);
}

void ConversationView::setPath(const QList<Message>& path) {
  qsizetype same = 0;
  while (same < qMin(path.size(), m_path.size()) && path[same].id == m_path[same].id) ++same;
  const bool another = same == 0;
  // Widgets beyond the common part go.
  while (!m_widgets.isEmpty() && m_missing + m_widgets.size() > same) {
    MessageWidget* last = m_widgets.takeLast();
    m_layout->removeWidget(last);
    last->hide();
    last->deleteLater();
  }
  m_missing = qMin(m_missing, same);
  if (m_widgets.isEmpty()) m_missing = qMax<qsizetype>(0, path.size() - kAtOnce);
  const bool grew = path.size() > m_path.size();
  m_path = path;
  for (qsizetype index = 0; index < m_widgets.size(); ++index) {
    m_widgets[index]->setMessage(path[m_missing + index]);
    if (!m_words.isEmpty()) mark(m_widgets[index]);
  }
  for (qsizetype index = m_missing + m_widgets.size(); index < path.size(); ++index) {
    MessageWidget* widget = make(index);
    m_widgets.append(widget);
    m_layout->insertWidget(m_layout->count() - 1, widget);
  }
  for (qsizetype index = 0; index < m_widgets.size(); ++index)
    m_widgets[index]->setLast(index + 1 == m_widgets.size());
  if (another || grew) m_goal = Goal::kEnd;
  if (m_goal == Goal::kEnd) QTimer::singleShot(0, this, &ConversationView::goThere);
  if (m_missing > 0) m_makeTimer.start();
  if (m_missing == 0) orderTabs();
}

/// The keyboard goes through messages in their order, though they were made in another.
void ConversationView::orderTabs() {
  QWidget* at = this;
  for (const MessageWidget* widget : m_widgets) {
    for (QWidget* part : widget->findChildren<QWidget*>()) {
      if (!(part->focusPolicy() & Qt::TabFocus)) continue;
      setTabOrder(at, part);
      at = part;
    }
  }
}

MessageWidget* ConversationView::make(qsizetype index) {
  QList<Attachment> pictures;
  for (qsizetype before = index - 1; before >= 0 && pictures.isEmpty(); --before)
    pictures = m_path[before].attachments;
  auto* widget = new MessageWidget(m_path[index], pictures, m_thumbnails);
  connect(widget, &MessageWidget::edited, this, &ConversationView::edited);
  connect(widget, &MessageWidget::editChanged, this, [this](MessageId message, const QString& text) {
    m_edits.insert(message, text);
    m_left.remove(message);
    emit editsChanged();
  });
  connect(widget, &MessageWidget::editLeft, this, [this](MessageId message) { m_left.insert(message); });
  connect(widget, &MessageWidget::editEnded, this, [this](MessageId message) {
    m_left.remove(message);
    if (m_edits.remove(message) > 0) emit editsChanged();
  });
  mark(widget);
  const MessageId message = m_path[index].id;
  if (m_left.contains(message)) {
    widget->setLeft(m_edits.value(message));
  } else if (m_edits.contains(message)) {
    widget->openEdit(m_edits.value(message));
  }
  connect(widget, &MessageWidget::regenerateWanted, this, &ConversationView::regenerateWanted);
  connect(widget, &MessageWidget::goOnWanted, this, &ConversationView::goOnWanted);
  connect(widget, &MessageWidget::seedWanted, this, &ConversationView::seedWanted);
  connect(widget, &MessageWidget::stepWanted, this, &ConversationView::stepWanted);
  connect(widget, &MessageWidget::pictureWanted, this, &ConversationView::pictureWanted);
  return widget;
}

void ConversationView::makeMore() {
  QElapsedTimer time;
  time.start();
  QScrollBar* bar = verticalScrollBar();
  const int fromEnd = bar->maximum() - bar->value();
  while (m_missing > 0 && time.elapsed() < kTurnMs) {
    MessageWidget* widget = make(--m_missing);
    m_widgets.prepend(widget);
    m_layout->insertWidget(0, widget);
    widget->setLast(false);
  }
  if (m_missing > 0) {
    m_makeTimer.start();
  } else {
    orderTabs();
  }
  if (m_goal == Goal::kNone)
    QTimer::singleShot(0, this, [bar, fromEnd] { bar->setValue(bar->maximum() - fromEnd); });
  if (m_goal == Goal::kMessage) QTimer::singleShot(0, this, &ConversationView::goThere);
}

void ConversationView::endEdit(MessageId message) {
  if (MessageWidget* found = widget(message)) found->endEdit();
  if (m_edits.remove(message) > 0) emit editsChanged();
}

void ConversationView::addText(MessageId message, const QString& text) {
  if (MessageWidget* found = widget(message)) found->addText(text);
}

MessageWidget* ConversationView::widget(MessageId message) const {
  for (MessageWidget* widget : m_widgets) {
    if (widget->message().id == message) return widget;
  }
  return nullptr;
}

MessageWidget* ConversationView::current() const {
  for (QWidget* at = QApplication::focusWidget(); at != nullptr; at = at->parentWidget()) {
    auto* widget = qobject_cast<MessageWidget*>(at);
    if (widget != nullptr && m_widgets.contains(widget)) return widget;
  }
  // The last one that has versions beside it, so that the keys do something.
  for (qsizetype index = m_widgets.size(); index-- > 0;) {
    if (m_widgets[index]->message().siblingCount > 1) return m_widgets[index];
  }
  return m_widgets.isEmpty() ? nullptr : m_widgets.back();
}

QString ConversationView::textOf(qsizetype index) const {
  return index < m_missing ? m_path[index].text : m_widgets[index - m_missing]->message().text;
}

void ConversationView::mark(MessageWidget* widget) {
  const bool current = widget->message().id == m_hitMessage;
  widget->text()->mark(m_words, current ? m_hit : -1);
}

int ConversationView::hitsBefore(MessageId message, const QString& words) const {
  int hits = 0;
  for (qsizetype index = 0; index < m_path.size() && m_path[index].id != message; ++index)
    hits += countWords(textOf(index), words);
  return hits;
}

int ConversationView::find(const QString& words, int hit) {
  QList<int> counts;
  for (qsizetype index = 0; index < m_path.size(); ++index) counts.append(countWords(textOf(index), words));
  const int total = std::accumulate(counts.begin(), counts.end(), 0);
  int wanted = total == 0 ? -1 : ((hit % total) + total) % total;
  m_words = words;
  m_hitMessage = 0;
  m_hit = -1;
  for (qsizetype index = 0; index < m_path.size() && wanted >= 0; ++index) {
    if (wanted < counts[index]) {
      m_hitMessage = m_path[index].id;
      m_hit = wanted;
    }
    wanted -= counts[index];
  }
  for (MessageWidget* widget : m_widgets) mark(widget);
  if (m_goal == Goal::kMessage) m_goal = Goal::kNone;
  if (m_hitMessage != 0) {
    m_goal = Goal::kMessage;
    m_goalMessage = m_hitMessage;
    goThere();
  }
  return total;
}

}  // namespace lapilli::gui
