// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/engine.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lapilli::test {

/// Tests that open whole models: under the validation layers, any message fails the test.
class ModelTest : public testing::Test {
 protected:
  [[nodiscard]] EngineOptions options(const ModelPaths& paths, Compute compute = Compute::kF32) {
    EngineOptions result;
    result.paths = paths;
    result.compute = compute;
    if (const char* device = std::getenv("LAPILLI_DEVICE")) result.device = device;
    result.validation_messages = [this](std::string_view message) {
      const std::lock_guard lock(mutex_);
      messages_.emplace_back(message);
    };
    return result;
  }

  void TearDown() override {
    for (const std::string& message : messages_) ADD_FAILURE() << "validation: " << message;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> messages_;
};

inline nlohmann::json read_json(const std::filesystem::path& path) {
  return nlohmann::json::parse(std::ifstream(path));
}

template <class Value>
std::vector<Value> read_values(const std::filesystem::path& path, size_t skip_bytes = 0) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::vector<Value> values((bytes.size() - skip_bytes) / sizeof(Value));
  std::memcpy(values.data(), bytes.data() + skip_bytes, values.size() * sizeof(Value));
  return values;
}

/// The values of an .npy file of the given element type.
template <class Value>
std::vector<Value> read_npy(const std::filesystem::path& path) {
  const auto header = read_values<uint8_t>(path);
  return read_values<Value>(path, size_t{10} + header.at(8) + 256 * header.at(9));
}

/// ‖actual − expected‖ / ‖expected‖
inline double relative_error(std::span<const float> actual, std::span<const float> expected) {
  EXPECT_EQ(actual.size(), expected.size());
  double difference = 0;
  double norm = 0;
  for (size_t index = 0; index < std::min(actual.size(), expected.size()); ++index) {
    difference += (double(actual[index]) - expected[index]) * (double(actual[index]) - expected[index]);
    norm += double(expected[index]) * expected[index];
  }
  return std::sqrt(difference / std::max(norm, 1e-300));
}

/// Greedy continuation of a sequence that starts with `ids`, on an empty lane.
inline std::vector<int32_t> greedy(Evaluator& evaluator, std::vector<int32_t> ids, size_t count) {
  std::vector<StepRow> rows;
  for (size_t index = 0; index < ids.size(); ++index)
    rows.push_back({.id = ids[index], .position = static_cast<int32_t>(index)});
  uint32_t last = static_cast<uint32_t>(rows.size()) - 1;
  evaluator.evaluate(rows, std::span(&last, 1));
  std::vector<int32_t> generated = {evaluator.best_id(0)};
  last = 0;
  while (generated.size() < count) {
    const StepRow row{.id = generated.back(),
                      .position = static_cast<int32_t>(ids.size() + generated.size() - 1)};
    evaluator.evaluate(std::span(&row, 1), std::span(&last, 1));
    generated.push_back(evaluator.best_id(0));
  }
  return generated;
}

}  // namespace lapilli::test
