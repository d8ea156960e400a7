// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_facts.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/parts.h"

namespace lapilli::gui {

CaptionFacts::CaptionFacts(JobHost& host, CaptionRows& rows, QObject* parent)
    : QObject(parent), m_host(host), m_rows(rows) {
  connect(&m_rows, &CaptionRows::filtered, this, [this] {
    if (m_rows.needsFacts() && m_job == 0) goOn();
  });
  connect(&m_host, &JobHost::finished, this, &CaptionFacts::take);
  connect(&m_host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    if (job == 0 || job != m_job) return;
    m_job = 0;
    if (m_folder == m_rows.folder()) m_rows.giveBackWithoutFacts(m_paths.size());
    emit changed();
    if (failure.code != QLatin1String("stopped"))
      emit refused(tr("Sizes, dates and ratings could not be read: %1").arg(sentenceOf(failure)));
  });
}

/// Until everybody has been asked about; then what was let through since it was not known is looked at again.
void CaptionFacts::goOn() {
  const bool wasReading = m_job != 0;
  m_job = 0;
  m_folder = m_rows.folder();
  m_paths = m_rows.takeWithoutFacts(kPortion);
  if (!m_paths.isEmpty()) {
    m_job = m_host.send(QStringLiteral("picture_facts"),
                        {{QStringLiteral("folder"), m_folder},
                         {QStringLiteral("paths"), QJsonArray::fromStringList(m_paths)}});
  } else if (wasReading) {
    m_rows.setFilter(m_rows.filter());
  }
  if (wasReading != isReading()) emit changed();
}

void CaptionFacts::take(JobHost::JobId job, const QJsonObject& result) {
  if (job == 0 || job != m_job) return;
  const QJsonArray facts = result[QLatin1String("facts")].toArray();
  if (m_folder == m_rows.folder()) {
    for (qsizetype at = 0; at < std::min(facts.size(), m_paths.size()); ++at)
      m_rows.setFacts(m_paths[at], facts[at].toObject());
  }
  if (m_rows.needsFacts()) return goOn();
  m_job = 0;
  emit changed();
}

}  // namespace lapilli::gui
