// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/forms.h"
#include "app/cli/line_reader.h"
#include "app/cli/serve_engine.h"
#include "app/cli/serve_pictures.h"
#include "app/cli/serve_worker.h"

#include <atomic>
#include <cerrno>

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
      if (count <= 0) closed_ = true;
      if (count > 0) done += static_cast<size_t>(count);
    }
  }
  /// Nobody reads any more.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  std::mutex mutex_;
  std::atomic<bool> closed_ = false;
};

/// Reads requests, answers at once what needs no engine, and hands the rest to the worker.
class Server {
 public:
  explicit Server(Interrupt& interrupt)
      : interrupt_(interrupt),
        worker_([this](const json& event) { write(event); }, std::make_unique<ServeEngine>()),
        pictures_([this](const json& event) { write(event); }, std::make_unique<PictureReader>()) {}

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
          return interrupt_.pending() ? ExitCode::kStopped : ExitCode::kOk;
        case LineReader::Status::kTooLong:
          refuse("null", Error(ErrorCode::kInvalidArgument, "the line is longer than 16 MiB"));
          break;
        case LineReader::Status::kLine:
          if (!handle(line)) return ExitCode::kOk;
      }
    }
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
      const size_t stopped = stop(halt->target);
      writer_.write({{"event", "finished"}, {"id", id}, {"stopped", stopped}});
    } else if (const auto* check = std::get_if<CheckFormatRequest>(&request.body)) {
      const auto checked = check_format(check->format);
      if (!checked) {
        refuse(request.id, checked.error().within("format"));
      } else {
        writer_.write({{"event", "finished"}, {"id", id}});
      }
    } else if (std::holds_alternative<ShutdownRequest>(request.body)) {
      stop({});
      drain();
      writer_.write({{"event", "finished"}, {"id", id}});
      return false;
    } else if (std::holds_alternative<PictureRequest>(request.body)) {
      pictures_.push(std::move(request));
    } else {
      worker_.push(std::move(request));
    }
    return true;
  }

  void write(const json& event) {
    writer_.write(event);
    if (writer_.closed()) stop({});  // nobody waits for the rest
  }
  size_t stop(const std::string& target) { return worker_.stop(target) + pictures_.stop(target); }
  void drain() {
    worker_.drain(interrupt_.token());
    pictures_.drain(interrupt_.token());
  }

  void refuse(const std::string& id, const Error& error) {
    json form = error_form(error);
    form["id"] = json::parse(id);
    writer_.write(form);
  }

  Interrupt& interrupt_;
  LineWriter writer_;
  ServeWorker worker_;    // the engine's
  ServeWorker pictures_;  // looks at files, also while the engine works
};

}  // namespace

ExitCode run_serve(const ServeFlags&, Output&, Interrupt& interrupt) {
  interrupt.end_in_time();
  return Server(interrupt).run();
}

}  // namespace lapilli::cli
