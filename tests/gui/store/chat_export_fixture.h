// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/store/chat_export.h"
#include "app/gui/store/chat_store.h"

#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

namespace lapilli::gui {

/// A store with a few chats that are exported and imported.
class ChatExportFixture {
 protected:
  static inline const QString kQuestion = "Was ist <das> & \"jenes\"?\n# kein Titel 橙色";

  static QByteArray picture(QRgb colour) {
    QImage image(24, 16, QImage::Format_RGB32);
    image.fill(colour);
    QBuffer buffer;
    image.save(&buffer, "PNG");
    return buffer.data();
  }

  static QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

  static void writeFile(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
  }

  /// A chat with two branches, two pictures and an answer that was stopped; and another, short chat.
  void makeChats() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = ChatStore::open(storeFolder()).value();
    m_red = picture(0xffcc0000);
    m_blue = picture(0xff0000cc);
    const Attachment red = m_store->objects().addPicture(m_red, "my [red] pic.png").value();
    const Attachment blue = m_store->objects().addPicture(m_blue, "blau.png").value();
    m_chat = m_store->createChat({.title = "Two: pictures / 两张图", .model = "/models/llava.gguf"}).value();
    const MessageId q1 = add(0, MessageRole::User, kQuestion, {red, blue});
    const MessageId other = add(q1, MessageRole::Assistant, "the other branch");
    const MessageId a1 = add(q1, MessageRole::Assistant, "A <b>red</b> one &amp; a blue one: 红色和蓝色");
    add(other, MessageRole::User, "a question in the other branch");
    const MessageId q2 = add(a1, MessageRole::User, "And <image> then?", {});
    add(q2, MessageRole::Assistant, "cut off here", {}, MessageStatus::Stopped);
    QVERIFY(m_store->activate(a1).ok());
    const ChatId second = m_store->createChat({.title = "..\\second?"}).value();
    QVERIFY(m_store->addMessage({.chat = second, .text = "only a question"}).ok());
    QVERIFY(m_store->changeChat(second, {.pinned = true}).ok());
    QVERIFY(m_store->saveDraft(second, {.text = "to be continued"}).ok());
  }
  void end() {
    m_store.reset();
    m_folder.reset();
  }

  QString out(const QString& name) const { return m_folder->path() + "/" + name; }
  QString storeFolder() const { return out("store"); }
  MessageId add(MessageId parent, MessageRole role, const QString& text,
                const QList<Attachment>& attachments = {}, MessageStatus status = MessageStatus::Done) {
    return m_store
        ->addMessage({.chat = m_chat,
                      .parent = parent,
                      .role = role,
                      .text = text,
                      .status = status,
                      .params = {{"temperature", 0.25}},
                      .attachments = attachments})
        .value();
  }
  ExportReport exported(ExportFormat format, const QString& target, const QList<ChatId>& chats) {
    return exportChats(storeFolder(), {.format = format, .chats = chats, .target = target}).value();
  }

  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<ChatStore> m_store;
  ChatId m_chat = 0;
  QByteArray m_red, m_blue;
};

}  // namespace lapilli::gui
