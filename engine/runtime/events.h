// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace lapilli {

/// Long work advances: "loading weights", 120 of 840 bytes.
struct Progress {
  std::string stage;
  uint64_t done = 0;
  uint64_t total = 0;
  std::string unit;  ///< "bytes", "tokens", "pipelines", "pictures"
};

/// A piece of an answer: whole UTF-8 characters, never part of one.
struct TextPiece {
  std::string text;
  std::vector<int32_t> ids = {};  ///< generated since the last piece, this one's included
};

/// Something the user should know that is not a failure; `code` is stable, the message is a sentence.
struct Note {
  std::string code;  ///< "layers_in_host_memory", "turns_left_out", "software_device"
  std::string message;
};

using Event = std::variant<Progress, TextPiece, Note>;

/// Receives events on the thread that does the work; must not call back into the engine.
using EventSink = std::function<void(const Event& event)>;

}  // namespace lapilli
