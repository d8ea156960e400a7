// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/message_widget.h"

#include "app/gui/chat/boxes.h"
#include "app/gui/chat/format_editor.h"
#include "app/gui/chat/message_edit.h"
#include "app/gui/chat/message_text.h"
#include "app/gui/chat/thumbnail_button.h"
#include "app/gui/error_text.h"
#include "app/gui/flow_layout.h"
#include "app/gui/icons.h"
#include "app/gui/screen_reader.h"
#include "app/gui/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace lapilli::gui {
namespace {

constexpr QSize kPictureSize(230, 172);
constexpr QSize kBoxSize(280, 280);
constexpr int kFactsShare = 1000;

/// A ground in the colour of what the user says.
class Bubble final : public QFrame {
 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours(palette()).bubble);
    painter.drawRoundedRect(rect(), 14, 14);
  }
};

/// What a schema or a grammar has made is code; words that are asked for in no form may be Markdown.
WordStyle styleOf(const Message& message) {
  const QString kind = message.format.value(QLatin1String("kind")).toString(QStringLiteral("free"));
  if (kind.startsWith(QLatin1String("json")) || kind == QLatin1String("gbnf")) return WordStyle::kCode;
  const bool prose = kind == QLatin1String("free") || kind == QLatin1String("detail");
  const bool whole = message.role == MessageRole::Assistant && message.status != MessageStatus::Generating;
  return prose && whole ? WordStyle::kProse : WordStyle::kPlain;
}

Failure failureOf(const QJsonObject& stats) {
  const QJsonObject error = stats.value(QLatin1String("error")).toObject();
  return {error.value(QLatin1String("code")).toString(), error.value(QLatin1String("message")).toString(),
          error.value(QLatin1String("place")).toString()};
}

}  // namespace

QString factsOf(const Message& message) {
  const QJsonObject& stats = message.stats;
  const QLocale locale;
  QStringList facts;
  const int tokens = stats.value(QLatin1String("tokens")).toInt();
  const QJsonObject timings = stats.value(QLatin1String("timings")).toObject();
  if (tokens > 0) facts.append(MessageWidget::tr("%n token(s)", nullptr, tokens));
  const double speed = timings.value(QLatin1String("decode_tokens_per_second")).toDouble();
  if (speed > 0)
    facts.append(MessageWidget::tr("%1 tokens/s").arg(locale.toString(speed, 'f', speed < 10 ? 1 : 0)));
  const double first = timings.value(QLatin1String("first_token_ms")).toDouble();
  if (first > 0)
    facts.append(
        MessageWidget::tr("first after %1 s").arg(locale.toString(first / 1000, 'f', first < 10000 ? 2 : 1)));
  if (!message.format.isEmpty()) facts.append(FormatEditor::nameOf(message.format));
  return facts.join(QStringLiteral(" · "));
}

std::optional<quint64> seedOf(const Message& message) {
  const QJsonValue seed = message.stats.value(QLatin1String("seed"));
  if (!seed.isDouble() || seed.toInteger(-1) < 0) return std::nullopt;
  return static_cast<quint64>(seed.toInteger());
}

MessageWidget::MessageWidget(const Message& message, const QList<Attachment>& pictures,
                             Thumbnails& thumbnails, QWidget* parent)
    : QFrame(parent), m_message(message), m_pictures(pictures), m_thumbnails(thumbnails) {
  setObjectName(fromUser() ? QStringLiteral("question") : QStringLiteral("answer"));
  setFrameShape(QFrame::NoFrame);
  build();
  showWords();
  refresh();
}

void MessageWidget::showWords() {
  m_text->setWords(m_message.text, styleOf(m_message));
  showBoxes();
}

QToolButton* MessageWidget::action(const QString& name, const QString& drawing) {
  auto* button = new QToolButton;
  button->setObjectName(name);
  button->setIcon(icon(drawing, QPalette::PlaceholderText));
  button->setIconSize({16, 16});
  button->setAutoRaise(true);
  return button;
}

void MessageWidget::build() {
  m_text = new MessageText;
  m_words = new QVBoxLayout;
  m_words->setSpacing(kGrid);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kGrid / 2);
  if (fromUser()) {
    m_bubble = new Bubble;
    m_bubble->setLayout(m_words);
    m_words->setContentsMargins(2 * kGrid, kGrid + 4, 2 * kGrid, kGrid + 4);
    if (!m_message.attachments.isEmpty()) {
      auto* pictures = new FlowLayout(kGrid);
      for (const Attachment& picture : m_message.attachments) {
        auto* thumbnail = new ThumbnailButton(
            picture, m_thumbnails, m_message.attachments.size() == 1 ? kPictureSize : kPictureSize / 2);
        connect(thumbnail, &QToolButton::clicked, this,
                [this, picture] { emit pictureWanted(picture, {}, {}); });
        pictures->addWidget(thumbnail);
      }
      m_words->addLayout(pictures);
    }
    m_words->addWidget(m_text);
    m_text->setVisible(!m_message.text.isEmpty());
    auto* row = new QHBoxLayout;
    row->addSpacing(4 * kGrid);
    row->addStretch(1);
    row->addWidget(m_bubble);
    m_text->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    column->addLayout(row);
  } else {
    m_words->addWidget(m_text);
    column->addLayout(m_words);
  }
  buildActions(column);
}

void MessageWidget::buildActions(QVBoxLayout* column) {
  m_status = new QLabel;
  m_status->setObjectName(QStringLiteral("messageStatus"));
  m_status->setWordWrap(true);
  m_status->setTextFormat(Qt::PlainText);
  m_status->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  setTextStyle(m_status, TextStyle::kSmall);
  m_retry = new QPushButton;
  m_retry->setObjectName(QStringLiteral("retry"));
  connect(m_retry, &QPushButton::clicked, this, [this] { emit regenerateWanted(m_message.id); });
  m_more = new QToolButton;
  m_more->setObjectName(QStringLiteral("messageMore"));
  m_more->setAutoRaise(true);
  m_more->setCheckable(true);
  m_details = new QLabel;
  m_details->setObjectName(QStringLiteral("messageDetails"));
  m_details->setWordWrap(true);
  m_details->setTextFormat(Qt::PlainText);
  m_details->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  setTextStyle(m_details, TextStyle::kSmall);
  m_details->hide();
  connect(m_more, &QToolButton::toggled, m_details, &QLabel::setVisible);
  auto* trouble = new QHBoxLayout;
  trouble->addWidget(m_status, 1);
  trouble->addWidget(m_more);
  trouble->addWidget(m_retry);
  column->addLayout(trouble);
  column->addWidget(m_details);

  m_facts = new QLabel;
  m_facts->setObjectName(QStringLiteral("facts"));
  m_facts->setWordWrap(true);
  setTextStyle(m_facts, TextStyle::kSmall);
  m_seed = action(QStringLiteral("takeSeed"), QStringLiteral("dice"));
  m_seed->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  setTextStyle(m_seed, TextStyle::kSmall);
  m_copy = action(QStringLiteral("copy"), QStringLiteral("copy"));
  m_editButton = action(QStringLiteral("edit"), QStringLiteral("edit"));
  m_regenerate = action(QStringLiteral("regenerate"), QStringLiteral("again"));
  m_goOn = action(QStringLiteral("goOn"), QStringLiteral("continue"));
  m_earlier = action(QStringLiteral("earlier"), QStringLiteral("left"));
  m_later = action(QStringLiteral("later"), QStringLiteral("right"));
  m_place = new QLabel;
  m_place->setObjectName(QStringLiteral("branch"));
  setTextStyle(m_place, TextStyle::kSmall);
  auto* row = new QHBoxLayout;
  row->setSpacing(2);
  if (fromUser()) row->addStretch(1);
  for (QWidget* widget :
       {static_cast<QWidget*>(m_earlier), static_cast<QWidget*>(m_place), static_cast<QWidget*>(m_later),
        static_cast<QWidget*>(m_copy), static_cast<QWidget*>(m_editButton),
        static_cast<QWidget*>(m_regenerate), static_cast<QWidget*>(m_goOn), static_cast<QWidget*>(m_seed)})
    row->addWidget(widget);
  row->addSpacing(kGrid);
  row->addWidget(m_facts, fromUser() ? 0 : kFactsShare);
  if (!fromUser()) row->addStretch(1);  // where there are no facts
  column->addLayout(row);
  connect(m_copy, &QToolButton::clicked, this,
          [this] { QApplication::clipboard()->setText(m_message.text); });
  connect(m_editButton, &QToolButton::clicked, this, &MessageWidget::beginEdit);
  connect(m_regenerate, &QToolButton::clicked, this, [this] { emit regenerateWanted(m_message.id); });
  connect(m_goOn, &QToolButton::clicked, this, [this] { emit goOnWanted(m_message.id); });
  connect(m_seed, &QToolButton::clicked, this, [this] {
    if (const auto seed = seedOf(m_message)) emit seedWanted(*seed);
  });
  connect(m_earlier, &QToolButton::clicked, this, [this] { emit stepWanted(m_message.id, -1); });
  connect(m_later, &QToolButton::clicked, this, [this] { emit stepWanted(m_message.id, 1); });
}

void MessageWidget::setMessage(const Message& message) {
  if (message == m_message) return;
  const bool words = message.text != m_message.text || message.status != m_message.status;
  const bool ended =
      m_message.status == MessageStatus::Generating && message.status != MessageStatus::Generating;
  m_message = message;
  if (words) showWords();
  refresh();
  if (ended) announce();
}

/// A screen reader hears of an answer when it is whole, not of each piece.
void MessageWidget::announce() {
  QStringList words;
  if (!m_message.text.isEmpty()) words.append(m_message.text);
  if (!m_status->isHidden()) words.append(m_status->text());
  gui::announce(*this, words.join(QLatin1Char('\n')));
}

void MessageWidget::addText(const QString& text) {
  m_message.text += text;
  m_text->addWords(text);
  m_status->hide();  // which says that there is nothing yet
}

void MessageWidget::setLast(bool last) {
  m_last = last;
  refresh();
}

void MessageWidget::showBoxes() {
  if (fromUser() || m_pictures.isEmpty() || m_message.status == MessageStatus::Generating) return;
  const QList<QRectF> boxes = boxesIn(m_message.text);
  delete m_boxes;
  m_boxes = nullptr;
  if (boxes.isEmpty()) return;
  m_boxes = new ThumbnailButton(m_pictures.back(), m_thumbnails, kBoxSize);
  m_boxes->setObjectName(QStringLiteral("boxes"));
  m_boxes->setBoxes(boxes, m_message.params.value(QLatin1String("aspect")).toString(QStringLiteral("pad")),
                    m_message.params.value(QLatin1String("orientation")).toString());
  connect(m_boxes, &QToolButton::clicked, this,
          [this] { emit pictureWanted(m_pictures.back(), m_message.text, m_message.params); });
  m_words->addWidget(m_boxes, 0, Qt::AlignLeft);
}

void MessageWidget::beginEdit() {
  if (!fromUser() || m_edit != nullptr) return;
  openEdit(m_left.isEmpty() ? m_message.text : m_left);
  m_edit->begin();
}

void MessageWidget::openEdit(const QString& text) {
  if (!fromUser() || m_edit != nullptr) return;
  m_edit = new MessageEdit(text);
  m_words->addWidget(m_edit);
  m_text->hide();
  connect(m_edit, &MessageEdit::changed, this,
          [this](const QString& words) { emit editChanged(m_message.id, words); });
  connect(m_edit, &MessageEdit::askWanted, this,
          [this](const QString& words) { emit edited(m_message.id, words); });
  connect(m_edit, &MessageEdit::cancelled, this, &MessageWidget::endEdit);
  connect(m_edit, &MessageEdit::left, this, &MessageWidget::leaveEdit);
}

void MessageWidget::leaveEdit() {
  const QString text = m_edit->text();
  if (text == m_message.text) {
    endEdit();
  } else {
    closeEdit();
    m_left = text;
    emit editLeft(m_message.id);
  }
  m_editButton->setFocus();
}

void MessageWidget::endEdit() {
  if (m_edit == nullptr) return;
  closeEdit();
  m_left.clear();
  emit editEnded(m_message.id);
}

void MessageWidget::closeEdit() {
  m_edit->hide();
  m_edit->deleteLater();
  m_edit = nullptr;
  m_text->setVisible(!m_message.text.isEmpty());
}

void MessageWidget::refresh() {
  const bool writing = m_message.status == MessageStatus::Generating;
  const bool failed = m_message.status == MessageStatus::Failed;
  const bool cut = m_message.status == MessageStatus::Interrupted;
  m_status->setVisible(failed || cut || (writing && m_message.text.isEmpty()));
  m_retry->setVisible(failed || cut);
  const QString reason = m_message.stats.value(QLatin1String("stop_reason")).toString();
  const bool early =
      failed || cut || m_message.status == MessageStatus::Stopped || reason == QLatin1String("max_tokens");
  m_editButton->setVisible(fromUser());
  m_regenerate->setVisible(fromUser() ? m_last : !writing);
  m_goOn->setVisible(!fromUser() && !writing && m_last && early && !m_message.text.isEmpty());
  m_seed->setVisible(seedOf(m_message).has_value() && !writing);
  m_copy->setVisible(!m_message.text.isEmpty() && !writing);
  const bool branches = m_message.siblingCount > 1;
  m_earlier->setVisible(branches);
  m_later->setVisible(branches);
  m_place->setVisible(branches);
  m_earlier->setEnabled(m_message.siblingIndex > 0);
  m_later->setEnabled(m_message.siblingIndex + 1 < m_message.siblingCount);
  retranslate();
  m_facts->setVisible(!m_facts->text().isEmpty() && !writing);
  const bool details = failed && !m_details->text().isEmpty();
  m_more->setVisible(details);
  if (!details) m_more->setChecked(false);
}

void MessageWidget::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::LanguageChange && m_facts != nullptr) retranslate();
}

void MessageWidget::retranslate() {
  setAccessibleName(fromUser() ? tr("Your question") : tr("Answer"));
  m_text->setAccessibleName(accessibleName());
  const auto name = [](QToolButton* button, const QString& text) {
    button->setAccessibleName(text);
    button->setToolTip(text);
  };
  name(m_copy, tr("Copy"));
  name(m_editButton, tr("Edit and ask anew"));
  name(m_regenerate, fromUser() ? tr("Answer this question") : tr("Answer once more"));
  name(m_goOn, tr("Continue this answer"));
  const QString seed = QString::number(seedOf(m_message).value_or(0));
  m_seed->setText(tr("Seed %1").arg(seed));
  m_seed->setAccessibleName(tr("Take the seed %1 for the next questions").arg(seed));
  m_seed->setToolTip(tr("Take this seed for the next questions (Ctrl+Shift+R for the last answer)"));
  name(m_earlier, tr("Earlier version (Alt+Left)"));
  name(m_later, tr("Later version (Alt+Right)"));
  m_place->setText(QStringLiteral("%1/%2").arg(m_message.siblingIndex + 1).arg(m_message.siblingCount));
  m_place->setAccessibleName(
      tr("Version %1 of %2").arg(m_message.siblingIndex + 1).arg(m_message.siblingCount));
  m_retry->setText(tr("Try again"));
  m_more->setText(tr("Details"));
  m_facts->setText(factsOf(m_message));
  if (m_message.status == MessageStatus::Failed) {
    const ErrorText text = errorText(failureOf(m_message.stats));
    m_status->setText(text.what + QLatin1Char(' ') + text.todo);
    m_details->setText(text.details);
  } else if (m_message.status == MessageStatus::Interrupted) {
    m_status->setText(tr("The program ended while this was being written."));
  } else {
    m_status->setText(tr("Looking and thinking…"));
  }
}

}  // namespace lapilli::gui
