// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/device_tests.h"

#include "app/gui/error_text.h"

#include <QJsonArray>
#include <QLocale>

namespace lapilli::gui {

DeviceTests::DeviceTests(JobHost& host, QObject* parent) : QObject(parent), m_host(host) {
  connect(&host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    if (job == m_job) take(result.value(QLatin1String("test")).toObject(), {});
  });
  connect(&host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    if (job == m_job) take({}, failure);
  });
}

void DeviceTests::begin(const QJsonArray& devices) {
  if (isRunning()) return;
  m_tests.clear();
  for (const QJsonValue& device : devices) {
    if (!device[QLatin1String("usable")].toBool(true)) continue;
    m_tests.append({device[QLatin1String("name")].toString(), device[QLatin1String("uuid")].toString()});
  }
  m_at = 0;
  next();
}

void DeviceTests::next() {
  m_job = 0;
  if (m_at < m_tests.size())
    m_job = m_host.send(QStringLiteral("test_device"), {{QStringLiteral("device"), m_tests[m_at].uuid}});
  emit changed();
}

void DeviceTests::take(const QJsonObject& result, const Failure& failure) {
  Test& test = m_tests[m_at++];
  test.ended = true;
  test.result = result;
  test.failure = failure;
  next();
}

QString DeviceTests::lineOf(const Test& test) {
  if (!test.ended) return tr("%1: testing…").arg(test.device);
  if (!test.failure.code.isEmpty()) {
    const ErrorText words = errorText(test.failure);
    return tr("%1: the test fails. %2").arg(test.device, words.what) + QLatin1Char(' ') + words.details;
  }
  const auto number = [&](const char* name) { return test.result.value(QLatin1String(name)).toDouble(); };
  if (test.result.value(QLatin1String("works")).toBool()) {
    return tr("%1: works, %2 tokens/s with the small model of the test")
        .arg(test.device, QLocale().toString(number("tokens_per_second"), 'f', 0));
  }
  return tr("%1: computes something else than it should, by %2 where %3 may be. Another driver may help.")
      .arg(test.device, QLocale().toString(number("difference"), 'g', 2),
           QLocale().toString(number("allowed_difference"), 'g', 2));
}

QString DeviceTests::text() const {
  QStringList lines;
  for (qsizetype at = 0; at <= qMin(m_at, m_tests.size() - 1); ++at) lines.append(lineOf(m_tests[at]));
  return lines.join(QLatin1Char('\n'));
}

}  // namespace lapilli::gui
