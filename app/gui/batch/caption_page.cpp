// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_page.h"

#include "app/gui/batch/caption_form.h"
#include "app/gui/batch/caption_review.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/parts.h"
#include "app/gui/error_text.h"
#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "app/gui/theme.h"

#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QScrollArea>
#include <QUrl>
#include <QVBoxLayout>

#include <cmath>

namespace lapilli::gui {
namespace {

constexpr int kFormWidth = 54 * kGrid;
constexpr int kRefreshMs = 50;
constexpr int kPreviewMs = 400;
constexpr qsizetype kMostReasons = 5;
constexpr const char* kLastSettings = "captions/settings";

QString number(qint64 value) {
  return QLocale().toString(value);
}

qint64 integer(const QJsonObject& object, const char* name) {
  return object[QLatin1String(name)].toInteger();
}

QStringList fieldsOf(const QJsonObject& settings) {
  QStringList fields;
  for (const QJsonValue& question : settings[QLatin1String("questions")].toArray())
    fields.append(question[QLatin1String("field")].toString());
  return fields;
}

QString presetFolder(const Settings& settings) {
  return QFileInfo(settings.fileName()).dir().filePath(QStringLiteral("captions"));
}

}  // namespace

CaptionPage::CaptionPage(Settings& settings, JobHost& host, ModelSession& session, QWidget* parent)
    : QWidget(parent),
      m_settings(settings),
      m_host(host),
      m_session(session),
      m_form(new CaptionForm(host, presetFolder(settings))),
      m_rows(new CaptionRows(this)),
      m_review(new CaptionReview(host, *m_rows)),
      m_title(new QLabel),
      m_lastPicture(new QLabel),
      m_lastText(new QLabel),
      m_line(new QLabel),
      m_failures(new QLabel),
      m_bar(new QProgressBar),
      m_try(namedButton("captionTry", "dice")),
      m_main(namedButton("captionMain")),
      m_pause(namedButton("captionPause", "pause")),
      m_resume(namedButton("captionResume", "continue")),
      m_retry(namedButton("captionRetry", "again")),
      m_undo(namedButton("captionUndo", "undo")) {
  build();
  m_form->setSettings(m_settings.value(QLatin1String(kLastSettings)).toJsonObject());
  connectAll();
  retranslate();
}

CaptionPage::~CaptionPage() {
  delete m_review;  // before the rows that it shows
}

void CaptionPage::build() {
  setObjectName(QStringLiteral("captionPage"));
  setTextStyle(m_title, TextStyle::kTitle);
  m_main->setProperty("primary", true);
  m_lastPicture->setFixedSize(FileThumbnails::kSize + kGrid, FileThumbnails::kSize + kGrid);
  m_lastPicture->setAlignment(Qt::AlignCenter);
  m_lastText->setObjectName(QStringLiteral("captionLast"));
  m_lastText->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_lastText->setAlignment(Qt::AlignTop | Qt::AlignLeading);
  m_line->setObjectName(QStringLiteral("captionLine"));
  m_failures->setObjectName(QStringLiteral("captionFailures"));
  for (QLabel* label : {m_lastText, m_line, m_failures}) {
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
  }
  m_bar->setTextVisible(false);
  auto* last = new QHBoxLayout;
  last->addWidget(m_lastPicture);
  last->addWidget(m_lastText, 1);
  auto* actions = new QHBoxLayout;
  actions->addWidget(m_line, 1);
  for (QPushButton* each : {m_pause, m_retry, m_resume, m_undo}) actions->addWidget(each);
  auto* right = new QVBoxLayout;
  right->setContentsMargins(kGrid, 2 * kGrid, 2 * kGrid, 2 * kGrid);
  right->addWidget(m_review, 1);
  right->addWidget(m_failures);
  right->addLayout(last);
  right->addWidget(m_bar);
  right->addLayout(actions);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(makeSide());
  layout->addLayout(right, 1);
}

QWidget* CaptionPage::makeSide() {
  auto* left = new QWidget;
  auto* leftLayout = new QVBoxLayout(left);
  leftLayout->setContentsMargins(0, 0, kGrid, 0);
  leftLayout->addWidget(m_title);
  leftLayout->addWidget(m_form, 1);
  auto* scroll = new QScrollArea;
  scroll->setWidget(left);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* side = new QWidget;
  auto* sideLayout = new QVBoxLayout(side);
  sideLayout->setContentsMargins(2 * kGrid, 2 * kGrid, kGrid, 2 * kGrid);
  sideLayout->addWidget(scroll, 1);
  sideLayout->addWidget(m_try);
  sideLayout->addWidget(m_main);
  side->setFixedWidth(kFormWidth);
  return side;
}

void CaptionPage::connectAll() {
  m_refreshTimer.setSingleShot(true);
  m_refreshTimer.setInterval(kRefreshMs);
  connect(&m_refreshTimer, &QTimer::timeout, this, &CaptionPage::refresh);
  m_previewDelay.setSingleShot(true);
  m_previewDelay.setInterval(kPreviewMs);
  connect(&m_previewDelay, &QTimer::timeout, this, &CaptionPage::askPreview);
  connect(m_form, &CaptionForm::folderChanged, this, &CaptionPage::plan);
  connect(m_form, &CaptionForm::settingsChanged, this, [this] {
    m_planIsOld = true;
    m_previewDelay.start();
    refresh();
  });
  connect(m_try, &QPushButton::clicked, this, &CaptionPage::tryThree);
  connect(m_main, &QPushButton::clicked, this, &CaptionPage::act);
  connect(m_pause, &QPushButton::clicked, this, &CaptionPage::pause);
  connect(m_resume, &QPushButton::clicked, this, [this] {
    m_fields = fieldsOf(m_run[QLatin1String("settings")].toObject());
    start(QStringLiteral("caption_resume"));
  });
  connect(m_retry, &QPushButton::clicked, this, [this] {
    m_rows->retryFailed();
    m_fields = fieldsOf(m_run[QLatin1String("settings")].toObject());
    start(QStringLiteral("caption_resume"), {{QStringLiteral("retry"), true}});
  });
  connect(m_undo, &QPushButton::clicked, this, &CaptionPage::undo);
  connect(m_review, &CaptionReview::currentChanged, this, [this](const QString& path) {
    if (m_state == State::kIdle) showPicture(path);
    m_previewDelay.start();
  });
  connect(m_review, &CaptionReview::refused, this, [this](const QString& sentence) {
    m_remark = sentence;
    refresh();
  });
  connect(m_rows, &CaptionRows::thumbnailReady, this, [this](const QString& path) {
    if (path == m_shownPicture) m_lastPicture->setPixmap(m_rows->thumbnail(path));
  });
  connect(&m_host, &JobHost::event, this, &CaptionPage::takeEvent);
  connect(&m_host, &JobHost::finished, this, &CaptionPage::takeEnd);
  connect(&m_host, &JobHost::failed, this, &CaptionPage::takeFailure);
  connect(&m_session, &ModelSession::changed, this, [this] {
    if (m_session.state() != ModelSession::State::kReady) m_secondsEach = 0;
    refresh();
  });
}

QString CaptionPage::title() {
  return tr("Captions");
}

void CaptionPage::openFiles(const QStringList& files) {
  if (files.isEmpty() || !m_form->isEnabled()) return;
  const QFileInfo first(files.front());
  m_form->setFolder(first.isDir() ? first.absoluteFilePath() : first.absolutePath());
}

/// Looks at the folder anew; an earlier look is given up.
void CaptionPage::plan() {
  const bool can = m_state == State::kIdle || m_state == State::kPlanning || m_state == State::kTrying;
  if (!can || m_form->folder().isEmpty()) return;
  if (m_job != 0) m_host.stop(m_job);
  m_rows->clear(m_form->folder());
  m_review->setFolder(m_form->folder());
  m_progress = m_run = {};
  m_toDo = 0;
  m_remark.clear();
  m_kept.clear();
  m_planIsOld = false;
  askStatus(false);
  if (!m_form->missing().isEmpty()) return setState(State::kIdle);
  m_job = m_host.send(QStringLiteral("caption_plan"), {{QStringLiteral("folder"), m_form->folder()},
                                                       {QStringLiteral("settings"), m_form->settings()}});
  setState(State::kPlanning);
}

void CaptionPage::askStatus(bool results) {
  m_statusJob = m_host.send(QStringLiteral("caption_status"), {{QStringLiteral("folder"), m_form->folder()},
                                                               {QStringLiteral("results"), results}});
}

/// What would be asked about the picture under the cursor, or the first one.
void CaptionPage::askPreview() {
  const CaptionRow* row = m_rows->find(m_review->current());
  if (row == nullptr) row = m_rows->row(0);
  if (m_state != State::kIdle || row == nullptr || !m_form->questions().hasPlaceholders() ||
      !m_form->missing().isEmpty())
    return m_form->questions().showPreview({}, {}, {});
  m_shownPicture = row->path;
  m_previewJob =
      m_host.send(QStringLiteral("caption_prompts"), {{QStringLiteral("folder"), m_form->folder()},
                                                      {QStringLiteral("settings"), m_form->settings()},
                                                      {QStringLiteral("path"), row->path},
                                                      {QStringLiteral("number"), row->number}});
}

void CaptionPage::tryThree() {
  m_lastText->clear();
  m_lastPicture->clear();
  m_shownPicture.clear();
  m_fields = fieldsOf(m_form->settings());
  m_job = m_host.send(QStringLiteral("caption_try"), {{QStringLiteral("folder"), m_form->folder()},
                                                      {QStringLiteral("settings"), m_form->settings()},
                                                      {QStringLiteral("count"), 3}});
  setState(State::kTrying);
}

void CaptionPage::act() {
  if (m_state != State::kIdle) {
    m_host.stop(m_job);
    return setState(State::kStopping);
  }
  if (m_planIsOld) return plan();
  m_settings.setValue(QLatin1String(kLastSettings), m_form->settings());
  m_rows->beginRun();
  m_run = QJsonObject{{QStringLiteral("settings"), m_form->settings()}};
  m_fields = fieldsOf(m_form->settings());
  start(QStringLiteral("caption_run"), {{QStringLiteral("settings"), m_form->settings()}});
}

void CaptionPage::start(const QString& request, QJsonObject fields) {
  fields[QLatin1String("folder")] = m_form->folder();
  m_remark.clear();
  m_kept.clear();
  m_progress = {};
  m_review->edits().clear();
  m_job = m_host.send(request, std::move(fields));
  setState(State::kRunning);
}

/// The pictures that are begun are finished, the others wait.
void CaptionPage::pause() {
  m_host.send(QStringLiteral("stop"),
              {{QStringLiteral("target"), m_job}, {QStringLiteral("after_current"), true}});
  setState(State::kFinishing);
}

void CaptionPage::undo() {
  m_job = m_host.send(QStringLiteral("caption_undo"), {{QStringLiteral("folder"), m_form->folder()}});
  setState(State::kUndoing);
}

/// Many events may come between two looks at the screen, which is brought up to date now and then.
void CaptionPage::takeEvent(JobHost::JobId job, const QJsonObject& event) {
  if (job == 0 || (job != m_job && job != m_statusJob)) return;
  const QString kind = event[QLatin1String("event")].toString();
  if (kind == QLatin1String("caption_rows")) {
    m_rows->add(event[QLatin1String("rows")].toArray());
  } else if (kind == QLatin1String("captioned")) {
    takeCaption(event, job == m_statusJob);
  } else if (kind == QLatin1String("picture_failed")) {
    m_rows->setFailed(event[QLatin1String("path")].toString(), event[QLatin1String("message")].toString());
  } else if (kind == QLatin1String("caption_progress")) {
    m_progress = event;
    const double rate = event[QLatin1String("pictures_per_minute")].toDouble();
    if (rate > 0) m_secondsEach = 60 / rate;
  }
  if (!m_refreshTimer.isActive()) m_refreshTimer.start();
}

/// `earlier`: of a run that this window has not seen.
void CaptionPage::takeCaption(const QJsonObject& event, bool earlier) {
  const QString path = event[QLatin1String("path")].toString();
  const QJsonObject answers = event[QLatin1String("fields")].toObject();
  const QString text = answers[m_fields.value(0)].toString();
  QStringList more;
  for (const QString& field : m_fields.mid(1))
    more.append(field + QStringLiteral(": ") + answers[field].toString());
  if (m_state == State::kTrying) {
    QStringList shown = m_lastText->text().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    shown.append(path + QStringLiteral(": ") + text);
    m_lastText->setText((shown + more).join(QLatin1Char('\n')));
    return;
  }
  if (earlier) m_rows->setBefore(path, event[QLatin1String("old")].toString());
  m_rows->setDone(path, text, more.join(QLatin1Char('\n')));
  if (!earlier) m_shownPicture = path;
}

void CaptionPage::takeEnd(JobHost::JobId job, const QJsonObject& result) {
  if (job == m_previewJob) {
    m_previewJob = 0;
    QStringList prompts;
    for (const QJsonValue& prompt : result[QLatin1String("prompts")].toArray())
      prompts.append(prompt.toString());
    return m_form->questions().showPreview(m_shownPicture, prompts, {});
  }
  if (job == m_statusJob) {
    m_statusJob = 0;
    return takeStatus(result[QLatin1String("run")].toObject());
  }
  if (job != m_job) return;
  m_job = 0;
  if (result.contains(QLatin1String("restored"))) return takeUndone(result);
  if (result.contains(QLatin1String("waiting"))) return takeRunEnd(result);
  if (result.contains(QLatin1String("tried"))) {
    const double tried = result[QLatin1String("tried")].toDouble();
    if (tried > 0) m_secondsEach = result[QLatin1String("seconds")].toDouble() / tried;
    return setState(State::kIdle);
  }
  takePlanEnd(result);
}

void CaptionPage::takeStatus(const QJsonObject& run) {
  m_run = run;
  m_fields = fieldsOf(run[QLatin1String("settings")].toObject());
  if (integer(run, "waiting") > 0)
    m_remark = tr("The run of %1 is not finished: %2 of %3 done.")
                   .arg(run[QLatin1String("started")].toString(), number(integer(run, "done")),
                        number(integer(run, "total")));
  refresh();
}

/// What an earlier run did is asked for when the pictures are known.
void CaptionPage::takePlanEnd(const QJsonObject& plan) {
  const qint64 replaced = integer(plan, "replace"),
               joined = integer(plan, "append") + integer(plan, "prepend");
  m_toDo = integer(plan, "write") + replaced + joined;
  if (m_remark.isEmpty() && integer(plan, "total") > 0)
    m_remark = tr("%1 get a caption, %2 another one, %3 one more; %4 are left out.")
                   .arg(number(integer(plan, "write")), number(replaced), number(joined),
                        number(integer(plan, "skip")));
  if (integer(m_run, "done") + integer(m_run, "failed") > 0) askStatus(true);
  setState(State::kIdle);
}

void CaptionPage::takeUndone(const QJsonObject& result) {
  setState(State::kIdle);
  plan();
  m_remark = tr("Undone: %1 files restored, %2 removed.")
                 .arg(number(integer(result, "restored")), number(integer(result, "removed")));
  const QJsonArray kept = result[QLatin1String("kept")].toArray();
  const QJsonArray reasons = result[QLatin1String("reasons")].toArray();
  for (qsizetype at = 0; at < kept.size(); ++at) {
    const QString reason = reasons.at(at).toString();
    m_kept.append(reason.isEmpty() ? kept[at].toString()
                                   : kept[at].toString() + QStringLiteral(": ") + reason);
  }
  refresh();
}

void CaptionPage::takeRunEnd(const QJsonObject& result) {
  const QJsonObject settings = m_run[QLatin1String("settings")].toObject();
  m_run = result;
  m_run[QLatin1String("settings")] = settings;
  m_progress = result;
  m_toDo = integer(result, "waiting");
  m_remark = m_toDo > 0
                 ? tr("Stopped: %1 captioned, %2 to do.").arg(number(integer(result, "done")), number(m_toDo))
                 : tr("Done: %1 captioned, %2 left as they were, %3 failed.")
                       .arg(number(integer(result, "done")), number(integer(result, "skipped")),
                            number(integer(result, "failed")));
  setState(State::kIdle);
}

void CaptionPage::takeFailure(JobHost::JobId job, const Failure& failure) {
  const QString sentence = failure.code == QLatin1String("stopped")
                               ? QString()
                               : errorText(failure).what + QLatin1Char(' ') + failure.message;
  if (job == m_previewJob) {
    m_previewJob = 0;
    return m_form->questions().showPreview({}, {}, failure.message);
  }
  if (job == m_statusJob) {
    m_statusJob = 0;
    if (!sentence.isEmpty()) m_remark = sentence;
    return refresh();
  }
  if (job == 0 || job != m_job) return;
  const bool wasRun = m_state == State::kRunning || m_state == State::kFinishing;
  m_job = 0;
  m_remark = sentence;
  setState(State::kIdle);
  // What it has written is in the journal, whatever ended it.
  if (wasRun || m_run.contains(QLatin1String("settings"))) askStatus(false);
}

void CaptionPage::setState(State state) {
  m_state = state;
  m_previewDelay.start();
  refresh();
}

void CaptionPage::refresh() {
  m_refreshTimer.stop();
  const bool idle = m_state == State::kIdle;
  const bool ready = m_session.state() == ModelSession::State::kReady;
  refreshMain();
  m_try->setEnabled(idle && ready && m_form->missing().isEmpty() && m_rows->total() > 0);
  m_form->setEnabled(idle || m_state == State::kPlanning);
  m_pause->setVisible(m_state == State::kRunning);
  m_resume->setVisible(idle && integer(m_run, "waiting") > 0);
  m_resume->setEnabled(ready);
  m_retry->setVisible(idle && integer(m_run, "failed") > 0);
  m_retry->setEnabled(ready);
  m_undo->setVisible(idle && integer(m_run, "done") + integer(m_run, "failed") > 0);
  m_review->setPossible(idle && !m_run.isEmpty());
  refreshFailures();
  refreshProgress();
  if (!idle && !m_shownPicture.isEmpty()) showPicture(m_shownPicture);
}

/// The main button says what is missing, or what it does.
void CaptionPage::refreshMain() {
  QString action;
  bool possible = false;
  if (m_state == State::kStopping) {
    action = tr("Stopping…");
  } else if (m_state == State::kUndoing) {
    action = tr("Undoing…");
  } else if (m_state != State::kIdle) {
    action = tr("Stop");
    possible = true;
  } else if (const QString missing = m_form->missing(); !missing.isEmpty()) {
    action = missing;
  } else if (m_planIsOld) {
    action = tr("Look at the folder");
    possible = true;
  } else if (m_session.state() != ModelSession::State::kReady) {
    action = tr("Load a model first");
  } else if (m_toDo == 0) {
    action = m_rows->total() == 0 ? tr("No pictures here") : tr("Nothing to do");
  } else {
    possible = true;
    const double minutes = m_secondsEach * static_cast<double>(m_toDo) / 60;
    action = m_secondsEach > 0 ? tr("Caption %1 pictures, about %2 min")
                                     .arg(number(m_toDo), number(std::max<qint64>(1, std::llround(minutes))))
                               : tr("Caption %1 pictures").arg(number(m_toDo));
  }
  m_main->setText(action);
  m_main->setEnabled(possible);
}

void CaptionPage::refreshFailures() {
  QStringList lines;
  const auto failures = m_rows->failures();
  for (const auto& [reason, count] : failures.first(std::min(kMostReasons, failures.size())))
    lines.append(tr("%1 × %2").arg(number(count), reason));
  if (failures.size() > kMostReasons)
    lines.append(tr("and %1 other reasons").arg(number(failures.size() - kMostReasons)));
  if (!m_kept.isEmpty()) lines.append(tr("Not taken back:"));
  lines += m_kept.mid(0, kMostReasons);
  if (m_kept.size() > kMostReasons)
    lines.append(tr("and %1 other files").arg(number(m_kept.size() - kMostReasons)));
  m_failures->setText(lines.join(QLatin1Char('\n')));
  m_failures->setVisible(!lines.isEmpty());
}

void CaptionPage::refreshProgress() {
  const bool running =
      m_state == State::kRunning || m_state == State::kFinishing || m_state == State::kStopping;
  const qint64 total = integer(m_progress, "total") - integer(m_progress, "skipped");
  const qint64 done = integer(m_progress, "done") + integer(m_progress, "failed");
  m_bar->setRange(0, static_cast<int>(std::max<qint64>(total, m_state == State::kRunning ? 0 : 1)));
  m_bar->setValue(static_cast<int>(done));
  m_bar->setVisible(running);
  const double rate = m_progress[QLatin1String("pictures_per_minute")].toDouble();
  const double left = m_progress[QLatin1String("seconds_left")].toDouble(-1);
  if (m_state == State::kPlanning) {
    m_line->setText(tr("Found %1 pictures…").arg(number(m_rows->total())));
  } else if (m_state == State::kFinishing) {
    m_line->setText(tr("Finishing the pictures that are begun…"));
  } else if (m_state == State::kRunning && rate > 0 && left >= 0) {
    m_line->setText(tr("%1 of %2, %3 a minute, %4 min left")
                        .arg(number(done), number(total), QLocale().toString(rate, 'f', 1),
                             number(std::llround(left / 60))));
  } else if (m_state == State::kRunning) {
    m_line->setText(tr("%1 of %2").arg(number(done), number(total)));
  } else {
    m_line->setText(m_remark);
  }
}

void CaptionPage::showPicture(const QString& path) {
  m_shownPicture = path;
  const CaptionRow* row = m_rows->find(path);
  m_lastPicture->setPixmap(row == nullptr ? QPixmap() : m_rows->thumbnail(path));
  if (row == nullptr) return m_lastText->clear();
  QStringList lines = {path};
  for (const QString* text : {&row->after, &row->more}) {
    if (!text->isEmpty()) lines.append(*text);
  }
  if (lines.size() == 1 && !row->before.isEmpty()) lines.append(row->before);
  m_lastText->setText(lines.join(QLatin1Char('\n')));
}

void CaptionPage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void CaptionPage::retranslate() {
  m_title->setText(tr("Captions for a folder"));
  m_try->setText(tr("Try on three pictures"));
  m_pause->setText(tr("Pause"));
  m_pause->setToolTip(tr("The pictures that are begun are finished, the others wait"));
  m_resume->setText(tr("Continue"));
  m_retry->setText(tr("Retry failed"));
  m_undo->setText(tr("Undo run"));
  m_undo->setToolTip(tr("Every file is as it was before the run"));
  m_lastPicture->setAccessibleName(tr("The picture that is shown"));
  m_lastText->setAccessibleName(tr("Its texts"));
  m_bar->setAccessibleName(tr("Progress of the run"));
  refresh();
}

}  // namespace lapilli::gui
