// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/application.h"

#include "app/gui/batch/caption_page.h"
#include "app/gui/batch/run_announcer.h"
#include "app/gui/engine_process.h"
#include "app/gui/icons.h"
#include "app/gui/log_window.h"
#include "app/gui/models/models_page.h"
#include "app/gui/processor_wait.h"
#include "app/gui/settings_page.h"
#include "app/gui/shortcuts_window.h"
#include "app/gui/single_instance.h"
#include "app/gui/start_trouble.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLockFile>
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
  parser.addOption({QStringLiteral("new-instance"),
                    QStringLiteral("Do not hand model and pictures to a window that is open.")});
  parser.addPositionalArgument(QStringLiteral("pictures"), QStringLiteral("Pictures to ask about."),
                               QStringLiteral("[pictures…]"));
}

QString settingsFile(const Folders& folders) {
  return QDir(folders.config).filePath(QStringLiteral("lapilli.ini"));
}

/// Milliseconds since the system started this process; since `otherwise` began where it doesn't tell.
qint64 sinceProcessStart(const QElapsedTimer& otherwise) {
  QFile stat(QStringLiteral("/proc/self/stat"));
  QFile uptime(QStringLiteral("/proc/uptime"));
  if (!stat.open(QIODevice::ReadOnly) || !uptime.open(QIODevice::ReadOnly)) return otherwise.elapsed();
  // Fields are counted behind the program's name, which stands in brackets and may hold anything.
  const QByteArray line = stat.readAll();
  const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
  constexpr int kStartField = 19;
  constexpr double kTicksPerSecond = 100;  // of the kernel's interface, whatever its clock
  const double started = fields.value(kStartField).toDouble() / kTicksPerSecond;
  return qRound64((uptime.readAll().split(' ').value(0).toDouble() - started) * 1000);
}

/// Writes into the log how long it took until the window was drawn and heard the user, and how much of that
/// was other programs' doing.
class StartClock final : public QObject {
 public:
  StartClock(Desktop& desktop, const QElapsedTimer& since)
      : QObject(&desktop.window()), m_desktop(desktop), m_since(since) {
    desktop.window().installEventFilter(this);
  }

 protected:
  bool eventFilter(QObject* window, QEvent* event) override {
    if (event->type() != QEvent::Paint) return false;
    window->removeEventFilter(this);
    QTimer::singleShot(0, this, [this] {
      m_desktop.log().write(LogFile::Level::Info, QStringLiteral("window"),
                            QStringLiteral("usable after %1 ms, %2 ms of them waiting for a processor")
                                .arg(sinceProcessStart(m_since))
                                .arg(qRound64(waitedForProcessorMs())));
      deleteLater();
    });
    return false;
  }

 private:
  Desktop& m_desktop;
  QElapsedTimer m_since;
};

void present(QWidget* window) {
  window->show();
  window->raise();
  window->activateWindow();
}

QStringList absolute(const QStringList& files) {
  QStringList paths;
  for (const QString& file : files) paths.append(QFileInfo(file).absoluteFilePath());
  return paths;
}

/// A model as every start finds it, from whatever folder; "demo" is a name.
QString absoluteModel(const QString& model) {
  if (model.isEmpty() || model == QLatin1String(defaults::kDemoModel)) return model;
  return QFileInfo(model).absoluteFilePath();
}

}  // namespace

Folders foldersBeside(const Folders& used) {
  for (int number = 2;; ++number) {
    const QString data = QDir(used.data).filePath(QStringLiteral("window-%1").arg(number));
    QDir().mkpath(data);
    QLockFile lock(QDir(data).filePath(SingleInstance::kLockName));
    lock.setStaleLockTime(0);
    // Where nothing can be locked at all, the first is as good as another: opening it tells why.
    if (lock.tryLock() || lock.error() != QLockFile::LockFailedError) return {used.config, data, used.cache};
  }
}

Result<std::unique_ptr<Desktop>> Desktop::open(const Folders& folders, std::unique_ptr<JobHost> host) {
  // What goes wrong from here on is said in the user's language.
  auto languages = std::make_unique<Languages>();
  languages->use(Settings(settingsFile(folders)).language());
  auto store = ChatStore::open(QDir(folders.data).filePath(QStringLiteral("chats")));
  if (!store.ok()) return store.error();
  return std::unique_ptr<Desktop>(
      new Desktop(folders, std::move(host), std::move(*store), std::move(languages)));
}

Desktop::Desktop(const Folders& folders, std::unique_ptr<JobHost> host, std::unique_ptr<ChatStore> store,
                 std::unique_ptr<Languages> languages)
    : m_settings(settingsFile(folders)),
      m_logFile(QDir(folders.data).filePath(QStringLiteral("log"))),
      m_languages(std::move(languages)),
      m_host(std::move(host)),
      m_store(std::move(store)),
      m_session(*m_host) {
  m_theme.use(m_settings.appearance());
  connect(&m_settings, &Settings::changed, this, [this](const QString& key) {
    if (key == QLatin1String("appearance")) m_theme.use(m_settings.appearance());
    if (key == QLatin1String("language")) m_languages->use(m_settings.language());
    if (key == QLatin1String("engine/program")) useEngine();
  });
  // The model in use is that of the next start, once it has shown that it can be loaded.
  connect(&m_session, &ModelSession::changed, this, [this] {
    if (m_session.state() == ModelSession::State::kReady) m_settings.setModel(m_session.options());
  });
  const Parts parts{m_settings, folders, *m_host, m_session, m_theme, *m_languages};
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
  m_window->takeDrops(&PictureIntake::offers, [this](const QMimeData& data) { m_chat->take(data); });
  auto* captions = new CaptionPage(parts.settings, parts.host, parts.session);
  m_window->addPage(
      QStringLiteral("captions"), QStringLiteral("captions"), [] { return CaptionPage::title(); }, captions);
  new RunAnnouncer(*captions, DesktopServices::ofThisDesktop(), parts.settings, *m_window, captions);
  connect(m_chat, &ChatPage::captionWanted, this,
          [this, captions](const QString& folder, const QString& path) {
            m_window->showPage(QStringLiteral("captions"));
            captions->showPicture(folder, path);
          });
  connect(m_chat, &ChatPage::promptsWanted, this, [this, captions](const QJsonArray& questions) {
    m_window->showPage(QStringLiteral("captions"));
    captions->usePrompts(questions);
  });
  m_window->addPage(QStringLiteral("models"), QStringLiteral("models"), &ModelsPage::title,
                    new ModelsPage(parts));
  auto* settings = new SettingsPage(parts);
  m_window->addPage(
      QStringLiteral("settings"), QStringLiteral("settings"), [] { return MainWindow::tr("Settings"); },
      settings);
  m_log = new LogWindow(*m_host, m_logFile, m_settings, m_window.get());
  m_shortcuts = new ShortcutsWindow(m_window.get());
  connect(settings, &SettingsPage::logWanted, this, [this] { present(m_log); });
  connect(settings, &SettingsPage::shortcutsWanted, this, [this] { present(m_shortcuts); });
}

void Desktop::openModel(const QString& model) {
  LoadOptions options;
  options.model = model;
  options.device = m_settings.device();
  options.context = m_settings.context();
  m_session.open(options);
}

/// The engine's program was named: it takes the place of the one that runs, or can not be started, at once.
void Desktop::useEngine() {
  auto* engine = qobject_cast<EngineProcess*>(m_host.get());
  if (engine == nullptr) return;
  const bool stopped = engine->state() == JobHost::State::kStopped;
  engine->setProgram(engineProgram(m_settings.engineProgram()));
  if (stopped) m_session.reopen();
}

void Desktop::addShortcuts() {
  auto* search = new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), m_window.get());
  connect(search, &QShortcut::activated, this, [this] {
    m_window->showPage(QStringLiteral("chat"));
    m_chat->search();
  });
  for (const QKeySequence& keys : {QKeySequence(Qt::Key_F1), QKeySequence(Qt::CTRL | Qt::Key_Slash)}) {
    auto* help = new QShortcut(keys, m_window.get());
    connect(help, &QShortcut::activated, this, [this] { present(m_shortcuts); });
  }
  auto* quit = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Q), m_window.get());
  connect(quit, &QShortcut::activated, m_window.get(), &QWidget::close);
}

int run(QApplication& application) {
  QElapsedTimer sinceMain;
  sinceMain.start();
  QApplication::setApplicationName(QStringLiteral("lapilli"));
  QApplication::setApplicationVersion(QStringLiteral(LAPILLI_VERSION));
  QApplication::setDesktopFileName(QStringLiteral("io.github.lapilli.Lapilli"));
  QApplication::setWindowIcon(applicationIcon());
  QCommandLineParser parser;
  describe(parser);
  parser.process(application);
  const QStringList files = absolute(parser.positionalArguments());
  const QString model = absoluteModel(parser.value(QStringLiteral("model")));

  Folders folders = parser.isSet(QStringLiteral("profile"))
                        ? Folders::below(parser.value(QStringLiteral("profile")))
                        : Folders::standard();
  auto instance = std::make_unique<SingleInstance>(folders.data);
  const bool first = instance->begin();
  const bool beside = !first && parser.isSet(QStringLiteral("new-instance"));
  if (beside) {
    folders = foldersBeside(folders);
    instance = std::make_unique<SingleInstance>(folders.data);
    static_cast<void>(instance->begin());
  } else if (!first && instance->handOver(files, model)) {
    return 0;
  }

  const Settings settings(settingsFile(folders));
  const auto open = [&] {
    return Desktop::open(folders, std::make_unique<EngineProcess>(engineProgram(settings.engineProgram()),
                                                                  QStringList{QStringLiteral("serve")}));
  };
  auto desktop = open();
  while (!desktop.ok()) {
    Languages languages;
    languages.use(settings.language());
    StartTrouble trouble(desktop.error(), folders.data);
    if (!trouble.wantsAnotherTry()) return 1;
    desktop = open();
  }
  MainWindow& window = (*desktop)->window();
  QObject::connect(instance.get(), &SingleInstance::started, &window,
                   [&window, &desktop](const QStringList& more, const QString& otherModel) {
                     if (!otherModel.isEmpty()) (*desktop)->openModel(otherModel);
                     window.openFiles(more);
                     present(&window);
                   });
  new StartClock(**desktop, sinceMain);
  window.show();
  if (beside) (*desktop)->chat().tellOfOwnFolder();
  if (model.isEmpty()) {
    (*desktop)->session().open((*desktop)->settings().model());
  } else {
    (*desktop)->openModel(model);
  }
  window.openFiles(files);
  return QApplication::exec();
}

}  // namespace lapilli::gui
