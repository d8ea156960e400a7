// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/application.h"

#include "app/gui/engine_process.h"
#include "app/gui/icons.h"
#include "app/gui/main_window.h"
#include "app/gui/models/models_page.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QLabel>

namespace lapilli::gui {
namespace {

void describe(QCommandLineParser& parser) {
  parser.setApplicationDescription(QStringLiteral("Questions about pictures, answered on your own device"));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addOption({QStringLiteral("model"), QStringLiteral("Load this model."), QStringLiteral("path")});
  parser.addOption({QStringLiteral("profile"), QStringLiteral("Keep settings and chats in this folder."),
                    QStringLiteral("folder")});
  parser.addPositionalArgument(QStringLiteral("pictures"), QStringLiteral("Pictures to ask about."),
                               QStringLiteral("[pictures…]"));
}

}  // namespace

int run(QApplication& application) {
  QApplication::setApplicationName(QStringLiteral("lapilli"));
  QApplication::setApplicationVersion(QStringLiteral(LAPILLI_VERSION));
  QApplication::setDesktopFileName(QStringLiteral("io.github.lapilli.Lapilli"));
  QApplication::setWindowIcon(applicationIcon());
  QCommandLineParser parser;
  describe(parser);
  parser.process(application);

  const Folders folders = parser.isSet(QStringLiteral("profile"))
                              ? Folders::below(parser.value(QStringLiteral("profile")))
                              : Folders::standard();
  Settings settings(QDir(folders.config).filePath(QStringLiteral("lapilli.ini")));
  Languages languages;
  languages.use(settings.language());
  Theme theme;
  theme.use(settings.appearance());
  QObject::connect(&settings, &Settings::changed, &application, [&](const QString& key) {
    if (key == QLatin1String("appearance")) theme.use(settings.appearance());
    if (key == QLatin1String("language")) languages.use(settings.language());
  });

  EngineProcess host(engineProgram(settings.engineProgram()), {QStringLiteral("serve")});
  ModelSession session(host);
  MainWindow window({settings, folders, host, session, theme, languages});
  window.addPage(
      QStringLiteral("chat"), QStringLiteral("chat"), [] { return MainWindow::tr("Chat"); }, new QLabel);
  window.addPage(QStringLiteral("models"), QStringLiteral("models"), &ModelsPage::title,
                 new ModelsPage({settings, folders, host, session, theme, languages}));
  window.show();

  LoadOptions model = settings.model();
  if (parser.isSet(QStringLiteral("model"))) model.model = parser.value(QStringLiteral("model"));
  session.open(model);
  window.openFiles(parser.positionalArguments());
  return QApplication::exec();
}

}  // namespace lapilli::gui
