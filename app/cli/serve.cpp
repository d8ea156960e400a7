// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/forms.h"
#include "app/cli/line_reader.h"
#include "app/cli/serve_engine.h"
#include "app/cli/serve_models.h"
#include "app/cli/serve_pictures.h"
#include "app/cli/serve_worker.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

constexpr int kProtocolVersion = 1;
constexpr size_t kMaxLineBytes = size_t{16} << 20;

/// Standard output, one line at a time from several threads.
class LineWriter {
 public:
  void write(const json& event) {
    const std::string line = one_line(event);
    const std::lock_guard lock(mutex_);
    for (size_t done = 0; done < line.size() && !closed_;) {
      const ssize_t count = ::write(STDOUT_FILENO, line.data() + done, line.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        failure_ = count < 0 ? errno : EIO;
        closed_ = true;
      }
      if (count > 0) done += static_cast<size_t>(count);
    }
  }
  /// Nobody reads any more.
  [[nodiscard]] bool closed() const { return closed_; }
  /// Throws when writing failed for another reason than a reader that has gone.
  void require_written() const {
    if (closed_ && failure_ != EPIPE)
      throw Error(ErrorCode::kIo, text("standard output cannot be written: ", std::strerror(failure_)));
  }

 private:
  std::mutex mutex_;
  std::atomic<int> failure_ = 0;
  std::atomic<bool> closed_ = false;
};

/// Reads requests, answers at once what needs no engine, and hands the rest to the worker.
class Server {
 public:
  explicit Server(Interrupt& interrupt)
      : interrupt_(interrupt),
        worker_([this](const json& event) { write(event); }, std::make_unique<ServeEngine>()),
        pictures_([this](const json& event) { write(event); }, std::make_unique<PictureReader>()),
        lookups_([this](const json& event) { write(event); }, std::make_unique<ModelLookups>()),
        testers_([this](const json& event) { write(event); }, std::make_unique<DeviceTester>()),
        formats_([this](const json& event) { write(event); }, std::make_unique<FormatChecker>()) {}

  ExitCode run() {
    writer_.write({{"event", "hello"},
                   {"program", "lapilli"},
                   {"version", LAPILLI_VERSION},
                   {"protocol", kProtocolVersion}});
    LineReader lines(STDIN_FILENO, kMaxLineBytes, interrupt_.descriptor());
    std::string line;
    while (!writer_.closed()) {
      switch (lines.next(line)) {
        case LineReader::Status::kInterrupted:
          stop({});
          return ExitCode::kStopped;
        case LineReader::Status::kEnd:
          drain();
          writer_.require_written();
          return interrupt_.pending() ? ExitCode::kStopped : ExitCode::kOk;
        case LineReader::Status::kTooLong:
          refuse("null", Error(ErrorCode::kInvalidArgument, "the line is longer than 16 MiB"));
          break;
        case LineReader::Status::kLine:
          if (!handle(line)) return ExitCode::kOk;
      }
    }
    writer_.require_written();
    return ExitCode::kOk;
  }

 private:
  /// False at a shutdown request.
  bool handle(const std::string& line) {
    if (line.empty()) return true;
    auto parsed = parse_request(line);
    if (const auto* bad = std::get_if<BadRequest>(&parsed)) {
      refuse(bad->id, bad->error);
      return true;
    }
    Request& request = std::get<Request>(parsed);
    const json id = json::parse(request.id);
    if (std::holds_alternative<PingRequest>(request.body)) {
      writer_.write({{"event", "pong"}, {"id", id}, {"busy", worker_.busy()}});
    } else if (const auto* halt = std::get_if<StopRequest>(&request.body)) {
      const size_t stopped = stop(halt->target, halt->after_current);
      writer_.write({{"event", "finished"}, {"id", id}, {"stopped", stopped}});
    } else if (std::holds_alternative<ShutdownRequest>(request.body)) {
      stop({});
      drain();
      writer_.write({{"event", "finished"}, {"id", id}});
      return false;
    } else if (std::holds_alternative<LoadRequest>(request.body) && worker_.makes_captions()) {
      refuse(request.id,
             Error(ErrorCode::kInvalidArgument,
                   "captions are being made with the model that is loaded; stop them first", "caption_run"));
    } else {
      worker_for(request.body).push(std::move(request));
    }
    return true;
  }

  void write(const json& event) {
    writer_.write(event);
    if (writer_.closed()) stop({});  // nobody waits for the rest
  }
  [[nodiscard]] ServeWorker& worker_for(const RequestBody& body) {
    if (std::holds_alternative<PictureRequest>(body) || std::holds_alternative<PictureFactsRequest>(body))
      return pictures_;
    if (std::holds_alternative<CheckFormatRequest>(body)) return formats_;
    if (std::holds_alternative<TestDeviceRequest>(body)) return testers_;
    const bool looks_up =
        std::holds_alternative<DevicesRequest>(body) || std::holds_alternative<DescribeRequest>(body) ||
        std::holds_alternative<AdviseRequest>(body) || std::holds_alternative<FindModelsRequest>(body);
    return looks_up ? lookups_ : worker_;
  }
  size_t stop(const std::string& target, bool after_current = false) {
    size_t stopped = 0;
    for (ServeWorker* worker : workers()) stopped += worker->stop(target, after_current);
    return stopped;
  }
  void drain() {
    for (ServeWorker* worker : workers()) worker->drain(interrupt_.token());
  }
  [[nodiscard]] std::array<ServeWorker*, 5> workers() {
    return {&worker_, &pictures_, &lookups_, &testers_, &formats_};
  }

  void refuse(const std::string& id, const Error& error) {
    json form = error_form(error);
    form["id"] = json::parse(id);
    writer_.write(form);
  }

  Interrupt& interrupt_;
  LineWriter writer_;
  ServeWorker worker_;  // the engine's; the others do what needs none, also while it works
  ServeWorker pictures_;
  ServeWorker lookups_;
  ServeWorker testers_;
  ServeWorker formats_;
};

}  // namespace

ExitCode run_serve(const ServeFlags&, Output&, Interrupt& interrupt) {
  interrupt.end_in_time();
  return Server(interrupt).run();
}

}  // namespace lapilli::cli
