// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/journal.h"
#include "app/captions/settings.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace lapilli::captions {

/// A file of the whole folder with a row a picture: captions.csv, captions.jsonl, captions.json. What a file
/// has already stays, row by row, in its order, until a picture gets another row; new rows follow.
class FolderTable {
 public:
  /// `kind`: one of which is_of_folder().
  explicit FolderTable(Output kind) : kind_(kind) {}
  /// The table of a file's content. Nothing for another program's file: CSV whose first column is not "file",
  /// lines that are no objects with a "file", JSON that is no array of LLaVA's records.
  [[nodiscard]] static std::optional<FolderTable> read(Output kind, std::string_view content);

  [[nodiscard]] Output kind() const { return kind_; }
  [[nodiscard]] size_t size() const { return rows_.size(); }
  /// What the settings make of a picture's row that is there, or not.
  [[nodiscard]] Decision decide_row(const std::string& picture, const Settings& settings) const;
  /// The first text that a picture's row has in the fields of the questions; empty: none.
  [[nodiscard]] std::string row_text(const std::string& picture, const Settings& settings) const;
  /// Gives a picture its row: the other columns of one that is there stay, and its texts go as `decision`
  /// says.
  void put(const std::string& picture, const Settings& settings, const Answers& answers, Decision decision);
  [[nodiscard]] std::string content(bool bom) const;

 private:
  struct Row {
    std::string picture;  // empty: of no picture
    nlohmann::ordered_json value;
    std::string line = {};  // as it stood in the file; empty: it is made from the value
  };
  bool read_csv(std::string_view content);
  bool read_lines(std::string_view content);
  bool read_records(std::string_view content);
  void add(Row row);
  void put_cells(Row& row, const Settings& settings, const Answers& answers, Decision decision);
  void put_turns(Row& row, const Settings& settings, const Answers& answers, Decision decision) const;
  [[nodiscard]] std::string csv() const;

  Output kind_;
  bool bom_ = false;
  std::vector<std::string> columns_ = {"file"};  // of CSV
  std::vector<Row> rows_;
  std::map<std::string, size_t> places_;  // of pictures among the rows
};

}  // namespace lapilli::captions
