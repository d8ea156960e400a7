// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_filter_bar.h"

#include "app/gui/batch/parts.h"
#include "app/gui/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>

namespace lapilli::gui {

CaptionFilterBar::CaptionFilterBar(Settings& settings, QWidget* parent)
    : QWidget(parent),
      m_saved(settings),
      m_row(new QWidget),
      m_kind(new QComboBox),
      m_below(new QComboBox),
      m_words(new QLineEdit),
      m_more(namedToolButton("captionFilters", "more")),
      m_menu(new QMenu(this)),
      m_shown(new QLabel),
      m_problem(new QLabel) {
  m_kind->setObjectName(QStringLiteral("captionFilter"));
  for (int kind = 0; kind < CaptionFilter::kKinds; ++kind) m_kind->addItem(QString());
  m_below->setObjectName(QStringLiteral("captionFilterFolder"));
  m_below->addItem(QString());
  m_below->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_below->setMinimumContentsLength(14);
  m_below->hide();
  m_words->setObjectName(QStringLiteral("captionFilterText"));
  m_words->setClearButtonEnabled(true);
  m_more->setMenu(m_menu);
  m_more->setPopupMode(QToolButton::InstantPopup);
  m_menu->setObjectName(QStringLiteral("captionFilterMenu"));
  m_shown->setObjectName(QStringLiteral("captionShown"));
  setTextStyle(m_shown, TextStyle::kSmall);
  m_problem->setObjectName(QStringLiteral("captionFilterProblem"));
  m_problem->setTextFormat(Qt::PlainText);
  m_problem->setWordWrap(true);
  m_problem->hide();
  auto* row = new QHBoxLayout(m_row);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(m_kind);
  row->addWidget(m_below);
  row->addWidget(m_words, 1);
  row->addWidget(m_more);
  row->addWidget(m_shown);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(m_row);
  column->addWidget(m_problem);
  m_delay.setSingleShot(true);
  m_delay.setInterval(kTypingMs);
  connect(&m_delay, &QTimer::timeout, this, &CaptionFilterBar::take);
  connect(m_kind, &QComboBox::currentIndexChanged, this, &CaptionFilterBar::take);
  connect(m_below, &QComboBox::currentIndexChanged, this, &CaptionFilterBar::take);
  connect(m_words, &QLineEdit::textChanged, &m_delay, qOverload<>(&QTimer::start));
  connect(m_menu, &QMenu::aboutToShow, this, &CaptionFilterBar::fillMenu);
  retranslate();
}

void CaptionFilterBar::append(QWidget* widget) {
  m_row->layout()->addWidget(widget);
}

void CaptionFilterBar::forgetFolders() {
  m_below->setCurrentIndex(0);
  while (m_below->count() > 1) m_below->removeItem(m_below->count() - 1);
  m_below->hide();
  take();
}

void CaptionFilterBar::showAll() {
  showOnly({});
}

void CaptionFilterBar::showOnly(const QString& text) {
  m_kind->setCurrentIndex(0);
  m_below->setCurrentIndex(0);
  m_words->setText(text);
  take();
}

void CaptionFilterBar::addFolders(const QStringList& folders) {
  for (qsizetype at = m_below->count() - 1; at < folders.size(); ++at)
    m_below->addItem(folders[at], folders[at]);
  m_below->setVisible(!folders.isEmpty());
}

void CaptionFilterBar::showCount(qsizetype matching, qsizetype total, bool reading) {
  const QLocale locale;
  const QString count = matching == total
                            ? tr("%1 pictures").arg(locale.toString(total))
                            : tr("%1 of %2 pictures").arg(locale.toString(matching), locale.toString(total));
  m_shown->setText(reading ? tr("%1, reading files…").arg(count) : count);
}

void CaptionFilterBar::take() {
  m_delay.stop();
  const QString text = m_words->text().trimmed();
  const QString problem = CaptionFilter::problemOf(text);
  m_problem->setText(problem);
  m_problem->setVisible(!problem.isEmpty());
  const CaptionFilter last = m_filter;
  m_filter.kind = static_cast<CaptionFilter::Kind>(m_kind->currentIndex());
  m_filter.folder = m_below->currentData().toString();
  if (problem.isEmpty()) m_filter.text = text;
  if (problem.isEmpty() || m_filter != last) emit wanted(m_filter);
}

void CaptionFilterBar::use(const QString& name) {
  const CaptionFilter saved = m_saved.load(name);
  m_kind->setCurrentIndex(static_cast<int>(saved.kind));
  m_words->setText(saved.text);
  take();
}

void CaptionFilterBar::fillMenu() {
  m_menu->clear();
  const QStringList names = m_saved.names();
  // A name may hold what a menu takes for a key.
  const auto label = [](const QString& name) {
    return QString(name).replace(QLatin1Char('&'), QStringLiteral("&&"));
  };
  for (const QString& name : names) m_menu->addAction(label(name), this, [this, name] { use(name); });
  if (!names.isEmpty()) m_menu->addSeparator();
  auto* save = m_menu->addAction(tr("Save this filter…"), this, &CaptionFilterBar::askName);
  save->setEnabled(m_problem->isHidden() && (!m_filter.text.isEmpty() || m_kind->currentIndex() > 0));
  if (!names.isEmpty()) {
    QMenu* remove = m_menu->addMenu(tr("Delete"));
    for (const QString& name : names)
      remove->addAction(label(name), this, [this, name] { m_saved.remove(name); });
  }
  m_menu->addAction(tr("What can be written"), this, &CaptionFilterBar::showHelp);
}

void CaptionFilterBar::askName() {
  take();
  auto* dialog = new QInputDialog(this);
  dialog->setObjectName(QStringLiteral("captionFilterName"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Save the filter"));
  dialog->setLabelText(tr("Its name; one of the same name is replaced"));
  dialog->setTextValue(m_filter.text);
  connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& given) {
    if (const QString name = given.simplified(); !name.isEmpty()) m_saved.save(name, m_filter);
  });
  dialog->open();
}

void CaptionFilterBar::showHelp() {
  const auto listed = [](std::string_view names) {
    return QString::fromUtf8(names.data(), static_cast<qsizetype>(names.size()));
  };
  const QStringList lines = {
      tr("%1 — in a text or the path").arg(QStringLiteral("cat")),
      tr("%1 — words with spaces").arg(QStringLiteral("\"orange cat\"")),
      tr("%1 — * is any text, ? any one character").arg(QStringLiteral("name:img_*.jpg")),
      tr("%1 — where to look; folder, tag and model are compared whole")
          .arg(QStringLiteral("caption: before: name: path: folder: tag: model:")),
      tr("%1 — numbers, with = != < > <= >=")
          .arg(QStringLiteral("words:>5 chars:<100 tags:3 size:>2MB rating:>=3")),
      tr("%1 — when it was taken, or the file was changed")
          .arg(QStringLiteral("date:2024 date:>=2024-05-17")),
      tr("%1 — one of %2").arg(QStringLiteral("state:failed"), listed(captions::filter_states())),
      tr("%1 — all of them, one of them, none of them").arg(QStringLiteral("a AND b, a OR b, NOT (a b)"))};
  auto* help = new QMessageBox(this);
  help->setObjectName(QStringLiteral("captionFilterHelp"));
  help->setAttribute(Qt::WA_DeleteOnClose);
  help->setIcon(QMessageBox::Information);
  help->setWindowTitle(tr("Filters of pictures"));
  help->setTextFormat(Qt::PlainText);
  help->setText(lines.join(QLatin1Char('\n')));
  help->setStandardButtons(QMessageBox::Ok);
  help->open();
}

void CaptionFilterBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void CaptionFilterBar::retranslate() {
  const QString kinds[] = {tr("All pictures"),     tr("Without a caption"), tr("To do"),    tr("Captioned"),
                           tr("Failed"),           tr("Changed texts"),     tr("Accepted"), tr("Rejected"),
                           tr("Left as they were")};
  for (int kind = 0; kind < CaptionFilter::kKinds; ++kind) m_kind->setItemText(kind, kinds[kind]);
  m_kind->setAccessibleName(tr("Which pictures are shown"));
  m_below->setItemText(0, tr("All folders"));
  m_below->setAccessibleName(tr("Of which folder"));
  m_words->setPlaceholderText(tr("Words, or a filter as words:>5"));
  m_words->setAccessibleName(tr("Filter of pictures"));
  m_more->setToolTip(tr("Saved filters"));
  m_more->setAccessibleName(m_more->toolTip());
  if (m_problem->isVisible()) m_problem->setText(CaptionFilter::problemOf(m_words->text().trimmed()));
}

}  // namespace lapilli::gui
