// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models/download_panel.h"

#include "app/gui/icons.h"
#include "app/gui/models/model_list.h"
#include "app/gui/settings.h"
#include "app/gui/theme.h"

#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeWidget>

namespace lapilli::gui {
namespace {

constexpr int kPerMille = 1000;

/// What people fetch first; any other name can be typed.
const QStringList kSuggestions{QStringLiteral("llava-hf/llava-1.5-7b-hf"),
                               QStringLiteral("mys/ggml_llava-v1.5-7b"),
                               QStringLiteral("llava-hf/llava-1.5-13b-hf")};

QString sizeText(qint64 bytes) {
  return QLocale().formattedDataSize(bytes);
}

QString timeText(qint64 seconds) {
  if (seconds >= 5400)
    return DownloadPanel::tr("%n hour(s) left", nullptr, static_cast<int>((seconds + 1800) / 3600));
  if (seconds >= 90)
    return DownloadPanel::tr("%n minute(s) left", nullptr, static_cast<int>((seconds + 30) / 60));
  return DownloadPanel::tr("%n second(s) left", nullptr, static_cast<int>(seconds));
}

}  // namespace

DownloadPanel::DownloadPanel(JobHost& host, Settings& settings, const QString& folder, QWidget* parent)
    : QWidget(parent),
      m_host(host),
      m_settings(settings),
      m_download(new ModelDownload),
      m_hubs(knownHubs()) {
  setObjectName(QStringLiteral("downloadPanel"));
  build();
  m_folder->setText(QDir::toNativeSeparators(
      m_settings.value(QStringLiteral("models/download_folder"), folder).toString()));
  for (const Hub& hub : m_hubs) m_hubBox->addItem(hub.name);
  m_model->addItems(kSuggestions);
  connectDownload();
  connect(m_hubBox, &QComboBox::currentIndexChanged, this, &DownloadPanel::chooseHub);
  connect(m_ask, &QPushButton::clicked, this, &DownloadPanel::askForFiles);
  connect(m_model->lineEdit(), &QLineEdit::returnPressed, this, &DownloadPanel::askForFiles);
  connect(m_list, &QTreeWidget::itemChanged, this, [this] {
    updateTotal();
    askForAdvice();
  });
  connect(&m_host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    if (job != m_adviceJob) return;
    m_advice = result;
    showAdvice();
  });
  // Another device has other memory, and a conversation takes some of it.
  connect(&m_settings, &Settings::changed, this, [this](const QString& key) {
    if (key == QLatin1String("engine/context") || key == QLatin1String("engine/device")) askForAdvice();
  });
  connect(m_browse, &QPushButton::clicked, this, &DownloadPanel::chooseFolder);
  connect(m_start, &QPushButton::clicked, this, &DownloadPanel::begin);
  connect(m_pause, &QPushButton::clicked, this, [this] { m_download->pause(); });
  connect(m_cancel, &QPushButton::clicked, this, [this] { m_download->cancel(); });
  chooseHub(0);
  retranslate();
  setState(State::Idle);
}

DownloadPanel::~DownloadPanel() {
  m_download->pause();  // what is there is gone on with the next time
  m_thread.quit();
  m_thread.wait();
}

void DownloadPanel::build() {
  const auto label = [this] {
    auto* made = new QLabel(this);
    made->setWordWrap(true);
    return made;
  };
  m_intro = label();
  m_hubLabel = label();
  m_hubBox = new QComboBox(this);
  m_addressLabel = label();
  m_address = new QLineEdit(this);
  m_modelLabel = label();
  m_model = new QComboBox(this);
  m_model->setEditable(true);
  m_model->setInsertPolicy(QComboBox::NoInsert);
  m_ask = new QPushButton(this);
  m_list = new QTreeWidget(this);
  m_list->setColumnCount(2);
  m_list->headerItem()->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);  // as the numbers below
  m_list->setRootIsDecorated(false);
  m_list->setUniformRowHeights(true);
  m_list->header()->setStretchLastSection(false);
  m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
  m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
  m_folderLabel = label();
  m_folder = new QLineEdit(this);
  m_browse = new QPushButton(this);
  m_total = label();
  m_verdict = label();
  m_bar = new QProgressBar(this);
  m_bar->setRange(0, kPerMille);
  m_bar->setTextVisible(false);
  m_message = label();
  m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_message->hide();
  m_start = new QPushButton(this);
  m_start->setProperty("primary", true);
  m_pause = new QPushButton(this);
  m_cancel = new QPushButton(this);
  m_hubBox->setObjectName(QStringLiteral("hubBox"));
  m_address->setObjectName(QStringLiteral("hubAddress"));
  m_model->setObjectName(QStringLiteral("hubModel"));
  m_ask->setObjectName(QStringLiteral("showFilesButton"));
  m_list->setObjectName(QStringLiteral("hubFiles"));
  m_folder->setObjectName(QStringLiteral("downloadFolder"));
  m_browse->setObjectName(QStringLiteral("downloadFolderButton"));
  m_start->setObjectName(QStringLiteral("startDownloadButton"));
  m_pause->setObjectName(QStringLiteral("pauseDownloadButton"));
  m_cancel->setObjectName(QStringLiteral("cancelDownloadButton"));
  m_bar->setObjectName(QStringLiteral("downloadBar"));
  m_message->setObjectName(QStringLiteral("downloadMessage"));
  setTextStyle(m_intro, TextStyle::kSmall);
  setTextStyle(m_total, TextStyle::kSmall);
  m_verdict->setObjectName(QStringLiteral("downloadVerdict"));
  m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);

  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(2 * kGrid);
  grid->setVerticalSpacing(kGrid);
  grid->setColumnStretch(1, 1);
  const auto row = [&](int at, QLabel* name, QWidget* field, QWidget* button = nullptr) {
    name->setBuddy(field);
    name->setWordWrap(false);
    grid->addWidget(name, at, 0);
    grid->addWidget(field, at, 1, 1, button == nullptr ? 2 : 1);
    if (button != nullptr) grid->addWidget(button, at, 2);
  };
  row(0, m_hubLabel, m_hubBox);
  row(1, m_addressLabel, m_address);
  row(2, m_modelLabel, m_model, m_ask);
  grid->addWidget(m_list, 3, 1, 1, 2);
  grid->setRowStretch(3, 1);
  row(4, m_folderLabel, m_folder, m_browse);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(kGrid);
  buttons->addWidget(m_total, 1);
  buttons->addWidget(m_cancel);
  buttons->addWidget(m_pause);
  buttons->addWidget(m_start);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 2 * kGrid, 0, 0);
  column->setSpacing(2 * kGrid);
  column->addWidget(m_intro);
  column->addLayout(grid, 1);
  column->addWidget(m_verdict);
  column->addWidget(m_bar);
  column->addWidget(m_message);
  column->addLayout(buttons);
}

void DownloadPanel::connectDownload() {
  m_download->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_download, &QObject::deleteLater);
  connect(m_download, &ModelDownload::listed, this, &DownloadPanel::showFiles);
  connect(m_download, &ModelDownload::progress, this, &DownloadPanel::showProgress);
  connect(m_download, &ModelDownload::finished, this, [this](const QString& folder) {
    m_bar->setValue(kPerMille);
    setState(State::Listed);
    say(tr("The model is in %1.").arg(QDir::toNativeSeparators(folder)));
    emit fetched(folder);
  });
  connect(m_download, &ModelDownload::paused, this, [this] {
    setState(State::Paused);
    say(tr("Paused. What is there is kept, also when the program ends."));
  });
  connect(m_download, &ModelDownload::cancelled, this, [this] {
    m_bar->setValue(0);
    setState(State::Listed);
    say(tr("Cancelled. The parts of files were removed."));
  });
  connect(m_download, &ModelDownload::failed, this, [this](const QString& sentence) {
    setState(m_state == State::Listing ? State::Idle : State::Paused);
    say(sentence, true);
  });
  m_thread.setObjectName(QStringLiteral("download"));
  m_thread.start();
}

void DownloadPanel::retranslate() {
  m_intro->setText(tr("Nothing is fetched before you say so. Files are checked against the hub's hashes."));
  m_hubLabel->setText(tr("Hub"));
  m_addressLabel->setText(tr("Address"));
  m_modelLabel->setText(tr("Model"));
  m_folderLabel->setText(tr("Into"));
  m_ask->setText(tr("Show files"));
  m_browse->setText(tr("Choose …"));
  m_list->setHeaderLabels({tr("File"), tr("Size")});
  m_pause->setText(tr("Pause"));
  m_cancel->setText(tr("Cancel"));
  m_hubBox->setAccessibleName(tr("Hub"));
  m_address->setAccessibleName(tr("Address of the hub or of a mirror"));
  m_model->setAccessibleName(tr("Name of the model on the hub"));
  m_list->setAccessibleName(tr("Files of the model"));
  m_folder->setAccessibleName(tr("Folder for models"));
  m_browse->setAccessibleName(tr("Choose the folder for models"));
  m_bar->setAccessibleName(tr("Progress of the download"));
  m_model->lineEdit()->setAccessibleName(m_model->accessibleName());
  m_model->lineEdit()->setPlaceholderText(tr("owner/name"));
  setState(m_state);
  updateTotal();
  showAdvice();
}

void DownloadPanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::LanguageChange) retranslate();
  if (event->type() == QEvent::PaletteChange) showAdvice();
  QWidget::changeEvent(event);
}

void DownloadPanel::setState(State state) {
  m_state = state;
  const bool busy = state == State::Listing || state == State::Fetching;
  for (QWidget* widget :
       {static_cast<QWidget*>(m_hubBox), static_cast<QWidget*>(m_address), static_cast<QWidget*>(m_model),
        static_cast<QWidget*>(m_ask), static_cast<QWidget*>(m_list), static_cast<QWidget*>(m_folder),
        static_cast<QWidget*>(m_browse)}) {
    widget->setEnabled(!busy);
  }
  m_start->setText(state == State::Paused ? tr("Go on") : tr("Download"));
  m_start->setEnabled(!busy && !chosenFiles().isEmpty());
  m_pause->setEnabled(state == State::Fetching);
  m_cancel->setEnabled(state == State::Fetching || state == State::Paused);
  m_bar->setVisible(state == State::Fetching || state == State::Paused);
}

void DownloadPanel::say(const QString& sentence, bool trouble) {
  m_message->setText(sentence);
  m_message->setVisible(!sentence.isEmpty());
  QPalette palette;
  if (trouble) palette.setColor(QPalette::WindowText, colours(this->palette()).danger);
  m_message->setPalette(palette);
}

void DownloadPanel::chooseHub(int index) {
  if (index >= 0 && index < m_hubs.size()) m_address->setText(m_hubs[index].address.toString());
}

void DownloadPanel::askForFiles() {
  auto hub = hubAt(m_address->text());
  if (!hub) return say(QString::fromStdString(hub.error().message()), true);
  const auto repository = repositoryName(m_model->currentText());
  if (!repository) return say(QString::fromStdString(repository.error().message()), true);
  // A mirror that was chosen from the list is of the list's kind, whatever its name.
  const int chosen = m_hubBox->currentIndex();
  if (chosen >= 0 && m_hubs[chosen].address == hub->address) hub->kind = m_hubs[chosen].kind;
  m_hub = *hub;
  m_repository = *repository;
  m_list->clear();
  m_files.clear();
  askForAdvice();
  setState(State::Listing);
  say(tr("Asking %1 …").arg(m_hub.address.host()));
  QMetaObject::invokeMethod(m_download, [download = m_download, hub = m_hub, repository = m_repository] {
    download->list(hub, repository);
  });
}

void DownloadPanel::showFiles(const QList<HubFile>& files) {
  m_files = files;
  const QList<bool> chosen = usualChoice(files);
  const QSignalBlocker blocker(m_list);
  for (qsizetype i = 0; i < files.size(); ++i) {
    auto* item = new QTreeWidgetItem(m_list, {files[i].path, sizeText(files[i].sizeBytes)});
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(0, chosen[i] ? Qt::Checked : Qt::Unchecked);
    item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
  }
  setState(State::Listed);
  say({});
  updateTotal();
  askForAdvice();
}

QList<HubFile> DownloadPanel::chosenFiles() const {
  QList<HubFile> chosen;
  for (int i = 0; i < m_list->topLevelItemCount() && i < m_files.size(); ++i) {
    if (m_list->topLevelItem(i)->checkState(0) == Qt::Checked) chosen.append(m_files[i]);
  }
  return chosen;
}

void DownloadPanel::updateTotal() {
  const QList<HubFile> chosen = chosenFiles();
  qint64 total = 0;
  for (const HubFile& file : chosen) total += file.sizeBytes;
  m_total->setText(chosen.isEmpty()
                       ? QString()
                       : tr("%n file(s), %1", nullptr, static_cast<int>(chosen.size())).arg(sizeText(total)));
  setState(m_state);
}

void DownloadPanel::askForAdvice() {
  m_host.stop(m_adviceJob);
  m_adviceJob = 0;
  m_advice = {};
  showAdvice();
  QJsonArray files;
  for (const HubFile& file : chosenFiles())
    files.append(
        QJsonObject{{QStringLiteral("path"), file.path}, {QStringLiteral("size_bytes"), file.sizeBytes}});
  if (files.isEmpty()) return;
  m_adviceJob = m_host.send(QStringLiteral("advise"), {{QStringLiteral("files"), files},
                                                       {QStringLiteral("device"), m_settings.device()},
                                                       {QStringLiteral("context"), m_settings.context()}});
}

/// Whether the chosen files would fit, before any of them is fetched.
void DownloadPanel::showAdvice() {
  const QJsonObject memory = m_advice.value(QLatin1String("memory")).toObject();
  const QString fit = memory.value(QLatin1String("fit")).toString();
  const auto size = [&](const char* name) { return sizeText(memory.value(QLatin1String(name)).toInteger()); };
  m_verdict->setVisible(!fit.isEmpty());
  if (fit.isEmpty()) return m_verdict->clear();
  m_verdict->setText(
      fitName(fit) + QStringLiteral("  ·  ") + fitSentence(fit) + QLatin1Char(' ') +
      tr("By the sizes of these files it takes about %1 with a conversation of %2 tokens; %3 has "
         "%4 free.")
          .arg(size("total_bytes"))
          .arg(memory.value(QLatin1String("context")).toInt())
          .arg(m_advice.value(QLatin1String("device")).toString(), size("free_device_bytes")));
  QPalette palette;
  if (fit == QLatin1String("does_not_fit"))
    palette.setColor(QPalette::WindowText, colours(this->palette()).danger);
  m_verdict->setPalette(palette);
}

QString DownloadPanel::folder() const {
  return QDir::fromNativeSeparators(m_folder->text().trimmed());
}

void DownloadPanel::chooseFolder() {
  auto* dialog = new QFileDialog(this, tr("Folder for models"), folder());
  dialog->setFileMode(QFileDialog::Directory);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QFileDialog::fileSelected, this,
          [this](const QString& chosen) { m_folder->setText(QDir::toNativeSeparators(chosen)); });
  dialog->open();
}

void DownloadPanel::begin() {
  const QString root = folder();
  if (root.isEmpty() || QDir::isRelativePath(root)) return say(tr("Choose a folder for models first."), true);
  m_settings.setValue(QStringLiteral("models/download_folder"), root);
  setState(State::Fetching);
  say(tr("Beginning …"));
  const DownloadPlan plan{.hub = m_hub,
                          .repository = m_repository,
                          .files = chosenFiles(),
                          .folder = root + u'/' + QString(m_repository).replace(u'/', u'_')};
  QMetaObject::invokeMethod(m_download, [download = m_download, plan] { download->start(plan); });
}

void DownloadPanel::showProgress(const DownloadProgress& progress) {
  if (m_state != State::Fetching) return;
  if (progress.totalBytes > 0) {
    m_bar->setValue(static_cast<int>(kPerMille * static_cast<double>(progress.doneBytes) /
                                     static_cast<double>(progress.totalBytes)));
  }
  if (progress.checking) return say(tr("Checking %1 …").arg(progress.file));
  QString text =
      tr("%1: %2 of %3").arg(progress.file, sizeText(progress.doneBytes), sizeText(progress.totalBytes));
  if (progress.bytesPerSecond > 0) {
    text += QStringLiteral("  ·  ") +
            tr("%1 a second").arg(sizeText(static_cast<qint64>(progress.bytesPerSecond)));
  }
  if (progress.secondsLeft >= 0) text += QStringLiteral("  ·  ") + timeText(progress.secondsLeft);
  say(text);
}

}  // namespace lapilli::gui
