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
  /// What the engine remarked while it loaded, e.g. that layers stay in the host's memory.
  [[nodiscard]] const QList<Note>& notes() const { return m_notes; }

 signals:
  void changed();
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
  void setState(State state);

  JobHost& m_host;
  LoadOptions m_options;
  State m_state = State::kNone;
  JobHost::JobId m_job = 0;
  bool m_unloaded = false;  ///< told, but not yet why
  QJsonObject m_facts;
  Failure m_failure;
  QList<Note> m_notes;
  std::optional<Loaded> m_loaded;  ///< what the engine has, also while it is asked for another one
};

}  // namespace lapilli::gui
