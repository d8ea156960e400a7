// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

namespace lapilli::gui {

/// The model that the engine has loaded, or is to load: loaded again whenever the engine was started anew or
/// lost its device. One that is refused leaves the one before in use.
class ModelSession : public QObject {
  Q_OBJECT

 public:
  enum class State { kNone, kLoading, kReady, kFailed };
  static constexpr int kUsualSubmissionMs = 50;  ///< the engine's own
  static constexpr int kLeastSubmissionMs = 3;
  /// Device memory in bytes; 0: not known.
  struct Memory {
    qint64 estimated = 0;  ///< before the model was loaded
    qint64 peak = 0;       ///< measured since
  };
  /// Of the engine, in its own words.
  struct Note {
    QString code;
    QString message;
  };

  explicit ModelSession(JobHost& host, QObject* parent = nullptr);

  void open(const LoadOptions& options);
  /// Tries the same model once more.
  void reopen();
  void close();

  [[nodiscard]] State state() const { return m_state; }
  [[nodiscard]] const LoadOptions& options() const { return m_options; }
  /// `model` of the engine's answer: name, template, context, vision, image_rows, device; empty unless ready.
  [[nodiscard]] const QJsonObject& facts() const { return m_facts; }
  [[nodiscard]] const Failure& failure() const { return m_failure; }
  /// The model's own name, or that of its file, before it is loaded.
  [[nodiscard]] QString name() const;
  /// Of the model that is ready, after its loading and after each of its answers.
  [[nodiscard]] const Memory& memory() const { return m_memory; }
  /// Milliseconds of work that the device is given at once: half as much whenever it was lost, on this
  /// device; 0: as usual.
  [[nodiscard]] int submissionMs() const { return m_submissionMs; }
  /// What the engine remarked while it loaded, e.g. that layers stay in the host's memory.
  [[nodiscard]] const QList<Note>& notes() const { return m_notes; }

 signals:
  void changed();
  /// memory() is known anew.
  void measured();
  /// The engine has refused a model, and the one that was loaded stays in use.
  void refused(const lapilli::gui::LoadOptions& options, const lapilli::gui::Failure& failure);
  /// fraction: 0 … 1 of the loading; below 0: unknown.
  void loading(double fraction);

 private:
  struct Loaded {
    LoadOptions options;
    QJsonObject facts;
    QList<Note> notes;
  };
  void load();
  void takeLoadFailure(const Failure& failure);
  /// The engine has no model any more.
  void lose(const Failure& failure);
  void shortenSubmissions();
  void measure(const QJsonObject& memory);
  void setState(State state);

  JobHost& m_host;
  LoadOptions m_options;
  State m_state = State::kNone;
  JobHost::JobId m_job = 0;
  bool m_unloaded = false;  ///< told, but not yet why
  QJsonObject m_facts;
  Failure m_failure;
  QList<Note> m_notes;
  Memory m_memory;
  int m_submissionMs = 0;
  std::optional<Loaded> m_loaded;  ///< what the engine has, also while it is asked for another one
};

}  // namespace lapilli::gui
