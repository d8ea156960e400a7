// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/model_session.h"

#include "app/gui/failure_kinds.h"

#include <QFileInfo>

#include <utility>

namespace lapilli::gui {

ModelSession::ModelSession(JobHost& host, QObject* parent) : QObject(parent), m_host(host) {
  connect(&host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    if (job != m_job) {
      if (result.contains(QLatin1String("answer"))) measure(result.value(QLatin1String("memory")).toObject());
      return;
    }
    m_job = 0;
    m_facts = result.value(QLatin1String("model")).toObject();
    m_loaded = Loaded{m_options, m_facts, m_notes};
    setState(State::kReady);
    measure(m_facts.value(QLatin1String("memory")).toObject());
  });
  connect(&host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    const bool lost = isDeviceLoss(failure);
    if (lost) shortenSubmissions();
    if (job == m_job) {
      takeLoadFailure(failure);
    } else if (lost && (m_state == State::kReady || m_unloaded)) {
      m_loaded.reset();
      load();
    } else if (m_unloaded) {
      lose(failure);
    }
  });
  // The error that tells why comes behind it.
  connect(&host, &JobHost::event, this, [this](JobHost::JobId, const QJsonObject& event) {
    if (event.value(QLatin1String("event")) != QLatin1String("unloaded")) return;
    m_loaded.reset();
    m_unloaded = m_unloaded || m_state == State::kReady;
  });
  connect(&host, &JobHost::progress, this,
          [this](JobHost::JobId job, const QString&, qint64 done, qint64 total) {
            if (job == m_job)
              emit loading(total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1);
          });
  connect(&host, &JobHost::note, this,
          [this](JobHost::JobId job, const QString& code, const QString& message) {
            if (job == m_job) m_notes.append({code, message});
          });
  // A model that made the engine fall while it was loaded is not tried again by itself.
  connect(&host, &JobHost::hostFailed, this, [this](const Failure& failure, bool again) {
    m_loaded.reset();
    // One that was started anew on purpose has nothing against the model.
    if (again && failure.code == QLatin1String("stopped")) return reopen();
    if (m_state != State::kReady) return;
    again ? load() : lose(failure);
  });
}

void ModelSession::shortenSubmissions() {
  const int before = m_submissionMs > 0 ? m_submissionMs : kUsualSubmissionMs;
  m_submissionMs = qMax(before / 2, kLeastSubmissionMs);
}

void ModelSession::measure(const QJsonObject& memory) {
  m_memory = {memory.value(QLatin1String("estimated_bytes")).toInteger(),
              memory.value(QLatin1String("peak_bytes")).toInteger()};
  emit measured();
}

void ModelSession::open(const LoadOptions& options) {
  if (options.device != m_options.device) m_submissionMs = 0;
  m_options = options;
  load();
}

void ModelSession::reopen() {
  if (!m_options.model.isEmpty()) load();
}

/// The engine tells before a failure where it has given up the model that it had.
void ModelSession::takeLoadFailure(const Failure& failure) {
  m_job = 0;
  if (!m_loaded || isOfHost(failure)) {
    m_failure = failure;
    return setState(State::kFailed);
  }
  const LoadOptions wanted = std::exchange(m_options, m_loaded->options);
  m_facts = m_loaded->facts;
  m_notes = m_loaded->notes;
  setState(State::kReady);
  if (failure.code != QLatin1String("stopped")) emit refused(wanted, failure);
}

void ModelSession::lose(const Failure& failure) {
  m_loaded.reset();
  m_unloaded = false;
  m_facts = {};
  m_failure = failure;
  setState(State::kFailed);
}

void ModelSession::close() {
  if (m_state == State::kNone) return;
  m_options = {};
  m_facts = {};
  m_loaded.reset();
  m_host.stop(m_job);
  m_job = 0;
  m_host.send(QStringLiteral("unload"));
  setState(State::kNone);
}

void ModelSession::load() {
  m_unloaded = false;
  if (m_job != 0) m_host.stop(m_job);
  m_facts = {};
  m_failure = {};
  m_notes.clear();
  QJsonObject fields = m_options.toJson();
  if (m_submissionMs > 0) fields[QLatin1String("submission_ms")] = m_submissionMs;
  m_job = m_host.send(QStringLiteral("load"), fields);
  setState(State::kLoading);
}

void ModelSession::setState(State state) {
  m_state = state;
  emit changed();
}

QString ModelSession::name() const {
  const QString own = m_facts.value(QLatin1String("name")).toString();
  return own.isEmpty() ? QFileInfo(m_options.model).fileName() : own;
}

}  // namespace lapilli::gui
