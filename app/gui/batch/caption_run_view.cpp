// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_run_view.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/parts.h"
#include "app/gui/fitted_area.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QVBoxLayout>

namespace lapilli::gui {
namespace {

constexpr qsizetype kMostReasons = 5;
constexpr int kPictureSide = FileThumbnails::kSize + kGrid;
// Beyond them texts scroll.
constexpr int kMostTextHeight = 2 * kPictureSide;
constexpr int kMostTriedHeight = 3 * kPictureSide;

QLabel* selectableText() {
  auto* label = new QLabel;
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  label->setAlignment(Qt::AlignTop | Qt::AlignLeading);
  return label;
}

QLabel* pictureLabel() {
  auto* label = new QLabel;
  label->setFixedSize(kPictureSide, kPictureSide);
  label->setAlignment(Qt::AlignCenter);
  return label;
}

}  // namespace

CaptionRunView::CaptionRunView(CaptionRows& rows, QWidget* parent)
    : QWidget(parent),
      m_rows(rows),
      m_failures(new QLabel),
      m_thumbnail(pictureLabel()),
      m_texts(selectableText()),
      m_tried(new QWidget),
      m_bar(new QProgressBar),
      m_line(new QLabel) {
  build();
  connect(&m_rows, &CaptionRows::thumbnailReady, this, [this](const QString& path) {
    if (path == m_picture) m_thumbnail->setPixmap(m_rows.thumbnail(path));
    if (QLabel* tried = m_triedAt.value(path)) tried->setPixmap(m_rows.thumbnail(path));
  });
  connect(&m_rows, &CaptionRows::dataChanged, this,
          [this](const QModelIndex& first, const QModelIndex& last) {
            const CaptionRow* row = m_rows.row(first.row());
            const bool isShown = row != nullptr && !m_picture.isEmpty() && row->path == m_picture;
            if (isShown && last.column() >= CaptionRows::kState) showPicture(QString(m_picture));
          });
  retranslate();
}

void CaptionRunView::build() {
  m_failures->setObjectName(QStringLiteral("captionFailures"));
  m_texts->setObjectName(QStringLiteral("captionLast"));
  m_line->setObjectName(QStringLiteral("captionLine"));
  for (QLabel* label : {m_failures, m_line}) {
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
  }
  m_bar->setTextVisible(false);
  auto* actions = new QHBoxLayout;
  actions->addWidget(addAction(Action::kForget, "captionForget", "delete"));
  actions->addStretch(1);
  actions->addWidget(addAction(Action::kPause, "captionPause", "pause"));
  actions->addWidget(addAction(Action::kRetry, "captionRetry", "again"));
  actions->addWidget(addAction(Action::kResume, "captionResume", "continue"));
  actions->addWidget(addAction(Action::kUndo, "captionUndo", "undo"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(m_failures);
  column->addLayout(makePicture());
  column->addWidget(m_bar);
  column->addLayout(actions);
  showTried(false);
}

/// The picture with its texts. Long ones scroll: the table above keeps its room, and little moves when the
/// next picture comes.
QLayout* CaptionRunView::makePicture() {
  auto* tried = new QVBoxLayout(m_tried);
  tried->setContentsMargins(0, 0, 0, 0);
  tried->setSpacing(0);
  auto* content = new QWidget;
  auto* contentColumn = new QVBoxLayout(content);
  contentColumn->setContentsMargins(0, 0, 0, 0);
  contentColumn->addWidget(m_texts);
  contentColumn->addWidget(m_tried);
  m_textArea = new FittedArea(content, kPictureSide, kMostTriedHeight);
  m_textArea->setObjectName(QStringLiteral("captionLastArea"));
  m_textArea->setFocusPolicy(Qt::TabFocus);
  auto* words = new QVBoxLayout;
  words->addWidget(m_textArea);
  words->addStretch(1);
  words->addWidget(m_line);
  auto* row = new QHBoxLayout;
  row->setSpacing(kGrid);
  row->addWidget(m_thumbnail, 0, Qt::AlignTop);
  row->addLayout(words, 1);
  return row;
}

QPushButton* CaptionRunView::addAction(Action action, const char* name, const char* icon) {
  QPushButton* button = namedButton(name, icon);
  connect(button, &QPushButton::clicked, this, [this, action] { emit wanted(action); });
  m_actions.insert(action, button);
  return button;
}

void CaptionRunView::setAction(Action action, bool shown, bool possible) {
  m_actions[action]->setVisible(shown);
  m_actions[action]->setEnabled(possible);
}

void CaptionRunView::setBackups(qint64 bytes) {
  m_backups = bytes;
  m_actions[Action::kForget]->setText(tr("Backups: %1…").arg(QLocale().formattedDataSize(bytes)));
}

void CaptionRunView::setLine(const QString& sentence, const QString& details) {
  m_line->setText(sentence);
  m_line->setToolTip(details == sentence ? QString() : details);
  m_line->setVisible(!sentence.isEmpty());
}

void CaptionRunView::setProgress(bool shown, qint64 done, qint64 total) {
  m_bar->setRange(0, static_cast<int>(total));
  m_bar->setValue(static_cast<int>(done));
  m_bar->setVisible(shown);
}

void CaptionRunView::showFailures(const QStringList& kept) {
  const QLocale locale;
  QStringList lines;
  const auto failures = m_rows.failures();
  for (const auto& [reason, count] : failures.first(std::min(kMostReasons, failures.size())))
    lines.append(tr("%1 × %2").arg(locale.toString(count), reason));
  if (failures.size() > kMostReasons)
    lines.append(tr("and %1 other reasons").arg(locale.toString(failures.size() - kMostReasons)));
  if (!kept.isEmpty()) lines.append(tr("Not taken back:"));
  lines += kept.mid(0, kMostReasons);
  if (kept.size() > kMostReasons)
    lines.append(tr("and %1 other files").arg(locale.toString(kept.size() - kMostReasons)));
  m_failures->setText(lines.join(QLatin1Char('\n')));
  m_failures->setToolTip(m_rows.failureDetails().mid(0, kMostReasons).join(QLatin1Char('\n')));
  m_failures->setVisible(!lines.isEmpty());
}

void CaptionRunView::showPicture(const QString& path) {
  showTried(false);
  m_picture = path;
  const CaptionRow* row = m_rows.find(path);
  m_thumbnail->setPixmap(row == nullptr ? QPixmap() : m_rows.thumbnail(path));
  if (row == nullptr) return m_texts->clear();
  QStringList lines = {path};
  const QString text = CaptionRows::textOf(*row);
  for (const QString& line : {text, text == row->after ? QString() : row->after, row->more()}) {
    if (!line.isEmpty()) lines.append(line);
  }
  if (lines.size() == 1 && !row->before.isEmpty()) lines.append(row->before);
  m_texts->setText(lines.join(QLatin1Char('\n')));
}

/// A picture alone has its place beside the area; those of a trial scroll with their texts.
void CaptionRunView::showTried(bool wanted) {
  m_tried->setVisible(wanted);
  m_texts->setVisible(!wanted);
  m_thumbnail->setVisible(!wanted);
  m_textArea->setMaximumHeight(wanted ? kMostTriedHeight : kMostTextHeight);
  if (wanted) return;
  m_triedAt.clear();
  qDeleteAll(m_tried->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
}

void CaptionRunView::addTried(const QString& path, const QStringList& lines) {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kGrid);
  QLabel* thumbnail = pictureLabel();
  thumbnail->setObjectName(QStringLiteral("captionTriedPicture"));
  thumbnail->setAlignment(Qt::AlignTop | Qt::AlignHCenter);  // as the text
  thumbnail->setAccessibleName(path);
  thumbnail->setPixmap(m_rows.thumbnail(path));
  m_triedAt.insert(path, thumbnail);
  QLabel* texts = selectableText();
  texts->setObjectName(QStringLiteral("captionTried"));
  texts->setText(lines.join(QLatin1Char('\n')));
  layout->addWidget(thumbnail, 0, Qt::AlignTop);
  layout->addWidget(texts, 1);
  m_tried->layout()->addWidget(row);
  showTried(true);
}

void CaptionRunView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void CaptionRunView::retranslate() {
  m_actions[Action::kPause]->setText(tr("Pause"));
  m_actions[Action::kPause]->setToolTip(tr("The pictures that are begun are finished, the others wait"));
  m_actions[Action::kRetry]->setText(tr("Retry failed"));
  m_actions[Action::kResume]->setText(tr("Continue"));
  m_actions[Action::kUndo]->setText(tr("Undo run"));
  m_actions[Action::kUndo]->setToolTip(tr("Every file is as it was before the run"));
  m_actions[Action::kForget]->setToolTip(tr("What is kept so that runs can be undone; remove it"));
  m_thumbnail->setAccessibleName(tr("The picture that is shown"));
  m_texts->setAccessibleName(tr("Its texts"));
  m_textArea->setAccessibleName(tr("Its texts"));
  m_bar->setAccessibleName(tr("Progress of the run"));
  setBackups(m_backups);
}

}  // namespace lapilli::gui
