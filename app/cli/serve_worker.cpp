// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_worker.h"

#include "app/cli/forms.h"

#include <algorithm>
#include <chrono>
#include <new>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

/// Passes events on with the request's id, progress at most 30 times a second.
class RequestEvents {
 public:
  RequestEvents(const EventWriter& writer, const std::string& id) : writer_(writer), id_(json::parse(id)) {}

  void event(const Event& event) {
    if (const auto* progress = std::get_if<Progress>(&event)) {
      const auto now = std::chrono::steady_clock::now();
      if (now < next_progress_ && progress->done != progress->total) return;
      next_progress_ = now + std::chrono::milliseconds(33);
    }
    send(event_form(event));
  }
  void tell(json form) { send(std::move(form)); }
  void finished(json fields) {
    fields["event"] = "finished";
    send(std::move(fields));
  }
  void error(const Error& error) { send(error_form(error)); }

 private:
  void send(json form) {
    form["id"] = id_;
    writer_(form);
  }

  const EventWriter& writer_;
  json id_;
  std::chrono::steady_clock::time_point next_progress_;
};

bool is_caption_run(const Request& request) {
  const auto* captions = std::get_if<CaptionRequest>(&request.body);
  return captions != nullptr &&
         (captions->kind == CaptionRequest::Kind::kRun || captions->kind == CaptionRequest::Kind::kResume);
}

Error stopped_before() {
  return Error(ErrorCode::kStopped, "the request was stopped before it began");
}

/// `makes_way`: whether captions were interrupted for a talk and go on later, so that there is no end yet.
/// `ends` is called before the client hears of the end, and may act on it.
void run_request(RequestHandler& handler, const Request& request, const EventWriter& writer,
                 std::stop_token stop, const std::function<bool(bool begun)>& makes_way,
                 const std::function<void()>& ends) {
  RequestEvents events(writer, request.id);
  const bool had_model = handler.has_model();
  const auto fail = [&](const Error& error) {
    ends();
    if (had_model && !handler.has_model()) events.tell({{"event", "unloaded"}});
    events.error(error);
  };
  try {
    json result = handler.run(
        request.body, [&](const Event& event) { events.event(event); },
        [&](json form) { events.tell(std::move(form)); }, stop);
    if (makes_way(true)) return;
    ends();
    events.finished(std::move(result));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kStopped && makes_way(false)) return;
    if (error.code() == ErrorCode::kDeviceLost) handler.unload();
    fail(error);
  } catch (const std::bad_alloc&) {
    handler.unload();
    fail(Error(ErrorCode::kOutOfMemory, "the machine's memory is used up"));
  } catch (const std::exception& error) {
    fail(Error(ErrorCode::kInternal, error.what()));
  }
}

}  // namespace

ServeWorker::ServeWorker(EventWriter writer, std::unique_ptr<RequestHandler> handler)
    : writer_(std::move(writer)),
      thread_([this, handler = std::move(handler)]() mutable { work(std::move(handler)); }) {}

ServeWorker::~ServeWorker() {
  stop({});
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ServeWorker::push(Request request) {
  {
    const std::lock_guard lock(mutex_);
    const bool is_talk = std::holds_alternative<AskRequest>(request.body);
    queue_.push_back(std::move(request));
    if (is_talk && running_yields_ && !running_stop_.stop_requested()) {
      yielded_ = true;
      running_stop_.request_stop();
    }
  }
  changed_.notify_all();
}

size_t ServeWorker::stop(const std::string& target, bool after_current) {
  std::vector<std::string> waiting;
  size_t stopped = 0;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(queue_, [&](const Request& request) {
      const bool hit = target.empty() || request.id == target;
      if (hit) waiting.push_back(request.id);
      return hit;
    });
    if (!running_.empty() && (target.empty() || running_ == target)) {
      const bool can_finish = after_current && running_yields_ && !yielded_;
      yielded_ = false;  // it is not to go on
      (can_finish ? running_finish_ : running_stop_).request_stop();
      ++stopped;
    }
  }
  for (const std::string& id : waiting) RequestEvents(writer_, id).error(stopped_before());
  return stopped + waiting.size();
}

bool ServeWorker::makes_captions() const {
  const std::lock_guard lock(mutex_);
  const bool running = running_yields_ && !running_.empty() && (yielded_ || !running_stop_.stop_requested());
  return running || std::any_of(queue_.begin(), queue_.end(), is_caption_run);
}

bool ServeWorker::busy() const {
  const std::lock_guard lock(mutex_);
  return !running_.empty() || !queue_.empty();
}

void ServeWorker::drain(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return running_.empty() && queue_.empty(); });
}

std::optional<Request> ServeWorker::next() {
  std::unique_lock lock(mutex_);
  running_.clear();
  changed_.notify_all();
  changed_.wait(lock, [&] { return ending_ || !queue_.empty(); });
  if (queue_.empty()) return std::nullopt;
  Request request = std::move(queue_.front());
  queue_.pop_front();
  running_ = request.id;
  running_stop_ = std::stop_source();
  running_yields_ = is_caption_run(request);
  if (running_yields_) running_finish_ = std::get<CaptionRequest>(request.body).finish;
  yielded_ = false;
  return request;
}

/// Puts captions that a talk has interrupted behind what waits; false when none has. `begun`: some may be
/// there.
bool ServeWorker::make_way(const Request& request, bool begun) {
  const std::lock_guard lock(mutex_);
  if (!yielded_ || ending_) return false;
  yielded_ = false;
  Request again = request;
  if (begun) {
    CaptionRequest& captions = std::get<CaptionRequest>(again.body);
    captions.kind = CaptionRequest::Kind::kResume;
    captions.retry = false;
  }
  queue_.push_back(std::move(again));
  running_.clear();
  return true;
}

void ServeWorker::work(std::unique_ptr<RequestHandler> handler) {
  while (const auto request = next()) {
    std::stop_token stop;
    {
      const std::lock_guard lock(mutex_);
      stop = running_stop_.get_token();
    }
    run_request(
        *handler, *request, writer_, stop, [&](bool begun) { return make_way(*request, begun); },
        [this] {
          const std::lock_guard lock(mutex_);
          running_yields_ = false;
        });
  }
}

}  // namespace lapilli::cli
