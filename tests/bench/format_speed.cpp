// SPDX-License-Identifier: Apache-2.0
// What a form costs: decoding with one and without, in turns, and finding the tokens alone.
//   format_speed TOKENIZER SHAPE TYPE [TOKENS] [ROUNDS]     SHAPE: as for `lapilli bench`, or demo
#include "engine/runtime/engine.h"
#include "engine/runtime/format_constraints.h"
#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include <sys/resource.h>

using namespace lapilli;

namespace {

constexpr const char* kSchema =
    R"({"type":"object","properties":{"caption":{"type":"string"},"objects":{"type":"array","items":{"type":"object",)"
    R"("properties":{"name":{"type":"string","maxLength":40},"count":{"type":"integer","minimum":1,"maximum":99},)"
    R"("colour":{"enum":["red","green","blue","other"]},"score":{"type":"number","minimum":0,"maximum":1}},)"
    R"("required":["name","count","colour","score"]},"minItems":3}},"required":["objects","caption"]})";

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

ModelConfig config_of(const std::string& shape) {
  if (shape != "demo") return find_shape(shape).value();
  ModelConfig config{.name = "demo", .language = {}, .vision = {}, .projector = {}};
  config.language.dim = 256;
  config.language.ffn = 768;
  config.language.layers = 6;
  config.language.heads = config.language.kv_heads = 4;
  config.language.head_dim = 64;
  config.language.context = 1024;
  return config;
}

/// Times of finding the tokens that can follow, at positions of random texts: the first time and again.
void measure_masks(const Tokenizer& tokenizer) {
  FormatConstraints constraints(tokenizer, static_cast<uint32_t>(tokenizer.size()), {tokenizer.eos_id()});
  const auto start = std::chrono::steady_clock::now();
  TokenConstraint& constraint =
      *constraints.find({.kind = ResponseFormat::Kind::kJsonSchema, .schema = kSchema}, "");
  std::printf("compiling the schema and reading the vocabulary: %.1f ms\n", 1e3 * seconds_since(start));
  for (const char* pass : {"first", "second"}) {
    std::mt19937 random(1);
    double seconds = 0, slowest = 0;
    size_t masks = 0;
    for (int text = 0; text < 20; ++text) {
      ConstrainedText bound(constraint);
      for (uint32_t left = 400; left > 0 && !bound.must_end(); --left) {
        const auto begin = std::chrono::steady_clock::now();
        const TokenMask& allowed = bound.allowed(left);
        const double took = seconds_since(begin);
        seconds += took;
        slowest = std::max(slowest, took);
        ++masks;
        int32_t id = static_cast<int32_t>(random() % static_cast<uint32_t>(tokenizer.size()));
        while (!allowed.allows(id) || id == tokenizer.eos_id()) id = (id + 1) % tokenizer.size();
        bound.append(id);
      }
    }
    std::printf("%s pass: %zu masks, %.0f a second, %.3f ms each, slowest %.2f ms\n", pass, masks,
                static_cast<double>(masks) / seconds, 1e3 * seconds / static_cast<double>(masks),
                1e3 * slowest);
  }
}

/// Milliseconds a token, by the clock and by processor time.
struct Cost {
  std::vector<double> wall, cpu;
};

void decode(Engine& engine, const AnswerRequest& request, Cost& cost) {
  const double begin = cpu_seconds();
  const Answer answer = engine.answer(request).value();
  const double tokens = static_cast<double>(answer.ids.size());
  cost.wall.push_back(answer.timings.decode_ms / tokens);
  cost.cpu.push_back(1e3 * (cpu_seconds() - begin) / tokens);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "format_speed TOKENIZER SHAPE TYPE [TOKENS] [ROUNDS]\n"), 2;
  const uint32_t tokens = argc > 4 ? static_cast<uint32_t>(std::atoi(argv[4])) : 200;
  const int rounds = argc > 5 ? std::atoi(argv[5]) : 5;
  Tokenizer tokenizer = Tokenizer::open(argv[1]).value();
  measure_masks(tokenizer);

  ModelConfig config = config_of(argv[2]);
  config.language.vocab = static_cast<uint32_t>(tokenizer.size());
  LoadedModel model = random_model(config, file_type_from_string(argv[3]).value(), DType::f32, 1);
  model.tokenizer = std::move(tokenizer);
  EngineOptions options;
  options.context = tokens + 128;
  Engine engine = Engine::open(options, std::move(model)).value();
  std::printf("%s %s on %s\n", argv[2], argv[3], engine.device().info().caps.name.c_str());
  for (const float temperature : {0.0f, 1.0f}) {
    AnswerRequest free;
    free.conversation.system = "";
    free.conversation.messages = {{.role = Message::Role::kUser, .text = "Answer in JSON."}};
    free.generation = {
        .sampling = {.temperature = temperature, .seed = 1}, .max_tokens = tokens, .ignore_end = true};
    AnswerRequest bound = free;
    bound.generation.format = {.kind = ResponseFormat::Kind::kJsonSchema, .schema = kSchema};
    Cost without, with;
    for (int round = 0; round < rounds; ++round) {
      free.generation.sampling.seed = bound.generation.sampling.seed = static_cast<uint64_t>(round);
      decode(engine, free, without);
      decode(engine, bound, with);
    }
    std::printf(
        "temperature %.0f: without %.2f ms a token (%.2f ms of processors), with %.2f (%.2f), %.1f %% (%.1f "
        "%%) more; first with %.2f\n",
        temperature, median(without.wall), median(without.cpu), median(with.wall), median(with.cpu),
        100 * (median(with.wall) / median(without.wall) - 1),
        100 * (median(with.cpu) / median(without.cpu) - 1), with.wall.front());
  }
}
