// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QMetaType>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <optional>

namespace lapilli::gui {

/// What to load; empty fields take the engine's defaults. The JSON fields of the protocol's `load`.
struct LoadOptions {
  QString model = {};
  QString projector = {};
  QString vision = {};
  QString base = {};
  QString tokenizer = {};
  QString device = {};  ///< UUID, name or number; empty: the engine chooses
  QString compute = {};
  int context = 0;
  int imageSlots = 4;

  [[nodiscard]] QJsonObject toJson() const;
  [[nodiscard]] static LoadOptions fromJson(const QJsonObject& object);
  bool operator==(const LoadOptions&) const = default;
};

struct AskMessage {
  bool fromUser = true;
  QString text = {};
  QStringList images = {};  ///< paths of files
};

/// How tokens are chosen; the fields of the protocol's `ask`.
struct Sampling {
  double temperature = 0;
  double topP = 1;
  int topK = 0;
  double minP = 0;
  double repeatPenalty = 1;
  int maxTokens = 512;
  std::optional<quint64> seed = {};  ///< absent: a new one for each answer

  [[nodiscard]] QJsonObject toJson() const;
  [[nodiscard]] static Sampling fromJson(const QJsonObject& object);
  bool operator==(const Sampling&) const = default;
};

struct AskOptions {
  QList<AskMessage> messages = {};  ///< oldest first, a user's message last
  Sampling sampling = {};
  QJsonObject format = {};   ///< response format; empty: free text
  QString aspect = {};       ///< pad, crop, stretch; empty: the model's own
  QString orientation = {};  ///< apply, ignore; empty: apply
  QString begun = {};        ///< what the answer begins with already; the engine goes on from there

  [[nodiscard]] QJsonObject toJson() const;
};

/// Why a job ended without a result. Codes are the protocol's, and those of the host itself: engine_missing,
/// engine_crashed, engine_hung, engine_garbled, engine_version.
struct Failure {
  QString code = {};
  QString message = {};
  QString place = {};
  QString request = {};  ///< the kind of the request that failed; empty: the host itself
};

/// The window's side of the engine's protocol: requests go out, events come back as signals.
///
/// Each job ends in exactly one of finished() and failed(), never during the call that started it. Text is
/// passed on at most 30 times a second, all of it before the job's end. A host that dies, or answers no ping
/// for hangLimit() (kLoadingPatience times as long while a model is read), fails its jobs and is started
/// again, at most kMostRestarts times within a minute. A request that the host can't read, and so can't
/// answer by its id, fails too.
class JobHost : public QObject {
  Q_OBJECT

 public:
  using JobId = qint64;
  enum class State { kStopped, kStarting, kReady };
  Q_ENUM(State)

  static constexpr int kMostRestarts = 3;
  static constexpr int kLoadingPatience = 8;
  /// The protocol's limit of a line.
  static constexpr qsizetype kMostLineBytes = qsizetype{16} << 20;

  explicit JobHost(QObject* parent = nullptr);

  JobId load(const LoadOptions& options) { return send(QStringLiteral("load"), options.toJson()); }
  JobId ask(const AskOptions& options) { return send(QStringLiteral("ask"), options.toJson()); }
  JobId devices() { return send(QStringLiteral("devices")); }
  /// Any request of the protocol, with its fields. A host that is not running is started.
  JobId send(const QString& request, QJsonObject fields = {});
  /// Asks for the end of a job; it still ends in finished() or failed().
  void stop(JobId job);

  [[nodiscard]] State state() const { return m_state; }
  [[nodiscard]] bool isRunning(JobId job) const { return m_jobs.contains(job); }
  /// The kind of a running job, e.g. "ask".
  [[nodiscard]] QString requestOf(JobId job) const { return m_jobs.value(job).request; }
  /// Since this object was made.
  [[nodiscard]] int restarts() const { return m_restarts; }
  [[nodiscard]] int deviceLosses() const { return m_deviceLosses; }
  /// Why the host stopped last; empty code: it never did.
  [[nodiscard]] const Failure& lastFailure() const { return m_lastFailure; }

  void setHangLimitMs(int milliseconds);

  /// Starts the host where it is stopped; forgets earlier restarts.
  void start();
  /// Ends the host and starts it anew, which hostFailed() tells with the code "stopped"; so end its jobs.
  void restart();

 signals:
  void stateChanged(lapilli::gui::JobHost::State state);
  void tokens(lapilli::gui::JobHost::JobId job, const QString& text);
  void progress(lapilli::gui::JobHost::JobId job, const QString& stage, qint64 done, qint64 total,
                const QString& unit);
  void note(lapilli::gui::JobHost::JobId job, const QString& code, const QString& message);
  /// Events of kinds this class does not know.
  void event(lapilli::gui::JobHost::JobId job, const QJsonObject& event);
  void finished(lapilli::gui::JobHost::JobId job, const QJsonObject& result);
  void failed(lapilli::gui::JobHost::JobId job, const lapilli::gui::Failure& failure);
  /// The host ended by itself; `again`: it is being started once more.
  void hostFailed(const lapilli::gui::Failure& failure, bool again);
  /// What the host wrote for people, a line at a time.
  void logLine(const QString& line);

 protected:
  /// For transports: begin(), end() and write() are called by this class; the transport calls receive() for
  /// each line and ended() when the host is gone, however that came.
  virtual void begin() = 0;
  virtual void end() = 0;
  virtual void write(const QByteArray& line) = 0;
  /// After end(), of a host that does not go: forgets it, so that begin() can start another.
  virtual void abandon() {}
  void receive(const QByteArray& line);
  void ended(const Failure& why);
  /// Ends the host, for this reason.
  void giveUp(const Failure& why);

 private:
  struct Job {
    QString request;
    QByteArray line = {};  // until it is sent
    QString text = {};     // not passed on yet
    bool sent = false;
    bool read = false;  // the host has read its line
  };

  void setState(State state);
  void launch();
  void greet(const QJsonObject& hello);
  void dispatch(const QJsonObject& event);
  void flush(JobId job);
  void flushAll();
  void ping();
  void garbled(const QByteArray& line);
  void sendNow(JobId job, const QByteArray& line);
  void failLater(JobId job, const Failure& why);
  void failUnread(const Failure& why);
  [[nodiscard]] int patienceMs() const;
  void failJobs(const Failure& why);

  State m_state = State::kStopped;
  JobId m_nextJob = 1;
  QHash<JobId, Job> m_jobs;
  QList<JobId> m_waiting;  // not sent yet, in order
  QTimer m_flushTimer;
  QTimer m_pingTimer;
  QTimer m_endTimer;          // of a host that shall end
  QElapsedTimer m_sincePing;  // since this thread looked last
  qint64 m_silentMs = 0;      // without a sign of life, as far as this thread was there to hear one
  int m_hangLimitMs = 15000;
  int m_garbledLines = 0;
  int m_restarts = 0;
  int m_deviceLosses = 0;
  int m_recentRestarts = 0;
  QElapsedTimer m_sinceFirstRestart;
  std::optional<Failure> m_endingBecause;
  Failure m_lastFailure;
};

}  // namespace lapilli::gui

Q_DECLARE_METATYPE(lapilli::gui::Failure)
