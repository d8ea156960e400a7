// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/gui/desktop_fixture.h"

#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QTableWidget>

namespace lapilli::test {

/// What tests of the page of chats have in common.
class ChatFixture : public DesktopFixture {
 protected:
  /// A chat of these messages in turn, an answer in each second place, opened.
  ChatId openChatOf(const QList<Message>& messages) {
    ChatStore& store = m_desktop->store();
    const ChatId chat = *store.createChat({.title = QStringLiteral("Written before")});
    MessageId parent = 0;
    for (const Message& message : messages) {
      parent = *store.addMessage({.chat = chat,
                                  .parent = parent,
                                  .role = parent == 0 ? MessageRole::User : message.role,
                                  .text = message.text,
                                  .format = message.format});
    }
    auto* list = find<QListView>("chats");
    [&] { QTRY_VERIFY(list->model()->rowCount() > 0); }();
    clickChat(0);
    [&] { QTRY_COMPARE(path().size(), messages.size()); }();
    return chat;
  }
  /// Wherever it is scrolled to.
  void pressByKey(const char* name) {
    find(name)->setFocus();
    QTest::keyClick(find(name), Qt::Key_Space);
  }
  void clickChat(int row) {
    auto* list = find<QListView>("chats");
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(row, 0)).center());
  }
  /// The form of answers: JSON with a field "colour", which is red or green.
  void chooseColourForm() {
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("json_fields")));
    auto* fields = find<QTableWidget>("formatFields");
    fields->item(0, 0)->setText(QStringLiteral("colour"));
    auto* type = qobject_cast<QComboBox*>(fields->cellWidget(0, 1));
    type->setCurrentIndex(type->findData(QStringLiteral("choice")));
    fields->item(0, 2)->setText(QStringLiteral("red, green"));
  }
  /// The newest request of a kind that a host with record=FILE has heard.
  static QJsonObject lastRequest(const QString& record, const char* kind) {
    QFile file(record);
    QJsonObject last;
    if (!file.open(QIODevice::ReadOnly)) return last;
    for (const QByteArray& line : file.readAll().split('\n')) {
      const QJsonObject request = QJsonDocument::fromJson(line).object();
      if (request.value(QLatin1String("request")) == QLatin1String(kind)) last = request;
    }
    return last;
  }
  QLabel* bannerText(const char* banner) {
    return find(banner)->findChild<QLabel*>(QStringLiteral("bannerText"));
  }
  /// Whether a banner tells of trouble, or of news that are none.
  bool warns(const char* banner) {
    const auto labels = find(banner)->findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
      return label->accessibleName() == QLatin1String("Warning");
    });
  }
  MessageStatus statusOf(MessageId message) { return m_desktop->store().message(message)->status; }
};

}  // namespace lapilli::test
