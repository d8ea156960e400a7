// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>

namespace lapilli::gui {

/// One line of JSON, without its end. A `json_schema` format whose `schema` is a text has it in the line as
/// it was written, so that the engine sees the properties in the order of the user, which QJsonObject does
/// not keep. A text that is no JSON object stays a string, which the engine refuses.
[[nodiscard]] QByteArray jsonLine(const QJsonObject& object);

/// The same for a file: line breaks of schemas stay.
[[nodiscard]] QByteArray jsonFileText(const QJsonObject& object);

struct ReadJson {
  QJsonObject object = {};  ///< empty where there is a problem
  QString problem = {};     ///< a sentence of the reader
};
/// An object from its text, the counterpart of jsonFileText(): the schemas of `json_schema` formats are
/// texts, as they were written.
[[nodiscard]] ReadJson readJson(const QByteArray& text);

/// What is wrong with a text that is to be a JSON object, with line and column; empty: nothing.
[[nodiscard]] QString jsonProblem(const QByteArray& text);

/// What is wrong with a JSON Schema as text, with line and column; empty: it is a JSON object.
[[nodiscard]] QString schemaProblem(const QString& text);

}  // namespace lapilli::gui
