// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace lapilli::cli {

/// Turns SIGINT and SIGTERM into stop requests.
///
/// The signals are blocked and received by a thread, so nothing runs in a signal handler. The first one asks
/// the present work to stop, a second one ends the program at once with code 130. Made once, before any other
/// thread, since threads inherit what is blocked.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  /// After the first signal the program ends with code 130 by itself when it has not done so within 110 ms;
  /// for work that leaves nothing half done. Before that `last_words` is called, on another thread, and given
  /// 50 ms; what it refers to outlives this object. Called once.
  void end_in_time(std::function<void()> last_words = {});

  /// Takes end_in_time back: what follows ends by itself, however long it takes.
  void end_by_itself();

  [[nodiscard]] std::stop_token token() const;
  [[nodiscard]] bool pending() const { return token().stop_requested(); }

  /// Asks the present work to stop, as a first signal does, but never ends the program.
  void request_stop();

  /// Makes ready for the next piece of work; earlier tokens stay as they are.
  void renew();

  /// Becomes readable when a signal arrives, until renew().
  [[nodiscard]] int descriptor() const { return wake_; }

 private:
  void watch();
  void handle_first();
  void speak_when_told();

  int signals_ = -1;
  int wake_ = -1;
  int quit_ = -1;
  int speak_ = -1;
  int spoken_ = -1;
  mutable std::mutex mutex_;
  std::stop_source source_;
  bool end_in_time_ = false;
  std::function<void()> last_words_;
  std::thread watcher_;
  std::thread speaker_;
};

}  // namespace lapilli::cli
