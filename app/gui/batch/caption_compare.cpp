// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_compare.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/word_diff.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QListView>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTextBrowser>
#include <QTextCursor>

namespace lapilli::gui {
namespace {

constexpr int kStripItem = FileThumbnails::kSize + 2 * kGrid;

/// A picture alone; its name is read out and shown as a tip.
class StripDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {kStripItem, kStripItem};
  }

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    option->features &= ~QStyleOptionViewItem::HasDisplay;
    option->text.clear();
    option->decorationPosition = QStyleOptionViewItem::Top;
    option->decorationAlignment = Qt::AlignCenter;
    option->decorationSize = {FileThumbnails::kSize, FileThumbnails::kSize};
  }
};

QString html(const QString& inner) {
  return QStringLiteral("<div style=\"white-space:pre-wrap\">%1</div>").arg(inner);
}

QString escaped(const QString& text) {
  return text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br/>"));
}

/// Marked by form and colour, so that neither alone has to be seen.
QString marked(const QList<DiffPart>& parts, DiffPart::Kind kind, const QPalette& palette) {
  const Colours& colour = colours(palette);
  const QString style =
      kind == DiffPart::Kind::kOld
          ? QStringLiteral("color:%1;text-decoration:line-through").arg(colour.danger.name())
          : QStringLiteral("background-color:%1;text-decoration:underline;font-weight:bold")
                .arg(colour.selection.name());
  QString inner;
  for (const DiffPart& part : parts) {
    if (part.kind == DiffPart::Kind::kSame) inner += escaped(part.text);
    if (part.kind == kind)
      inner += QStringLiteral("<span style=\"%1\">%2</span>").arg(style, escaped(part.text));
  }
  return html(inner);
}

QTextBrowser* textView(const char* name) {
  auto* made = new QTextBrowser;
  made->setObjectName(QLatin1String(name));
  made->setOpenLinks(false);
  made->setTabChangesFocus(true);
  made->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  made->setMinimumHeight(2 * made->fontMetrics().lineSpacing());
  return made;
}

}  // namespace

CaptionCompare::CaptionCompare(CaptionRows& rows, QItemSelectionModel* selection, QWidget* parent)
    : QWidget(parent),
      m_rows(rows),
      m_pictures(nullptr, kPictureSize, kMostPictures),
      m_picture(new QLabel),
      m_beforeLabel(new QLabel),
      m_before(textView("captionBefore")),
      m_afterLabel(new QLabel),
      m_after(textView("captionAfter")),
      m_strip(new QListView) {
  build();
  m_strip->setModel(&rows);
  m_strip->setSelectionModel(selection);
  connect(&m_pictures, &FileThumbnails::ready, this, [this](const QString& file) {
    if (file == m_rows.fileOf(m_path)) drawPicture();
  });
  connect(&m_rows, &CaptionRows::dataChanged, this,
          [this](const QModelIndex& first, const QModelIndex& last) {
            const CaptionRow* row = m_rows.row(first.row());
            if (row != nullptr && row->path == m_path && last.column() >= CaptionRows::kState) refresh();
          });
  retranslate();
}

void CaptionCompare::build() {
  m_picture->setObjectName(QStringLiteral("captionPicture"));
  m_picture->setAlignment(Qt::AlignCenter);
  m_picture->setMinimumSize(FileThumbnails::kSize, 6 * kGrid);
  m_picture->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
  m_picture->installEventFilter(this);
  for (QLabel* label : {m_beforeLabel, m_afterLabel}) setTextStyle(label, TextStyle::kSection);
  m_strip->setObjectName(QStringLiteral("captionStrip"));
  m_strip->setItemDelegate(new StripDelegate(m_strip));
  m_strip->setFlow(QListView::LeftToRight);
  m_strip->setWrapping(false);
  m_strip->setUniformItemSizes(true);
  m_strip->setModelColumn(CaptionRows::kPicture);
  m_strip->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_strip->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_strip->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_strip->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
  m_strip->setFixedHeight(kStripItem + m_strip->horizontalScrollBar()->sizeHint().height() +
                          2 * m_strip->frameWidth());
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(kGrid);
  grid->setVerticalSpacing(kGrid / 2);
  grid->addWidget(m_picture, 0, 0, 2, 1);
  grid->addWidget(m_beforeLabel, 0, 1);
  grid->addWidget(m_afterLabel, 0, 2);
  grid->addWidget(m_before, 1, 1);
  grid->addWidget(m_after, 1, 2);
  grid->addWidget(m_strip, 2, 0, 1, 3);
  for (int column = 0; column < 3; ++column) grid->setColumnStretch(column, 1);
  grid->setRowStretch(1, 1);
}

void CaptionCompare::showRow(const QString& path) {
  m_path = path;
  refresh();
}

void CaptionCompare::refresh() {
  if (!isVisible()) return;  // decodes nothing
  const CaptionRow* row = m_rows.find(m_path);
  using State = CaptionRow::State;
  const bool captioned = row != nullptr && (row->state == State::kDone || row->state == State::kAccepted);
  const QString before = row == nullptr ? QString() : row->before;
  const QString after = captioned ? row->after : QString();
  const bool both = !before.isEmpty() && !after.isEmpty();
  const QList<DiffPart> parts = both ? wordDiff(before, after) : QList<DiffPart>();
  if (both) {
    m_before->setHtml(marked(parts, DiffPart::Kind::kOld, palette()));
    m_after->setHtml(marked(parts, DiffPart::Kind::kNew, palette()));
  } else {
    m_before->setHtml(html(escaped(before)));
    // What there is instead of a new text, e.g. the reason of a failure.
    m_after->setHtml(html(row == nullptr ? QString() : escaped(CaptionRows::textOf(*row))));
  }
  if (row != nullptr && !row->others.isEmpty()) {
    QTextCursor end(m_after->document());
    end.movePosition(QTextCursor::End);
    end.insertBlock();
    end.insertText(row->more(), QTextCharFormat());
  }
  drawPicture();
  const QModelIndex current = m_strip->currentIndex();
  if (current.isValid()) m_strip->scrollTo(current.siblingAtColumn(CaptionRows::kPicture));
}

void CaptionCompare::drawPicture() {
  const QPixmap known = m_path.isEmpty() ? QPixmap() : m_pictures.of(m_rows.fileOf(m_path));
  m_picture->setPixmap(known.isNull() ? known
                                      : known.scaled(m_picture->size().boundedTo(known.size()),
                                                     Qt::KeepAspectRatio, Qt::SmoothTransformation));
}

void CaptionCompare::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
}

/// The picture fills its place.
bool CaptionCompare::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_picture && event->type() == QEvent::Resize && isVisible()) drawPicture();
  return QWidget::eventFilter(watched, event);
}

void CaptionCompare::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
  if (event->type() == QEvent::PaletteChange) refresh();
}

void CaptionCompare::retranslate() {
  m_picture->setAccessibleName(tr("The picture"));
  m_beforeLabel->setText(tr("Text before"));
  m_before->setAccessibleName(tr("Text before; what is gone is struck out"));
  m_afterLabel->setText(tr("New text"));
  m_after->setAccessibleName(tr("New text; what is new is underlined"));
  m_strip->setAccessibleName(tr("Pictures of the folder, as a strip"));
}

}  // namespace lapilli::gui
