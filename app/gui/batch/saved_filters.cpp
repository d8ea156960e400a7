// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/saved_filters.h"

#include "app/gui/settings.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace lapilli::gui {
namespace {

constexpr const char* kKey = "captions/filters";

/// As files have them; in the order of CaptionFilter::Kind.
const QStringList& kindNames() {
  static const QStringList kNames = {
      QStringLiteral("all"),      QStringLiteral("empty"),    QStringLiteral("waiting"),
      QStringLiteral("done"),     QStringLiteral("failed"),   QStringLiteral("changed"),
      QStringLiteral("accepted"), QStringLiteral("rejected"), QStringLiteral("skipped")};
  return kNames;
}

QJsonObject all(const Settings& settings) {
  return QJsonDocument::fromJson(settings.value(QLatin1String(kKey)).toString().toUtf8()).object();
}

void keep(Settings& settings, const QJsonObject& filters) {
  settings.setValue(QLatin1String(kKey),
                    QString::fromUtf8(QJsonDocument(filters).toJson(QJsonDocument::Compact)));
}

}  // namespace

QStringList SavedFilters::names() const {
  QStringList names = all(m_settings).keys();
  names.sort(Qt::CaseInsensitive);
  return names;
}

CaptionFilter SavedFilters::load(const QString& name) const {
  const QJsonObject saved = all(m_settings)[name].toObject();
  const qsizetype kind = kindNames().indexOf(saved[QLatin1String("kind")].toString());
  return {.kind = static_cast<CaptionFilter::Kind>(std::max<qsizetype>(0, kind)),
          .text = saved[QLatin1String("text")].toString()};
}

void SavedFilters::save(const QString& name, const CaptionFilter& filter) {
  QJsonObject filters = all(m_settings);
  filters[name] = QJsonObject{{QStringLiteral("kind"), kindNames().value(static_cast<int>(filter.kind))},
                              {QStringLiteral("text"), filter.text}};
  keep(m_settings, filters);
}

void SavedFilters::remove(const QString& name) {
  QJsonObject filters = all(m_settings);
  filters.remove(name);
  keep(m_settings, filters);
}

}  // namespace lapilli::gui
