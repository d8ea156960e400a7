// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/error.h"

#include <QMessageBox>

namespace lapilli::gui {

/// Says why the window can not start, where the files in question are and what to do.
class StartTrouble : public QMessageBox {
  Q_OBJECT

 public:
  /// folder: of the window's data; can be opened from here.
  StartTrouble(const Error& error, QString folder);

  /// Waits for the user, before there is a window and its event loop. False: it is to end.
  [[nodiscard]] bool wantsAnotherTry();

 private:
  QString m_folder;
  QPushButton* m_again;
  QPushButton* m_show;
};

}  // namespace lapilli::gui
