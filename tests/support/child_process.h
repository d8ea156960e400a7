// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace lapilli::test {

/// How a program ended and what it wrote.
struct ProcessResult {
  int exit_code = -1;  ///< 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

/// A program that is talked to over pipes; killed if it still runs at the end.
class ChildProcess {
 public:
  /// `arguments[0]` is the program's path. Throws std::runtime_error when it can't be started.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  void write(std::string_view text);
  void close_input();
  void signal(int number) const;

  /// The next line of its standard output; nothing at the end or after the timeout.
  std::optional<std::string> read_line(std::chrono::milliseconds timeout = std::chrono::minutes(2));

  /// Reads to the end of both outputs and waits for the process.
  ProcessResult finish();

 private:
  /// Takes what is there; false when both outputs have ended or the time is over.
  bool pump(std::chrono::milliseconds timeout);

  pid_t process_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string out_text_;
  std::string err_text_;
  size_t taken_ = 0;  // of out_text_, by read_line
};

/// Runs a program with this input to its end.
ProcessResult run_process(const std::vector<std::string>& arguments, std::string_view input = {});

}  // namespace lapilli::test
