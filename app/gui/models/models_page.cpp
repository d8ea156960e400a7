// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models/models_page.h"

#include "app/gui/error_text.h"
#include "app/gui/icons.h"
#include "app/gui/models/model_delegate.h"
#include "app/gui/theme.h"

#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStandardPaths>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtMath>

namespace lapilli::gui {
namespace {

QString millions(double parameters) {
  if (parameters >= 1e9)
    return ModelsPage::tr("%1 billion").arg(QLocale().toString(parameters / 1e9, 'f', 1));
  return ModelsPage::tr("%1 million").arg(QLocale().toString(parameters / 1e6, 'f', 1));
}

QString sizeOf(const QJsonValue& bytes) {
  return QLocale().formattedDataSize(bytes.toInteger());
}

QString measuredMemory(const ModelSession::Memory& memory) {
  if (memory.peak <= 0) return {};
  const auto peak = static_cast<double>(memory.peak);
  const double off = 100 * (static_cast<double>(memory.estimated) - peak) / peak;
  const QString sign = off >= 0.05 ? QStringLiteral("+") : QString();
  return ModelsPage::tr("%1 at most since it was loaded; %2 were estimated before (%3 %)")
      .arg(QLocale().formattedDataSize(memory.peak), QLocale().formattedDataSize(memory.estimated),
           sign + QLocale().toString(off, 'f', 1));
}

QLabel* selectable(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  return label;
}

}  // namespace

ModelsPage::ModelsPage(const Parts& parts, QWidget* parent)
    : QWidget(parent), m_parts(parts), m_models(new ModelList(parts.host, this)) {
  setObjectName(QStringLiteral("modelsPage"));
  m_download =
      new DownloadPanel(parts.host, parts.settings, parts.folders.data + QStringLiteral("/models"), this);
  build();
  connect(m_addFolder, &QPushButton::clicked, this, [this] { addPlace(true); });
  connect(m_addFile, &QPushButton::clicked, this, [this] { addPlace(false); });
  connect(m_again, &QPushButton::clicked, this, &ModelsPage::look);
  connect(m_use, &QPushButton::clicked, this, &ModelsPage::use);
  connect(m_view, &QListView::activated, this, &ModelsPage::use);
  connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
          [this](const QModelIndex& current) {
            if (current.isValid()) m_shown = m_models->entry(current.row()).path;
            showDetails();
          });
  connect(m_models, &ModelList::looking, this, &ModelsPage::showLooking);
  connect(m_models, &ModelList::dataChanged, this, &ModelsPage::showDetails);
  connect(m_models, &ModelList::modelReset, this, [this] {
    showOne();
    showDetails();
  });
  connect(m_models, &ModelList::done, this, [this] {
    showStatus([this] {
      return m_models->rowCount() == 0
                 ? tr("No model was found. Add a folder that has one, or fetch one from a hub.")
                 : tr("%n model(s)", nullptr, m_models->rowCount());
    });
  });
  connect(m_models, &ModelList::lookFailed, this, [this](const Failure& failure) {
    m_problem->setText(errorText(failure).what);
    m_problem->show();
  });
  connect(m_partsButton, &QToolButton::toggled, m_modelParts, &QWidget::setVisible);
  connect(m_modelParts, &ModelParts::changed, this, [this] {
    const QModelIndex current = m_view->currentIndex();
    if (current.isValid()) m_models->setParts(current.row(), m_modelParts->parts());
  });
  // What is found depends on the folders, and whether it fits on the others.
  connect(&m_parts.settings, &Settings::changed, this, [this](const QString& key) {
    static const QStringList kLookedAtWith{QStringLiteral("models/folders"), QStringLiteral("engine/context"),
                                           QStringLiteral("engine/device")};
    if (!kLookedAtWith.contains(key)) return;
    m_looked = false;
    if (isVisible()) look();
  });
  connect(m_download, &DownloadPanel::fetched, this, [this] { look(); });
  connect(&m_parts.session, &ModelSession::changed, this, [this] {
    m_loaded = -1;
    showDetails();
  });
  connect(&m_parts.session, &ModelSession::loading, this, [this](double fraction) {
    m_loaded = fraction;
    showUse();
  });
  connect(&m_parts.session, &ModelSession::measured, this, &ModelsPage::showDetails);
  retranslate();
}

QString ModelsPage::title() {
  return tr("Models");
}

void ModelsPage::build() {
  m_title = new QLabel(this);
  setTextStyle(m_title, TextStyle::kTitle);
  m_tabs = new QTabWidget(this);
  m_tabs->setObjectName(QStringLiteral("modelTabs"));
  m_tabs->setDocumentMode(true);
  m_tabs->addTab(localTab(), QString());
  m_tabs->addTab(m_download, QString());
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(3 * kGrid, 3 * kGrid, 3 * kGrid, 3 * kGrid);
  column->setSpacing(2 * kGrid);
  column->addWidget(m_title);
  column->addWidget(m_tabs, 1);
}

QWidget* ModelsPage::localTab() {
  auto* tab = new QWidget;
  m_addFolder = new QPushButton(icon(QStringLiteral("folder")), QString(), tab);
  m_addFile = new QPushButton(icon(QStringLiteral("plus")), QString(), tab);
  m_again = new QPushButton(icon(QStringLiteral("again")), QString(), tab);
  m_addFolder->setObjectName(QStringLiteral("addModelFolderButton"));
  m_addFile->setObjectName(QStringLiteral("addModelFileButton"));
  m_again->setObjectName(QStringLiteral("lookAgainButton"));
  m_view = new QListView(tab);
  m_view->setObjectName(QStringLiteral("modelList"));
  m_view->setModel(m_models);
  m_view->setItemDelegate(new ModelDelegate(m_view));
  m_view->setUniformItemSizes(true);
  m_view->setMouseTracking(true);
  m_status = new QLabel(tab);
  m_status->setObjectName(QStringLiteral("modelStatus"));
  m_status->setWordWrap(true);
  setTextStyle(m_status, TextStyle::kSmall);
  auto* left = new QVBoxLayout;
  left->setSpacing(kGrid);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(kGrid);
  for (QPushButton* button : {m_addFolder, m_addFile, m_again}) buttons->addWidget(button);
  buttons->addStretch(1);
  left->addLayout(buttons);
  left->addWidget(m_view, 1);
  left->addWidget(m_status);

  auto* details = new QWidget;
  m_name = selectable(details);
  setTextStyle(m_name, TextStyle::kSection);
  m_verdict = selectable(details);
  m_verdict->setObjectName(QStringLiteral("modelVerdict"));
  m_problem = selectable(details);
  m_problem->setObjectName(QStringLiteral("modelProblem"));
  m_facts = new QFormLayout;
  m_facts->setHorizontalSpacing(2 * kGrid);
  m_facts->setVerticalSpacing(kGrid);
  m_use = new QPushButton(details);
  m_use->setObjectName(QStringLiteral("useModelButton"));
  m_use->setProperty("primary", true);
  m_partsButton = new QToolButton(details);
  m_partsButton->setObjectName(QStringLiteral("modelPartsButton"));
  m_partsButton->setCheckable(true);
  m_partsButton->setIcon(icon(QStringLiteral("folder")));
  m_partsButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  m_modelParts = new ModelParts(details);
  m_modelParts->hide();
  auto* right = new QVBoxLayout(details);
  right->setContentsMargins(2 * kGrid, kGrid, kGrid, kGrid);
  right->setSpacing(2 * kGrid);
  for (QLabel* label : {m_name, m_verdict, m_problem}) right->addWidget(label);
  right->addLayout(m_facts);
  right->addWidget(m_use, 0, Qt::AlignLeft);
  right->addWidget(m_partsButton, 0, Qt::AlignLeft);
  right->addWidget(m_modelParts);
  right->addStretch(1);
  auto* scroll = new QScrollArea(tab);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidget(details);

  auto* row = new QHBoxLayout(tab);
  row->setContentsMargins(0, 2 * kGrid, 0, 0);
  row->setSpacing(2 * kGrid);
  row->addLayout(left, 1);
  row->addWidget(scroll, 1);
  return tab;
}

void ModelsPage::retranslate() {
  m_title->setText(title());
  m_tabs->setTabText(0, tr("On this computer"));
  m_tabs->setTabText(1, tr("From a hub"));
  m_addFolder->setText(tr("Add folder …"));
  m_addFile->setText(tr("Add file …"));
  m_again->setText(tr("Look again"));
  m_use->setText(tr("Use this model"));
  m_partsButton->setText(tr("Other parts"));
  m_partsButton->setToolTip(tr("Where the model's other files lie, if they are not beside it"));
  m_view->setAccessibleName(tr("Models on this computer"));
  m_tabs->setAccessibleName(tr("Where models come from"));
  m_models->retranslate();
  if (m_statusText) m_status->setText(m_statusText());
  showDetails();
}

void ModelsPage::changeEvent(QEvent* event) {
  if (event->type() == QEvent::LanguageChange) retranslate();
  QWidget::changeEvent(event);
}

void ModelsPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (!m_looked) look();
}

QStringList ModelsPage::places() const {
  QStringList places = m_parts.settings.modelFolders();
  places.append(m_parts.session.options().model);  // the one in use, wherever it lies
  places.append(m_download->folder());
  places.append(QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) +
                QStringLiteral("/huggingface/hub"));
  places.removeIf([](const QString& place) { return !QFileInfo::exists(place); });
  places.removeDuplicates();
  return places;
}

void ModelsPage::look() {
  m_looked = true;
  m_problem->hide();
  m_models->look(places(), m_parts.settings.device(), m_parts.settings.context(), m_parts.session.options());
}

void ModelsPage::showLooking(qint64 folders) {
  showStatus([folders] {
    return folders == 0 ? tr("Looking for models …")
                        : tr("Looking for models, %n folder(s) so far …", nullptr, static_cast<int>(folders));
  });
}

void ModelsPage::showStatus(std::function<QString()> text) {
  m_statusText = std::move(text);
  m_status->setText(m_statusText());
}

void ModelsPage::addPlace(bool folder) {
  auto* dialog = new QFileDialog(this, folder ? tr("A folder with models") : tr("A model file"));
  dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& place) {
    QStringList folders = m_parts.settings.modelFolders();
    if (folders.contains(place)) return look();
    folders.append(place);
    m_parts.settings.setModelFolders(folders);
  });
  dialog->open();
}

void ModelsPage::addFact(const QString& name, const QString& value) {
  if (value.isEmpty()) return;
  auto* label = new QLabel(name);
  setTextStyle(label, TextStyle::kSmall);
  auto* text = selectable(nullptr);
  text->setText(value);
  m_facts->addRow(label, text);
}

/// The one that was looked at before, else the one in use, else the first.
void ModelsPage::showOne() {
  if (m_models->rowCount() == 0) return;
  const auto rowOf = [this](const QString& path) {
    for (int row = 0; row < m_models->rowCount(); ++row) {
      if (m_models->entry(row).path == path) return row;
    }
    return -1;
  };
  int row = rowOf(m_shown);
  if (row < 0) row = rowOf(m_parts.session.options().model);
  m_view->setCurrentIndex(m_models->index(qMax(0, row)));
}

/// What the button would do, or what comes of it.
void ModelsPage::showUse() {
  const QModelIndex current = m_view->currentIndex();
  if (!current.isValid()) return;
  const ModelList::Entry& entry = m_models->entry(current.row());
  const bool loading = isChosen(entry) && m_parts.session.state() == ModelSession::State::kLoading;
  const bool ready = isChosen(entry) && m_parts.session.state() == ModelSession::State::kReady;
  const int percent = qFloor(100 * m_loaded);
  m_use->setText(ready          ? tr("In use")
                 : !loading     ? tr("Use this model")
                 : m_loaded < 0 ? tr("Loading…")
                                : tr("Loading… %1 %").arg(percent));
  m_use->setEnabled(!entry.facts.isEmpty() && !ready && !loading);
}

/// Whether it is the model that is loaded, or to be loaded, with all its parts.
bool ModelsPage::isChosen(const ModelList::Entry& entry) const {
  const LoadOptions& chosen = m_parts.session.options();
  return chosen.model == entry.path && partsOf(chosen) == partsOf(entry.parts);
}

void ModelsPage::showDetails() {
  while (m_facts->rowCount() > 0) m_facts->removeRow(0);
  const QModelIndex current = m_view->currentIndex();
  const bool any = current.isValid();
  m_name->setVisible(any);
  m_use->setVisible(any);
  m_verdict->setVisible(any);
  m_partsButton->setVisible(any);
  if (!any) m_modelParts->hide();
  m_name->setText(any ? current.data().toString() : QString());
  if (!any) return;
  const ModelList::Entry& entry = m_models->entry(current.row());
  const QJsonObject& facts = entry.facts;
  const QJsonObject memory = facts[QStringLiteral("memory")].toObject();
  showParts(entry);
  showUse();
  const ErrorText problem = errorText(entry.failure);
  const bool failed = entry.described && facts.isEmpty();
  m_problem->setText(problem.what + QLatin1Char('\n') + problem.details);
  m_problem->setVisible(failed);
  m_verdict->setText(
      !entry.described ? tr("Looking at it …")
      : facts.isEmpty()
          ? tr("It can't be used as it is. If other parts of it lie elsewhere, name them below.")
          : fitSentence(memory[QStringLiteral("fit")].toString()));
  addFact(tr("Place"), current.data(Qt::ToolTipRole).toString());
  if (facts.isEmpty()) return;
  addFact(tr("Kind"), facts[QStringLiteral("format")].toString());
  addFact(tr("Parameters"), millions(facts[QStringLiteral("parameters")].toDouble()));
  addFact(tr("Types"), facts[QStringLiteral("weight_types")].toString());
  addFact(tr("Pictures"),
          facts.contains(QStringLiteral("vision"))
              ? tr("yes, %1 × %1 pixels")
                    .arg(facts[QStringLiteral("vision")][QStringLiteral("image_size")].toInt())
              : tr("no: text only"));
  addFact(tr("Context"), tr("%n token(s)", nullptr, memory[QStringLiteral("context")].toInt()));
  addFact(tr("Memory"), memory.contains(QStringLiteral("free_device_bytes"))
                            ? tr("%1 of %2 that are free")
                                  .arg(sizeOf(memory[QStringLiteral("total_bytes")]),
                                       sizeOf(memory[QStringLiteral("free_device_bytes")]))
                            : sizeOf(memory[QStringLiteral("total_bytes")]));
  if (isChosen(entry) && m_parts.session.state() == ModelSession::State::kReady)
    addFact(tr("Measured"), measuredMemory(m_parts.session.memory()));
  for (const QJsonValue& note : facts[QStringLiteral("notes")].toArray())
    addFact(tr("Note"), note.toString());
}

void ModelsPage::showParts(const ModelList::Entry& entry) {
  m_modelParts->setParts(entry.parts);
  const bool named = partsOf(entry.parts) != LoadOptions();
  if (named || (entry.described && entry.facts.isEmpty())) m_partsButton->setChecked(true);
  m_modelParts->setVisible(m_partsButton->isChecked());
}

void ModelsPage::use() {
  const QModelIndex current = m_view->currentIndex();
  if (!current.isValid() || m_models->entry(current.row()).facts.isEmpty()) return;
  LoadOptions options = m_models->entry(current.row()).options();
  options.device = m_parts.settings.device();
  options.context = m_parts.settings.context();
  m_parts.session.open(options);
  emit used(options);
}

}  // namespace lapilli::gui
