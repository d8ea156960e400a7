// SPDX-License-Identifier: Apache-2.0
#include "tests/support/counted_life.h"

#include "engine/base/error.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lapilli::test {
namespace {

constexpr int kCallStop = SIGTRAP | 0x80;  // by PTRACE_O_TRACESYSGOOD

[[noreturn]] void refused(const char* what) {
  throw Error(ErrorCode::kInternal,
              text("a child's calls cannot be followed: ", what, ": ", std::strerror(errno)));
}

pid_t begin(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child < 0) refused("fork");
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(1);
    ::raise(SIGSTOP);
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSTOPPED(status)) refused("tracing is not allowed here");
  const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE;
  if (::ptrace(PTRACE_SETOPTIONS, child, nullptr, options) != 0) refused("ptrace");
  ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
  return child;
}

/// The signal that a stopped thread was about to get; 0 where it stopped for its tracer alone.
int signal_of(int status) {
  const int signal = WSTOPSIG(status);
  return signal == kCallStop || signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
}

}  // namespace

LifeEnd live(const std::function<void()>& work, std::optional<uint64_t> moment) {
  const pid_t child = begin(work);
  for (uint64_t stops = 0;;) {
    int status = 0;
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0) refused("waitpid");
    if (WIFSTOPPED(status)) {
      if (WSTOPSIG(status) == kCallStop) ++stops;
      if (moment && stops > *moment) {
        ::kill(child, SIGKILL);
      } else {
        ::ptrace(PTRACE_SYSCALL, thread, nullptr, signal_of(status));
      }
    } else if (thread == child) {
      return {WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
              WIFEXITED(status) ? WEXITSTATUS(status) : -1};
    }
  }
}

}  // namespace lapilli::test
