// SPDX-License-Identifier: Apache-2.0
#include "tests/support/child_process.h"

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace lapilli::test {
namespace {

using Pipe = std::array<int, 2>;

Pipe make_pipe() {
  Pipe ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return ends;
}

void close_end(int& end) {
  if (end >= 0) ::close(end);
  end = -1;
}

/// Appends what a pipe holds; false at its end.
bool take(int& end, std::string& to) {
  std::array<char, 65536> piece;
  const ssize_t count = ::read(end, piece.data(), piece.size());
  if (count <= 0) {
    close_end(end);
    return false;
  }
  to.append(piece.data(), static_cast<size_t>(count));
  return true;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const int failed = ::posix_spawn(&process_, pointers[0], &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  for (int end : {in[0], out[1], err[1]}) ::close(end);
  in_ = in[1];
  out_ = out[0];
  err_ = err[0];
  if (failed != 0) throw std::runtime_error("can't start " + arguments[0]);
}

ChildProcess::~ChildProcess() {
  for (int* end : {&in_, &out_, &err_}) close_end(*end);
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void ChildProcess::write(std::string_view text) {
  while (!text.empty() && in_ >= 0) {
    pollfd ready = {in_, POLLOUT, 0};
    ::poll(&ready, 1, 50);
    if ((ready.revents & POLLOUT) == 0) {
      if (!pump(std::chrono::milliseconds(50)) || (ready.revents & POLLERR) != 0) return close_input();
      continue;
    }
    const ssize_t count = ::write(in_, text.data(), std::min<size_t>(text.size(), PIPE_BUF));
    if (count <= 0) return close_input();
    text.remove_prefix(static_cast<size_t>(count));
  }
}

void ChildProcess::close_input() {
  close_end(in_);
}

void ChildProcess::signal(int number) const {
  ::kill(process_, number);
}

bool ChildProcess::pump(std::chrono::milliseconds timeout) {
  if (out_ < 0 && err_ < 0) return false;
  pollfd waiting[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};  // negative descriptors are skipped
  if (::poll(waiting, 2, static_cast<int>(timeout.count())) == 0) return in_ >= 0;
  if (waiting[0].revents != 0) take(out_, out_text_);
  if (waiting[1].revents != 0) take(err_, err_text_);
  return true;
}

std::optional<std::string> ChildProcess::read_line(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const size_t end = out_text_.find('\n', taken_);
    if (end != std::string::npos) {
      std::string line = out_text_.substr(taken_, end - taken_);
      taken_ = end + 1;
      return line;
    }
    if (out_ < 0 || std::chrono::steady_clock::now() > deadline) return std::nullopt;
    pump(std::chrono::milliseconds(100));
  }
}

ProcessResult ChildProcess::finish() {
  close_input();
  while (out_ >= 0 || err_ >= 0) pump(std::chrono::milliseconds(1000));
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, std::move(out_text_), std::move(err_text_)};
}

ProcessResult run_process(const std::vector<std::string>& arguments, std::string_view input) {
  ChildProcess process(arguments);
  process.write(input);
  return process.finish();
}

}  // namespace lapilli::test
