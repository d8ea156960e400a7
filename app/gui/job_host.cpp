// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/job_host.h"

#include "app/gui/failure_kinds.h"
#include "app/gui/json_line.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace lapilli::gui {
namespace {

constexpr int kProtocol = 1;
constexpr int kFlushMs = 33;
constexpr int kPingMs = 2000;
constexpr int kEndMs = 5000;
constexpr int kRestartWindowMs = 60000;
/// Drivers are known to print a line on standard output now and then.
constexpr int kMostGarbledLines = 3;
/// A ping behind each request: its answer tells that the request's line was read.
constexpr QLatin1String kReadMark("read-");

void put(QJsonObject& object, const char* name, const QString& value) {
  if (!value.isEmpty()) object[QLatin1String(name)] = value;
}

}  // namespace

QJsonObject LoadOptions::toJson() const {
  QJsonObject object;
  put(object, "model", model);
  put(object, "projector", projector);
  put(object, "vision", vision);
  put(object, "base", base);
  put(object, "tokenizer", tokenizer);
  put(object, "device", device);
  put(object, "compute", compute);
  if (context > 0) object[QLatin1String("context")] = context;
  object[QLatin1String("image_slots")] = imageSlots;
  return object;
}

LoadOptions LoadOptions::fromJson(const QJsonObject& object) {
  const auto text = [&](const char* name) { return object.value(QLatin1String(name)).toString(); };
  LoadOptions options;
  options.model = text("model");
  options.projector = text("projector");
  options.vision = text("vision");
  options.base = text("base");
  options.tokenizer = text("tokenizer");
  options.device = text("device");
  options.compute = text("compute");
  options.context = object.value(QLatin1String("context")).toInt();
  options.imageSlots = object.value(QLatin1String("image_slots")).toInt(options.imageSlots);
  return options;
}

QJsonObject Sampling::toJson() const {
  QJsonObject object{{QStringLiteral("temperature"), temperature},
                     {QStringLiteral("top_p"), topP},
                     {QStringLiteral("top_k"), topK},
                     {QStringLiteral("min_p"), minP},
                     {QStringLiteral("repeat_penalty"), repeatPenalty},
                     {QStringLiteral("max_tokens"), maxTokens}};
  if (seed) object[QLatin1String("seed")] = static_cast<qint64>(*seed);
  return object;
}

Sampling Sampling::fromJson(const QJsonObject& object) {
  const auto number = [&](const char* name, double otherwise) {
    return object.value(QLatin1String(name)).toDouble(otherwise);
  };
  Sampling sampling;
  sampling.temperature = number("temperature", sampling.temperature);
  sampling.topP = number("top_p", sampling.topP);
  sampling.topK = static_cast<int>(number("top_k", sampling.topK));
  sampling.minP = number("min_p", sampling.minP);
  sampling.repeatPenalty = number("repeat_penalty", sampling.repeatPenalty);
  sampling.maxTokens = static_cast<int>(number("max_tokens", sampling.maxTokens));
  const QJsonValue seed = object.value(QLatin1String("seed"));
  if (seed.isDouble() && seed.toInteger(-1) >= 0) sampling.seed = static_cast<quint64>(seed.toInteger());
  return sampling;
}

QJsonObject AskOptions::toJson() const {
  QJsonArray list;
  for (const AskMessage& message : messages) {
    QJsonObject entry{
        {QStringLiteral("role"), message.fromUser ? QStringLiteral("user") : QStringLiteral("assistant")},
        {QStringLiteral("text"), message.text}};
    if (!message.images.isEmpty())
      entry[QLatin1String("images")] = QJsonArray::fromStringList(message.images);
    list.append(entry);
  }
  QJsonObject object = sampling.toJson();
  object[QLatin1String("messages")] = list;
  if (!format.isEmpty()) object[QLatin1String("format")] = format;
  put(object, "aspect", aspect);
  put(object, "orientation", orientation);
  put(object, "begun", begun);
  return object;
}

JobHost::JobHost(QObject* parent) : QObject(parent) {
  qRegisterMetaType<Failure>();
  m_flushTimer.setInterval(kFlushMs);
  connect(&m_flushTimer, &QTimer::timeout, this, &JobHost::flushAll);
  m_pingTimer.setInterval(kPingMs);
  connect(&m_pingTimer, &QTimer::timeout, this, &JobHost::ping);
  m_endTimer.setSingleShot(true);
  m_endTimer.setInterval(kEndMs);
  connect(&m_endTimer, &QTimer::timeout, this, [this] {
    abandon();
    ended({});
  });
}

void JobHost::setHangLimitMs(int milliseconds) {
  m_hangLimitMs = milliseconds;
  m_pingTimer.setInterval(qMin(kPingMs, qMax(20, milliseconds / 4)));
  m_endTimer.setInterval(qMin(kEndMs, milliseconds));
}

JobHost::JobId JobHost::send(const QString& request, QJsonObject fields) {
  const JobId job = m_nextJob++;
  fields[QLatin1String("request")] = request;
  fields[QLatin1String("id")] = job;
  const QByteArray line = jsonLine(fields) + '\n';
  m_jobs.insert(job, {.request = request});
  if (line.size() > kMostLineBytes) {
    failLater(job, {QStringLiteral("invalid_argument"),
                    tr("The request has %1 MiB; the engine takes at most 16 MiB.").arg(line.size() >> 20)});
  } else if (m_state == State::kReady) {
    sendNow(job, line);
  } else {
    m_jobs[job].line = line;
    m_waiting.append(job);
    if (m_state == State::kStopped) start();
  }
  return job;
}

void JobHost::sendNow(JobId job, const QByteArray& line) {
  m_jobs[job].sent = true;
  write(line);
  write(QStringLiteral("{\"request\":\"ping\",\"id\":\"%1%2\"}\n").arg(kReadMark).arg(job).toLatin1());
}

void JobHost::failLater(JobId job, const Failure& why) {
  QTimer::singleShot(0, this, [this, job, why] {
    if (!m_jobs.contains(job)) return;
    Failure failure = why;
    failure.request = m_jobs.take(job).request;
    emit failed(job, failure);
  });
}

/// The oldest line that was sent and not read is the one in trouble: the host reads them in order.
void JobHost::failUnread(const Failure& why) {
  QList<JobId> jobs = m_jobs.keys();
  std::sort(jobs.begin(), jobs.end());
  for (const JobId job : jobs) {
    if (!m_jobs[job].sent || m_jobs[job].read) continue;
    Failure failure = why;
    failure.request = m_jobs.take(job).request;
    emit failed(job, failure);
    return;
  }
  emit logLine(QStringLiteral("error without a request: ") + why.code);
}

void JobHost::stop(JobId job) {
  if (!m_jobs.contains(job)) return;
  if (m_waiting.removeOne(job)) return failLater(job, {.code = QStringLiteral("stopped")});
  const QJsonObject stop{{QStringLiteral("request"), QStringLiteral("stop")},
                         {QStringLiteral("id"), m_nextJob++},
                         {QStringLiteral("target"), job}};
  write(QJsonDocument(stop).toJson(QJsonDocument::Compact) + '\n');
}

void JobHost::start() {
  if (m_state != State::kStopped) return;
  m_recentRestarts = 0;
  launch();
}

void JobHost::restart() {
  if (m_state == State::kStopped) return start();
  giveUp({.code = QStringLiteral("stopped")});
}

void JobHost::launch() {
  m_garbledLines = 0;
  m_endingBecause.reset();
  m_silentMs = 0;
  m_sincePing.start();
  m_pingTimer.start();
  setState(State::kStarting);
  begin();
}

void JobHost::setState(State state) {
  if (m_state == state) return;
  m_state = state;
  emit stateChanged(state);
}

void JobHost::receive(const QByteArray& line) {
  if (m_endingBecause || line.trimmed().isEmpty()) return;
  const QJsonDocument document = QJsonDocument::fromJson(line);
  const QJsonObject object = document.object();
  if (!object.value(QLatin1String("event")).isString()) {
    garbled(line);
    return;
  }
  m_silentMs = 0;
  if (m_state == State::kStarting) {
    greet(object);
  } else {
    dispatch(object);
  }
}

/// What stands in the line may be words of a conversation: no log shall have it.
void JobHost::garbled(const QByteArray& line) {
  const QString what = QStringLiteral("a line of %1 bytes is no event").arg(line.size());
  emit logLine(what);
  if (++m_garbledLines > kMostGarbledLines)
    giveUp({.code = QStringLiteral("engine_garbled"), .message = what});
}

void JobHost::greet(const QJsonObject& hello) {
  const int protocol = hello.value(QLatin1String("protocol")).toInt();
  if (hello.value(QLatin1String("event")) != QLatin1String("hello") || protocol != kProtocol) {
    giveUp({QStringLiteral("engine_version"),
            QStringLiteral("protocol %1, expected %2").arg(protocol).arg(kProtocol),
            {}});
    return;
  }
  setState(State::kReady);
  for (const JobId job : std::exchange(m_waiting, {})) {
    if (m_jobs.contains(job)) sendNow(job, std::exchange(m_jobs[job].line, {}));
  }
}

void JobHost::dispatch(const QJsonObject& object) {
  const QString kind = object.value(QLatin1String("event")).toString();
  const auto text = [&](const char* name) { return object.value(QLatin1String(name)).toString(); };
  if (kind == QLatin1String("pong")) {
    const QString mark = text("id");
    const auto read = m_jobs.find(mark.startsWith(kReadMark) ? mark.mid(kReadMark.size()).toLongLong() : -1);
    if (read != m_jobs.end()) read->read = true;
    return;
  }
  if (kind == QLatin1String("error") && object.value(QLatin1String("id")).isNull())
    return failUnread({text("code"), text("message"), text("place")});
  const JobId job = object.value(QLatin1String("id")).toInteger(-1);
  if (!m_jobs.contains(job)) return;
  if (kind == QLatin1String("token")) {
    m_jobs[job].text += text("text");
    if (!m_flushTimer.isActive()) m_flushTimer.start();
  } else if (kind == QLatin1String("progress")) {
    emit progress(job, text("stage"), object.value(QLatin1String("done")).toInteger(),
                  object.value(QLatin1String("total")).toInteger(), text("unit"));
  } else if (kind == QLatin1String("note")) {
    emit note(job, text("code"), text("message"));
  } else if (kind == QLatin1String("finished")) {
    flush(job);
    m_jobs.remove(job);
    emit finished(job, object);
  } else if (kind == QLatin1String("error")) {
    flush(job);
    const QString request = m_jobs.take(job).request;
    const Failure failure{text("code"), text("message"), text("place"), request};
    if (isDeviceLoss(failure)) ++m_deviceLosses;
    emit failed(job, failure);
  } else {
    emit event(job, object);
  }
}

void JobHost::flush(JobId job) {
  const auto found = m_jobs.find(job);
  if (found == m_jobs.end() || found->text.isEmpty()) return;
  emit tokens(job, std::exchange(found->text, {}));
}

void JobHost::flushAll() {
  bool any = false;
  for (const JobId job : m_jobs.keys()) {
    any = any || !m_jobs.value(job).text.isEmpty();
    flush(job);
  }
  if (!any) m_flushTimer.stop();
}

/// Reading a model can take all there is of the disk and the memory.
int JobHost::patienceMs() const {
  for (const Job& job : m_jobs) {
    if (job.request == QLatin1String("load") || job.request == QLatin1String("describe"))
      return kLoadingPatience * m_hangLimitMs;
  }
  return m_hangLimitMs;
}

/// A thread that was stopped or got no processor has heard nothing either: of each turn no more counts than
/// it should have taken. What has come meanwhile is read before the next.
void JobHost::ping() {
  m_silentMs += qMin<qint64>(m_sincePing.restart(), m_pingTimer.interval());
  if (m_silentMs > patienceMs()) {
    giveUp({QStringLiteral("engine_hung"), QStringLiteral("no sign of life for %1 ms").arg(m_silentMs), {}});
  } else if (m_state == State::kReady) {
    write("{\"request\":\"ping\",\"id\":\"ping\"}\n");
  }
}

void JobHost::giveUp(const Failure& why) {
  if (m_endingBecause) return;
  m_endingBecause = why;
  m_pingTimer.stop();
  m_endTimer.start();
  end();
}

void JobHost::ended(const Failure& why) {
  m_pingTimer.stop();
  m_endTimer.stop();
  m_lastFailure = m_endingBecause.value_or(why);
  const Failure reason = m_lastFailure;
  if (!m_sinceFirstRestart.isValid() || m_sinceFirstRestart.elapsed() > kRestartWindowMs) {
    m_sinceFirstRestart.start();
    m_recentRestarts = 0;
  }
  const bool startable =
      reason.code != QLatin1String("engine_missing") && reason.code != QLatin1String("engine_version");
  const bool wanted = reason.code == QLatin1String("stopped");
  const bool again = wanted || (startable && m_recentRestarts < kMostRestarts);
  if (again && !wanted) {
    ++m_recentRestarts;
    ++m_restarts;
  }
  // What is sent while the jobs are failed waits for the next start.
  setState(again ? State::kStarting : State::kStopped);
  failJobs(reason);
  emit hostFailed(reason, again);
  if (again) launch();
}

void JobHost::failJobs(const Failure& why) {
  flushAll();
  m_flushTimer.stop();
  m_waiting.clear();
  const QHash<JobId, Job> failing = std::exchange(m_jobs, {});
  QList<JobId> jobs = failing.keys();
  std::sort(jobs.begin(), jobs.end());
  for (const JobId job : jobs) emit failed(job, {why.code, why.message, why.place, failing[job].request});
}

}  // namespace lapilli::gui
