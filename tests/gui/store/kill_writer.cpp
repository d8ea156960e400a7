// SPDX-License-Identifier: Apache-2.0
// Streams answers into a store until it is killed: kill_writer FOLDER. Each piece goes to standard output
// before it goes to the store, with the message and the time, so that the one who kills knows what may not be
// lost.
#include "app/gui/store/chat_store.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

#include <unistd.h>

namespace {

using namespace lapilli::gui;

/// One answer after the other, a word every few milliseconds.
class Writer : public QObject {
 public:
  explicit Writer(const QString& folder) : m_store(ChatStore::open(folder).value()) {
    tell("open", 0, 0);
    begin();
    connect(&m_timer, &QTimer::timeout, this, [this] { word(); });
    m_timer.start(5);
  }

 private:
  static void tell(const char* what, MessageId message, int count) {
    const QByteArray line = QStringLiteral("%1 %2 %3 %4\n")
                                .arg(QLatin1String(what))
                                .arg(message)
                                .arg(count)
                                .arg(QDateTime::currentMSecsSinceEpoch())
                                .toLatin1();
    if (::write(STDOUT_FILENO, line.constData(), static_cast<size_t>(line.size())) < 0) ::_exit(3);
  }

  void begin() {
    const ChatId chat = m_store->createChat({.title = QStringLiteral("killed")}).value();
    const MessageId question =
        m_store->addMessage({.chat = chat, .text = QStringLiteral("Tell me.")}).value();
    m_answer = m_store
                   ->addMessage({.chat = chat,
                                 .parent = question,
                                 .role = MessageRole::Assistant,
                                 .status = MessageStatus::Generating})
                   .value();
    m_words = 0;
    tell("begin", m_answer, 0);
  }

  void word() {
    m_store->appendText(m_answer, QStringLiteral("%1 ").arg(m_words));
    tell("word", m_answer, ++m_words);
    if (m_words < 150) return;
    m_store->finishMessage(m_answer, {}).value();
    tell("end", m_answer, m_words);
    begin();
  }

  std::unique_ptr<ChatStore> m_store;
  QTimer m_timer;
  MessageId m_answer = 0;
  int m_words = 0;
};

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  const Writer writer(application.arguments().value(1));
  return QCoreApplication::exec();
}
