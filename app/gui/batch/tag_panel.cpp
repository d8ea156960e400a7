// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/tag_panel.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/parts.h"
#include "app/gui/batch/tag_list.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>

#include <algorithm>
#include <utility>

namespace lapilli::gui {
namespace {

constexpr int kLeastWidth = 25 * kGrid;

}  // namespace

TagPanel::TagPanel(const CaptionRows& rows, QWidget* parent)
    : QWidget(parent),
      m_rows(rows),
      m_counts(rows),
      m_part(new QLineEdit),
      m_list(new TagList(this)),
      m_table(new QTableView),
      m_state(new QLabel),
      m_rename(namedButton("captionTagRename")),
      m_remove(namedButton("captionTagRemove")) {
  build();
  connectAll();
  retranslate();
}

void TagPanel::build() {
  setObjectName(QStringLiteral("captionTags"));
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
  m_part->setObjectName(QStringLiteral("captionTagPart"));
  m_part->setClearButtonEnabled(true);
  m_table->setObjectName(QStringLiteral("captionTagTable"));
  m_table->setModel(m_list);
  m_table->verticalHeader()->setVisible(false);
  m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  m_table->verticalHeader()->setDefaultSectionSize(4 * kGrid);
  m_table->horizontalHeader()->setSectionResizeMode(TagList::kTag, QHeaderView::Stretch);
  m_table->horizontalHeader()->setSectionResizeMode(TagList::kPictures, QHeaderView::ResizeToContents);
  m_table->horizontalHeader()->setResizeContentsPrecision(0);  // of the rows that are to be seen
  m_table->horizontalHeader()->setSectionsClickable(false);
  m_table->setShowGrid(false);
  m_table->setTabKeyNavigation(false);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_table->installEventFilter(this);
  m_state->setObjectName(QStringLiteral("captionTagState"));
  m_state->setWordWrap(true);
  setTextStyle(m_state, TextStyle::kSmall);
  auto* buttons = new QHBoxLayout;
  for (QPushButton* each : {m_rename, m_remove}) buttons->addWidget(each);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(m_part);
  column->addWidget(m_table, 1);
  column->addWidget(m_state);
  column->addLayout(buttons);
}

void TagPanel::connectAll() {
  connect(m_part, &QLineEdit::textChanged, this, [this](const QString& part) { m_counts.setPart(part); });
  connect(&m_counts, &TagCounts::counted, this, &TagPanel::take);
  connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &TagPanel::refresh);
  connect(m_table, &QTableView::clicked, this, [this] { emit wanted(current()); });
  connect(m_rename, &QPushButton::clicked, this, [this] { emit renameWanted(current()); });
  connect(m_remove, &QPushButton::clicked, this, [this] { emit removeWanted(current()); });
}

/// The tag that was chosen stays so, and the list where it is.
void TagPanel::take(const QList<TagCount>& tags, int all) {
  const QString before = current();
  const int scrolled = m_table->verticalScrollBar()->value();
  m_all = all;
  m_list->setTags(tags);
  const int row = before.isEmpty() ? -1 : m_list->reveal(before);
  if (row >= 0) {
    m_table->selectionModel()->setCurrentIndex(
        m_list->index(row, TagList::kTag), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  }
  m_table->verticalScrollBar()->setValue(scrolled);
  refresh();
}

QString TagPanel::current() const {
  return m_list->tag(m_table->currentIndex().row());
}

void TagPanel::setPossible(bool possible) {
  if (std::exchange(m_possible, possible) != possible) refresh();
}

void TagPanel::focusTags() {
  m_table->setFocus();
  if (!m_table->currentIndex().isValid() && m_list->rowCount() > 0) m_table->selectRow(0);
}

/// Tags of new texts can be changed.
void TagPanel::refresh() {
  const QString tag = current();
  bool possible = m_possible && !tag.isEmpty() && m_counts.isComplete();
  if (possible) {
    const QList<int> rows = m_counts.rowsWith(tag);
    possible =
        std::any_of(rows.begin(), rows.end(), [this](int at) { return m_rows.all()[at].isCaptioned(); });
  }
  for (QPushButton* each : {m_rename, m_remove}) {
    each->setVisible(m_possible);
    each->setEnabled(possible);
  }
  m_state->setText(!m_counts.isComplete() ? tr("Counting…")
                   : m_all == 0           ? tr("No text here is a list of tags.")
                                          : tr("%Ln tag(s)", nullptr, m_all));
}

bool TagPanel::press(int key) {
  switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      if (!current().isEmpty()) emit wanted(current());
      return true;
    case Qt::Key_F2:
      m_rename->click();
      return true;
    case Qt::Key_Delete:
      m_remove->click();
      return true;
    case Qt::Key_Escape:
      emit closeWanted();
      return true;
    default:
      return false;
  }
}

bool TagPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_table && event->type() == QEvent::KeyPress) {
    auto* pressed = static_cast<QKeyEvent*>(event);
    if ((pressed->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier && press(pressed->key())) return true;
  }
  return QWidget::eventFilter(watched, event);
}

void TagPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  m_counts.setWanted(true);
  refresh();
}

void TagPanel::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  m_counts.setWanted(false);
}

/// As wide as its buttons, at least.
QSize TagPanel::sizeHint() const {
  const QSize usual = QWidget::sizeHint();
  const int buttons = m_rename->sizeHint().width() + m_remove->sizeHint().width() + layout()->spacing();
  return {std::max(kLeastWidth, buttons), usual.height()};
}

void TagPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void TagPanel::retranslate() {
  m_part->setPlaceholderText(tr("Find a tag"));
  m_part->setAccessibleName(tr("Find a tag in the list"));
  m_table->setAccessibleName(tr("Tags of the folder’s texts"));
  m_table->setToolTip(tr("Click a tag, or press Return, to see its pictures"));
  m_rename->setText(tr("Rename…"));
  m_rename->setToolTip(tr("F2 in the list: another name in all new texts"));
  m_remove->setText(tr("Remove…"));
  m_remove->setToolTip(tr("Delete in the list: out of all new texts"));
  updateGeometry();
  refresh();
}

}  // namespace lapilli::gui
