// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QList>
#include <QString>

#include <optional>

namespace lapilli::gui {

/// Questions that were asked, or can be.
struct CaptionPrompts {
  QString preset = {};  ///< the name under which they are saved; empty: they were used
  QString folder = {};  ///< where they were used; empty: not known
  QJsonArray questions = {};

  /// All of them, a line each.
  [[nodiscard]] QString text() const;
};

/// What the journal of a folder's captions holds that can be searched.
struct CaptionJournal {
  struct Caption {
    QString path;       ///< below the folder
    QByteArray shown;   ///< UTF-8
    QByteArray folded;  ///< as search compares it
  };
  QList<Caption> captions;        ///< the newest text of each picture and field, of runs that are not undone
  QList<CaptionPrompts> prompts;  ///< of these runs, the newest first
  qint64 bytes = 0;               ///< of all texts that were read for them
};

/// The journals of a folder: several where its runs were divided.
[[nodiscard]] QStringList captionJournalsOf(const QString& folder);

/// Reads a journal and leaves no trace. Nothing where it can not be read now: a run has it, it is damaged, of
/// a version that this program does not know, or holds more than mostBytes.
[[nodiscard]] std::optional<CaptionJournal> readCaptionJournal(const QString& file, const QString& folder,
                                                               qint64 mostBytes = qint64{512} << 20);

}  // namespace lapilli::gui
