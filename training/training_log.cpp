// SPDX-License-Identifier: Apache-2.0
#include "training/training_log.h"

#include "engine/io/file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::training {
namespace {

using Json = nlohmann::ordered_json;

struct JsonOf {
  Json operator()(const Progress& progress) const {
    return {{"event", "progress"},
            {"stage", progress.stage},
            {"done", progress.done},
            {"total", progress.total},
            {"unit", progress.unit}};
  }
  Json operator()(const Note& note) const {
    return {{"event", "note"}, {"code", note.code}, {"message", note.message}};
  }
  Json operator()(const StepDone& step) const {
    Json json = {{"event", "step"},
                 {"step", step.step},
                 {"total", step.total},
                 {"epoch", step.epoch},
                 {"loss", step.loss},
                 {"learning_rate", step.learning_rate},
                 {"gradient_norm", step.gradient_norm},
                 {"tokens_per_second", step.tokens_per_second},
                 {"pictures_per_second", step.pictures_per_second},
                 {"seconds_left", step.seconds_left}};
    if (step.skipped) json["skipped"] = true;
    return json;
  }
  Json operator()(const ValidationDone& done) const {
    return {{"event", "validation"}, {"step", done.step}, {"loss", done.loss}, {"records", done.records}};
  }
  Json operator()(const SampleAnswered& sample) const {
    return {{"event", "sample"},     {"step", sample.step},     {"question", sample.question},
            {"image", sample.image}, {"prompt", sample.prompt}, {"answer", sample.answer}};
  }
  Json operator()(const CheckpointSaved& saved) const {
    return {{"event", "checkpoint"}, {"step", saved.step}, {"folder", saved.folder.string()}};
  }
  Json operator()(const WentBack& back) const { return {{"event", "went_back"}, {"step", back.step}}; }
};

/// Whether a line, without its break, is whole and belongs to the first `kept_steps` updates or to none.
bool belongs(std::string_view line, uint64_t kept_steps) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  const auto step = json.find("step");
  return step == json.end() || (step->is_number_unsigned() && step->get<uint64_t>() <= kept_steps);
}

/// Bytes of the lines that stay.
uint64_t kept_bytes(std::string_view content, uint64_t kept_steps) {
  if (kept_steps == 0) return 0;
  size_t begin = 0;
  for (size_t end = content.find('\n'); end != std::string_view::npos; end = content.find('\n', begin)) {
    if (!belongs(content.substr(begin, end - begin), kept_steps)) break;
    begin = end + 1;
  }
  return begin;
}

/// Whether lines tell of a checkpoint: then they are worth keeping.
bool tells_of_a_checkpoint(std::string_view lines) {
  size_t begin = 0;
  for (size_t end = lines.find('\n'); end != std::string_view::npos; end = lines.find('\n', begin)) {
    const auto json =
        nlohmann::json::parse(lines.substr(begin, end - begin), nullptr, /*allow_exceptions=*/false);
    if (json.is_object() && json.value("event", nlohmann::json()) == "checkpoint") return true;
    begin = end + 1;
  }
  return false;
}

/// Copies a log's content to the first "FILE.earlier-N" that is free.
std::filesystem::path copy_aside(const std::filesystem::path& path, std::string_view content) {
  for (int number = 1;; ++number) {
    std::filesystem::path copy = path;
    copy += text(".earlier-", number);
    if (std::filesystem::exists(copy)) continue;
    replace_file(copy, std::as_bytes(std::span(content))).value();
    return copy;
  }
}

/// Whether a file can be an earlier run's log: its first line is an event, be it torn.
bool can_be_a_log(std::string_view content) {
  const size_t end = content.find('\n');
  const auto line = nlohmann::json::parse(content.substr(0, end), nullptr, /*allow_exceptions=*/false);
  if (line.is_object()) return line.contains("event");
  const bool torn = end == std::string_view::npos && content.starts_with('{') && line.is_discarded();
  return content.empty() || torn;
}

Error system_error(const std::filesystem::path& path, const char* what) {
  const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return Error(code, text(what, ": ", std::strerror(errno)), path.string());
}

}  // namespace

std::string json_line(const TrainingEvent& event) {
  return std::visit(JsonOf(), event).dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<TrainingLog> TrainingLog::open(const std::filesystem::path& path, uint64_t kept_steps) {
  TrainingLog log;
  log.path_ = path;
  log.descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (log.descriptor_ < 0) return system_error(path, "the log can't be written");
  const auto file = MappedFile::open(path);
  if (!file) return file.error();
  const auto* const content = reinterpret_cast<const char*>(file->bytes().data());
  const std::string_view there(content, file->bytes().size());
  if (!can_be_a_log(there))
    return Error(ErrorCode::kInvalidArgument, "exists already and is no training log; name a new file",
                 path.string());
  const uint64_t kept = kept_bytes(there, kept_steps);
  if (tells_of_a_checkpoint(there.substr(kept))) {
    auto copied = try_result([&] { return copy_aside(path, there); });
    if (!copied) return copied.error();
    log.earlier_ = std::move(*copied);
  }
  if (::ftruncate(log.descriptor_, static_cast<off_t>(kept)) != 0)
    return system_error(path, "the log can't be cut where the run goes on");
  return log;
}

TrainingLog::TrainingLog(TrainingLog&& other) noexcept
    : path_(std::move(other.path_)),
      earlier_(std::move(other.earlier_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

TrainingLog& TrainingLog::operator=(TrainingLog&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(earlier_, other.earlier_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

TrainingLog::~TrainingLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void TrainingLog::add(const TrainingEvent& event) {
  if (!std::holds_alternative<Progress>(event)) add_line(json_line(event));
}

void TrainingLog::add_line(std::string_view line) {
  if (const auto written = write_all(descriptor_, std::as_bytes(std::span(line))); !written)
    throw written.error().within(path_.string());
}

}  // namespace lapilli::training
