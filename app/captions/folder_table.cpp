// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/folder_table.h"

#include "app/captions/byte_order_mark.h"
#include "app/captions/outputs.h"
#include "engine/base/json.h"
#include "engine/base/trimmed.h"
#include "engine/io/ordered_json.h"
#include "engine/runtime/prompt.h"

#include <algorithm>
#include <set>

namespace lapilli::captions {
namespace {

using json = nlohmann::ordered_json;

std::string csv_cell(const std::string& value) {
  if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
  std::string cell = "\"";
  for (const char c : value) cell += c == '"' ? "\"\"" : std::string(1, c);
  return cell + '"';
}

/// The rows of a CSV file as RFC 4180 has them; nothing for what it does not allow.
class CsvReader {
 public:
  explicit CsvReader(std::string_view content) : rest_(content) {}

  std::optional<std::vector<std::vector<std::string>>> read() {
    std::vector<std::vector<std::string>> rows;
    while (!rest_.empty()) {
      rows.emplace_back();
      do {
        auto cell = read_cell();
        if (!cell) return std::nullopt;
        rows.back().push_back(*std::move(cell));
      } while (take(','));
      if (!rest_.empty() && !take("\r\n") && !take('\n')) return std::nullopt;
    }
    return rows;
  }

 private:
  bool take(char c) { return take(std::string_view(&c, 1)); }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  std::optional<std::string> read_cell() {
    if (take('"')) return read_quoted();
    const size_t end = std::min(rest_.find_first_of(",\"\r\n"), rest_.size());
    std::string cell(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return cell;
  }
  std::optional<std::string> read_quoted() {
    std::string cell;
    for (;;) {
      const size_t quote = rest_.find('"');
      if (quote == std::string_view::npos) return std::nullopt;
      cell.append(rest_.substr(0, quote));
      rest_.remove_prefix(quote + 1);
      if (!take('"')) return cell;
      cell += '"';
    }
  }

  std::string_view rest_;
};

std::string string_at(const json& object, const std::string& key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A text without the marks of pictures.
std::string without_marks(std::string_view text) {
  std::string plain;
  for (;;) {
    const size_t mark = text.find(kImageMark);
    plain.append(text.substr(0, mark));
    if (mark == std::string_view::npos) return plain;
    text.remove_prefix(mark + kImageMark.size());
  }
}

/// A conversation about one picture; the prompts as they were written, without what a format adds. Training
/// wants one mark a picture, in the first question.
json turns_of(const Settings& settings, const Answers& answers, bool with_mark) {
  json turns = json::array();
  for (const Question& question : settings.questions) {
    const auto asked = answers.find("prompt:" + question.field);
    const std::string prompt = without_marks(asked == answers.end() ? question.prompt : asked->second);
    const bool is_first = turns.empty() && with_mark;
    turns.push_back(
        {{"from", "human"}, {"value", text(is_first ? text(kImageMark, '\n') : "", trimmed(prompt))}});
    turns.push_back({{"from", "gpt"}, {"value", without_marks(answer_of(answers, question.field))}});
  }
  return turns;
}

}  // namespace

std::optional<FolderTable> FolderTable::read(Output kind, std::string_view content) {
  FolderTable table(kind);
  table.bom_ = content.starts_with(kByteOrderMark);
  content = without_byte_order_mark(content);
  const bool known = trimmed(content).empty() ? true
                     : kind == Output::kCsv   ? table.read_csv(content)
                     : kind == Output::kJsonl ? table.read_lines(content)
                                              : table.read_records(content);
  return known ? std::optional(std::move(table)) : std::nullopt;
}

void FolderTable::add(Row row) {
  if (!row.picture.empty()) places_.emplace(row.picture, rows_.size());
  rows_.push_back(std::move(row));
}

bool FolderTable::read_csv(std::string_view content) {
  const auto rows = CsvReader(content).read();
  if (!rows || rows->empty() || rows->front().front() != "file") return false;
  columns_ = rows->front();
  if (std::set<std::string>(columns_.begin(), columns_.end()).size() != columns_.size()) return false;
  for (size_t at = 1; at < rows->size(); ++at) {
    const std::vector<std::string>& cells = (*rows)[at];
    if (cells.size() == 1 && cells.front().empty()) continue;
    if (cells.size() != columns_.size()) return false;
    Row row{.picture = cells.front(), .value = json::object()};
    for (size_t column = 0; column < cells.size(); ++column) row.value[columns_[column]] = cells[column];
    add(std::move(row));
  }
  return true;
}

bool FolderTable::read_lines(std::string_view content) {
  while (!content.empty()) {
    const size_t end = std::min(content.find('\n'), content.size());
    const std::string line(trimmed(content.substr(0, end)));
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.empty()) continue;
    auto value = parse_ordered_json(line);
    if (!value || !value->is_object() || string_at(*value, "file").empty()) return false;
    add({.picture = string_at(*value, "file"), .value = *std::move(value), .line = line});
  }
  return true;
}

bool FolderTable::read_records(std::string_view content) {
  auto records = parse_ordered_json(content);
  if (!records || !records->is_array()) return false;
  for (json& record : *records) {
    if (!record.is_object() || !record.contains("conversations") || !record["conversations"].is_array())
      return false;
    add({.picture = string_at(record, "image"), .value = std::move(record)});
  }
  return true;
}

Decision FolderTable::decide_row(const std::string& picture, const Settings& settings) const {
  const auto place = places_.find(picture);
  if (place == places_.end()) return decide(settings.existing, false, false);
  const json& value = rows_[place->second].value;
  const bool has_text =
      kind_ == Output::kLlavaJson
          ? !value["conversations"].empty()
          : std::any_of(settings.questions.begin(), settings.questions.end(), [&](const Question& question) {
              return !trimmed(string_at(value, question.field)).empty();
            });
  return decide(settings.existing, true, has_text);
}

std::string FolderTable::row_text(const std::string& picture, const Settings& settings) const {
  const auto place = places_.find(picture);
  if (place == places_.end()) return {};
  const json& value = rows_[place->second].value;
  if (kind_ == Output::kLlavaJson) {
    const json& turns = value["conversations"];
    return turns.empty() || !turns.back().is_object() ? std::string() : string_at(turns.back(), "value");
  }
  for (const Question& question : settings.questions) {
    std::string text(trimmed(string_at(value, question.field)));
    if (!text.empty()) return text;
  }
  return {};
}

void FolderTable::put(const std::string& picture, const Settings& settings, const Answers& answers,
                      Decision decision) {
  const auto place = places_.find(picture);
  const bool is_new = place == places_.end();
  if (is_new) add({.picture = picture, .value = json::object()});
  Row& row = is_new ? rows_.back() : rows_[place->second];
  row.line.clear();
  if (kind_ == Output::kLlavaJson) {
    put_turns(row, settings, answers, decision);
  } else {
    put_cells(row, settings, answers, decision);
  }
}

void FolderTable::put_cells(Row& row, const Settings& settings, const Answers& answers, Decision decision) {
  row.value["file"] = row.picture;
  for (const Question& question : settings.questions) {
    const std::string& field = question.field;
    if (std::find(columns_.begin(), columns_.end(), field) == columns_.end()) columns_.push_back(field);
    row.value[field] = combined_text(decision, string_at(row.value, field), answer_of(answers, field));
  }
}

void FolderTable::put_turns(Row& row, const Settings& settings, const Answers& answers,
                            Decision decision) const {
  json& record = row.value;
  json old = record.contains("conversations") ? record["conversations"] : json::array();
  const bool joins = !old.empty() && (decision == Decision::kAppend || decision == Decision::kPrepend);
  if (!record.contains("id")) record["id"] = row.picture.substr(0, row.picture.rfind('.'));
  record["image"] = row.picture;
  json fresh = turns_of(settings, answers, !joins || decision == Decision::kPrepend);
  if (joins && decision == Decision::kPrepend) {
    for (json& turn : old) {
      if (turn.is_object() && turn.contains("value") && turn["value"].is_string())
        turn["value"] = std::string(trimmed(without_marks(turn["value"].get<std::string>())));
    }
    fresh.insert(fresh.end(), old.begin(), old.end());
  } else if (joins) {
    fresh.insert(fresh.begin(), old.begin(), old.end());
  }
  record["conversations"] = std::move(fresh);
}

std::string FolderTable::csv() const {
  std::string csv;
  for (size_t column = 0; column < columns_.size(); ++column)
    csv += text(column == 0 ? "" : ",", csv_cell(columns_[column]));
  csv += "\r\n";
  for (const Row& row : rows_) {
    for (size_t column = 0; column < columns_.size(); ++column)
      csv += text(column == 0 ? "" : ",", csv_cell(string_at(row.value, columns_[column])));
    csv += "\r\n";
  }
  return csv;
}

std::string FolderTable::content(bool bom) const {
  std::string content(kind_ == Output::kCsv && (bom || bom_) ? kByteOrderMark : "");
  if (kind_ == Output::kCsv) return content + csv();
  if (kind_ == Output::kLlavaJson) {
    json records = json::array();
    for (const Row& row : rows_) records.push_back(row.value);
    return records.dump(1) + '\n';
  }
  for (const Row& row : rows_) content += (row.line.empty() ? row.value.dump() : row.line) + '\n';
  return content;
}

}  // namespace lapilli::captions
