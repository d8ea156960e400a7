// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_page.h"

#include "app/gui/batch/asked_texts.h"
#include "app/gui/batch/caption_form.h"
#include "app/gui/batch/caption_questions.h"
#include "app/gui/batch/caption_review.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/captioned_folders.h"
#include "app/gui/batch/parts.h"
#include "app/gui/batch/two_parts.h"
#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "app/gui/theme.h"

#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QLocale>
#include <QScrollArea>
#include <QVBoxLayout>

namespace lapilli::gui {
namespace {

constexpr int kRefreshMs = 50;
constexpr int kPreviewMs = 400;
constexpr const char* kLastSettings = "captions/settings";

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
      m_review(new CaptionReview(host, *m_rows, settings)),
      m_asked(new AskedTexts(*m_rows)),
      m_view(new CaptionRunView(*m_rows)),
      m_try(namedButton("captionTry", "dice")),
      m_main(namedButton("captionMain")) {
  build();
  m_form->setSettings(m_settings.value(QLatin1String(kLastSettings)).toJsonObject());
  connectAll();
  retranslate();
}

CaptionPage::~CaptionPage() {
  delete m_review;  // before the rows that they show
  delete m_view;
  delete m_asked;
}

void CaptionPage::build() {
  setObjectName(QStringLiteral("captionPage"));
  m_main->setProperty("primary", true);
  auto* form = new QScrollArea;
  m_form->setContentsMargins(0, 0, kGrid, 0);  // beside the scroll bar
  form->setWidget(m_form);
  form->setWidgetResizable(true);
  form->setFrameShape(QFrame::NoFrame);
  form->setFocusPolicy(Qt::NoFocus);
  form->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* pictures = new QWidget;
  auto* column = new QVBoxLayout(pictures);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(m_asked);
  column->addWidget(m_review, 1);
  column->addWidget(m_view);
  m_parts = new TwoParts(form, pictures, {m_try, m_main});
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_parts);
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
  connect(m_view, &CaptionRunView::wanted, this, &CaptionPage::actOnRun);
  connect(m_review, &CaptionReview::currentChanged, this, [this](const QString& path) {
    if (m_state == State::kIdle) m_view->showPicture(path);
    m_previewDelay.start();
  });
  connect(m_review, &CaptionReview::refused, this, [this](const QString& sentence) {
    m_facts.setRemark(sentence);
    refresh();
  });
  connect(m_rows, &CaptionRows::decided, &m_refreshTimer, qOverload<>(&QTimer::start));
  connect(&m_host, &JobHost::event, this, &CaptionPage::takeEvent);
  connect(&m_host, &JobHost::finished, this, &CaptionPage::takeEnd);
  connect(&m_host, &JobHost::failed, this, &CaptionPage::takeFailure);
  connect(&m_session, &ModelSession::changed, this, [this] {
    if (m_session.state() != ModelSession::State::kReady) m_facts.forgetSpeed();
    refresh();
  });
}

QString CaptionPage::title() {
  return tr("Captions");
}

void CaptionPage::openFiles(const QStringList& files) {
  if (files.isEmpty()) return;
  const QFileInfo first(files.front());
  const QString folder = first.isDir() ? first.absoluteFilePath() : first.absolutePath();
  if (m_form->isEnabled()) return m_form->setFolder(folder);
  if (folder == m_form->folder()) return setNotice({});
  setNotice([folder] {
    return tr("%1 was not opened: this folder is being worked on. Stop that, or wait for its end.")
        .arg(QDir::toNativeSeparators(folder));
  });
}

/// Said until something else is begun.
void CaptionPage::setNotice(std::function<QString()> notice) {
  m_notice = std::move(notice);
  refresh();
}

void CaptionPage::showPicture(const QString& folder, const QString& path) {
  const bool known = m_form->folder() == folder && m_rows->find(path) != nullptr;
  if (!known && !QDir(folder).exists()) {
    m_parts->showPart(TwoParts::kWide);
    return setNotice([folder] { return tr("There is no folder %1.").arg(QDir::toNativeSeparators(folder)); });
  }
  if (!known && m_form->folder() == folder) plan();
  if (!known) openFiles({folder});
  if (m_form->folder() != folder) return;  // it can not be opened now
  m_parts->showPart(TwoParts::kWide);
  if (!known && m_state == State::kPlanning) m_wanted = path;
  m_review->goTo(path);
}

void CaptionPage::usePrompts(const QJsonArray& questions) {
  if (!m_form->isEnabled()) {
    m_parts->showPart(TwoParts::kWide);
    return setNotice([] {
      return tr(
          "The prompts were not taken over: this folder is being worked on. Stop that, or wait for its end.");
    });
  }
  if (m_form->areQuestionsKept()) return takePrompts(questions);
  CaptionQuestions::askToReplacePrompts(*this, [this, questions] { takePrompts(questions); });
}

void CaptionPage::takePrompts(const QJsonArray& questions) {
  if (!m_form->isEnabled()) return;
  QJsonObject settings = m_form->settings();
  settings[QLatin1String("questions")] = questions;
  m_form->setSettings(settings);
  m_parts->showPart(TwoParts::kNarrow);
  m_form->questions().focusPrompt();
  m_planIsOld = true;
  m_previewDelay.start();
  refresh();
}

void CaptionPage::tryThree() {
  m_view->showPicture({});
  m_parts->showPart(TwoParts::kWide);
  send(QStringLiteral("caption_try"), State::kTrying,
       {{QStringLiteral("settings"), m_form->settings()}, {QStringLiteral("count"), 3}});
  m_review->focusPictures();  // a button that is disabled would give the focus to the one that begins a run
}

void CaptionPage::act() {
  if (m_state != State::kIdle) {
    m_host.stop(m_job);
    m_review->focusPictures();
    return setState(State::kStopping);
  }
  if (m_planIsOld) return plan();
  const QJsonObject settings = m_form->settings();
  m_settings.setValue(QLatin1String(kLastSettings), settings);
  m_form->keepQuestions();
  noteCaptionedFolder(m_settings, m_form->folder());
  QJsonObject fields = {{QStringLiteral("settings"), settings}};
  if (settings[QLatin1String("existing")].toString() == QLatin1String("ask"))
    fields[QLatin1String("replace")] = QJsonArray::fromStringList(m_rows->replacedPaths());
  m_rows->beginRun();
  m_facts.begin(settings);
  start(QStringLiteral("caption_run"), std::move(fields));
}

void CaptionPage::start(const QString& request, QJsonObject fields) {
  m_facts.goOn();
  m_review->edits().clear();
  m_parts->showPart(TwoParts::kWide);
  send(request, State::kRunning, std::move(fields));
  m_review->focusPictures();
}

void CaptionPage::actOnRun(CaptionRunView::Action action) {
  using Action = CaptionRunView::Action;
  m_review->focusPictures();
  switch (action) {
    case Action::kPause:  // the pictures that are begun are finished, the others wait
      m_host.send(QStringLiteral("stop"),
                  {{QStringLiteral("target"), m_job}, {QStringLiteral("after_current"), true}});
      return setState(State::kFinishing);
    case Action::kResume:
      return start(QStringLiteral("caption_resume"));
    case Action::kRetry:
      m_rows->retryFailed();
      return start(QStringLiteral("caption_resume"), {{QStringLiteral("retry"), true}});
    case Action::kUndo:
      // What would be lost is asked for first.
      m_undoStatusJob =
          m_host.send(QStringLiteral("caption_status"), {{QStringLiteral("folder"), m_form->folder()}});
      return;
    case Action::kForget:
      return CaptionQuestions::askToForgetBackups(*this, m_facts.backupBytes(), [this] {
        if (m_state == State::kIdle) send(QStringLiteral("caption_forget_backups"), State::kForgetting);
      });
  }
}

void CaptionPage::setState(State state) {
  m_state = state;
  if (state == State::kIdle) m_notice = {};
  m_previewDelay.start();
  refresh();
}

void CaptionPage::refresh() {
  m_refreshTimer.stop();
  const bool idle = m_state == State::kIdle;
  const bool ready = m_session.state() == ModelSession::State::kReady;
  m_facts.setReplaced(m_rows->replaced());
  refreshMain();
  m_try->setEnabled(idle && ready && m_form->missing().isEmpty() && m_rows->total() > 0);
  m_form->setEnabled(idle || m_state == State::kPlanning);
  m_review->setPossible(idle && m_facts.isKnown());
  m_rows->setDeciding(idle && !m_planIsOld);
  m_asked->refresh();
  refreshRun();
}

/// The main button says what is missing, or what it does.
void CaptionPage::refreshMain() {
  QString action;
  bool possible = false;
  if (m_state == State::kStopping) {
    action = tr("Stopping…");
  } else if (m_state == State::kUndoing) {
    action = tr("Undoing…");
  } else if (m_state == State::kForgetting) {
    action = tr("Removing the backups…");
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
  } else if (m_facts.toDo() == 0) {
    action = m_rows->total() == 0 ? tr("No pictures here") : tr("Nothing to do");
  } else {
    possible = true;
    action = m_facts.startText();
  }
  m_main->setText(action);
  m_main->setEnabled(possible);
}

void CaptionPage::refreshRun() {
  using Action = CaptionRunView::Action;
  const bool idle = m_state == State::kIdle;
  const bool ready = m_session.state() == ModelSession::State::kReady;
  m_view->setAction(Action::kPause, m_state == State::kRunning);
  m_view->setAction(Action::kResume, idle && m_facts.waiting() > 0, ready);
  m_view->setAction(Action::kRetry, idle && m_facts.failed() > 0, ready);
  m_view->setAction(Action::kUndo, idle && m_facts.done() + m_facts.failed() > 0 && !m_facts.isAccepted());
  m_view->setAction(Action::kForget, idle && m_facts.backupBytes() > 0, m_facts.waiting() == 0);
  m_view->setBackups(m_facts.backupBytes());
  m_view->showFailures(m_facts.kept());
  if (!idle && !m_view->picture().isEmpty()) m_view->showPicture(m_view->picture());
  const bool running =
      m_state == State::kRunning || m_state == State::kFinishing || m_state == State::kStopping;
  emit runAdvanced(running, m_facts.finished(), m_facts.toFinish());
  const qint64 least = m_state == State::kRunning ? 0 : 1;
  m_view->setProgress(running, m_facts.finished(), std::max(m_facts.toFinish(), least));
  const QString line = m_state == State::kPlanning
                           ? tr("Found %1 pictures…").arg(QLocale().toString(m_rows->total()))
                       : m_state == State::kFinishing ? tr("Finishing the pictures that are begun…")
                       : m_state == State::kRunning   ? m_facts.progressText()
                                                      : m_facts.remark();
  QStringList lines = {line, m_notice ? m_notice() : QString()};
  lines.removeAll(QString());
  m_view->setLine(lines.join(QLatin1Char('\n')), idle ? m_facts.details() : QString());
}

void CaptionPage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void CaptionPage::retranslate() {
  m_parts->setTexts(tr("Captions for a folder"), tr("What to ask"), tr("Pictures"), tr("Parts of the page"));
  m_try->setText(tr("Try on three pictures"));
  refresh();
}

}  // namespace lapilli::gui
