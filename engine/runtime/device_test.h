// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/engine.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace lapilli {

/// The seed of the model whose answer is known.
inline constexpr uint64_t kDeviceTestSeed = 1;

struct DeviceTestOptions {
  std::string device = {};                  ///< selector of gpu::choose_device; empty: the best one
  std::filesystem::path cache_folder = {};  ///< for compiled pipelines; empty: none is kept
  Compute compute = Compute::kAuto;         ///< for tests, as the next two
  uint64_t model_seed = kDeviceTestSeed;    ///< another one: a model with other answers
  gpu::DeviceOptions device_options = {};
};

/// What a device made of a question whose answer is known.
struct DeviceTestResult {
  std::string device;            ///< its name
  double difference = 0;         ///< the larger of the two below
  double prompt_difference = 0;  ///< after a picture and a prompt: ‖got − known‖ / ‖known‖ of the logits
  double decoded_difference = 0;  ///< the same after tokens one by one
  double allowed_difference = 0;  ///< what rounding may cause, by the activations' type
  double tokens_per_second = 0;   ///< one by one, of this small model

  /// Whether the device computes what it should.
  [[nodiscard]] bool works() const { return difference <= allowed_difference; }
};

/// Shows a small built-in model, a LLaVA with q4_k weights that are made, not read, a picture and a prompt on
/// a device, and compares the logits with those that transformers computes
/// (tests/golden/device_test/make.py). Independent of any other engine, also on the same device. Fails as
/// Engine::open and with kStopped.
[[nodiscard]] Result<DeviceTestResult> test_device(const DeviceTestOptions& options,
                                                   std::stop_token stop = {});

}  // namespace lapilli
