// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/json_line.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonParseError>

namespace lapilli::gui {
namespace {

QByteArray scalar(const QJsonValue& value) {
  const QByteArray inArray = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
  return inArray.mid(1, inArray.size() - 2);
}

class Writer {
 public:
  explicit Writer(bool inOneLine) : m_inOneLine(inOneLine) {}
  void append(const QJsonObject& object);
  [[nodiscard]] const QByteArray& text() const { return m_text; }

 private:
  void append(const QJsonValue& value);
  void appendSchema(const QString& schema);

  QByteArray m_text;
  bool m_inOneLine;
};

void Writer::appendSchema(const QString& schema) {
  if (!schemaProblem(schema).isEmpty()) {
    m_text += scalar(schema);
  } else if (m_inOneLine) {  // line breaks in JSON stand between its parts only
    m_text += schema.toUtf8().replace('\n', ' ').replace('\r', ' ');
  } else {
    m_text += schema.toUtf8();
  }
}

void Writer::append(const QJsonObject& object) {
  const bool schema = object.value(QLatin1String("kind")) == QLatin1String("json_schema");
  m_text += '{';
  for (auto field = object.begin(); field != object.end(); ++field) {
    if (field != object.begin()) m_text += ',';
    m_text += scalar(field.key()) + ':';
    if (schema && field.key() == QLatin1String("schema") && field.value().isString()) {
      appendSchema(field.value().toString());
    } else {
      append(field.value());
    }
  }
  m_text += '}';
}

void Writer::append(const QJsonValue& value) {
  if (value.isObject()) return append(value.toObject());
  if (!value.isArray()) {
    m_text += scalar(value);
    return;
  }
  m_text += '[';
  const QJsonArray array = value.toArray();
  for (qsizetype at = 0; at < array.size(); ++at) {
    if (at > 0) m_text += ',';
    append(array[at]);
  }
  m_text += ']';
}

/// Finds the schemas of formats in JSON that is well-formed.
class SchemaFinder {
 public:
  struct Place {
    qsizetype begin;
    qsizetype end;
  };
  explicit SchemaFinder(QByteArrayView text) : m_text(text) { value(); }
  /// In their order; none within another.
  [[nodiscard]] const QList<Place>& places() const { return m_places; }

 private:
  [[nodiscard]] char next() {
    while (kBlanks.contains(m_text[m_at])) ++m_at;
    return m_text[m_at];
  }
  Place value();
  void string();
  void array();
  void object();
  [[nodiscard]] QByteArrayView in(Place place) const {
    return m_text.sliced(place.begin, place.end - place.begin);
  }

  static constexpr QByteArrayView kBlanks = " \t\r\n";
  static constexpr QByteArrayView kEnds = " \t\r\n,]}";
  QByteArrayView m_text;
  qsizetype m_at = 0;
  QList<Place> m_places;
};

/// Goes past a value, and tells where it stood.
SchemaFinder::Place SchemaFinder::value() {
  const char first = next();
  const qsizetype begin = m_at;
  if (first == '{') {
    object();
  } else if (first == '[') {
    array();
  } else if (first == '"') {
    string();
  } else {
    while (m_at < m_text.size() && !kEnds.contains(m_text[m_at])) ++m_at;
  }
  return {begin, m_at};
}

void SchemaFinder::string() {
  for (++m_at; m_text[m_at] != '"'; ++m_at) {
    if (m_text[m_at] == '\\') ++m_at;
  }
  ++m_at;
}

void SchemaFinder::array() {
  for (++m_at; next() != ']';) {
    value();
    if (next() == ',') ++m_at;
  }
  ++m_at;
}

void SchemaFinder::object() {
  Place schema{0, 0};
  bool isFormat = false;
  for (++m_at; next() != '}';) {
    const QByteArrayView key = in(value());
    static_cast<void>(next());
    ++m_at;  // the colon
    const Place found = value();
    if (key == "\"kind\"") isFormat = in(found) == "\"json_schema\"";
    if (key == "\"schema\"" && m_text[found.begin] == '{') schema = found;
    if (next() == ',') ++m_at;
  }
  ++m_at;
  if (!isFormat || schema.end == 0) return;
  while (!m_places.isEmpty() && m_places.back().begin > schema.begin) m_places.removeLast();
  m_places.append(schema);
}

QByteArray withQuotedSchemas(const QByteArray& text) {
  QByteArray quoted;
  qsizetype copied = 0;
  const SchemaFinder finder(text);
  for (const auto& [begin, end] : finder.places()) {
    quoted += text.mid(copied, begin - copied) + scalar(QString::fromUtf8(text.mid(begin, end - begin)));
    copied = end;
  }
  return quoted + text.mid(copied);
}

}  // namespace

QByteArray jsonLine(const QJsonObject& object) {
  Writer writer(true);
  writer.append(object);
  return writer.text();
}

QByteArray jsonFileText(const QJsonObject& object) {
  Writer writer(false);
  writer.append(object);
  return writer.text();
}

ReadJson readJson(const QByteArray& text) {
  QJsonParseError error;
  const QJsonDocument plain = QJsonDocument::fromJson(text, &error);
  if (!plain.isObject())
    return {.problem = error.error == QJsonParseError::NoError ? QStringLiteral("no JSON object")
                                                               : error.errorString()};
  return {.object = QJsonDocument::fromJson(withQuotedSchemas(text)).object()};
}

QString jsonProblem(const QByteArray& text) {
  QJsonParseError error;
  const QJsonDocument document = QJsonDocument::fromJson(text, &error);
  if (document.isObject()) return {};
  if (!document.isNull()) return QCoreApplication::translate("JsonLine", "It is no JSON object: {…}");
  const QByteArray before = text.left(error.offset);
  return QCoreApplication::translate("JsonLine", "Line %1, column %2: %3")
      .arg(1 + before.count('\n'))
      .arg(1 + QString::fromUtf8(before.mid(before.lastIndexOf('\n') + 1)).size())
      .arg(error.errorString());
}

QString schemaProblem(const QString& text) {
  const QByteArray bytes = text.toUtf8();
  return QJsonDocument::fromJson(bytes).isArray()
             ? QCoreApplication::translate("JsonLine", "A JSON Schema is an object: {…}")
             : jsonProblem(bytes);
}

}  // namespace lapilli::gui
