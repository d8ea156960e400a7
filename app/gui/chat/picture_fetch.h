// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_types.h"

#include <QObject>
#include <QThread>
#include <QUrl>

namespace lapilli::gui {

/// Fetches pictures from http and https addresses that the user has asked for, in a thread of its own, whole
/// or not at all, a few at a time. Nothing of the user's goes with a request: no cookie, no password.
class PictureFetch : public QObject {
  Q_OBJECT

 public:
  struct Limits {
    qint64 mostBytes = qint64{256} << 20;
    int silenceMs = 30'000;  ///< without a byte
    int wholeMs = 300'000;
    int redirects = 5;
  };
  /// So many at a time, whomever they belong to; the others wait.
  static constexpr int kMostAtOnce = 4;
  /// A picture that is under way, or waits for its turn.
  struct Fetching {
    quint64 id = 0;
    QUrl address = {};
    QString name = {};
    ChatId owner = 0;
    bool begun = false;
    qint64 received = 0;  ///< bytes
    qint64 total = -1;    ///< −1: the server does not say
  };

  explicit PictureFetch(QObject* parent = nullptr);
  ~PictureFetch() override;

  /// Whether that is an address of the kind that is fetched.
  [[nodiscard]] static bool takes(const QUrl& address);
  /// Of what is begun from now on.
  void setLimits(const Limits& limits) { m_limits = limits; }
  /// Ends in fetched() or refused(), unless cancel() comes before.
  void begin(const QUrl& address, ChatId owner);
  /// All of one owner.
  void cancel(ChatId owner);
  /// In the order they were begun.
  [[nodiscard]] const QList<Fetching>& underway() const { return m_underway; }

 signals:
  /// content: what the server has sent, neither empty nor a text.
  void fetched(const QByteArray& content, const QString& name, lapilli::gui::ChatId owner);
  /// reason: a sentence; details: of the system; may be empty.
  void refused(const QString& address, const QString& reason, const QString& details);
  void changed();

 private:
  class Worker;
  void startNext();
  [[nodiscard]] Fetching take(quint64 id);
  void note(quint64 id, qint64 received, qint64 total);
  void finish(quint64 id, const QByteArray& content);
  void refuse(quint64 id, const QString& reason, const QString& details);

  Limits m_limits;
  quint64 m_last = 0;
  QList<Fetching> m_underway;
  QThread m_thread;
  Worker* m_worker;  // lives in m_thread, which deletes it
};

/// An address as it is shown: without user and password, not longer than a line.
[[nodiscard]] QString shownAddress(const QUrl& address);

}  // namespace lapilli::gui
