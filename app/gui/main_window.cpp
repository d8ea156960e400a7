// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"

#include "app/gui/banner.h"
#include "app/gui/drop_overlay.h"
#include "app/gui/icons.h"
#include "app/gui/model_place.h"
#include "app/gui/sidebar.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QStackedWidget>
#include <QUrl>

#include <algorithm>

namespace lapilli::gui {
namespace {

const QString kCaptions = QStringLiteral("captions");
constexpr int kMostOfAddress = 80;

/// Pages that are not shown, and heights that follow widths, shall not take the banners' room.
class Pages final : public QStackedWidget {
 public:
  bool hasHeightForWidth() const override { return false; }
  QSize minimumSizeHint() const override { return {}; }
};

QStringList filesOf(const QMimeData& data) {
  QStringList files;
  for (const QUrl& url : data.urls()) {
    if (url.isLocalFile()) files.append(url.toLocalFile());
  }
  return files;
}

QList<QUrl> addressesOf(const QMimeData& data) {
  QList<QUrl> addresses = data.urls();
  addresses.removeIf([](const QUrl& url) { return url.isLocalFile(); });
  return addresses;
}

QStringList namesOf(const QStringList& paths) {
  QStringList names;
  for (const QString& path : paths) names.append(QFileInfo(path).fileName());
  return names;
}

/// The folders that are named, and those that files lie in, each once.
QStringList foldersOf(const QStringList& paths) {
  QStringList folders;
  for (const QString& path : paths) {
    const QFileInfo info(path);
    folders.append(info.isDir() ? info.absoluteFilePath() : info.absolutePath());
  }
  folders.removeDuplicates();
  return folders;
}

bool isProjector(const QString& path) {
  return QFileInfo(path).fileName().contains(QLatin1String("mmproj"), Qt::CaseInsensitive);
}

}  // namespace

MainWindow::MainWindow(const Parts& parts, QWidget* parent)
    : QMainWindow(parent),
      m_parts(parts),
      m_sidebar(new Sidebar),
      m_stack(new Pages),
      m_banner(new Banner),
      m_offer(new Banner),
      m_overlay(new DropOverlay(this)) {
  setObjectName(QStringLiteral("mainWindow"));
  setAcceptDrops(true);
  m_banner->setObjectName(QStringLiteral("engineBanner"));
  m_offer->setObjectName(QStringLiteral("modelOffer"));
  setWindowIcon(applicationIcon());
  auto* right = new QVBoxLayout;
  right->setContentsMargins(0, 0, 0, 0);
  right->setSpacing(0);
  right->addWidget(m_banner);
  right->addWidget(m_offer);
  right->addWidget(m_stack, 1);
  auto* middle = new QWidget;
  auto* row = new QHBoxLayout(middle);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  row->addWidget(m_sidebar);
  row->addLayout(right, 1);
  setCentralWidget(middle);
  setMinimumSize(90 * kGrid, 65 * kGrid);
  resize(145 * kGrid, 95 * kGrid);
  restoreGeometry(m_parts.settings.windowState(objectName()));

  connect(m_sidebar, &Sidebar::chosen, this, [this](int index) { showPage(m_ids.value(index)); });
  connect(m_banner, &Banner::acted, this, [this] {
    m_banner->hide();
    m_parts.host.start();
    if (m_parts.session.state() != ModelSession::State::kReady) m_parts.session.reopen();
  });
  connect(m_offer, &Banner::acted, this, [this] {
    m_offer->hide();
    LoadOptions options = m_offered;
    options.device = m_parts.settings.device();
    options.context = m_parts.settings.context();
    m_parts.session.open(options);
  });
  connect(&m_parts.host, &JobHost::hostFailed, this, &MainWindow::showEngineTrouble);
  connect(&m_parts.session, &ModelSession::changed, this, &MainWindow::showEngineTrouble);
  connect(&m_parts.session, &ModelSession::refused, this, &MainWindow::showRefusal);
  retranslate();
}

void MainWindow::addPage(const QString& id, const QString& icon, std::function<QString()> title,
                         QWidget* page) {
  m_ids.append(id);
  m_sidebar->add(icon, std::move(title), id + QStringLiteral("Button"));
  m_stack->addWidget(page);
  if (m_ids.size() == 1) m_sidebar->setCurrent(0);
}

void MainWindow::showPage(const QString& id) {
  const int index = static_cast<int>(m_ids.indexOf(id));
  if (index < 0) return;
  m_sidebar->setCurrent(index);
  m_stack->setCurrentIndex(index);
  m_stack->currentWidget()->setFocus();
}

QString MainWindow::currentPage() const {
  return m_ids.value(m_stack->currentIndex());
}

QWidget* MainWindow::page(const QString& id) const {
  return m_stack->widget(static_cast<int>(m_ids.indexOf(id)));
}

void MainWindow::openFiles(const QStringList& files) {
  if (m_ids.isEmpty()) return;
  const QStringList others = offerModels(files);
  const bool onlyFolders =
      std::all_of(others.begin(), others.end(), [](const QString& file) { return QFileInfo(file).isDir(); });
  if (others.isEmpty()) {
    showOffer();
  } else {
    // Beside pictures the first page refuses a folder by its name.
    openOn(onlyFolders && m_ids.contains(kCaptions) ? kCaptions : m_ids.front(), others);
  }
}

void MainWindow::openOn(const QString& id, const QStringList& files) {
  showPage(id);
  if (id == kCaptions) m_otherFolders = namesOf(foldersOf(files).mid(1));
  showOffer();
  QWidget* page = m_stack->currentWidget();
  if (page->metaObject()->indexOfSlot("openFiles(QStringList)") >= 0)
    QMetaObject::invokeMethod(page, "openFiles", Q_ARG(QStringList, files));
}

QStringList MainWindow::offerModels(const QStringList& files) {
  QStringList others;
  QStringList models;
  m_addresses.clear();
  m_otherFolders.clear();
  for (const QString& file : files) {
    const QString model = modelPlace(file);
    if (model.isEmpty()) {
      others.append(file);
    } else if (!models.contains(model)) {
      models.append(model);
    }
  }
  // An offer that nobody has answered stays.
  if (!models.isEmpty() || !m_offer->isVisible()) m_offered = {};
  const auto projector = std::find_if(models.begin(), models.end(), &isProjector);
  if (models.size() > 1 && projector != models.end()) {
    m_offered.projector = *projector;
    models.erase(projector);
  }
  if (!models.isEmpty()) m_offered.model = models.takeFirst();
  m_otherModels = namesOf(models);
  return others;
}

/// The model that can be loaded, and what was not taken.
void MainWindow::showOffer() {
  QStringList sentences;
  if (!m_offered.model.isEmpty())
    sentences = {tr("%1 looks like a model.").arg(QFileInfo(m_offered.model).fileName()),
                 tr("It takes the place of the one in use.")};
  const auto leaveOut = [&](const QStringList& names, const QString& sentence) {
    if (!names.isEmpty()) sentences.append(sentence.arg(names.join(QStringLiteral(", "))));
  };
  leaveOut(m_otherModels, tr("One model is loaded at a time; not taken: %1."));
  leaveOut(m_otherFolders, tr("One folder is opened at a time; not taken: %1."));
  leaveOut(m_addresses, tr("Addresses are fetched on the page Chat alone; not taken: %1."));
  if (sentences.isEmpty()) return m_offer->hide();
  m_offer->show({.what = sentences.join(QLatin1Char(' ')), .todo = {}, .details = m_offered.model},
                m_offered.model.isEmpty() ? QString() : tr("Load it"), Banner::Kind::kNews);
}

void MainWindow::takeDrops(std::function<bool(const QMimeData&)> offers,
                           std::function<void(const QMimeData&)> take) {
  m_offers = std::move(offers);
  m_take = std::move(take);
}

/// What letting go would do; empty: nothing.
QString MainWindow::promise(const QMimeData& offered) const {
  const QStringList files = filesOf(offered);
  for (const QString& file : files) {
    if (!modelPlace(file).isEmpty()) return tr("Let go to load this model");
  }
  if (!files.isEmpty() && currentPage() == kCaptions) return tr("Let go to open this folder for captions");
  return !files.isEmpty() || (m_offers && m_offers(offered)) ? tr("Let the pictures go here") : QString();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const QString text = promise(*event->mimeData());
  if (text.isEmpty()) return;
  event->acceptProposedAction();
  m_overlay->showFor(text);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
  m_overlay->hide();
}

void MainWindow::dropEvent(QDropEvent* event) {
  m_overlay->hide();
  event->acceptProposedAction();
  const QMimeData& dropped = *event->mimeData();
  const QStringList files = filesOf(dropped);
  const QStringList others = offerModels(files);
  if (!files.isEmpty()) {
    const QList<QUrl> addresses = addressesOf(dropped);
    const bool nameThem = others.isEmpty() || currentPage() == kCaptions;
    if (nameThem) {
      for (const QUrl& url : addresses) m_addresses.append(url.toDisplayString().left(kMostOfAddress));
    }
    if (others.isEmpty()) return showOffer();
    openOn(currentPage() == kCaptions ? kCaptions : m_ids.value(0), others);
    if (nameThem || addresses.isEmpty() || !m_take) return;
    QMimeData fetched;
    fetched.setUrls(addresses);
    m_take(fetched);
  } else if (m_take) {
    showPage(m_ids.value(0));
    m_take(dropped);
  }
}

void MainWindow::showEngineTrouble() {
  if (m_parts.host.state() == JobHost::State::kStopped && !m_parts.host.lastFailure().code.isEmpty()) {
    m_banner->show(errorText(m_parts.host.lastFailure()), tr("Start the engine again"));
  } else if (m_parts.session.state() == ModelSession::State::kFailed &&
             m_parts.session.failure().code != QLatin1String("stopped")) {
    m_banner->show(errorText(m_parts.session.failure()), tr("Load the model again"));
  } else {
    m_banner->hide();
  }
}

void MainWindow::showRefusal(const LoadOptions& options, const Failure& failure) {
  const ErrorText text = errorText(failure);
  const bool captions = failure.place == QLatin1String("caption_run");
  m_banner->show({.what = tr("%1 was not loaded; %2 stays in use.")
                              .arg(QFileInfo(options.model).fileName(), m_parts.session.name()),
                  .todo = captions ? tr("Captions are being made with it: stop them first.") : text.what,
                  .details = text.details},
                 QString());
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void MainWindow::retranslate() {
  setWindowTitle(tr("Lapilli"));
  m_sidebar->retranslate();
  showEngineTrouble();
  if (m_offer->isVisible()) showOffer();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  m_parts.settings.setWindowState(objectName(), saveGeometry());
  QMainWindow::closeEvent(event);
}

}  // namespace lapilli::gui
