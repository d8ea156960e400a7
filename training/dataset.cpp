// SPDX-License-Identifier: Apache-2.0
#include "training/dataset.h"

#include "training/json_slices.h"
#include "training/picture_folder.h"
#include "training/record_json.h"

#include <algorithm>
#include <limits>

namespace lapilli::training {
namespace {

template <class Number>
Number clamped(uint64_t value) {
  return static_cast<Number>(std::min<uint64_t>(value, std::numeric_limits<Number>::max()));
}

/// The first character that is not blank; 0 when there is none.
char first_character(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const size_t at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : text[at];
}

}  // namespace

Result<Dataset> Dataset::open(const std::vector<std::filesystem::path>& sources,
                              const DatasetOptions& options) {
  Dataset dataset;
  dataset.options_ = options;
  for (const std::filesystem::path& path : sources) {
    const size_t before = dataset.places_.size();
    std::error_code ignored;
    const Result<void> added =
        std::filesystem::is_directory(path, ignored) ? dataset.add_folder(path) : dataset.add_file(path);
    if (!added) return added.error();
    if (dataset.places_.size() == before && dataset.problems_.empty()) {
      return Error(ErrorCode::kBadFile, "no record was found: give a file with conversations", path.string());
    }
  }
  return dataset;
}

Result<void> Dataset::add_file(const std::filesystem::path& path) {
  Result<MappedFile> file = MappedFile::open(path);
  if (!file) return file.error();
  const std::string_view content = as_string_view(file->bytes());
  const char first = first_character(content);
  if (first != '[' && first != '{') {
    return Error(ErrorCode::kBadFile,
                 "neither a JSON list nor JSON lines: training data is a list of "
                 "{\"image\": …, \"conversations\": [{\"from\", \"value\"}, …]} or one such record a line",
                 path.string());
  }
  const auto source = static_cast<uint32_t>(sources_.size());
  const auto add = [&](const JsonSlice& slice) {
    places_.push_back(
        {slice.offset, clamped<uint32_t>(slice.size_bytes), clamped<uint32_t>(slice.line), source});
  };
  if (first == '{') {
    visit_lines(content, add);
  } else if (const auto problem = visit_array(content, add)) {
    problems_.push_back({path.string(), problem->line, problem->message});
  }
  Source added{
      .path = path, .images = options_.images.empty() ? path.parent_path() : options_.images, .file = {}};
  added.file.push_back(std::move(*file));
  sources_.push_back(std::move(added));
  return {};
}

Result<void> Dataset::add_folder(const std::filesystem::path& path) {
  Result<std::vector<std::string>> pictures = pictures_below(path);
  if (!pictures) return pictures.error();
  const auto source = static_cast<uint32_t>(sources_.size());
  for (uint64_t i = 0; i < pictures->size(); ++i) places_.push_back({i, 0, 1, source});
  sources_.push_back({.path = path, .images = path, .file = {}, .pictures = std::move(*pictures)});
  return {};
}

RecordReading Dataset::read(size_t index) const {
  LAPILLI_ASSERT(index < places_.size());
  const Place& place = places_[index];
  const Source& source = sources_[place.source];
  return source.file.empty() ? read_sidecar(source, place) : read_json(source, place);
}

RecordReading Dataset::read_json(const Source& source, const Place& place) const {
  RecordReading reading;
  if (place.size_bytes > kRecordLimitBytes) {
    reading.problems.push_back(text("the record takes ", place.size_bytes, " bytes, the most is ",
                                    kRecordLimitBytes, ": is a bracket or quote missing?"));
  } else {
    std::string json(place.size_bytes, '\0');
    const Result<void> copied =
        source.file.front().read_at(place.offset, std::as_writable_bytes(std::span(json)));
    if (copied) {
      reading = read_record(json);
    } else {
      reading.problems.emplace_back(copied.error().what());
    }
  }
  for (std::filesystem::path& image : reading.record.images) image = source.images / image;
  reading.record.file = source.path.string();
  reading.record.line = place.line;
  return reading;
}

RecordReading Dataset::read_sidecar(const Source& source, const Place& place) const {
  return read_picture_with_text(source.path, source.pictures[place.offset], options_.sidecar_question);
}

Result<Record> Dataset::record(size_t index) const {
  RecordReading reading = read(index);
  if (reading.problems.empty()) return std::move(reading.record);
  return Error(ErrorCode::kBadFile, reading.problems.front(),
               text(reading.record.file, ':', reading.record.line));
}

}  // namespace lapilli::training
