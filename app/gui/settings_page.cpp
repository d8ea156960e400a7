// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings_page.h"

#include "app/gui/batch/run_announcer.h"
#include "app/gui/device_tests.h"
#include "app/gui/device_text.h"
#include "app/gui/error_text.h"
#include "app/gui/model_folders.h"
#include "app/gui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QGroupBox>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>

namespace lapilli::gui {
namespace {

constexpr int kMostWidth = 90 * kGrid;

QString textOf(const QJsonObject& object, const char* name) {
  return object.value(QLatin1String(name)).toString();
}

}  // namespace

SettingsPage::SettingsPage(const Parts& parts, QWidget* parent)
    : QWidget(parent), m_parts(parts), m_tests(new DeviceTests(parts.host, this)) {
  setObjectName(QStringLiteral("settingsPage"));
  build();
  retranslate();
  connect(m_appearance, &QComboBox::activated, this,
          [this] { m_parts.settings.setAppearance(m_appearance->currentData().toString()); });
  connect(m_language, &QComboBox::activated, this,
          [this] { m_parts.settings.setLanguage(m_language->currentData().toString()); });
  connect(m_tell, &QCheckBox::toggled, this,
          [this](bool tells) { m_parts.settings.setValue(QLatin1String(RunAnnouncer::kTell), tells); });
  connect(m_device, &QComboBox::activated, this, &SettingsPage::chooseDevice);
  connect(m_context, &QSpinBox::editingFinished, this, [this] {
    if (m_context->value() == m_parts.settings.context()) return;
    m_parts.settings.setContext(m_context->value());
    reload();
  });
  connect(m_test, &QPushButton::clicked, this,
          [this] { m_tests->begin(m_devices.value(QLatin1String("devices")).toArray()); });
  connect(m_tests, &DeviceTests::changed, this, [this] {
    m_test->setEnabled(!m_tests->isRunning());
    showTestResult(m_tests->text());
  });
  connect(m_program, &QLineEdit::editingFinished, this,
          [this] { m_parts.settings.setEngineProgram(m_program->text().trimmed()); });
  connect(m_browseProgram, &QPushButton::clicked, this, &SettingsPage::chooseEngine);
  connect(m_log, &QPushButton::clicked, this, &SettingsPage::logWanted);
  connect(m_shortcuts, &QPushButton::clicked, this, &SettingsPage::shortcutsWanted);
  connect(&m_parts.host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    if (job != m_devicesJob) return;
    showDevices(result);
    showTestResult(m_tests->text());
  });
  connect(&m_parts.host, &JobHost::hostFailed, this, &SettingsPage::showTroubles);
  connect(&m_parts.host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    if (failure.code == QLatin1String("device_lost")) showTroubles();
    if (job != m_devicesJob) return;
    const ErrorText text = errorText(failure);
    showTestResult(text.what + QLatin1Char(' ') + text.todo);
  });
}

/// A row of a form, the label at the middle of its control.
void SettingsPage::addRow(QFormLayout* form, QLabel* label, QWidget* control, QLayout* row) {
  label->setFixedHeight(control->sizeHint().height());
  label->setBuddy(control);
  row != nullptr ? form->addRow(label, row) : form->addRow(label, control);
}

void SettingsPage::build() {
  m_title = new QLabel;
  setTextStyle(m_title, TextStyle::kTitle);
  m_look = new QGroupBox;
  m_appearanceLabel = new QLabel;
  m_appearance = new QComboBox;
  m_appearance->setObjectName(QStringLiteral("appearance"));
  for (const char* value : {"system", "light", "dark"})
    m_appearance->addItem(QString(), QLatin1String(value));
  m_languageLabel = new QLabel;
  m_language = new QComboBox;
  m_language->setObjectName(QStringLiteral("language"));
  m_language->addItem(QString(), QStringLiteral("system"));
  m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
  m_language->addItem(QStringLiteral("简体中文"), QStringLiteral("zh_CN"));
  m_language->addItem(QStringLiteral("繁體中文"), QStringLiteral("zh_TW"));
  auto* look = new QFormLayout(m_look);
  addRow(look, m_appearanceLabel, m_appearance);
  addRow(look, m_languageLabel, m_language);
  m_tell = new QCheckBox;
  m_tell->setObjectName(QStringLiteral("tellOfRuns"));
  m_tell->setChecked(m_parts.settings.value(QLatin1String(RunAnnouncer::kTell), true).toBool());
  look->addRow(m_tell);
  m_appearance->setCurrentIndex(m_appearance->findData(m_parts.settings.appearance()));
  m_language->setCurrentIndex(m_language->findData(m_parts.settings.language()));
  buildDevice();
  m_help = new QGroupBox;
  m_log = new QPushButton;
  m_log->setObjectName(QStringLiteral("showLog"));
  m_shortcuts = new QPushButton;
  m_shortcuts->setObjectName(QStringLiteral("showShortcuts"));
  auto* help = new QHBoxLayout(m_help);
  help->addWidget(m_shortcuts);
  help->addWidget(m_log);
  help->addStretch(1);

  auto* content = new QWidget;
  auto* inner = new QWidget;
  inner->setMaximumWidth(kMostWidth);
  auto* column = new QVBoxLayout(inner);
  column->setSpacing(3 * kGrid);
  for (QWidget* part :
       {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_look), static_cast<QWidget*>(m_engine),
        static_cast<QWidget*>(new ModelFolders(m_parts.settings)), static_cast<QWidget*>(m_help)})
    column->addWidget(part);
  column->addStretch(1);
  auto* row = new QHBoxLayout(content);
  row->setContentsMargins(2 * kGrid, kGrid, 2 * kGrid, kGrid);
  row->addStretch(1);
  row->addWidget(inner, 1000);
  row->addStretch(1);
  auto* area = new QScrollArea;
  area->setObjectName(QStringLiteral("settingsArea"));
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setFocusPolicy(Qt::NoFocus);
  area->setWidget(content);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addWidget(area);
}

void SettingsPage::buildDevice() {
  m_engine = new QGroupBox;
  m_deviceLabel = new QLabel;
  m_device = new QComboBox;
  m_device->setObjectName(QStringLiteral("device"));
  m_device->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_device->setMinimumContentsLength(30);
  m_test = new QPushButton;
  m_test->setObjectName(QStringLiteral("testDevice"));
  m_deviceFacts = new QLabel;
  m_deviceFacts->setObjectName(QStringLiteral("deviceFacts"));
  m_testResult = new QLabel;
  m_testResult->setObjectName(QStringLiteral("testResult"));
  m_troubles = new QLabel;
  m_troubles->setObjectName(QStringLiteral("engineTroubles"));
  for (QLabel* label : {m_deviceFacts, m_testResult, m_troubles}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    setTextStyle(label, TextStyle::kSmall);
  }
  m_testResult->hide();
  m_contextLabel = new QLabel;
  m_context = new QSpinBox;
  m_context->setObjectName(QStringLiteral("context"));
  m_context->setRange(0, 1 << 17);
  m_context->setSingleStep(512);
  m_context->setValue(m_parts.settings.context());
  m_programLabel = new QLabel;
  m_program = new QLineEdit(m_parts.settings.engineProgram());
  m_program->setObjectName(QStringLiteral("engineProgram"));
  m_browseProgram = new QPushButton;
  m_browseProgram->setObjectName(QStringLiteral("browseEngine"));
  auto* device = new QHBoxLayout;
  device->addWidget(m_device, 1);
  device->addWidget(m_test);
  auto* program = new QHBoxLayout;
  program->addWidget(m_program, 1);
  program->addWidget(m_browseProgram);
  auto* form = new QFormLayout(m_engine);
  addRow(form, m_deviceLabel, m_device, device);
  form->addRow(QString(), m_deviceFacts);
  form->addRow(QString(), m_testResult);
  form->addRow(QString(), m_troubles);
  addRow(form, m_contextLabel, m_context);
  addRow(form, m_programLabel, m_program, program);
}

void SettingsPage::showTroubles() {
  QStringList troubles;
  if (m_parts.host.restarts() > 0)
    troubles.append(tr("The engine was started again %n time(s).", nullptr, m_parts.host.restarts()));
  if (m_parts.host.deviceLosses() > 0)
    troubles.append(tr("The device was lost %n time(s).", nullptr, m_parts.host.deviceLosses()));
  if (m_parts.session.submissionMs() > 0) {
    troubles.append(tr("Since then it is given at most %1 ms of work at a time instead of %2.")
                        .arg(m_parts.session.submissionMs())
                        .arg(ModelSession::kUsualSubmissionMs));
  }
  m_troubles->setText(troubles.join(QLatin1Char(' ')));
  m_troubles->setVisible(!troubles.isEmpty());
}

void SettingsPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  askDevices();
}

void SettingsPage::askDevices() {
  if (m_devicesJob == 0 || !m_parts.host.isRunning(m_devicesJob)) m_devicesJob = m_parts.host.devices();
}

void SettingsPage::showDevices(const QJsonObject& result) {
  m_devices = result;
  const QSignalBlocker quiet(m_device);
  m_device->clear();
  const QJsonArray devices = result.value(QLatin1String("devices")).toArray();
  const int chosen = result.value(QLatin1String("chosen")).toInt(-1);
  const QString own = chosen < 0 ? QString() : textOf(devices[chosen].toObject(), "name");
  m_device->addItem(own.isEmpty() ? tr("Automatic") : tr("Automatic: %1").arg(own), QString());
  for (const QJsonValue& value : devices) {
    const QJsonObject device = value.toObject();
    m_device->addItem(textOf(device, "name"), textOf(device, "uuid"));
  }
  int index = m_device->findData(m_parts.settings.device());
  if (index < 0) {
    m_device->addItem(tr("The chosen device is not there now"), m_parts.settings.device());
    index = m_device->count() - 1;
  }
  m_device->setCurrentIndex(index);
  const int shown = index == 0 ? chosen : index - 1;
  m_deviceFacts->setText(
      shown >= 0 && shown < devices.size() ? DeviceText::describe(devices[shown].toObject()) : QString());
  m_deviceFacts->setVisible(!m_deviceFacts->text().isEmpty());
}

void SettingsPage::chooseDevice() {
  m_parts.settings.setDevice(m_device->currentData().toString());
  showDevices(m_devices);
  reload();
}

/// The model is loaded again, with what was changed.
void SettingsPage::reload() {
  LoadOptions options = m_parts.session.options();
  if (options.model.isEmpty()) return;
  options.device = m_parts.settings.device();
  options.context = m_parts.settings.context();
  m_parts.session.open(options);
}

/// An empty row would be a hole.
void SettingsPage::showTestResult(const QString& text) {
  m_testResult->setText(text);
  m_testResult->setVisible(!text.isEmpty());
}

/// The fields of both groups begin at one line.
void SettingsPage::alignLabels() {
  int width = 0;
  const auto labels = {m_appearanceLabel, m_languageLabel, m_deviceLabel, m_contextLabel, m_programLabel};
  for (const QLabel* label : labels) width = qMax(width, label->sizeHint().width());
  for (QLabel* label : labels) label->setFixedWidth(width);
}

void SettingsPage::chooseEngine() {
  auto* dialog = new QFileDialog(this, tr("The program lapilli"));
  dialog->setObjectName(QStringLiteral("engineDialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
    m_program->setText(file);
    m_parts.settings.setEngineProgram(file);
  });
  dialog->open();
}

void SettingsPage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::LanguageChange) return;
  retranslate();
  if (!m_devices.isEmpty()) showDevices(m_devices);
  showTestResult(m_tests->text());
}

void SettingsPage::retranslate() {
  m_title->setText(tr("Settings"));
  m_look->setTitle(tr("Appearance and language"));
  m_appearanceLabel->setText(tr("Appearance"));
  m_appearance->setItemText(0, tr("As the desktop"));
  m_appearance->setItemText(1, tr("Light"));
  m_appearance->setItemText(2, tr("Dark"));
  m_languageLabel->setText(tr("Language"));
  m_language->setItemText(0, tr("As the desktop"));
  m_tell->setText(tr("Tell when a run of captions ends"));
  m_tell->setToolTip(tr("By a notification of the desktop, while the window is not in use"));
  m_engine->setTitle(tr("Engine"));
  m_deviceLabel->setText(tr("Device"));
  m_test->setText(tr("Test"));
  m_test->setToolTip(tr("Asks a small model a question whose answer is known, on each of the devices"));
  m_contextLabel->setText(tr("Context"));
  m_context->setSpecialValueText(tr("As the model says"));
  m_context->setToolTip(tr("How many tokens a conversation may hold, pictures included"));
  m_programLabel->setText(tr("Program"));
  m_program->setPlaceholderText(tr("The one that belongs to this window"));
  m_program->setToolTip(tr("The engine starts anew when this is changed"));
  m_browseProgram->setText(tr("Choose…"));
  alignLabels();
  m_help->setTitle(tr("Help"));
  showTroubles();
  m_log->setText(tr("Show the log"));
  m_shortcuts->setText(tr("Keyboard shortcuts"));
}

}  // namespace lapilli::gui
