// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/request_handler.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// Receives one event, its id included; called by several threads.
using EventWriter = std::function<void(const nlohmann::json& event)>;

/// A thread that owns a handler and works through its queue of requests. Made and used by one thread.
class ServeWorker {
 public:
  ServeWorker(EventWriter writer, std::unique_ptr<RequestHandler> handler);
  ServeWorker(const ServeWorker&) = delete;
  ServeWorker& operator=(const ServeWorker&) = delete;
  /// Stops everything and waits for the thread.
  ~ServeWorker();

  /// Queues a request that the handler understands.
  void push(Request request);
  /// Stops the request with this id, running or waiting; all of them for an empty one. Captions under way
  /// end at once, or `after_current` with the pictures that are begun. Returns how many.
  size_t stop(const std::string& target, bool after_current = false);
  [[nodiscard]] bool busy() const;
  /// Whether a caption run is under way or waits, and nobody has stopped it.
  [[nodiscard]] bool makes_captions() const;
  /// Waits until the queue is worked through, or until `stop` asks to give up.
  void drain(std::stop_token stop);

 private:
  void work(std::unique_ptr<RequestHandler> handler);
  [[nodiscard]] std::optional<Request> next();
  [[nodiscard]] bool make_way(const Request& request, bool begun);

  EventWriter writer_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Request> queue_;
  std::string running_;          // id; empty between requests
  bool running_yields_ = false;  // to an ask: captions go on after it
  bool yielded_ = false;
  std::stop_source running_stop_;
  std::stop_source running_finish_;  // captions: after the pictures that are begun; else without effect
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace lapilli::cli
