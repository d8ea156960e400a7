// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

namespace lapilli::gui {

class CaptionRows;

/// Sizes, dates and ratings of a folder's pictures, read by the engine once a filter asks for them, some at a
/// time.
class CaptionFacts : public QObject {
  Q_OBJECT

 public:
  static constexpr int kPortion = 200;

  /// Both outlive it.
  CaptionFacts(JobHost& host, CaptionRows& rows, QObject* parent = nullptr);

  [[nodiscard]] bool isReading() const { return m_job != 0; }

 signals:
  /// Reading has begun, or ended.
  void changed();
  /// They could not be read: a sentence.
  void refused(const QString& sentence);

 private:
  void goOn();
  void take(JobHost::JobId job, const QJsonObject& result);

  JobHost& m_host;
  CaptionRows& m_rows;
  JobHost::JobId m_job = 0;
  QStringList m_paths;  // that are asked about
  QString m_folder;     // where they are
};

}  // namespace lapilli::gui
