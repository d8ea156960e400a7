// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/sampling_editor.h"

#include "app/gui/chat/preset_panel.h"
#include "app/gui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QRegularExpressionValidator>
#include <QScopedValueRollback>
#include <QToolButton>

#include <array>

namespace lapilli::gui {
namespace {

/// The presets every installation has. Exact repeats itself; Balanced is what the model's makers evaluate
/// talk with; Free is for stories.
struct BuiltIn {
  const char* id;
  const char* name;
  Sampling sampling;
};

const std::array<BuiltIn, 3>& builtIn() {
  static const std::array<BuiltIn, 3> presets = {
      BuiltIn{"exact", QT_TRANSLATE_NOOP("SamplingEditor", "Exact"), {}},
      BuiltIn{
          "balanced", QT_TRANSLATE_NOOP("SamplingEditor", "Balanced"), {.temperature = 0.2, .topP = 0.95}},
      BuiltIn{"free",
              QT_TRANSLATE_NOOP("SamplingEditor", "Free"),
              {.temperature = 0.9, .topP = 0.95, .minP = 0.05}}};
  return presets;
}

/// Names of the user's presets stand behind this, so that one may be called "exact" too.
constexpr QLatin1String kOwn("own/");

QString ownName(const QString& id) {
  return id.startsWith(kOwn) ? id.mid(kOwn.size()) : QString();
}

QDoubleSpinBox* decimal(const char* name, double most, double step, double least = 0) {
  auto* box = new QDoubleSpinBox;
  box->setObjectName(QLatin1String(name));
  box->setRange(least, most);
  box->setSingleStep(step);
  box->setDecimals(2);
  return box;
}

QSpinBox* whole(const char* name, int least, int most) {
  auto* box = new QSpinBox;
  box->setObjectName(QLatin1String(name));
  box->setRange(least, most);
  return box;
}

/// As the controls show them, and the seed aside.
bool same(const Sampling& a, const Sampling& b) {
  const auto near = [](double x, double y) { return qAbs(x - y) < 0.0051; };
  return near(a.temperature, b.temperature) && near(a.topP, b.topP) && a.topK == b.topK &&
         near(a.minP, b.minP) && near(a.repeatPenalty, b.repeatPenalty) && a.maxTokens == b.maxTokens;
}

}  // namespace

SamplingEditor::SamplingEditor(Settings& settings, QWidget* parent)
    : QWidget(parent), m_settings(settings), m_presets(settings) {
  setObjectName(QStringLiteral("samplingEditor"));
  build();
  retranslate();
  fillPresets();
  int index = m_preset->findData(m_settings.preset());
  if (index < 0) index = m_preset->findData(kOwn + m_settings.preset());  // as it was stored before
  m_preset->setCurrentIndex(qMax(0, index));
  choose(m_preset->currentIndex());
}

void SamplingEditor::build() {
  m_preset = new QComboBox;
  m_preset->setObjectName(QStringLiteral("preset"));
  m_preset->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  m_more = new QToolButton;
  m_more->setObjectName(QStringLiteral("presetMore"));
  m_more->setCheckable(true);
  m_temperature = decimal("temperature", 5, 0.1);
  m_topP = decimal("topP", 1, 0.05, 0.01);
  m_topK = whole("topK", 0, 100000);
  m_minP = decimal("minP", 1, 0.01);
  m_repeatPenalty = decimal("repeatPenalty", 2, 0.05, 0.5);
  m_maxTokens = whole("maxTokens", 1, 32768);
  m_fixedSeed = new QCheckBox;
  m_fixedSeed->setObjectName(QStringLiteral("fixedSeed"));
  m_seed = new QLineEdit(QStringLiteral("0"));
  m_seed->setObjectName(QStringLiteral("seed"));
  m_seed->setValidator(
      new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9]{1,15}")), m_seed));
  m_seed->setEnabled(false);
  m_panel = new PresetPanel(m_presets);

  m_details = new QWidget;
  m_details->setObjectName(QStringLiteral("presetDetails"));
  m_controls = {m_temperature, m_topP, m_topK, m_minP, m_repeatPenalty, m_maxTokens, m_fixedSeed, m_seed};
  for (QWidget* control : m_controls) {
    auto* label = new QLabel(m_details);
    label->setBuddy(control);
    setTextStyle(label, TextStyle::kSmall);
    m_labels.append(label);
    control->setParent(m_details);
  }
  m_grid = new QGridLayout;
  m_grid->setHorizontalSpacing(2 * kGrid);
  arrange();
  auto* details = new QVBoxLayout(m_details);
  details->setContentsMargins(0, 0, 0, 0);
  details->addLayout(m_grid);
  details->addWidget(m_panel);
  m_details->hide();

  auto* top = new QHBoxLayout;
  top->addWidget(m_preset);
  top->addWidget(m_more);
  top->addStretch(1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addLayout(top);
  column->addWidget(m_details);

  connect(m_preset, &QComboBox::activated, this, &SamplingEditor::choose);
  connect(m_more, &QToolButton::toggled, m_details, &QWidget::setVisible);
  for (QDoubleSpinBox* box : {m_temperature, m_topP, m_minP, m_repeatPenalty})
    connect(box, &QDoubleSpinBox::valueChanged, this, &SamplingEditor::edit);
  for (QSpinBox* box : {m_topK, m_maxTokens})
    connect(box, &QSpinBox::valueChanged, this, &SamplingEditor::edit);
  connect(m_fixedSeed, &QCheckBox::toggled, this, [this](bool on) {
    m_seed->setEnabled(on);
    if (on && !m_setting && m_seed->text() == QLatin1String("0"))
      m_seed->setText(QString::number(QRandomGenerator::global()->bounded(1000000)));
    edit();
  });
  connect(m_seed, &QLineEdit::textChanged, this, &SamplingEditor::edit);
  connect(m_panel, &PresetPanel::saveWanted, this, &SamplingEditor::savePreset);
  connect(m_panel, &PresetPanel::deleteWanted, this, &SamplingEditor::deletePreset);
  connect(m_panel, &PresetPanel::imported, this, &SamplingEditor::showPreset);
  connect(&m_presets, &SamplingPresets::changed, this, [this] {
    fillPresets();
    edit();
  });
}

/// As many controls in a row as there is room for: all in two rows, or in four.
void SamplingEditor::arrange() {
  int widest = 0;
  for (qsizetype at = 0; at < m_controls.size(); ++at)
    widest = qMax(widest, qMax(m_labels[at]->sizeHint().width(), m_controls[at]->minimumSizeHint().width()));
  const int columns = width() < 4 * widest + 3 * m_grid->horizontalSpacing() ? 2 : 4;
  if (columns == m_columns) return;
  m_columns = columns;
  for (int at = 0; at < static_cast<int>(m_controls.size()); ++at) {
    m_grid->removeWidget(m_labels[at]);
    m_grid->removeWidget(m_controls[at]);
    m_grid->addWidget(m_labels[at], at / columns * 2, at % columns);
    m_grid->addWidget(m_controls[at], at / columns * 2 + 1, at % columns);
  }
  for (int column = 0; column < 4; ++column) m_grid->setColumnStretch(column, column < columns ? 1 : 0);
}

void SamplingEditor::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange();
}

Sampling SamplingEditor::sampling() const {
  Sampling sampling{.temperature = m_temperature->value(),
                    .topP = m_topP->value(),
                    .topK = m_topK->value(),
                    .minP = m_minP->value(),
                    .repeatPenalty = m_repeatPenalty->value(),
                    .maxTokens = m_maxTokens->value()};
  if (m_fixedSeed->isChecked()) sampling.seed = m_seed->text().toULongLong();
  return sampling;
}

void SamplingEditor::setSampling(const Sampling& sampling) {
  {
    const QScopedValueRollback setting(m_setting, true);
    m_temperature->setValue(sampling.temperature);
    m_topP->setValue(sampling.topP);
    m_topK->setValue(sampling.topK);
    m_minP->setValue(sampling.minP);
    m_repeatPenalty->setValue(sampling.repeatPenalty);
    m_maxTokens->setValue(sampling.maxTokens);
    if (sampling.seed) m_seed->setText(QString::number(*sampling.seed));
    m_fixedSeed->setChecked(sampling.seed.has_value());
  }
  edit();
}

void SamplingEditor::useSeed(quint64 seed) {
  Sampling values = sampling();
  values.seed = seed;
  setSampling(values);
  m_more->setChecked(true);
  m_seed->setFocus();
  m_seed->selectAll();
}

void SamplingEditor::fillPresets() {
  const QVariant current = m_preset->currentData();
  m_preset->clear();
  for (const BuiltIn& preset : builtIn())
    m_preset->addItem(QCoreApplication::translate("SamplingEditor", preset.name), QLatin1String(preset.id));
  for (const QString& name : m_presets.all().keys()) m_preset->addItem(name, kOwn + name);
  m_preset->addItem(tr("Own values"), QString());
  m_preset->setCurrentIndex(qMax(0, m_preset->findData(current)));
}

void SamplingEditor::choose(int index) {
  const QString id = m_preset->itemData(index).toString();
  if (id.isEmpty()) {
    m_more->setChecked(true);
    return;
  }
  m_settings.setPreset(id);
  Sampling values = m_presets.all().value(ownName(id));
  for (const BuiltIn& preset : builtIn()) {
    if (id == QLatin1String(preset.id)) values = preset.sampling;
  }
  if (!values.seed) values.seed = sampling().seed;
  setSampling(values);
}

/// The preset shown is the one whose values these are.
void SamplingEditor::edit() {
  if (m_setting) return;
  const Sampling values = sampling();
  QString found;
  for (const BuiltIn& preset : builtIn()) {
    if (same(values, preset.sampling)) found = QLatin1String(preset.id);
  }
  const QMap<QString, Sampling>& own = m_presets.all();
  for (auto at = own.begin(); at != own.end(); ++at) {
    if (same(values, at.value()) && (found.isEmpty() || m_preset->currentData() == kOwn + at.key()))
      found = kOwn + at.key();
  }
  m_preset->setCurrentIndex(m_preset->findData(found));
  m_panel->setDeletable(own.contains(ownName(found)));
  emit changed();
}

QString SamplingEditor::name() const {
  return m_preset->currentText();
}

void SamplingEditor::showPreset(const QString& name) {
  const int index = m_preset->findData(kOwn + name);
  if (index < 0) return;
  m_preset->setCurrentIndex(index);
  choose(index);
}

void SamplingEditor::savePreset(const QString& name) {
  Sampling values = sampling();
  values.seed.reset();
  const QString problem = m_presets.save(name, values);
  m_panel->say(problem);
  if (problem.isEmpty()) showPreset(name);
}

void SamplingEditor::deletePreset() {
  m_panel->say(m_presets.remove(ownName(m_preset->currentData().toString())));
}

void SamplingEditor::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::LanguageChange) return;
  retranslate();
  fillPresets();
  edit();
}

void SamplingEditor::retranslate() {
  const QStringList names = {tr("Temperature"),        tr("Top-p"),       tr("Top-k"), tr("Min-p"),
                             tr("Repetition penalty"), tr("Most tokens"), tr("Seed"),  tr("Number")};
  const QStringList hints = {tr("0 always takes the likeliest token; higher values vary more."),
                             tr("Only the likeliest tokens that make up this part of the probability."),
                             tr("Only so many of the likeliest tokens; 0: all."),
                             tr("Only tokens at least this likely, compared with the likeliest."),
                             tr("Above 1, what was said already becomes less likely."),
                             tr("The answer ends after so many tokens."),
                             tr("The same seed on the same device gives the same answer."),
                             tr("The same seed on the same device gives the same answer.")};
  for (int at = 0; at < names.size(); ++at) {
    m_labels[at]->setText(names[at]);
    m_controls[at]->setAccessibleName(names[at]);
    m_controls[at]->setToolTip(hints[at]);
  }
  arrange();
  m_fixedSeed->setText(tr("Fixed"));
  m_fixedSeed->setAccessibleName(tr("Fixed seed"));
  m_topK->setSpecialValueText(tr("All"));
  m_preset->setAccessibleName(tr("Preset of generation settings"));
  m_more->setText(tr("More"));
  m_more->setToolTip(tr("All generation settings"));
}

}  // namespace lapilli::gui
