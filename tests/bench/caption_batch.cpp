// SPDX-License-Identifier: Apache-2.0
// Captions of many pictures at once beside one after the other, the same texts required:
//   caption_batch MODEL|SHAPE [PICTURES] [TOKENS] [LANES] [ROUNDS, 0: times of the kernels] [TOKENIZER]
// A shape of a language model gets an encoder of 112 × 112 pixels and 64 patches, and random weights.
#include "engine/runtime/engine.h"
#include "engine/runtime/open_tokenizer.h"
#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include <sys/resource.h>

using namespace lapilli;

namespace {

LoadedModel open_model(const std::string& name, const char* tokenizer) {
  if (std::filesystem::exists(name)) return load_model({.model = name}, DType::f32).value();
  ModelConfig config = find_shape(name).value();
  config.vision = VisionConfig{};
  config.vision->dim = 192;
  config.vision->layers = 4;
  config.vision->heads = 4;
  config.vision->ffn = 768;
  config.vision->image_size = 112;
  LoadedModel model = random_model(config, FileType::f16, DType::f32, 1);
  model.tokenizer = tokenizer != nullptr ? open_tokenizer(tokenizer).value()
                                         : Tokenizer::create(made_vocabulary(config.language.vocab)).value();
  return model;
}

std::vector<AnswerRequest> requests_for(const ModelConfig& config, size_t count, uint32_t tokens) {
  std::mt19937 random(1);
  std::normal_distribution<float> values;
  std::vector<AnswerRequest> requests(count);
  for (AnswerRequest& request : requests) {
    std::vector<float> pixels(size_t{3} * config.vision->image_size * config.vision->image_size);
    for (float& value : pixels) value = values(random);
    request.pictures.push_back(make_picture(std::move(pixels)));
    request.chat_template = find_template("vicuna_v1").value();
    request.conversation.messages = {
        {.role = Message::Role::kUser, .text = "Describe the picture in detail.", .images = 1}};
    request.generation.max_tokens = tokens;
    request.generation.ignore_end = true;
  }
  return requests;
}

struct Times {
  double wall = 0;
  double processor = 0;
};

template <class Function>
Times times_of(const Function& function) {
  const auto processor = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  };
  const auto start = std::chrono::steady_clock::now();
  const double before = processor();
  function();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          processor() - before};
}

/// Answers in the order of the requests, and what they took.
Times answer(Engine& engine, std::span<const AnswerRequest> requests, std::vector<Answer>& answers) {
  answers.resize(requests.size());
  return times_of([&] {
    engine.answer_all(requests, [&](size_t index, Result<Answer> answer) { answers[index] = answer.value(); })
        .value();
  });
}

/// Where a step of all lanes spends its time, by kernel.
void print_profile(Engine& engine) {
  std::map<std::string_view, std::pair<double, int>> by_kernel;
  for (const StepTime& step : engine.evaluator().profile()) {
    by_kernel[step.kernel].first += step.nanoseconds / 1e6;
    ++by_kernel[step.kernel].second;
  }
  for (const auto& [kernel, time] : by_kernel)
    std::printf("  %-28s %8.2f ms in %d launches\n", std::string(kernel).c_str(), time.first, time.second);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return std::fprintf(stderr,
                        "caption_batch MODEL|SHAPE [PICTURES] [TOKENS] [LANES] [ROUNDS] [TOKENIZER]\n"),
           2;
  const auto number = [&](int index, int otherwise) {
    return argc > index ? std::atoi(argv[index]) : otherwise;
  };
  const int count = number(2, 64), tokens = number(3, 64), lanes = number(4, 16), rounds = number(5, 1);
  const char* const tokenizer = argc > 6 ? argv[6] : nullptr;
  EngineOptions options;
  options.compute = Compute::kF32;
  options.context = 512;
  Engine one = Engine::open(options, open_model(argv[1], tokenizer)).value();
  options.timestamps = rounds == 0;
  options.most_lanes = static_cast<uint32_t>(lanes);
  Engine many = Engine::open(options, open_model(argv[1], tokenizer)).value();
  const auto requests = requests_for(one.config(), static_cast<size_t>(count), static_cast<uint32_t>(tokens));
  std::printf("%s on %s: %d pictures, %d tokens each, %u lanes\n", argv[1],
              one.device().info().caps.name.c_str(), count, tokens, many.lanes());
  if (rounds == 0) {
    std::vector<Answer> answers;
    answer(many, requests, answers);
    print_profile(many);
  }
  for (int round = 0; round < rounds; ++round) {
    std::vector<Answer> singly, together;
    const Times alone = answer(one, requests, singly);
    const Times batch = answer(many, requests, together);
    int different = 0;
    for (size_t index = 0; index < requests.size(); ++index)
      different += singly[index].ids != together[index].ids;
    double pictures = 0, prompts = 0;
    for (const Answer& answer : singly) {
      pictures += answer.timings.picture_ms / 1000;
      prompts += (answer.timings.prompt_ms - answer.timings.picture_ms) / 1000;
    }
    std::printf(
        "one by one %.2f pictures/s (%.2f s: pictures %.2f, prompts %.2f; %.2f s of processors), "
        "together %.2f pictures/s (%.2f s; %.2f s): %.2f times, %.2f by processors; %d of %d texts differ\n",
        count / alone.wall, alone.wall, pictures, prompts, alone.processor, count / batch.wall, batch.wall,
        batch.processor, alone.wall / batch.wall, alone.processor / batch.processor, different, count);
  }
}
