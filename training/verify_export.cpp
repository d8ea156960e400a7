// SPDX-License-Identifier: Apache-2.0
#include "training/verify_export.h"

#include "engine/runtime/engine.h"

#include <algorithm>
#include <cmath>

namespace lapilli::training {
namespace {

constexpr uint32_t kTextTokens = 24;
constexpr uint32_t kTokensBeforePicture = 4;

/// Sums in another order give less; one wrong row of a weight gives more.
constexpr double kBoundF32 = 1e-4;
/// 2⁻¹¹ a weight, through the layers.
constexpr double kBoundF16 = 5e-3;
/// 2⁻⁸ a weight.
constexpr double kBoundBf16 = 4e-2;
/// Wide: models that are barely trained feel the loss of bits more than finished ones.
constexpr double kBoundQ8 = 5e-2;
constexpr double kBoundQ6 = 0.15;
constexpr double kBoundQ5 = 0.3;
constexpr double kBoundQ4 = 0.6;

struct Logits {
  uint32_t vocab = 0;
  std::vector<float> text;
  std::vector<float> picture;  ///< empty where the model does not see
};

/// Tokens of all parts of the vocabulary, no picture's.
int32_t probe_id(uint32_t index, const ModelConfig& config, uint32_t vocab) {
  const uint64_t id = (uint64_t{index} * 7919 + 5) % vocab;
  return static_cast<int32_t>(id) == config.image_token ? 0 : static_cast<int32_t>(id);
}

std::vector<StepRow> token_rows(uint32_t first_position, uint32_t first_index, uint32_t count,
                                const ModelConfig& config, uint32_t vocab) {
  std::vector<StepRow> rows;
  for (uint32_t at = 0; at < count; ++at)
    rows.push_back({.id = probe_id(first_index + at, config, vocab),
                    .position = static_cast<int32_t>(first_position + at)});
  return rows;
}

/// Smooth, so that every weight of the encoder has its say, and within the range of normalised pixels.
std::vector<float> probe_pixels(uint32_t size) {
  std::vector<float> pixels(size_t{3} * size * size);
  for (size_t index = 0; index < pixels.size(); ++index) {
    const auto x = static_cast<float>(index % size), y = static_cast<float>(index / size);
    pixels[index] = 1.5f * std::sin(0.11f * x + 0.07f * y) + 0.3f * std::cos(0.9f * x - 0.4f * y);
  }
  return pixels;
}

/// Logits of the rows that are tokens.
std::vector<float> logits_of(Evaluator& evaluator, const std::vector<StepRow>& rows, std::stop_token stop) {
  std::vector<uint32_t> wanted;
  for (uint32_t row = 0; row < rows.size(); ++row) {
    if (rows[row].image_row < 0) wanted.push_back(row);
  }
  evaluator.evaluate(rows, wanted, stop);
  std::vector<float> logits;
  for (size_t index = 0; index < wanted.size(); ++index) {
    const auto row = evaluator.logits(index);
    logits.insert(logits.end(), row.begin(), row.end());
  }
  return logits;
}

std::vector<float> picture_logits(Evaluator& evaluator, const ModelConfig& config, uint32_t vocab,
                                  std::stop_token stop) {
  evaluator.encode_image(probe_pixels(config.vision->image_size), 0, stop);
  std::vector<StepRow> rows = token_rows(0, 0, kTokensBeforePicture, config, vocab);
  for (uint32_t row = 0; row < config.vision->image_rows(); ++row)
    rows.push_back({.position = static_cast<int32_t>(rows.size()), .image_row = evaluator.image_row(0, row)});
  const auto after = token_rows(static_cast<uint32_t>(rows.size()), 100, 8, config, vocab);
  rows.insert(rows.end(), after.begin(), after.end());
  return logits_of(evaluator, rows, stop);
}

/// `vocab`: ids below it are asked; 0: the model's own.
Logits probe(LoadedModel model, uint32_t vocab, const VerifyOptions& options, const EventSink& sink,
             std::stop_token stop) {
  const uint32_t picture_rows = model.config.vision ? model.config.vision->image_rows() : 0;
  const uint32_t context = std::min(model.config.language.context, picture_rows + kTextTokens);
  EngineOptions engine_options;
  engine_options.device = options.device;
  engine_options.compute = Compute::kF32;
  engine_options.context = context;
  engine_options.image_slots = 1;
  engine_options.logits_of_all_rows = true;
  engine_options.cache_folder = options.cache_folder;
  Engine engine = Engine::open(engine_options, std::move(model), sink, stop).value();
  const ModelConfig& config = engine.config();
  Logits result{.vocab = config.language.vocab, .text = {}, .picture = {}};
  const uint32_t asked = vocab == 0 ? result.vocab : vocab;
  const uint32_t tokens = std::min(kTextTokens, context);
  result.text = logits_of(engine.evaluator(), token_rows(0, 0, tokens, config, asked), stop);
  if (config.vision) result.picture = picture_logits(engine.evaluator(), config, asked, stop);
  return result;
}

/// Over the columns both have: an export may have got more rows of the vocabulary.
double relative_error(std::span<const float> actual, uint32_t actual_vocab, std::span<const float> expected,
                      uint32_t vocab) {
  double difference = 0, norm = 0;
  for (size_t row = 0; row < expected.size() / vocab; ++row) {
    for (size_t id = 0; id < vocab; ++id) {
      const double wanted = expected[row * vocab + id];
      const double error = actual[row * actual_vocab + id] - wanted;
      difference += error * error;
      norm += wanted * wanted;
    }
  }
  return std::sqrt(difference / std::max(norm, 1e-300));
}

void require_same_kind(const Logits& exported, const Logits& reference, const std::string& place) {
  if (exported.vocab < reference.vocab)
    throw Error(ErrorCode::kBadFile,
                text("has ", exported.vocab, " rows of vocabulary, the trained model has ", reference.vocab),
                place);
  if (exported.picture.empty() != reference.picture.empty())
    throw Error(ErrorCode::kBadFile, "does not see pictures as the trained model does", place);
}

}  // namespace

Result<ExportErrors> verify_export(const ModelPaths& exported, LoadedModel reference,
                                   const VerifyOptions& options, const EventSink& sink,
                                   std::stop_token stop) {
  return try_result([&] {
    LoadedModel reloaded = load_model(exported, DType::f32).value();
    const int32_t image_token = reloaded.config.image_token;
    // Neither model is asked about the other's token for pictures.
    if (reference.config.image_token < 0) reference.config.image_token = image_token;
    reloaded.config.image_token = reference.config.image_token;
    const Logits expected = probe(std::move(reference), 0, options, sink, stop);
    const Logits actual = probe(std::move(reloaded), expected.vocab, options, sink, stop);
    require_same_kind(actual, expected, exported.model.string());
    ExportErrors errors{.text = relative_error(actual.text, actual.vocab, expected.text, expected.vocab),
                        .picture = {}};
    if (!expected.picture.empty())
      errors.picture = relative_error(actual.picture, actual.vocab, expected.picture, expected.vocab);
    return errors;
  });
}

double error_bound(FileType type) {
  switch (type) {
    case FileType::f32:
      return kBoundF32;
    case FileType::f16:
      return kBoundF16;
    case FileType::bf16:
      return kBoundBf16;
    case FileType::q8_0:
      return kBoundQ8;
    case FileType::q6_k:
      return kBoundQ6;
    case FileType::q5_0:
    case FileType::q5_1:
    case FileType::q5_k_s:
    case FileType::q5_k_m:
      return kBoundQ5;
    default:
      return kBoundQ4;
  }
}

}  // namespace lapilli::training
