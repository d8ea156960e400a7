// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/application.h"

#include <QApplication>

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  return lapilli::gui::run(application);
}
