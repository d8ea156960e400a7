// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_notices.h"

namespace lapilli::gui {

ChatNotices::ChatNotices(QWidget* parent) : Banner(parent) {
  setObjectName(QStringLiteral("chatBanner"));
  connect(this, &Banner::closed, this, [this] {
    m_refusals.clear();
    m_refusalDetails.clear();
    m_sentence.clear();
    m_details.clear();
  });
}

void ChatNotices::tell(const QString& sentence, const QString& details, Kind kind) {
  m_sentence = sentence;
  m_details = details;
  m_toldKind = kind;
  showAll();
}

void ChatNotices::refuse(const QString& name, const QString& reason, const QString& details) {
  m_refusals.append(tr("%1 was not added: %2").arg(name, reason));
  if (!details.isEmpty()) m_refusalDetails.append(QStringLiteral("%1: %2").arg(name, details));
  showAll();
}

void ChatNotices::tellOfDamage(const QString& details) {
  m_refusals.clear();
  m_refusalDetails.clear();
  show(
      {.what = tr("The chat history is damaged in places."),
       .todo = tr("Close Lapilli and start it again: then what can be read is saved, and the damaged file is "
                  "kept."),
       .details = details},
      {});
}

void ChatNotices::showAll() {
  QStringList sentences = m_refusals;
  QStringList details = m_refusalDetails;
  if (!m_sentence.isEmpty()) sentences.prepend(m_sentence);
  if (!m_details.isEmpty()) details.prepend(m_details);
  show({.what = sentences.join(QLatin1Char('\n')), .todo = {}, .details = details.join(QLatin1Char('\n'))},
       {}, m_refusals.isEmpty() ? m_toldKind : Kind::kTrouble);
}

}  // namespace lapilli::gui
