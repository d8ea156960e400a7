// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include "app/cli/exit_code.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <future>

namespace lapilli::cli {
namespace {

constexpr int kGraceMilliseconds = 110;
constexpr std::chrono::milliseconds kLastWordsTime{50};

void set_event(int descriptor) {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor, &one, sizeof one);
}

void clear_event(int descriptor) {
  uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(descriptor, &count, sizeof count);
}

[[noreturn]] void end_now() {
  std::_Exit(static_cast<int>(ExitCode::kStopped));
}

/// On a thread of their own: where nobody reads what is written, writing never ends.
[[noreturn]] void end_after(const std::function<void()>& last_words) {
  std::promise<void> said;
  std::thread speaker([&] {
    last_words();
    said.set_value();
  });
  said.get_future().wait_for(kLastWordsTime);
  end_now();
}

}  // namespace

Interrupt::Interrupt() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  quit_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || wake_ < 0 || quit_ < 0)
    throw Error(ErrorCode::kInternal, "the system gives no descriptors for signals");
  watcher_ = std::thread([this] { watch(); });
}

Interrupt::~Interrupt() {
  set_event(quit_);
  watcher_.join();
  for (const int descriptor : {signals_, wake_, quit_}) ::close(descriptor);
}

void Interrupt::end_in_time(std::function<void()> last_words) {
  const std::lock_guard lock(mutex_);
  end_in_time_ = true;
  last_words_ = std::move(last_words);
}

std::stop_token Interrupt::token() const {
  const std::lock_guard lock(mutex_);
  return source_.get_token();
}

void Interrupt::renew() {
  const std::lock_guard lock(mutex_);
  if (!source_.stop_requested()) return;
  clear_event(wake_);
  source_ = std::stop_source();
}

void Interrupt::handle_first() {
  bool end = false;
  std::function<void()> last_words;
  {
    const std::lock_guard lock(mutex_);
    source_.request_stop();
    end = end_in_time_;
    last_words = last_words_;
  }
  set_event(wake_);
  if (!end) return;
  pollfd quit = {quit_, POLLIN, 0};
  if (::poll(&quit, 1, kGraceMilliseconds) != 0) return;
  if (last_words) end_after(last_words);
  end_now();
}

void Interrupt::watch() {
  for (;;) {
    pollfd waiting[] = {{signals_, POLLIN, 0}, {quit_, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    signalfd_siginfo info;
    if (::read(signals_, &info, sizeof info) != sizeof info) continue;
    if (pending()) end_now();
    handle_first();
  }
}

}  // namespace lapilli::cli
