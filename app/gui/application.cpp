// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/application.h"

#include "app/gui/batch/caption_page.h"
#include "app/gui/engine_process.h"
#include "app/gui/icons.h"
#include "app/gui/log_window.h"
#include "app/gui/models/models_page.h"
#include "app/gui/settings_page.h"
#include "app/gui/shortcuts_window.h"
#include "app/gui/single_instance.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QMessageBox>
#include <QShortcut>

namespace lapilli::gui {
namespace {

void describe(QCommandLineParser& parser) {
  parser.setApplicationDescription(QStringLiteral("Questions about pictures, answered on your own device"));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addOption({QStringLiteral("model"), QStringLiteral("Load this model."), QStringLiteral("path")});
  parser.addOption({QStringLiteral("profile"), QStringLiteral("Keep settings and chats in this folder."),
                    QStringLiteral("folder")});
  parser.addOption(
      {QStringLiteral("new-instance"), QStringLiteral("Do not hand the pictures to a window that is open.")});
  parser.addPositionalArgument(QStringLiteral("pictures"), QStringLiteral("Pictures to ask about."),
                               QStringLiteral("[pictures…]"));
}

QStringList absolute(const QStringList& files) {
  QStringList paths;
  for (const QString& file : files) paths.append(QFileInfo(file).absoluteFilePath());
  return paths;
}

}  // namespace

Result<std::unique_ptr<Desktop>> Desktop::open(const Folders& folders, std::unique_ptr<JobHost> host) {
  auto store = ChatStore::open(QDir(folders.data).filePath(QStringLiteral("chats")));
  if (!store.ok()) return store.error();
  return std::unique_ptr<Desktop>(new Desktop(folders, std::move(host), std::move(*store)));
}

Desktop::Desktop(const Folders& folders, std::unique_ptr<JobHost> host, std::unique_ptr<ChatStore> store)
    : m_settings(QDir(folders.config).filePath(QStringLiteral("lapilli.ini"))),
      m_logFile(QDir(folders.data).filePath(QStringLiteral("log"))),
      m_host(std::move(host)),
      m_store(std::move(store)),
      m_session(*m_host) {
  m_languages.use(m_settings.language());
  m_theme.use(m_settings.appearance());
  connect(&m_settings, &Settings::changed, this, [this](const QString& key) {
    if (key == QLatin1String("appearance")) m_theme.use(m_settings.appearance());
    if (key == QLatin1String("language")) m_languages.use(m_settings.language());
  });
  // The model in use is that of the next start, once it has shown that it can be loaded.
  connect(&m_session, &ModelSession::changed, this, [this] {
    if (m_session.state() == ModelSession::State::kReady) m_settings.setModel(m_session.options());
  });
  const Parts parts{m_settings, folders, *m_host, m_session, m_theme, m_languages};
  m_window = std::make_unique<MainWindow>(parts);
  addPages(parts);
  addShortcuts();
}

Desktop::~Desktop() = default;

void Desktop::addPages(const Parts& parts) {
  m_chat = new ChatPage(parts, *m_store);
  m_window->addPage(
      QStringLiteral("chat"), QStringLiteral("chat"), [] { return MainWindow::tr("Chat"); }, m_chat);
  m_chat->setFocus();
  m_window->addPage(
      QStringLiteral("captions"), QStringLiteral("captions"), [] { return CaptionPage::title(); },
      new CaptionPage(parts.settings, parts.host, parts.session));
  m_window->addPage(QStringLiteral("models"), QStringLiteral("models"), &ModelsPage::title,
                    new ModelsPage(parts));
  auto* settings = new SettingsPage(parts);
  m_window->addPage(
      QStringLiteral("settings"), QStringLiteral("settings"), [] { return MainWindow::tr("Settings"); },
      settings);
  m_log = new LogWindow(*m_host, m_logFile, m_settings, m_window.get());
  m_shortcuts = new ShortcutsWindow(m_window.get());
  const auto present = [](QWidget* window) {
    window->show();
    window->raise();
    window->activateWindow();
  };
  connect(settings, &SettingsPage::logWanted, this, [this, present] { present(m_log); });
  connect(settings, &SettingsPage::shortcutsWanted, this, [this, present] { present(m_shortcuts); });
}

void Desktop::addShortcuts() {
  for (const QKeySequence& keys : {QKeySequence(Qt::Key_F1), QKeySequence(Qt::CTRL | Qt::Key_Slash)}) {
    auto* help = new QShortcut(keys, m_window.get());
    connect(help, &QShortcut::activated, m_shortcuts, &QWidget::show);
  }
  auto* quit = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Q), m_window.get());
  connect(quit, &QShortcut::activated, m_window.get(), &QWidget::close);
}

int run(QApplication& application) {
  QApplication::setApplicationName(QStringLiteral("lapilli"));
  QApplication::setApplicationVersion(QStringLiteral(LAPILLI_VERSION));
  QApplication::setDesktopFileName(QStringLiteral("io.github.lapilli.Lapilli"));
  QApplication::setWindowIcon(applicationIcon());
  QCommandLineParser parser;
  describe(parser);
  parser.process(application);
  const QStringList files = absolute(parser.positionalArguments());

  const Folders folders = parser.isSet(QStringLiteral("profile"))
                              ? Folders::below(parser.value(QStringLiteral("profile")))
                              : Folders::standard();
  SingleInstance instance(folders.data);
  const bool first = instance.begin();
  if (!first && !parser.isSet(QStringLiteral("new-instance")) && instance.handOver(files)) return 0;

  const Settings settings(QDir(folders.config).filePath(QStringLiteral("lapilli.ini")));
  auto desktop =
      Desktop::open(folders, std::make_unique<EngineProcess>(engineProgram(settings.engineProgram()),
                                                             QStringList{QStringLiteral("serve")}));
  if (!desktop.ok()) {
    QMessageBox message(QMessageBox::Critical, QStringLiteral("Lapilli"),
                        QString::fromStdString(desktop.error().message()));
    message.show();
    QApplication::exec();
    return 1;
  }
  MainWindow& window = (*desktop)->window();
  QObject::connect(&instance, &SingleInstance::started, &window, [&window](const QStringList& more) {
    window.openFiles(more);
    window.show();
    window.raise();
    window.activateWindow();
  });
  window.show();
  LoadOptions model = (*desktop)->settings().model();
  if (parser.isSet(QStringLiteral("model"))) {
    model = {};
    model.model = parser.value(QStringLiteral("model"));
    model.device = settings.device();
  }
  (*desktop)->session().open(model);
  window.openFiles(files);
  return QApplication::exec();
}

}  // namespace lapilli::gui
