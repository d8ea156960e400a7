// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/picture_fetch.h"
#include "app/gui/chat/thumbnails.h"
#include "app/gui/store/object_store.h"

class QMimeData;

namespace lapilli::gui {

/// Takes pictures in, whatever way they come: files, bitmaps, `data:` addresses, addresses of the web, which
/// are fetched. Each is stored and looked at by the engine, and ends in accepted() or refused(), unless it is
/// fetched and that is cancelled.
class PictureIntake : public QObject {
  Q_OBJECT

 public:
  static constexpr qint64 kMostBytes = qint64{256} << 20;
  static constexpr int kMostAddresses = 50;  ///< of one take()

  PictureIntake(const ObjectStore& objects, JobHost& host, Thumbnails& thumbnails, QObject* parent = nullptr);

  /// Whether there is something to take.
  [[nodiscard]] static bool offers(const QMimeData& data);
  void take(const QMimeData& data);
  void takeFiles(const QStringList& paths);
  /// Whom pictures belong to that are taken from now on: the chat they are meant for.
  void setOwner(ChatId owner);
  /// The owner's pictures that are neither accepted nor refused yet.
  [[nodiscard]] int underway() const {
    return m_underway.value(m_owner) + static_cast<int>(fetching().size());
  }
  /// Those of them that are fetched from the web, in the order they were asked for.
  [[nodiscard]] QList<PictureFetch::Fetching> fetching() const;
  /// Does without these.
  void cancelFetching() { m_fetch.cancel(m_owner); }

 signals:
  void accepted(const lapilli::gui::Attachment& picture, lapilli::gui::ChatId owner);
  /// name: of the file, or what stands for it; reason: a sentence; details: the engine's own; may be empty.
  void refused(const QString& name, const QString& reason, const QString& details);
  void underwayChanged();

 private:
  struct Stored {
    Attachment attachment;
    QString problem;
  };
  void takeImage(const QImage& image);
  void takeAddresses(const QStringList& addresses);
  void takeAddress(const QString& address);
  void takeContent(const QByteArray& content, const QString& name, ChatId owner);
  void begin(const QString& name, ChatId owner, std::function<Stored()> work);
  void refuseLater(const QString& name, const QString& reason, const QString& details = {});
  void look(const Attachment& attachment, ChatId owner);
  void end(ChatId owner);

  const ObjectStore& m_objects;
  JobHost& m_host;
  Thumbnails& m_thumbnails;
  PictureFetch m_fetch;
  ChatId m_owner = 0;
  struct Looking {
    Attachment attachment;
    ChatId owner;
  };
  QHash<JobHost::JobId, Looking> m_looking;
  QHash<ChatId, int> m_underway;  // being stored or looked at
};

}  // namespace lapilli::gui
