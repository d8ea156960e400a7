// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_page.h"

#include "app/gui/batch/caption_form.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/error_text.h"
#include "app/gui/icons.h"
#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QFileInfo>
#include <QHeaderView>
#include <QImageReader>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace lapilli::gui {
namespace {

constexpr int kFormWidth = 42 * kGrid;
constexpr const char* kLastSettings = "captions/settings";

QPushButton* button(const char* name, const char* picture) {
  auto* made = new QPushButton;
  made->setObjectName(QLatin1String(name));
  if (picture != nullptr) made->setIcon(icon(QLatin1String(picture)));
  return made;
}

/// What stands in the form's field, whatever it is called.
QString firstField(const QJsonObject& fields) {
  return fields.isEmpty() ? QString() : fields.begin().value().toString();
}

QString number(qint64 value) {
  return QLocale().toString(value);
}

}  // namespace

CaptionPage::CaptionPage(Settings& settings, JobHost& host, ModelSession& session, QWidget* parent)
    : QWidget(parent),
      m_settings(settings),
      m_host(host),
      m_session(session),
      m_form(new CaptionForm),
      m_rows(new CaptionRows(this)),
      m_table(new QTableView),
      m_title(new QLabel),
      m_lastPicture(new QLabel),
      m_lastText(new QLabel),
      m_line(new QLabel),
      m_failures(new QLabel),
      m_bar(new QProgressBar),
      m_try(button("captionTry", "dice")),
      m_main(button("captionMain", nullptr)),
      m_resume(button("captionResume", "continue")),
      m_retry(button("captionRetry", "again")),
      m_undo(button("captionUndo", "undo")),
      m_accept(button("captionAccept", "check")),
      m_reject(button("captionReject", "close")) {
  setObjectName(QStringLiteral("captionPage"));
  setTextStyle(m_title, TextStyle::kTitle);
  m_main->setProperty("primary", true);
  m_table->setObjectName(QStringLiteral("captionTable"));
  m_table->setModel(m_rows);
  m_table->setIconSize({FileThumbnails::kSize, FileThumbnails::kSize});
  m_table->verticalHeader()->setVisible(false);
  m_table->verticalHeader()->setDefaultSectionSize(FileThumbnails::kSize + kGrid);
  m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
  m_table->horizontalHeader()->setStretchLastSection(true);
  m_table->setColumnWidth(CaptionRows::kPicture, 26 * kGrid);
  m_table->setColumnWidth(CaptionRows::kState, 14 * kGrid);
  m_table->setColumnWidth(CaptionRows::kBefore, 22 * kGrid);
  m_table->setWordWrap(true);
  m_table->setShowGrid(false);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->installEventFilter(this);
  m_lastPicture->setFixedSize(FileThumbnails::kSize * 2, FileThumbnails::kSize * 2);
  m_lastPicture->setAlignment(Qt::AlignCenter);
  m_lastText->setObjectName(QStringLiteral("captionLast"));
  m_lastText->setWordWrap(true);
  m_lastText->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_lastText->setAlignment(Qt::AlignTop | Qt::AlignLeading);
  m_line->setObjectName(QStringLiteral("captionLine"));
  m_failures->setObjectName(QStringLiteral("captionFailures"));
  m_failures->setWordWrap(true);
  m_bar->setTextVisible(false);

  auto* left = new QWidget;
  auto* leftLayout = new QVBoxLayout(left);
  leftLayout->addWidget(m_title);
  leftLayout->addWidget(m_form, 1);
  auto* scroll = new QScrollArea;
  scroll->setWidget(left);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* side = new QWidget;
  auto* sideLayout = new QVBoxLayout(side);
  sideLayout->setContentsMargins(2 * kGrid, 2 * kGrid, kGrid, 2 * kGrid);
  sideLayout->addWidget(scroll, 1);
  sideLayout->addWidget(m_try);
  sideLayout->addWidget(m_main);
  side->setFixedWidth(kFormWidth);

  auto* last = new QHBoxLayout;
  last->addWidget(m_lastPicture);
  last->addWidget(m_lastText, 1);
  auto* actions = new QHBoxLayout;
  actions->addWidget(m_line, 1);
  for (QPushButton* each : {m_accept, m_reject, m_retry, m_resume, m_undo}) actions->addWidget(each);
  auto* right = new QVBoxLayout;
  right->setContentsMargins(kGrid, 2 * kGrid, 2 * kGrid, 2 * kGrid);
  right->addWidget(m_table, 1);
  right->addWidget(m_failures);
  right->addLayout(last);
  right->addWidget(m_bar);
  right->addLayout(actions);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(side);
  layout->addLayout(right, 1);

  m_form->setSettings(m_settings.value(QLatin1String(kLastSettings)).toJsonObject());
  connect(m_form, &CaptionForm::folderChanged, this, &CaptionPage::plan);
  connect(m_form, &CaptionForm::settingsChanged, this, [this] {
    m_planIsOld = true;
    refresh();
  });
  connect(m_try, &QPushButton::clicked, this, &CaptionPage::tryThree);
  connect(m_main, &QPushButton::clicked, this, &CaptionPage::act);
  connect(m_resume, &QPushButton::clicked, this, [this] { start(QStringLiteral("caption_resume")); });
  connect(m_retry, &QPushButton::clicked, this, [this] {
    m_rows->retryFailed();
    start(QStringLiteral("caption_resume"), {{QStringLiteral("retry"), true}});
  });
  connect(m_undo, &QPushButton::clicked, this, &CaptionPage::undo);
  connect(m_accept, &QPushButton::clicked, this, [this] { reviewSelected(true); });
  connect(m_reject, &QPushButton::clicked, this, [this] { reviewSelected(false); });
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CaptionPage::refresh);
  connect(m_table, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
    const CaptionRow* row = m_rows->row(index.row());
    if (row == nullptr || row->state == CaptionRow::State::kFailed || row->after.isEmpty()) return;
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setOption(QInputDialog::UsePlainTextEditForTextInput);
    dialog->setWindowTitle(tr("Edit the text"));
    dialog->setLabelText(row->path);
    dialog->setTextValue(row->after);
    connect(dialog, &QInputDialog::textValueSelected, this, &CaptionPage::editSelected);
    dialog->open();
  });
  connect(&m_host, &JobHost::event, this, &CaptionPage::takeEvent);
  connect(&m_host, &JobHost::finished, this, &CaptionPage::takeEnd);
  connect(&m_host, &JobHost::failed, this, &CaptionPage::takeFailure);
  connect(&m_session, &ModelSession::changed, this, &CaptionPage::refresh);
  retranslate();
}

QString CaptionPage::title() {
  return tr("Captions");
}

void CaptionPage::openFiles(const QStringList& files) {
  if (files.isEmpty()) return;
  const QFileInfo first(files.front());
  m_form->setFolder(first.isDir() ? first.absoluteFilePath() : first.absolutePath());
}

/// Looks at the folder anew; an earlier look is given up.
void CaptionPage::plan() {
  if (m_state == State::kRunning || m_state == State::kStopping || m_form->folder().isEmpty()) return;
  if (m_job != 0) m_host.stop(m_job);
  m_rows->clear(m_form->folder());
  m_progress = {};
  m_remark.clear();
  m_planIsOld = false;
  if (!m_form->missing().isEmpty()) return refresh();
  m_statusJob = m_host.send(QStringLiteral("caption_status"), {{QStringLiteral("folder"), m_form->folder()}});
  m_job = m_host.send(QStringLiteral("caption_plan"), {{QStringLiteral("folder"), m_form->folder()},
                                                       {QStringLiteral("settings"), m_form->settings()}});
  setState(State::kPlanning);
}

void CaptionPage::tryThree() {
  m_lastText->clear();
  m_job = m_host.send(QStringLiteral("caption_try"), {{QStringLiteral("folder"), m_form->folder()},
                                                      {QStringLiteral("settings"), m_form->settings()},
                                                      {QStringLiteral("count"), 3}});
  setState(State::kTrying);
}

void CaptionPage::act() {
  if (m_state == State::kRunning || m_state == State::kTrying || m_state == State::kPlanning) {
    m_host.stop(m_job);
    return setState(State::kStopping);
  }
  if (m_planIsOld) return plan();
  m_settings.setValue(QLatin1String(kLastSettings), m_form->settings());
  start(QStringLiteral("caption_run"), {{QStringLiteral("settings"), m_form->settings()}});
}

void CaptionPage::start(const QString& request, QJsonObject fields) {
  fields[QLatin1String("folder")] = m_form->folder();
  m_remark.clear();
  m_progress = {};
  m_job = m_host.send(request, std::move(fields));
  setState(State::kRunning);
}

void CaptionPage::undo() {
  m_job = m_host.send(QStringLiteral("caption_undo"), {{QStringLiteral("folder"), m_form->folder()}});
  setState(State::kStopping);
}

void CaptionPage::takeEvent(JobHost::JobId job, const QJsonObject& event) {
  if (job != m_job) return;
  const QString kind = event[QLatin1String("event")].toString();
  const QString path = event[QLatin1String("path")].toString();
  if (kind == QLatin1String("caption_rows")) {
    m_rows->add(event[QLatin1String("rows")].toArray());
  } else if (kind == QLatin1String("captioned")) {
    const QString text = firstField(event[QLatin1String("fields")].toObject());
    if (m_state == State::kTrying) {
      m_lastText->setText(
          (m_lastText->text().isEmpty() ? QString() : m_lastText->text() + QLatin1Char('\n')) + path +
          QStringLiteral(": ") + text);
    } else {
      m_rows->setDone(path, text);
      showCaption(path, text);
    }
  } else if (kind == QLatin1String("picture_failed")) {
    m_rows->setFailed(path, event[QLatin1String("message")].toString());
  } else if (kind == QLatin1String("caption_progress")) {
    m_progress = event;
  }
  refresh();
}

void CaptionPage::showCaption(const QString& path, const QString& text) {
  m_lastText->setText(path + QLatin1Char('\n') + text);
  const QModelIndex picture = m_rows->index(m_rows->indexOf(path), CaptionRows::kPicture);
  if (picture.isValid()) m_lastPicture->setPixmap(picture.data(Qt::DecorationRole).value<QPixmap>());
}

void CaptionPage::takeEnd(JobHost::JobId job, const QJsonObject& result) {
  if (m_reviews.contains(job)) {
    m_reviews.remove(job);
    return refresh();
  }
  if (job == m_statusJob) {
    m_statusJob = 0;
    const QJsonObject run = result[QLatin1String("run")].toObject();
    m_unfinished = run[QLatin1String("waiting")].toInteger() > 0;
    if (m_unfinished)
      m_remark =
          tr("The run of %1 is not finished: %2 of %3 done.")
              .arg(run[QLatin1String("started")].toString(), number(run[QLatin1String("done")].toInteger()),
                   number(run[QLatin1String("total")].toInteger()));
    return refresh();
  }
  if (job != m_job) return;
  m_job = 0;
  if (result.contains(QLatin1String("restored"))) {
    m_unfinished = false;
    setState(State::kIdle);
    plan();
    m_remark = tr("Undone: %1 files restored, %2 removed.")
                   .arg(number(result[QLatin1String("restored")].toInteger()),
                        number(result[QLatin1String("removed")].toInteger()));
    return refresh();
  }
  if (result.contains(QLatin1String("waiting"))) {
    m_progress = result;
    m_unfinished = result[QLatin1String("waiting")].toInteger() > 0;
    m_remark = m_unfinished ? tr("Stopped: %1 captioned, %2 to do.")
                                  .arg(number(result[QLatin1String("done")].toInteger()),
                                       number(result[QLatin1String("waiting")].toInteger()))
                            : tr("Done: %1 captioned, %2 left as they were, %3 failed.")
                                  .arg(number(result[QLatin1String("done")].toInteger()),
                                       number(result[QLatin1String("skipped")].toInteger()),
                                       number(result[QLatin1String("failed")].toInteger()));
  }
  setState(State::kIdle);
}

void CaptionPage::takeFailure(JobHost::JobId job, const Failure& failure) {
  const QString sentence = failure.code == QLatin1String("stopped")
                               ? QString()
                               : errorText(failure).what + QLatin1Char(' ') + failure.message;
  if (m_reviews.contains(job)) {
    m_rows->setState(m_reviews.take(job), CaptionRow::State::kDone);
    m_remark = sentence;
    return refresh();
  }
  if (job == m_statusJob) {
    m_statusJob = 0;
    if (!sentence.isEmpty()) m_remark = sentence;
    return refresh();
  }
  if (job != m_job) return;
  m_job = 0;
  m_unfinished = m_unfinished || m_state == State::kRunning;
  m_remark = sentence;
  setState(State::kIdle);
}

/// Accepted rows are only marked; rejected ones get their files back.
void CaptionPage::reviewSelected(bool accept) {
  for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
    const CaptionRow* row = m_rows->row(index.row());
    if (row == nullptr ||
        (row->state != CaptionRow::State::kDone && row->state != CaptionRow::State::kAccepted))
      continue;
    const QString picture = row->path;
    if (!accept) {
      const JobHost::JobId job =
          m_host.send(QStringLiteral("caption_reject"),
                      {{QStringLiteral("folder"), m_form->folder()}, {QStringLiteral("path"), picture}});
      m_reviews.insert(job, picture);
    }
    m_rows->setState(picture, accept ? CaptionRow::State::kAccepted : CaptionRow::State::kRejected);
  }
  const int next = m_table->currentIndex().row() + 1;
  if (next > 0 && next < m_rows->rowCount()) m_table->selectRow(next);
  refresh();
}

void CaptionPage::editSelected(const QString& text) {
  const CaptionRow* row = m_rows->row(m_table->currentIndex().row());
  if (row == nullptr) return;
  const QString picture = row->path;
  m_reviews.insert(m_host.send(QStringLiteral("caption_edit"), {{QStringLiteral("folder"), m_form->folder()},
                                                                {QStringLiteral("path"), picture},
                                                                {QStringLiteral("text"), text}}),
                   picture);
  m_rows->setDone(picture, text);
  m_rows->setState(picture, CaptionRow::State::kAccepted);
}

bool CaptionPage::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_table && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Delete) {
      reviewSelected(key != Qt::Key_Delete);
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void CaptionPage::setState(State state) {
  m_state = state;
  refresh();
}

/// The main button says what is missing, or what it does.
void CaptionPage::refresh() {
  const bool idle = m_state == State::kIdle;
  const bool ready = m_session.state() == ModelSession::State::kReady;
  const qsizetype waiting = m_rows->count(CaptionRow::State::kWaiting);
  const QString missing = m_form->missing();
  QString action;
  bool possible = true;
  if (m_state == State::kStopping) {
    action = tr("Stopping…");
    possible = false;
  } else if (!idle) {
    action = tr("Stop");
  } else if (!missing.isEmpty()) {
    action = missing;
    possible = false;
  } else if (m_planIsOld) {
    action = tr("Look at the folder");
  } else if (!ready) {
    action = tr("Load a model first");
    possible = false;
  } else if (waiting == 0) {
    action = m_rows->total() == 0 ? tr("No pictures here") : tr("Nothing to do");
    possible = false;
  } else {
    action = tr("Caption %1 pictures").arg(number(waiting));
  }
  m_main->setText(action);
  m_main->setEnabled(possible);
  m_try->setEnabled(idle && ready && missing.isEmpty() && m_rows->total() > 0);
  m_form->setEnabled(idle || m_state == State::kPlanning);
  m_resume->setVisible(idle && m_unfinished);
  m_resume->setEnabled(ready);
  const auto failures = m_rows->failures();
  m_retry->setVisible(idle && !failures.isEmpty() && m_progress.contains(QLatin1String("failed")));
  m_undo->setVisible(
      idle && m_rows->count(CaptionRow::State::kDone) + m_rows->count(CaptionRow::State::kAccepted) > 0);
  const bool chosen = m_table->selectionModel()->hasSelection();
  for (QPushButton* each : {m_accept, m_reject}) {
    each->setVisible(idle && m_undo->isVisibleTo(this));
    each->setEnabled(chosen);
  }
  QStringList grouped;
  for (const auto& [reason, count] : failures) grouped.append(tr("%1 × %2").arg(number(count), reason));
  m_failures->setText(grouped.join(QLatin1Char('\n')));
  m_failures->setVisible(!grouped.isEmpty());

  const qint64 total =
      m_progress[QLatin1String("total")].toInteger() - m_progress[QLatin1String("skipped")].toInteger();
  const qint64 done =
      m_progress[QLatin1String("done")].toInteger() + m_progress[QLatin1String("failed")].toInteger();
  m_bar->setRange(0, static_cast<int>(std::max<qint64>(total, m_state == State::kRunning ? 0 : 1)));
  m_bar->setValue(static_cast<int>(done));
  m_bar->setVisible(m_state == State::kRunning || m_state == State::kStopping);
  const double rate = m_progress[QLatin1String("pictures_per_minute")].toDouble();
  const double left = m_progress[QLatin1String("seconds_left")].toDouble(-1);
  if (m_state == State::kPlanning) {
    m_line->setText(tr("Found %1 pictures…").arg(number(m_rows->total())));
  } else if (m_state == State::kRunning && rate > 0 && left >= 0) {
    m_line->setText(
        tr("%1 of %2, %3 a minute, %4 min left")
            .arg(number(done), number(total), QLocale().toString(rate, 'f', 1), number(qRound(left / 60))));
  } else if (m_state == State::kRunning) {
    m_line->setText(tr("%1 of %2").arg(number(done), number(total)));
  } else {
    m_line->setText(m_remark);
  }
}

void CaptionPage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void CaptionPage::retranslate() {
  m_title->setText(tr("Captions for a folder"));
  m_try->setText(tr("Try on three pictures"));
  m_resume->setText(tr("Continue"));
  m_retry->setText(tr("Retry failed"));
  m_undo->setText(tr("Undo run"));
  m_accept->setText(tr("Accept"));
  m_accept->setToolTip(tr("Enter in the table"));
  m_reject->setText(tr("Reject"));
  m_reject->setToolTip(tr("Delete in the table: the picture's files are as before"));
  m_table->setAccessibleName(tr("Pictures of the folder"));
  m_lastPicture->setAccessibleName(tr("Last picture"));
  m_lastText->setAccessibleName(tr("Last caption"));
  m_bar->setAccessibleName(tr("Progress of the run"));
  refresh();
}

}  // namespace lapilli::gui
