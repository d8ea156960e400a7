// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/banner.h"

#include <QStringList>

namespace lapilli::gui {

/// What the page of chats tells: the last notice, and every picture that was refused; neither takes the
/// other's place.
class ChatNotices : public Banner {
  Q_OBJECT

 public:
  explicit ChatNotices(QWidget* parent = nullptr);

  /// In the place of the notice before; details: on demand.
  void tell(const QString& sentence, const QString& details = {}, Kind kind = Kind::kTrouble);
  void refuse(const QString& name, const QString& reason, const QString& details);
  /// In the place of all.
  void tellOfDamage(const QString& details);

 private:
  void showAll();

  QString m_sentence;
  QString m_details;
  Kind m_toldKind = Kind::kTrouble;
  QStringList m_refusals;
  QStringList m_refusalDetails;
};

}  // namespace lapilli::gui
