// SPDX-License-Identifier: Apache-2.0
#include "training/check_data.h"

#include "training/check_record.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace lapilli::training {
namespace {

using Severity = DataProblem::Severity;

constexpr size_t kRecordsAThread = 16;  // fewer are not worth one

/// What is wrong with picture files; each is looked at once by a thread.
class PictureCheck {
 public:
  explicit PictureCheck(const CheckOptions& options) : options_(&options) {}

  /// The problem; empty: none.
  const std::string& operator()(const std::filesystem::path& path) {
    const auto [at, is_new] = seen_.try_emplace(path.string());
    if (is_new) {
      const Result<void> usable = options_->decode_pictures ? decode(path) : look_at(path);
      if (!usable) at->second = usable.error().what();
    }
    return at->second;
  }

 private:
  Result<void> decode(const std::filesystem::path& path) const {
    const Result<LoadedImage> loaded = load_image(path, {.limits = options_->limits});
    if (!loaded) return loaded.error();
    return {};
  }

  Result<void> look_at(const std::filesystem::path& path) const {
    const auto refuse = [&](ErrorCode code, const std::string& message) {
      return Error(code, message, path.string());
    };
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
      return std::filesystem::exists(path, error)
                 ? refuse(ErrorCode::kInvalidArgument, "is not a regular file, expected a picture")
                 : refuse(ErrorCode::kNotFound, "there is no such picture");
    }
    std::array<char, 64> head{};
    std::ifstream file(path, std::ios::binary);
    file.read(head.data(), head.size());
    if (!file && !file.eof()) return refuse(ErrorCode::kIo, "the picture can't be read");
    const Bytes content = std::as_bytes(std::span(head.data(), static_cast<size_t>(file.gcount())));
    const Result<ImageFormat> format = image_format_of(content);
    if (!format) return format.error().within(path.string());
    if (!can_decode(*format))
      return refuse(ErrorCode::kUnsupported,
                    text(to_string(*format), " pictures can't be read by this build"));
    file.clear();
    if (ends_whole(file, *format)) return {};
    return decode(path);
  }

  /// Whether the file ends with its format's last mark. Where it doesn't it may be cut, or have something
  /// behind the picture. Formats without such a mark are taken as whole.
  static bool ends_whole(std::ifstream& file, ImageFormat format) {
    using namespace std::string_view_literals;
    const std::string_view mark = format == ImageFormat::kJpeg  ? "\xFF\xD9"sv
                                  : format == ImageFormat::kPng ? "IEND\xAE\x42\x60\x82"sv
                                                                : ""sv;
    std::string end(mark.size(), '\0');
    file.seekg(-static_cast<std::streamoff>(mark.size()), std::ios::end);
    file.read(end.data(), static_cast<std::streamsize>(end.size()));
    return end == mark;
  }

  const CheckOptions* options_;
  std::unordered_map<std::string, std::string> seen_;
};

class Checker {
 public:
  Checker(const Tokenizer* tokenizer, const CheckOptions& options)
      : tokenizer_(tokenizer), options_(options), pictures_(options_) {}

  void record(const RecordReading& reading) {
    const Record& record = reading.record;
    ++report_.records;
    report_.text_only += record.images.empty();
    report_.pictures += record.images.size();
    for (const std::string& problem : reading.problems) add(record, Severity::kError, problem);
    for (const std::filesystem::path& image : record.images) {
      if (const std::string& problem = pictures_(image); !problem.empty()) {
        add(record, Severity::kError, text("picture ", problem));
      }
    }
    if (!reading.problems.empty()) return;
    const std::vector<std::string> problems = conversation_problems(record, options_.sample.prompt_version);
    for (const std::string& problem : problems) add(record, Severity::kError, problem);
    if (tokenizer_ != nullptr && problems.empty()) sample(record);
  }

  [[nodiscard]] DataReport take_report() { return std::move(report_); }

 private:
  void add(const Record& record, Severity severity, std::string message) {
    report_.problems.push_back({record.file, record.line, record.id, severity, std::move(message)});
  }

  void sample(const Record& record) {
    const Result<Sample> made = make_sample(record, *tokenizer_, options_.sample);
    if (!made) return add(record, Severity::kError, made.error().message());
    report_.positions += made->ids.size();
    report_.learned +=
        made->labels.size() - static_cast<size_t>(std::ranges::count(made->labels, kIgnoredLabel));
    report_.longest = std::max(report_.longest, made->full_length);
    report_.most_pictures = std::max<uint64_t>(report_.most_pictures, made->pictures.size());
    if (!made->warning.empty()) add(record, Severity::kWarning, made->warning);
    if (made->full_length > options_.sample.max_length) {
      ++report_.over_long;
      add(record, Severity::kWarning,
          text("the conversation takes ", made->full_length, " positions, pictures included, the most is ",
               options_.sample.max_length, ": the rest is cut off"));
    }
  }

  const Tokenizer* tokenizer_;
  CheckOptions options_;
  PictureCheck pictures_;
  DataReport report_;
};

/// Counts the records that all threads have done.
class Progress {
 public:
  Progress(size_t records, const std::function<void(uint64_t)>& tell)
      : often_(records / 100 + 1), tell_(&tell) {}

  void one_more() {
    const std::scoped_lock lock(mutex_);
    if (++done_ % often_ == 0 && *tell_) (*tell_)(done_);
  }

 private:
  std::mutex mutex_;
  uint64_t done_ = 0;
  const uint64_t often_;
  const std::function<void(uint64_t)>* tell_;
};

void add_report(DataReport part, DataReport& to) {
  std::ranges::move(part.problems, std::back_inserter(to.problems));
  to.records += part.records;
  to.text_only += part.text_only;
  to.pictures += part.pictures;
  to.over_long += part.over_long;
  to.positions += part.positions;
  to.learned += part.learned;
  to.longest = std::max(to.longest, part.longest);
  to.most_pictures = std::max(to.most_pictures, part.most_pictures);
}

DataReport file_problems(const Dataset& dataset) {
  DataReport report;
  for (const Dataset::FileProblem& problem : dataset.problems()) {
    report.problems.push_back({problem.file, problem.line, {}, Severity::kError, problem.message});
  }
  return report;
}

}  // namespace

std::string to_string(const DataProblem& problem) {
  return text(problem.file, ':', problem.line, ": ",
              problem.record_id.empty() ? "" : text("record ", problem.record_id, ": "), problem.message);
}

Result<DataReport> check_data(const Dataset& dataset, const Tokenizer* tokenizer, const CheckOptions& options,
                              std::stop_token stop, const std::function<void(uint64_t)>& progress) {
  Progress done(dataset.size(), progress);
  const auto check_range = [&](size_t first, size_t last) {
    Checker checker(tokenizer, options);
    for (size_t i = first; i < last && !stop.stop_requested(); ++i) {
      checker.record(dataset.read(i));
      done.one_more();
    }
    return checker.take_report();
  };
  const size_t wanted = options.threads > 0 ? options.threads : std::thread::hardware_concurrency();
  const size_t threads = std::clamp<size_t>(wanted, 1, std::max<size_t>(dataset.size() / kRecordsAThread, 1));
  std::vector<std::future<DataReport>> parts;
  for (size_t i = 0; i < threads; ++i) {
    parts.push_back(std::async(std::launch::async, check_range, dataset.size() * i / threads,
                               dataset.size() * (i + 1) / threads));
  }
  DataReport report = file_problems(dataset);
  for (std::future<DataReport>& part : parts) add_report(part.get(), report);
  if (stop.stop_requested()) return Error(ErrorCode::kStopped, "stopped while the data was checked");
  std::ranges::stable_sort(report.problems, {}, [](const DataProblem& problem) {
    return std::pair<std::string_view, uint64_t>(problem.file, problem.line);
  });
  report.errors =
      static_cast<uint64_t>(std::ranges::count(report.problems, Severity::kError, &DataProblem::severity));
  return report;
}

}  // namespace lapilli::training
