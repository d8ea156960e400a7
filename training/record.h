// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::training {

enum class Speaker { kHuman, kModel, kUnknown };

/// "human" and "user"; "gpt", "assistant", "chatgpt", "bing" and "bard" (as ShareGPT's files have them);
/// anything else is kUnknown.
[[nodiscard]] Speaker speaker_from_string(std::string_view name);

struct Turn {
  Speaker speaker = Speaker::kHuman;
  std::string name = {};  ///< the speaker as the file has it
  std::string text = {};  ///< valid UTF-8, pictures as "<image>"
};

/// One conversation to train on, and where it was found.
struct Record {
  std::string id = {};  ///< not unique; a number as its digits; may be empty
  std::vector<std::filesystem::path> images = {};
  std::vector<Turn> turns = {};
  std::string file = {};  ///< the data file, or a picture's text file
  uint64_t line = 0;      ///< of the record's first character, from 1
};

/// A record as far as it could be read; `problems` holds a sentence for each thing wrong with it.
struct RecordReading {
  Record record = {};
  std::vector<std::string> problems = {};
};

}  // namespace lapilli::training
