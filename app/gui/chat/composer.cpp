// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/composer.h"

#include "app/gui/chat/fetch_bar.h"
#include "app/gui/chat/format_editor.h"
#include "app/gui/chat/sampling_editor.h"
#include "app/gui/chat/thumbnail_button.h"
#include "app/gui/fitted_area.h"
#include "app/gui/flow_layout.h"
#include "app/gui/icons.h"
#include "app/gui/text_field.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QTextBlock>
#include <QToolButton>
#include <QUrl>

#include <algorithm>

namespace lapilli::gui {
namespace {

constexpr int kLeastLines = 3;
constexpr int kMostLines = 8;
constexpr QSize kThumbnailSize(96, 60);
constexpr int kMostOfPictures = 2 * 60 + kGrid;
constexpr int kLeastOfPanel = 5 * kGrid;
constexpr int kMostOfPanel = 44 * kGrid;
/// Of the name of a preset, which is the user's.
constexpr int kMostOfName = 12 * kGrid;

/// A text field that hands pictures on. As high as its lines, and where there is no room lower, down to
/// three.
class QuestionText final : public TextField {
 public:
  explicit QuestionText(PictureIntake& intake) : m_intake(intake) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    document()->setDocumentMargin(kMargin);
  }
  QSize sizeHint() const override {
    return {TextField::sizeHint().width(), heightOf(qBound(kLeastLines, m_lines, kMostLines))};
  }
  QSize minimumSizeHint() const override { return {20 * kGrid, heightOf(kLeastLines)}; }
  void fit() {
    const int lines = static_cast<int>(document()->size().height());
    if (std::exchange(m_lines, lines) != lines) updateGeometry();
  }

 protected:
  bool canInsertFromMimeData(const QMimeData* offered) const override {
    return PictureIntake::offers(*offered) || TextField::canInsertFromMimeData(offered);
  }
  void insertFromMimeData(const QMimeData* offered) override {
    // Words copied from a page with pictures, cells of a table, or an address are words.
    const QList<QUrl> urls = offered->urls();
    const bool picture =
        std::any_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); }) ||
        (!urls.isEmpty() && offered->hasImage()) ||
        offered->text().trimmed().startsWith(QLatin1String("data:"));
    const bool words = offered->hasText() && !picture;
    if (!words && PictureIntake::offers(*offered)) return m_intake.take(*offered);
    TextField::insertFromMimeData(offered);
  }
  void resizeEvent(QResizeEvent* event) override {
    TextField::resizeEvent(event);
    QTimer::singleShot(0, this, &QuestionText::fit);
  }

 private:
  static constexpr int kMargin = 2;
  [[nodiscard]] int heightOf(int lines) const {
    return lines * fontMetrics().lineSpacing() + 2 * kMargin + 4;
  }

  PictureIntake& m_intake;
  int m_lines = 1;
};

QToolButton* panelButton(const QString& name, const QString& drawing) {
  auto* button = new QToolButton;
  button->setObjectName(name);
  button->setIcon(icon(drawing, QPalette::PlaceholderText));
  button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  button->setCheckable(true);
  button->setAutoRaise(true);
  return button;
}

}  // namespace

Composer::Composer(Settings& settings, JobHost& host, PictureIntake& intake, Thumbnails& thumbnails,
                   QWidget* parent)
    : QFrame(parent), m_settings(settings), m_intake(intake), m_thumbnails(thumbnails) {
  setObjectName(QStringLiteral("composer"));
  build(settings, host);
  connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
    static_cast<QuestionText*>(m_text)->fit();
    refresh();
    emit changed();
  });
  connect(&intake, &PictureIntake::underwayChanged, this, &Composer::refresh);
  connect(m_add, &QToolButton::clicked, this, &Composer::browseWanted);
  // Screen readers toggle a button without a click.
  const auto opens = [this](QToolButton* button, QWidget* panel) {
    connect(button, &QToolButton::toggled, this, [this, panel](bool on) {
      if (on || !panel->isHidden()) openPanel(on ? panel : nullptr);
    });
  };
  opens(m_formatButton, m_format);
  opens(m_samplingButton, m_sampling);
  connect(m_format, &FormatEditor::changed, this, [this] {
    refresh();
    emit changed();
  });
  connect(m_format, &FormatEditor::checked, this, &Composer::refresh);
  connect(m_sampling, &SamplingEditor::changed, this, [this] {
    refresh();
    emit changed();
  });
  connect(m_send, &QPushButton::clicked, this,
          [this] { m_answering ? emit stopWanted() : emit sendWanted(); });
  retranslate();
}

void Composer::build(Settings& settings, JobHost& host) {
  auto* pictures = new QWidget;
  m_stripLayout = new FlowLayout(kGrid, pictures);
  m_stripArea = new FittedArea(pictures, kThumbnailSize.height(), kMostOfPictures);
  m_stripArea->hide();
  m_text = new QuestionText(m_intake);
  m_text->setObjectName(QStringLiteral("questionText"));
  m_text->setFrameShape(QFrame::NoFrame);
  m_text->setTabChangesFocus(true);
  m_text->viewport()->setAutoFillBackground(false);
  m_text->setAcceptDrops(false);  // the page takes drops
  m_text->installEventFilter(this);
  m_format = new FormatEditor(host);
  m_sampling = new SamplingEditor(settings);
  m_format->hide();
  m_sampling->hide();
  auto* panel = new QWidget;
  auto* inPanel = new QVBoxLayout(panel);
  inPanel->setContentsMargins(0, 0, 0, 0);
  inPanel->addWidget(m_format);
  inPanel->addWidget(m_sampling);
  m_panelArea = new FittedArea(panel, kLeastOfPanel, kMostOfPanel);
  m_panelArea->hide();
  m_add = new QToolButton;
  m_add->setObjectName(QStringLiteral("addPicture"));
  m_add->setIcon(icon(QStringLiteral("picture"), QPalette::PlaceholderText));
  m_add->setAutoRaise(true);
  m_formatButton = panelButton(QStringLiteral("formatButton"), QStringLiteral("format"));
  m_samplingButton = panelButton(QStringLiteral("samplingButton"), QStringLiteral("dice"));
  m_hint = new QLabel;
  m_hint->setObjectName(QStringLiteral("composerHint"));
  setTextStyle(m_hint, TextStyle::kSmall);
  m_hint->setAlignment(Qt::AlignRight);
  m_hint->hide();
  m_send = new QPushButton;
  m_send->setObjectName(QStringLiteral("send"));
  m_send->setProperty("primary", true);

  auto* row = new QHBoxLayout;
  row->setSpacing(kGrid / 2);
  row->addWidget(m_add);
  row->addWidget(m_formatButton);
  row->addWidget(m_samplingButton);
  row->addStretch(1);
  row->addWidget(m_send);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kGrid + 4, kGrid + 4, kGrid + 4, kGrid + 2);
  column->setSpacing(kGrid);
  column->addWidget(m_stripArea);
  column->addWidget(new FetchBar(m_intake));
  column->addWidget(m_text);
  column->addWidget(m_panelArea);
  column->addWidget(m_hint);
  column->addLayout(row);
}

void Composer::openPanel(QWidget* panel) {
  m_format->setVisible(panel == m_format);
  m_sampling->setVisible(panel == m_sampling);
  m_panelArea->setVisible(panel != nullptr);
  m_panelArea->ensureVisible(0, 0);
  m_formatButton->setChecked(panel == m_format);
  m_samplingButton->setChecked(panel == m_sampling);
}

void Composer::showFormat() {
  openPanel(m_format);
  m_format->focusKind();
}

void Composer::useSeed(quint64 seed) {
  openPanel(m_sampling);
  m_sampling->useSeed(seed);
}

QString Composer::text() const {
  return m_text->toPlainText();
}

void Composer::setText(const QString& text) {
  m_text->setPlainText(text);
  m_text->moveCursor(QTextCursor::End);
}

QList<Attachment> Composer::pictures() const {
  QList<Attachment> pictures;
  for (const ThumbnailButton* thumbnail : m_strip) pictures.append(thumbnail->picture());
  return pictures;
}

void Composer::addPicture(const Attachment& picture) {
  for (const Attachment& known : pictures()) {
    if (known.sha256 == picture.sha256) return;
  }
  auto* thumbnail = new ThumbnailButton(picture, m_thumbnails, kThumbnailSize);
  thumbnail->setRemovable(true);
  connect(thumbnail, &ThumbnailButton::removed, this, [this, thumbnail] { removePicture(thumbnail); });
  connect(thumbnail, &QToolButton::clicked, this, [this, picture] { emit pictureWanted(picture); });
  m_stripLayout->addWidget(thumbnail);
  m_strip.append(thumbnail);
  refresh();
  emit changed();
}

void Composer::removePicture(ThumbnailButton* thumbnail) {
  m_strip.removeOne(thumbnail);
  thumbnail->deleteLater();
  m_text->setFocus();
  refresh();
  emit changed();
}

void Composer::clear() {
  m_text->clear();
  while (!m_strip.isEmpty()) m_strip.takeLast()->deleteLater();
  refresh();
}

AskSettings Composer::askSettings() const {
  return {.sampling = m_sampling->sampling(),
          .format = m_format->format(),
          .aspect = m_settings.aspect(),
          .orientation = m_settings.orientation()};
}

void Composer::setAskSettings(const AskSettings& settings) {
  m_format->setFormat(settings.format);
  m_sampling->setSampling(settings.sampling);
}

void Composer::setAnswering(bool answering) {
  m_answering = answering;
  refresh();
}

void Composer::setObstacle(const QString& obstacle) {
  m_obstacle = obstacle;
  refresh();
}

void Composer::focusText() {
  m_text->setFocus();
}

bool Composer::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_text && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    // Shift and Enter is a new line; while an input method composes, the key never comes here.
    if (enter && !(key->modifiers() & Qt::ShiftModifier)) {
      if (m_send->isEnabled() && !m_answering) emit sendWanted();
      return true;
    }
  }
  return QFrame::eventFilter(watched, event);
}

void Composer::refresh() {
  m_stripArea->setVisible(!m_strip.isEmpty());
  m_formatButton->setText(FormatEditor::nameOf(m_format->format()));
  m_samplingButton->setText(fontMetrics().elidedText(m_sampling->name(), Qt::ElideRight, kMostOfName));
  const bool something = !text().trimmed().isEmpty() || !m_strip.isEmpty();
  QString hint;
  if (m_answering) {
    m_send->setText(tr("Stop"));
    m_send->setIcon(icon(QStringLiteral("stop"), QPalette::BrightText));
  } else {
    m_send->setText(tr("Ask"));
    m_send->setIcon(icon(QStringLiteral("send"), QPalette::BrightText));
    if (!m_obstacle.isEmpty())
      hint = m_obstacle;
    else if (!m_format->problem().isEmpty())
      hint = tr("The form of the answer has a mistake");
    else if (!m_intake.fetching().isEmpty())
      hint = tr("Waiting for the picture; Esc does without it");
    else if (m_intake.underway() > 0)
      hint = tr("Reading the picture…");
  }
  m_send->setEnabled(m_answering || (something && hint.isEmpty()));
  m_send->setToolTip(m_answering ? tr("End this answer (Esc)")
                                 : tr("Ask (Enter); Shift+Enter begins a new line"));
  m_hint->setText(hint);
  m_hint->setVisible(!hint.isEmpty());
}

void Composer::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void Composer::retranslate() {
  m_text->setPlaceholderText(tr("Ask about a picture, or drop one here"));
  m_text->setAccessibleName(tr("Question"));
  m_add->setAccessibleName(tr("Add pictures"));
  m_add->setToolTip(tr("Add pictures (Ctrl+O)"));
  m_formatButton->setToolTip(tr("Form of the answer"));
  m_formatButton->setAccessibleDescription(m_formatButton->toolTip());
  m_samplingButton->setToolTip(tr("How the words are chosen"));
  m_samplingButton->setAccessibleDescription(m_samplingButton->toolTip());
  refresh();
}

void Composer::paintEvent(QPaintEvent*) {
  const Colours& c = colours(palette());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(c.card);
  painter.setPen(QPen(m_text->hasFocus() ? c.accent : c.line, 1));
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 14, 14);
}

}  // namespace lapilli::gui
