// SPDX-License-Identifier: Apache-2.0
// What a training step costs beside a forward pass of the same batch, nothing frozen, nothing computed again:
//   training_step SHAPE LENGTH [--sequences N] [--rounds N] [--kernels]
// Both take turns, and the fastest of each counts: other work on the machine only ever adds. SHAPE is one
// that `lapilli bench` knows, or "demo", the language model of the demo model.
#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"
#include "training/demo/demo_model.h"
#include "training/session.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>

#include <sys/resource.h>

using namespace lapilli;
using namespace lapilli::training;

namespace {

struct Options {
  std::string shape;
  uint32_t length = 0;
  uint32_t sequences = 1;
  int rounds = 5;
  bool kernels = false;
};

double used_processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// The least that a piece of work took.
struct Cost {
  double seconds = 1e30;
  double processor_seconds = 1e30;

  template <class Function>
  void measure(const Function& function) {
    const auto start = std::chrono::steady_clock::now();
    const double start_processor = used_processor_seconds();
    function();
    seconds =
        std::min(seconds, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    processor_seconds = std::min(processor_seconds, used_processor_seconds() - start_processor);
  }
};

ModelConfig config_of(const std::string& name) {
  if (name != "demo") return find_shape(name).value();
  ModelConfig config = find_shape("tiny").value();
  config.name = name;
  config.vision.reset();
  config.projector = {};
  const demo::DemoModelOptions options;
  LlamaConfig& language = config.language;
  language.dim = options.dim;
  language.ffn = options.ffn;
  language.layers = options.layers;
  language.heads = language.kv_heads = options.heads;
  language.head_dim = options.dim / options.heads;
  language.vocab = demo::kDemoVocabularySize;
  language.context = options.context;
  return config;
}

MicroBatch batch_of(const MicroStepShape& shape, uint32_t vocab) {
  const uint32_t rows = shape.rows();
  MicroBatch batch{.shape = shape,
                   .ids = std::vector<int32_t>(rows),
                   .positions = std::vector<int32_t>(rows),
                   .image_index = std::vector<int32_t>(rows, -1),
                   .loss_index = std::vector<int32_t>(rows),
                   .labels = std::vector<int32_t>(rows)};
  for (uint32_t row = 0; row < rows; ++row) {
    batch.ids[row] = static_cast<int32_t>(row * 7919 % vocab);
    batch.positions[row] = static_cast<int32_t>(row % shape.length);
    batch.loss_index[row] = static_cast<int32_t>(row);
    batch.labels[row] = static_cast<int32_t>((row * 104729 + 1) % vocab);
  }
  return batch;
}

/// The kernels of the last micro-step, the dearest first.
void print_kernels(const char* title, const std::vector<StepTime>& steps) {
  struct Sum {
    double seconds = 0, operations = 0;
    int launches = 0;
  };
  std::map<std::string, Sum> sums;
  double total = 0;
  for (const StepTime& step : steps) {
    const size_t layer = step.scope.find("layer ");
    std::string scope = step.scope;
    if (layer != std::string::npos) scope.erase(layer, scope.find('/', layer) - layer + 1);
    Sum& sum = sums[text(step.kernel, "  ", scope)];
    sum.seconds += step.nanoseconds * 1e-9;
    sum.operations += step.flops;
    sum.launches += 1;
    total += step.nanoseconds * 1e-9;
  }
  std::vector<std::pair<std::string, Sum>> sorted(sums.begin(), sums.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.second.seconds > b.second.seconds; });
  std::printf("%s: %.4f s in %zu launches\n", title, total, steps.size());
  for (const auto& [name, sum] : sorted) {
    std::printf("  %8.2f ms %5.1f %% %4d launches %7.1f GFLOP/s  %s\n", 1e3 * sum.seconds,
                100 * sum.seconds / total, sum.launches, 1e-9 * sum.operations / sum.seconds, name.c_str());
  }
}

std::optional<Options> parse(int argc, char** argv) {
  if (argc < 3) return std::nullopt;
  Options options{.shape = argv[1], .length = static_cast<uint32_t>(std::atoi(argv[2]))};
  for (int index = 3; index < argc; ++index) {
    const std::string_view name = argv[index];
    if (name == "--kernels") {
      options.kernels = true;
    } else if (index + 1 < argc && name == "--sequences") {
      options.sequences = static_cast<uint32_t>(std::atoi(argv[++index]));
    } else if (index + 1 < argc && name == "--rounds") {
      options.rounds = std::atoi(argv[++index]);
    } else {
      return std::nullopt;
    }
  }
  return options;
}

int usage() {
  std::fprintf(stderr, "training_step SHAPE LENGTH [--sequences N] [--rounds N] [--kernels]\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> parsed = parse(argc, argv);
  if (!parsed) return usage();
  const Options& options = *parsed;
  const gpu::Instance instance = gpu::Instance::create().value();
  gpu::Device device = gpu::Device::create(instance, instance.find().value()).value();
  gpu::PipelineCache pipelines(device, {});
  const LoadedModel model = random_model(config_of(options.shape), FileType::f32, DType::f32, 1);
  Recipe recipe;
  recipe.train = {.tower = false, .projector = false, .language_model = LanguageModelTraining::kFull};
  recipe.precision = Precision::kF32;
  Session session(device, pipelines, model, parameters_of(model.config, recipe, DType::f32),
                  {.timestamps = options.kernels});
  const MicroStepShape shape{.sequences = options.sequences,
                             .length = options.length,
                             .slots = 1,
                             .loss_rows = options.sequences * options.length};
  session.reserve(shape);
  const MicroBatch batch = batch_of(shape, model.config.language.vocab);
  const float share = 1.0f / static_cast<float>(shape.rows());
  session.measure(batch, share);
  session.accumulate(batch, share, 1.0f);
  Cost forward, both, update;
  std::vector<StepTime> forward_kernels, both_kernels;
  for (int round = 0; round < options.rounds; ++round) {
    forward.measure([&] { session.measure(batch, share); });
    forward_kernels = session.profile();
    both.measure([&] { session.accumulate(batch, share, 1.0f); });
    both_kernels = session.profile();
    update.measure([&] {
      (void)session.gradient_norm();
      session.update({});
    });
  }
  if (options.kernels) {
    print_kernels("forward", forward_kernels);
    print_kernels("with gradients", both_kernels);
  }
  std::printf("%s, %u x %u tokens on %s: forward %.3f s, with gradients %.3f s (%.2f times), update %.3f s\n",
              options.shape.c_str(), shape.sequences, shape.length, device.caps().name.c_str(),
              forward.seconds, both.seconds, both.seconds / forward.seconds, update.seconds);
  std::printf("of processors: forward %.3f s, with gradients %.3f s (%.2f times), update %.3f s\n",
              forward.processor_seconds, both.processor_seconds,
              both.processor_seconds / forward.processor_seconds, update.processor_seconds);
}
