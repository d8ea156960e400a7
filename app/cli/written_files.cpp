// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/written_files.h"

#include <nlohmann/json.hpp>

namespace lapilli::cli {

void show_written(const ExportReport& report, nlohmann::json more, Output& output) {
  nlohmann::json files = nlohmann::json::array();
  for (const std::filesystem::path& file : report.files) {
    const uint64_t size_bytes = std::filesystem::file_size(file);
    files.push_back({{"file", file.string()}, {"size_bytes", size_bytes}});
    output.remark(text("wrote ", file.string(), ", ", size_bytes >> 10, " KiB\n"));
  }
  for (const std::string& note : report.notes) output.remark(text("note: ", note, '\n'));
  if (!output.json()) return;
  more["files"] = std::move(files);
  more["notes"] = report.notes;
  output.line(more);
}

}  // namespace lapilli::cli
