// SPDX-License-Identifier: Apache-2.0
#include "engine/model/config.h"

#include <charconv>
#include <cmath>

namespace lapilli {
namespace {

struct Range {
  const char* field;
  uint64_t value;
  uint64_t low;
  uint64_t high;
};

Error out_of_range(const Range& range) {
  return Error(ErrorCode::kBadFile,
               text("is ", range.value, ", ", range.low, " to ", range.high, " is supported"), range.field);
}

Result<void> check(std::initializer_list<Range> ranges) {
  for (const Range& range : ranges) {
    if (range.value < range.low || range.value > range.high) return out_of_range(range);
  }
  return {};
}

Result<void> validate_language(const LlamaConfig& c) {
  if (auto ok = check({{"hidden size", c.dim, 1, 65536},
                       {"feed-forward size", c.ffn, 1, 262144},
                       {"language layers", c.layers, 1, 512},
                       {"attention heads", c.heads, 1, 1024},
                       {"key/value heads", c.kv_heads, 1, c.heads},
                       {"head size", c.head_dim, 2, 128},
                       {"vocabulary", c.vocab, 1, 1000000},
                       {"context", c.context, 1, 1048576}});
      !ok) {
    return ok;
  }
  if (c.heads % c.kv_heads != 0) {
    return Error(ErrorCode::kBadFile,
                 text(c.heads, " attention heads cannot share ", c.kv_heads, " key/value heads evenly"),
                 "key/value heads");
  }
  if (c.head_dim % 2 != 0)
    return Error(ErrorCode::kBadFile, text("is ", c.head_dim, ", an even number is needed"), "head size");
  const std::pair<const char*, double> positive[] = {
      {"norm epsilon", c.rms_norm_eps}, {"rope base", c.rope_theta}, {"rope scale", c.rope_scale}};
  for (const auto& [field, value] : positive) {
    if (!(value > 0) || !std::isfinite(value))
      return Error(ErrorCode::kBadFile, text("is ", value, ", a positive and finite number is needed"),
                   field);
  }
  return {};
}

Result<void> validate_vision(const VisionConfig& c) {
  if (auto ok = check({{"vision hidden size", c.dim, 1, 65536},
                       {"vision layers", c.layers, 1, 512},
                       {"vision heads", c.heads, 1, 1024},
                       {"vision feed-forward size", c.ffn, 1, 262144},
                       {"image size", c.image_size, 1, 4096},
                       {"patch size", c.patch_size, 1, c.image_size}});
      !ok) {
    return ok;
  }
  if (c.image_size % c.patch_size != 0) {
    return Error(ErrorCode::kBadFile,
                 text(c.image_size, " pixels are no multiple of the patch size ", c.patch_size),
                 "image size");
  }
  if (c.dim % c.heads != 0 || c.dim / c.heads > 128) {
    return Error(
        ErrorCode::kBadFile,
        text("a width of ", c.dim, " over ", c.heads, " heads is not supported (whole heads of at most 128)"),
        "vision heads");
  }
  for (size_t channel = 0; channel < 3; ++channel) {
    if (!(c.std[channel] > 0) || !std::isfinite(c.std[channel]) || !std::isfinite(c.mean[channel])) {
      return Error(ErrorCode::kBadFile,
                   text("mean ", c.mean[channel], " and deviation ", c.std[channel],
                        " of a colour cannot normalise pictures"),
                   "picture statistics");
    }
  }
  if (!(c.layer_norm_eps > 0) || !std::isfinite(c.layer_norm_eps))
    return Error(ErrorCode::kBadFile, text("is ", c.layer_norm_eps, ", a positive number is needed"),
                 "vision norm epsilon");
  return {};
}

}  // namespace

Result<void> validate(const ModelConfig& config) {
  if (auto ok = validate_language(config.language); !ok) return ok;
  if (config.image_token >= 0 && uint32_t(config.image_token) >= config.language.vocab) {
    return Error(ErrorCode::kBadFile,
                 text("is ", config.image_token, ", the vocabulary has ", config.language.vocab, " rows"),
                 "image token");
  }
  if (!config.vision) return {};
  if (auto ok = validate_vision(*config.vision); !ok) return ok;
  if (config.projector.layers == 0 && config.vision->dim != config.language.dim) {
    return Error(ErrorCode::kBadFile,
                 text("no projector between vision rows of ", config.vision->dim, " and a language model of ",
                      config.language.dim),
                 "projector");
  }
  return {};
}

Result<ProjectorConfig> projector_from_name(std::string_view name) {
  if (name == "identity") return ProjectorConfig{0};
  if (name == "linear") return ProjectorConfig{1};
  constexpr std::string_view prefix = "mlp";
  constexpr std::string_view suffix = "x_gelu";
  if (name.starts_with(prefix) && name.ends_with(suffix) && name.size() > prefix.size() + suffix.size()) {
    const std::string_view digits = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
    uint32_t layers = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), layers);
    if (parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size() && layers >= 1 &&
        layers <= 16) {
      return ProjectorConfig{layers};
    }
  }
  return Error(ErrorCode::kUnsupported,
               text("projector type \"", name, "\" is not supported; linear, mlpNx_gelu and identity are"));
}

}  // namespace lapilli
