// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include "app/cli/exit_code.h"

#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <vector>

namespace lapilli::cli {
namespace {

constexpr int kGraceMilliseconds = 110;
constexpr int kLastWordsMilliseconds = 50;

void set_event(int descriptor) {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor, &one, sizeof one);
}

void clear_event(int descriptor) {
  uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(descriptor, &count, sizeof count);
}

/// Waits for the end of the process it shares its memory with. Calls of the system only: the memory is in
/// use.
int keep_memory(void* parent) {
  ::syscall(SYS_close_range, 0u, ~0u, 0u);  // who reads from the process sees the end of its output now
  const timespec pause = {0, 1'000'000};
  while (::syscall(SYS_getppid) == reinterpret_cast<intptr_t>(parent)) {
    ::syscall(SYS_nanosleep, &pause, nullptr);
  }
  ::syscall(SYS_exit_group, 0);
  return 0;
}

/// A process's end is told when its memory has been given back, which takes most of a second for the
/// gigabytes of a model. Another process that shares the memory lets this one end at once, and gives it back
/// afterwards.
[[noreturn]] void end_now() {
  alignas(16) static std::byte stack[16384];
  ::clone(&keep_memory, std::end(stack), CLONE_VM,
          reinterpret_cast<void*>(static_cast<intptr_t>(::getpid())));
  std::_Exit(static_cast<int>(ExitCode::kStopped));
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
  speak_ = ::eventfd(0, EFD_CLOEXEC);
  spoken_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || wake_ < 0 || quit_ < 0 || speak_ < 0 || spoken_ < 0)
    throw Error(ErrorCode::kInternal, "the system gives no descriptors for signals");
  watcher_ = std::thread([this] { watch(); });
}

Interrupt::~Interrupt() {
  set_event(quit_);
  watcher_.join();
  if (speaker_.joinable()) {
    last_words_ = nullptr;
    set_event(speak_);
    speaker_.join();
  }
  for (const int descriptor : {signals_, wake_, quit_, speak_, spoken_}) ::close(descriptor);
}

void Interrupt::end_in_time(std::function<void()> last_words) {
  const std::lock_guard lock(mutex_);
  end_in_time_ = true;
  if (!last_words) return;
  LAPILLI_ASSERT(!speaker_.joinable());
  last_words_ = std::move(last_words);
  speaker_ = std::thread([this] { speak_when_told(); });
}

void Interrupt::end_by_itself() {
  const std::lock_guard lock(mutex_);
  end_in_time_ = false;
}

/// A thread of its own, since where nobody reads what is written, writing never ends; begun early and with
/// memory of its own, since both would wait while the main thread gives gigabytes back.
void Interrupt::speak_when_told() {
  std::vector<std::byte> memory(4096);
  while (::read(speak_, memory.data(), sizeof(uint64_t)) < 0) continue;
  if (!last_words_) return;
  last_words_();
  set_event(spoken_);
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

void Interrupt::request_stop() {
  {
    const std::lock_guard lock(mutex_);
    source_.request_stop();
  }
  set_event(wake_);
}

void Interrupt::handle_first() {
  bool end = false;
  bool speaks = false;
  {
    const std::lock_guard lock(mutex_);
    source_.request_stop();
    end = end_in_time_;
    speaks = speaker_.joinable();
  }
  set_event(wake_);
  if (!end) return;
  pollfd quit = {quit_, POLLIN, 0};
  if (::poll(&quit, 1, kGraceMilliseconds) != 0) return;
  if (speaks) {
    set_event(speak_);
    pollfd spoken = {spoken_, POLLIN, 0};
    ::poll(&spoken, 1, kLastWordsMilliseconds);
  }
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
