// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/sha256.h"
#include "training/record.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

namespace lapilli::test {

/// A file below tests/golden.
inline nlohmann::json golden(const std::string& name) {
  return nlohmann::json::parse(std::ifstream(std::filesystem::path(LAPILLI_GOLDEN) / name));
}

/// The start of the SHA-256 of the numbers as little-endian int32, as make_training_labels.py has it.
inline std::string digest(std::span<const int32_t> numbers) {
  return sha256(std::as_bytes(numbers)).substr(0, 16);
}

/// [["human", "text"], …] as turns.
inline std::vector<training::Turn> turns_of(const nlohmann::json& json) {
  std::vector<training::Turn> turns;
  for (const auto& turn : json) {
    const auto name = turn[0].get<std::string>();
    turns.push_back({training::speaker_from_string(name), name, turn[1].get<std::string>()});
  }
  return turns;
}

}  // namespace lapilli::test
