// SPDX-License-Identifier: Apache-2.0
// The window, asking by itself: kill_window FOLDER EMITTED. What its engine says is numbered, in the file
// EMITTED.
#include "app/gui/application.h"
#include "app/gui/chat/composer.h"
#include "app/gui/engine_process.h"

#include <QApplication>

int main(int argc, char** argv) {
  using namespace lapilli::gui;
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  const QStringList arguments = QApplication::arguments();
  auto host = std::make_unique<EngineProcess>(
      QStringLiteral(LAPILLI_SCRIPTED_HOST),
      QStringList{QStringLiteral("tokens=100000"), QStringLiteral("delay_ms=4"),
                  QStringLiteral("emitted=") + arguments.at(2)});
  auto desktop = Desktop::open(Folders::below(arguments.at(1)), std::move(host));
  if (!desktop.ok()) return 3;
  LoadOptions model;
  model.model = QStringLiteral("scripted");
  (*desktop)->session().open(model);
  (*desktop)->window().show();
  AskSettings settings;
  settings.sampling.maxTokens = 100000;
  (*desktop)->chat().controller().send(QStringLiteral("Go on and on"), {}, settings);
  return QApplication::exec();
}
