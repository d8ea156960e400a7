// SPDX-License-Identifier: Apache-2.0
// What a training step costs beside a forward pass of the same batch, nothing frozen, nothing computed again:
//   training_step SHAPE LENGTH [REPETITIONS]
#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"
#include "training/session.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace lapilli;
using namespace lapilli::training;

namespace {

template <class Function>
double median_seconds(int repetitions, const Function& function) {
  std::vector<double> seconds;
  for (int run = 0; run < repetitions; ++run) {
    const auto start = std::chrono::steady_clock::now();
    function();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "training_step SHAPE LENGTH [REPETITIONS]\n"), 2;
  const auto length = static_cast<uint32_t>(std::atoi(argv[2]));
  const int repetitions = argc > 3 ? std::atoi(argv[3]) : 3;
  const gpu::Instance instance = gpu::Instance::create().value();
  gpu::Device device = gpu::Device::create(instance, instance.find().value()).value();
  gpu::PipelineCache pipelines(device, {});
  const LoadedModel model = random_model(find_shape(argv[1]).value(), FileType::f32, DType::f32, 1);
  Recipe recipe;
  recipe.train = {.tower = false, .projector = false, .language_model = LanguageModelTraining::kFull};
  recipe.precision = Precision::kF32;
  Session session(device, pipelines, model, parameters_of(model.config, recipe, DType::f32), {});
  const MicroStepShape shape{.sequences = 1, .length = length, .slots = 1, .loss_rows = length};
  session.reserve(shape);
  MicroBatch batch{.shape = shape,
                   .ids = std::vector<int32_t>(length),
                   .positions = std::vector<int32_t>(length),
                   .image_index = std::vector<int32_t>(length, -1),
                   .loss_index = std::vector<int32_t>(length),
                   .labels = std::vector<int32_t>(length)};
  for (uint32_t row = 0; row < length; ++row) {
    batch.ids[row] = static_cast<int32_t>(row * 7919 % model.config.language.vocab);
    batch.positions[row] = batch.loss_index[row] = static_cast<int32_t>(row);
    batch.labels[row] = static_cast<int32_t>((row * 104729 + 1) % model.config.language.vocab);
  }
  const float share = 1.0f / static_cast<float>(length);
  session.measure(batch, share);
  session.accumulate(batch, share, 1.0f);
  const double forward = median_seconds(repetitions, [&] { session.measure(batch, share); });
  const double both = median_seconds(repetitions, [&] { session.accumulate(batch, share, 1.0f); });
  const double update = median_seconds(repetitions, [&] {
    (void)session.gradient_norm();
    session.update({});
  });
  std::printf("%s, %u tokens on %s: forward %.3f s, with gradients %.3f s (%.2f times), update %.3f s\n",
              argv[1], length, device.caps().name.c_str(), forward, both, both / forward, update);
}
