// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/device_test.h"

#include "engine/base/public_result.h"
#include "engine/runtime/device_test_answer.h"
#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace lapilli {
namespace {

using namespace device_test;

/// Sums in another order than PyTorch's, and activations rounded to 11 significant bits after every operator:
/// several times what such devices show; a wrong kernel is off by about 1.
constexpr double kAllowedF32 = 1e-3;
constexpr double kAllowedF16 = 2e-2;

constexpr uint32_t kTimedTokens = 64;

std::vector<float> picture(const VisionConfig& vision) {
  std::vector<float> pixels(size_t{3} * vision.image_size * vision.image_size);
  for (size_t index = 0; index < pixels.size(); ++index)
    pixels[index] = static_cast<float>(index * 37 % 101) / 50.0f - 1.0f;
  return pixels;
}

/// ‖got − known‖ / ‖known‖ of the logits that are known; endless where one is no number.
double difference(std::span<const float> got, std::span<const float> known) {
  double off = 0;
  double norm = 0;
  for (size_t index = 0; index < known.size(); ++index) {
    const double error = double{got[index * kEvery]} - known[index];
    off += error * error;
    norm += double{known[index]} * known[index];
  }
  const double relative = std::sqrt(off / norm);
  return std::isfinite(relative) ? relative : HUGE_VAL;
}

/// The conversation of the test: text, a picture, text, and further tokens of any number.
class KnownConversation {
 public:
  KnownConversation(Evaluator& evaluator, std::stop_token stop)
      : evaluator_(evaluator), stop_(std::move(stop)) {}

  void read_prompt() {
    const ModelConfig& config = evaluator_.config();
    evaluator_.encode_image(picture(*config.vision), 0, stop_);
    std::vector<StepRow> rows;
    for (uint32_t index = 0; index < kTextBefore; ++index) rows.push_back(text_row());
    for (uint32_t index = 0; index < config.vision->image_rows(); ++index)
      rows.push_back({.position = next_position_++, .image_row = evaluator_.image_row(0, index)});
    for (uint32_t index = 0; index < kTextAfter; ++index) rows.push_back(text_row());
    const uint32_t last = static_cast<uint32_t>(rows.size()) - 1;
    evaluator_.evaluate(rows, std::span(&last, 1), stop_);
  }
  void decode(uint32_t tokens) {
    const uint32_t only = 0;
    for (uint32_t token = 0; token < tokens; ++token) {
      const StepRow row = text_row();
      evaluator_.evaluate(std::span(&row, 1), std::span(&only, 1), stop_);
    }
  }

 private:
  StepRow text_row() {
    const auto ids = static_cast<int32_t>(evaluator_.config().language.vocab) - 1;
    return {.id = (next_text_++ * 79 + 3) % ids, .position = next_position_++};
  }

  Evaluator& evaluator_;
  std::stop_token stop_;
  int32_t next_text_ = 0;
  int32_t next_position_ = 0;
};

Engine open_engine(const DeviceTestOptions& options, std::stop_token stop) {
  EngineOptions engine_options;
  engine_options.device = options.device;
  engine_options.cache_folder = options.cache_folder;
  engine_options.device_options = options.device_options;
  engine_options.image_slots = 1;
  engine_options.compute = options.compute;
  const DType activation = [&] {
    const gpu::Instance instance = gpu::Instance::create().value();
    return activation_type(options.compute, instance.find(options.device).value().caps);
  }();
  LoadedModel model =
      random_model(find_shape("tiny").value(), FileType::q4_k_m, activation, options.model_seed);
  return Engine::open(engine_options, std::move(model), {}, std::move(stop)).value();
}

}  // namespace

Result<DeviceTestResult> test_device(const DeviceTestOptions& options, std::stop_token stop) {
  return public_result([&] {
    Engine engine = open_engine(options, stop);
    Evaluator& evaluator = engine.evaluator();
    KnownConversation conversation(evaluator, stop);
    DeviceTestResult result{.device = engine.device().info().caps.name};
    conversation.read_prompt();
    result.prompt_difference = difference(evaluator.logits(0), kPromptLogits);
    conversation.decode(kDecoded);
    result.decoded_difference = difference(evaluator.logits(0), kDecodedLogits);
    result.difference = std::max(result.prompt_difference, result.decoded_difference);
    const bool half = evaluator.options().graph.activation == DType::f16;
    result.allowed_difference = half ? kAllowedF16 : kAllowedF32;
    const auto start = std::chrono::steady_clock::now();
    conversation.decode(kTimedTokens);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    result.tokens_per_second = kTimedTokens / taken.count();
    return result;
  });
}

}  // namespace lapilli
