// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/json_line.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonParseError>

namespace lapilli::gui {
namespace {

void append(QByteArray& line, const QJsonValue& value);

void appendScalar(QByteArray& line, const QJsonValue& value) {
  const QByteArray inArray = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
  line += inArray.mid(1, inArray.size() - 2);
}

void appendSchema(QByteArray& line, const QString& schema) {
  // Line breaks in JSON stand between its parts only.
  if (schemaProblem(schema).isEmpty()) {
    line += schema.toUtf8().replace('\n', ' ').replace('\r', ' ');
  } else {
    appendScalar(line, schema);
  }
}

void append(QByteArray& line, const QJsonObject& object) {
  const bool schema = object.value(QLatin1String("kind")) == QLatin1String("json_schema");
  line += '{';
  for (auto field = object.begin(); field != object.end(); ++field) {
    if (field != object.begin()) line += ',';
    appendScalar(line, field.key());
    line += ':';
    if (schema && field.key() == QLatin1String("schema") && field.value().isString()) {
      appendSchema(line, field.value().toString());
    } else {
      append(line, field.value());
    }
  }
  line += '}';
}

void append(QByteArray& line, const QJsonValue& value) {
  if (value.isObject()) return append(line, value.toObject());
  if (!value.isArray()) return appendScalar(line, value);
  line += '[';
  const QJsonArray array = value.toArray();
  for (qsizetype at = 0; at < array.size(); ++at) {
    if (at > 0) line += ',';
    append(line, array[at]);
  }
  line += ']';
}

}  // namespace

QByteArray jsonLine(const QJsonObject& object) {
  QByteArray line;
  append(line, object);
  return line;
}

QString schemaProblem(const QString& text) {
  QJsonParseError error;
  const QByteArray bytes = text.toUtf8();
  const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
  if (document.isObject()) return {};
  if (!document.isNull()) return QCoreApplication::translate("JsonLine", "A JSON Schema is an object: {…}");
  const QByteArray before = bytes.left(error.offset);
  return QCoreApplication::translate("JsonLine", "Line %1, column %2: %3")
      .arg(1 + before.count('\n'))
      .arg(1 + QString::fromUtf8(before.mid(before.lastIndexOf('\n') + 1)).size())
      .arg(error.errorString());
}

}  // namespace lapilli::gui
