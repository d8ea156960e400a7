// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_review.h"

#include "app/gui/batch/caption_compare.h"
#include "app/gui/batch/caption_facts.h"
#include "app/gui/batch/caption_filter_bar.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/parts.h"
#include "app/gui/batch/row_texts.h"
#include "app/gui/batch/tag_panel.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QKeyEvent>
#include <QListView>
#include <QTableView>
#include <QToolButton>
#include <QUndoCommand>

#include <algorithm>

namespace lapilli::gui {
CaptionReview::CaptionReview(JobHost& host, CaptionRows& rows, Settings& settings, QWidget* parent)
    : QWidget(parent),
      m_host(host),
      m_rows(rows),
      m_filters(new CaptionFilterBar(settings)),
      m_facts(new CaptionFacts(host, rows, this)),
      m_oneByOne(namedToolButton("captionOneByOne", "picture")),
      m_showTags(namedToolButton("captionShowTags", "tag")),
      m_table(new QTableView),
      m_tags(new TagPanel(rows)),
      m_accept(namedButton("captionAccept", "check")),
      m_reject(namedButton("captionReject", "close")),
      m_edit(namedButton("captionEdit", "edit")),
      m_replace(namedButton("captionReplace", "search")),
      m_undoEdit(namedButton("captionUndoEdit", "undo")) {
  buildTable();
  m_compare = new CaptionCompare(rows, m_table->selectionModel());
  m_compare->strip().installEventFilter(this);
  m_compare->hide();
  m_tags->hide();
  for (QToolButton* each : {m_oneByOne, m_showTags}) {
    each->setCheckable(true);
    m_filters->append(each);
  }
  auto* row = new QHBoxLayout;
  row->setSpacing(kGrid);
  row->addWidget(m_table, 1);
  row->addWidget(m_compare, 1);
  row->addWidget(m_tags);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(m_filters);
  column->addLayout(row, 1);
  column->addWidget(makeActions());
  connectAll();
  retranslate();
}

void CaptionReview::buildTable() {
  m_table->setObjectName(QStringLiteral("captionTable"));
  m_table->setModel(&m_rows);
  m_table->setIconSize({FileThumbnails::kSize, FileThumbnails::kSize});
  m_table->verticalHeader()->setVisible(false);
  m_table->verticalHeader()->setDefaultSectionSize(FileThumbnails::kSize + kGrid);
  m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
  m_table->horizontalHeader()->setStretchLastSection(true);
  m_table->setWordWrap(true);
  m_table->setShowGrid(false);
  m_table->setTabKeyNavigation(false);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->installEventFilter(this);
}

void CaptionReview::connectAll() {
  connect(m_filters, &CaptionFilterBar::wanted, this,
          [this](const CaptionFilter& filter) { m_rows.setFilter(filter); });
  connect(m_facts, &CaptionFacts::changed, this, &CaptionReview::refresh);
  connect(m_facts, &CaptionFacts::refused, this, &CaptionReview::refused);
  connect(&m_rows, &CaptionRows::filtered, this, [this] {
    refresh();
    showCurrent();
  });
  connect(&m_rows, &CaptionRows::filtered, this, &CaptionReview::goThere);
  connect(&m_edits, &QUndoStack::indexChanged, this, &CaptionReview::refresh);
  const auto choose = [this] {
    refresh();
    m_compare->showRow(current());
    emit currentChanged(current());
  };
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, choose);
  connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, choose);
  connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int section) {
    // The last one takes what is left, whoever moves the others.
    if (!m_settingColumns && section != CaptionRows::kAfter) m_columnsAreTheUsers = true;
  });
  connect(m_table, &QTableView::doubleClicked, this, &CaptionReview::edit);
  connect(m_oneByOne, &QToolButton::toggled, this, &CaptionReview::showOneByOne);
  connect(m_showTags, &QToolButton::toggled, this, &CaptionReview::showTags);
  connect(m_tags, &TagPanel::closeWanted, m_showTags, &QToolButton::toggle);
  connect(m_tags, &TagPanel::wanted, this,
          [this](const QString& tag) { m_filters->showOnly(filterOfTag(tag)); });
  connect(m_tags, &TagPanel::renameWanted, this,
          [this](const QString& tag) { changeTag(ReplaceDialog::Task::kRenameTag, tag); });
  connect(m_tags, &TagPanel::removeWanted, this,
          [this](const QString& tag) { changeTag(ReplaceDialog::Task::kRemoveTag, tag); });
  connect(&m_host, &JobHost::finished, this, &CaptionReview::take);
  connect(&m_host, &JobHost::failed, this, &CaptionReview::takeFailure);
}

/// The keyboard stays where the pictures are.
void CaptionReview::showOneByOne(bool wanted) {
  const bool hadFocus = m_table->hasFocus() || m_compare->strip().hasFocus();
  m_table->setVisible(!wanted);
  m_compare->setVisible(wanted);
  showCurrent();
  if (hadFocus) focusPictures();
  if (!wanted) m_table->scrollTo(m_table->currentIndex());
}

/// The keyboard goes to the tags, and back to the pictures with them.
void CaptionReview::showTags(bool wanted) {
  const bool hadFocus = m_tags->isAncestorOf(focusWidget());
  m_tags->setVisible(wanted);
  setColumns();
  if (wanted) m_tags->focusTags();
  if (!wanted && hadFocus) focusPictures();
}

void CaptionReview::focusPictures() {
  (m_oneByOne->isChecked() ? static_cast<QWidget*>(&m_compare->strip()) : m_table)->setFocus();
}

/// One at a time, there always is one.
void CaptionReview::showCurrent() {
  if (m_oneByOne->isChecked() && current().isEmpty() && m_rows.rowCount() > 0) m_table->selectRow(0);
  m_compare->showRow(current());
}

CaptionReview::~CaptionReview() {
  m_edits.disconnect(this);  // it tells that it becomes empty
}

QWidget* CaptionReview::makeActions() {
  auto* actions = new QWidget;
  auto* row = new QHBoxLayout(actions);
  row->setContentsMargins(0, 0, 0, 0);
  for (QPushButton* each : {m_accept, m_reject, m_edit, m_replace, m_undoEdit}) row->addWidget(each);
  row->addStretch(1);
  connect(m_accept, &QPushButton::clicked, this, [this] { decide(true); });
  connect(m_reject, &QPushButton::clicked, this, [this] { decide(false); });
  connect(m_edit, &QPushButton::clicked, this, &CaptionReview::edit);
  connect(m_replace, &QPushButton::clicked, this, &CaptionReview::replace);
  connect(m_undoEdit, &QPushButton::clicked, &m_edits, &QUndoStack::undo);
  return actions;
}

void CaptionReview::setFolder(const QString& folder) {
  m_folder = folder;
  m_goal.clear();
  m_jobs.clear();
  m_edits.clear();
  m_filters->forgetFolders();
}

void CaptionReview::setPossible(bool possible) {
  m_possible = possible;
  refresh();
}

QString CaptionReview::current() const {
  const CaptionRow* row = m_rows.row(m_table->currentIndex().row());
  return row == nullptr ? QString() : row->path;
}

void CaptionReview::goTo(const QString& path) {
  m_goal = path;
  if (path.isEmpty()) return;
  m_filters->showAll();
  goThere();
}

void CaptionReview::goThere() {
  if (m_goal.isEmpty()) return;
  const int row = m_rows.reveal(m_goal);
  if (row < 0) return;
  m_goal.clear();
  m_table->selectRow(row);
  m_table->scrollTo(m_rows.index(row, 0), QAbstractItemView::PositionAtCenter);
  focusPictures();
}

void CaptionReview::refresh() {
  m_filters->addFolders(m_rows.folders());
  m_filters->showCount(m_rows.matching(), m_rows.total(), m_facts->isReading());
  const bool any =
      m_possible && m_rows.count(CaptionRow::State::kDone) + m_rows.count(CaptionRow::State::kAccepted) > 0;
  const bool chosen = m_table->selectionModel()->hasSelection();
  for (QPushButton* each : {m_accept, m_reject, m_edit, m_replace}) each->setVisible(any);
  for (QPushButton* each : {m_accept, m_reject, m_edit}) each->setEnabled(chosen);
  m_undoEdit->setVisible(any && m_edits.canUndo());
  m_tags->setPossible(any);
}

/// The strip chooses in one column, the table in all of them.
QList<const CaptionRow*> CaptionReview::chosenRows() const {
  QList<const CaptionRow*> rows;
  int above = -1;
  QList<QPair<int, int>> ranges;
  for (const QItemSelectionRange& range : m_table->selectionModel()->selection())
    ranges.append({range.top(), range.bottom()});
  std::sort(ranges.begin(), ranges.end());
  for (const auto& [top, bottom] : ranges) {
    for (int index = std::max(top, above + 1); index <= bottom; ++index) {
      if (const CaptionRow* row = m_rows.row(index)) rows.append(row);
    }
    above = std::max(above, bottom);
  }
  return rows;
}

/// The captioned ones of the rows that are chosen.
QStringList CaptionReview::chosen() const {
  QStringList paths;
  for (const CaptionRow* row : chosenRows()) {
    if (row->isCaptioned()) paths.append(row->path);
  }
  return paths;
}

/// Rejected pictures get their files back.
void CaptionReview::decide(bool accepted) {
  if (!m_possible) return;
  const QStringList paths = chosen();
  QList<Pending> before;
  for (const QString& path : paths) {
    before.append(pendingOf(path));
    m_rows.setState(path, accepted ? CaptionRow::State::kAccepted : CaptionRow::State::kRejected);
  }
  if (!paths.isEmpty())
    send(accepted ? QStringLiteral("caption_accept") : QStringLiteral("caption_reject"),
         {{QStringLiteral("paths"), QJsonArray::fromStringList(paths)}}, before);
  step(1);
  refresh();
}

void CaptionReview::step(int by) {
  const int next = m_table->currentIndex().row() + by;
  if (next >= 0 && next < m_rows.rowCount()) m_table->selectRow(next);
}

bool CaptionReview::press(int key) {
  if (decideAsked(key)) return true;
  switch (key) {
    case Qt::Key_A:
    case Qt::Key_Return:
    case Qt::Key_Enter:
      decide(true);
      return true;
    case Qt::Key_R:
    case Qt::Key_Delete:
      decide(false);
      return true;
    case Qt::Key_E:
    case Qt::Key_F2:
      edit();
      return true;
    case Qt::Key_V:
      m_oneByOne->toggle();
      return true;
    case Qt::Key_T:
      m_showTags->toggle();
      return true;
    case Qt::Key_N:
      step(1);
      return true;
    case Qt::Key_P:
      step(-1);
      return true;
    default:
      return false;
  }
}

bool CaptionReview::eventFilter(QObject* watched, QEvent* event) {
  if ((watched == m_table || watched == &m_compare->strip()) && event->type() == QEvent::KeyPress) {
    auto* pressed = static_cast<QKeyEvent*>(event);
    if (pressed->matches(QKeySequence::Undo)) {
      if (m_possible) m_edits.undo();
      return true;
    }
    if (pressed->matches(QKeySequence::Redo)) {
      if (m_possible) m_edits.redo();
      return true;
    }
    if ((pressed->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier) return press(pressed->key());
  }
  return QWidget::eventFilter(watched, event);
}

void CaptionReview::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  setColumns();
}

/// The new texts get most of the room; where the tags leave little of it, the pictures' names make way.
void CaptionReview::setColumns() {
  const int room = width() - (m_showTags->isChecked() ? m_tags->sizeHint().width() + kGrid : 0);
  const bool isNarrow = m_showTags->isChecked() && room < 60 * kGrid;
  const int picture = isNarrow ? 11 * kGrid : std::clamp(3 * room / 10, 18 * kGrid, 30 * kGrid);
  if (m_columnsAreTheUsers) return;
  m_settingColumns = true;
  m_table->setColumnWidth(CaptionRows::kPicture, picture);
  m_table->setColumnWidth(CaptionRows::kState, std::clamp(3 * room / 20, 11 * kGrid, 14 * kGrid));
  m_table->setColumnWidth(CaptionRows::kBefore, std::clamp(room / 5, 12 * kGrid, 30 * kGrid));
  m_settingColumns = false;
}

void CaptionReview::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void CaptionReview::retranslate() {
  m_oneByOne->setToolTip(tr("One picture at a time, old and new text beside each other; V in the table"));
  m_oneByOne->setAccessibleName(tr("One picture at a time"));
  m_showTags->setToolTip(tr("Tags of the folder’s texts; T in the table"));
  m_showTags->setAccessibleName(tr("Tags"));
  m_table->setAccessibleName(tr("Pictures of the folder"));
  m_accept->setText(tr("Accept"));
  m_accept->setToolTip(tr("A in the table"));
  m_reject->setText(tr("Reject"));
  m_reject->setToolTip(tr("R in the table: the picture’s files are as before"));
  m_edit->setText(tr("Edit"));
  m_edit->setToolTip(tr("E in the table"));
  m_replace->setText(tr("Find and replace"));
  m_replace->setToolTip(tr("In the new texts of the pictures that are shown"));
  m_undoEdit->setText(tr("Undo edit"));
  m_undoEdit->setToolTip(tr("Ctrl+Z in the table"));
  refresh();
}

}  // namespace lapilli::gui
