// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/line_reader.h"
#include "app/cli/open_tokenizer.h"
#include "engine/base/json.h"

#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

constexpr size_t kMaxLineBytes = size_t{64} << 20;

/// The text a line holds.
std::string text_of(const std::string& line, bool json, size_t number) {
  if (!json) return line;
  const std::string place = text("line ", number);
  auto value = parse_json(line);
  if (!value) throw value.error().within(place);
  if (!value->is_string()) throw Error(ErrorCode::kBadFile, "is no JSON string", place);
  return value->get<std::string>();
}

}  // namespace

ExitCode run_inspect_tokens(const InspectTokensFlags& flags, Output& output, Interrupt& interrupt) {
  interrupt.end_in_time();
  const Tokenizer tokenizer = open_any_tokenizer(flags.model).value();
  LineReader lines(STDIN_FILENO, kMaxLineBytes, interrupt.descriptor());
  std::string line;
  for (size_t number = 1;; ++number) {
    switch (lines.next(line)) {
      case LineReader::Status::kEnd:
        return ExitCode::kOk;
      case LineReader::Status::kInterrupted:
        return ExitCode::kStopped;
      case LineReader::Status::kTooLong:
        throw Error(ErrorCode::kInvalidArgument, "is longer than 64 MiB", text("line ", number));
      case LineReader::Status::kLine:
        const std::string content = text_of(line, flags.json_lines, number);
        output.line(tokenizer.encode(content, {.add_bos = flags.bos}));
    }
  }
}

}  // namespace lapilli::cli
