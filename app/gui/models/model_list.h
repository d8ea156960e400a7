// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/settings.h"

#include <QAbstractListModel>

namespace lapilli::gui {

/// The models in some folders, with their facts as the engine tells them: first where they are, then, one
/// after the other, what they are and whether they fit. Nothing is loaded and the window waits for nothing.
class ModelList : public QAbstractListModel {
  Q_OBJECT

 public:
  struct Entry {
    QString path;
    QString kind;  ///< of the protocol's find_models, or "demo"
    qint64 sizeBytes = 0;
    bool described = false;
    QJsonObject facts;  ///< `model` of the protocol's describe; empty when it can't be opened
    Failure failure;    ///< why it can't
    LoadOptions
        parts;  ///< where the model's other parts lie, as far as that was said; nothing else of it counts

    /// What loads it, on the device and with the context that are left to be chosen.
    [[nodiscard]] LoadOptions options() const;
  };
  enum Role { PathRole = Qt::UserRole, SummaryRole, FitRole };

  explicit ModelList(JobHost& host, QObject* parent = nullptr);

  /// Forgets what was found and looks again, for the demo model too. `device`: whose memory decides; empty:
  /// the engine's choice. `context`: with which models would be loaded; 0: their own. `inUse`: the model
  /// whose parts are known.
  void look(const QStringList& folders, const QString& device, int context, const LoadOptions& inUse);
  /// Names the other parts of a model, which is then described with them.
  void setParts(int row, const LoadOptions& parts);
  void stop();
  [[nodiscard]] const Entry& entry(int row) const { return m_entries[row]; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  /// Texts are asked for again, e.g. in another language.
  void retranslate();

 signals:
  /// `folders`: looked at so far.
  void looking(qint64 folders);
  /// Everything is found and described.
  void done();
  void lookFailed(const lapilli::gui::Failure& failure);

 private:
  void found(const QJsonObject& result);
  void describeNext();
  void described(const QJsonObject& facts, const Failure& failure);

  JobHost& m_host;
  QList<Entry> m_entries;
  QString m_device;
  int m_context = 0;
  LoadOptions m_inUse;
  QList<int> m_queue;  // rows to be described
  JobHost::JobId m_finding = 0;
  JobHost::JobId m_describing = 0;
  int m_describedRow = -1;
};

/// Only where the parts of a model lie.
[[nodiscard]] LoadOptions partsOf(const LoadOptions& options);
/// "Fits", "Tight", "Needs host layers", "Does not fit"; `fit` as the protocol has it.
[[nodiscard]] QString fitName(const QString& fit);
/// The same as a whole sentence.
[[nodiscard]] QString fitSentence(const QString& fit);
[[nodiscard]] QString kindName(const QString& kind);

}  // namespace lapilli::gui
