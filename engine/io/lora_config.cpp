// SPDX-License-Identifier: Apache-2.0
#include "engine/io/lora_config.h"

#include "engine/base/json.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::json;

constexpr JsonLimits kLimits = {.max_size_bytes = size_t{4} << 20, .max_depth = 8};
constexpr uint64_t kMaxRank = 65536;

/// Null stands for "not set" in these files.
const Json* find(const Json& config, const char* key) {
  const auto found = config.find(key);
  return found == config.end() || found->is_null() ? nullptr : &*found;
}

[[noreturn]] void refuse_value(std::string_view key, const Json& value, std::string_view expected) {
  throw Error(ErrorCode::kBadFile,
              text("is ", value.dump(-1, ' ', true).substr(0, 60), ", ", expected, " is expected"),
              text("\"", key, "\""));
}

bool read_bool(const Json& config, const char* key) {
  const Json* value = find(config, key);
  if (!value) return false;
  if (!value->is_boolean()) refuse_value(key, *value, "true or false");
  return value->get<bool>();
}

uint64_t read_rank(const Json& value, std::string_view key) {
  if (!value.is_number_unsigned() || value.get<uint64_t>() < 1 || value.get<uint64_t>() > kMaxRank) {
    refuse_value(key, value, "a whole number from 1 to 65536");
  }
  return value.get<uint64_t>();
}

double read_alpha(const Json& value, std::string_view key) {
  if (!value.is_number() || !std::isfinite(value.get<double>())) refuse_value(key, value, "a number");
  return value.get<double>();
}

const Json& require(const Json& config, const char* key) {
  const Json* value = find(config, key);
  if (!value) throw Error(ErrorCode::kBadFile, text("has no \"", key, "\""));
  return *value;
}

/// A pattern as a plain module path; PEFT reads it as a regular expression, files hold names.
std::string plain_pattern(const std::string& pattern, std::string_view key) {
  std::string result;
  for (size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size() && pattern[i + 1] == '.') c = pattern[++i];
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '_' || c == '.' || (c == '^' && i == 0);
    if (!plain) {
      throw Error(ErrorCode::kUnsupported,
                  text("holds the regular expression \"", pattern.substr(0, 60),
                       "\", only module names are supported"),
                  text("\"", key, "\""));
    }
    result += c;
  }
  return result;
}

template <class Value>
std::map<std::string, Value> read_pattern(const Json& config, const char* key,
                                          Value (*read)(const Json&, std::string_view)) {
  std::map<std::string, Value> patterns;
  const Json* object = find(config, key);
  if (!object) return patterns;
  if (!object->is_object()) refuse_value(key, *object, "an object");
  for (const auto& item : object->items()) {
    patterns.emplace(plain_pattern(item.key(), key), read(item.value(), key));
  }
  return patterns;
}

/// "^a.b" is the whole path, "a.b" also its end.
bool matches(std::string_view pattern, std::string_view module) {
  if (pattern.starts_with('^')) return module == pattern.substr(1);
  if (!module.ends_with(pattern)) return false;
  return module.size() == pattern.size() || module[module.size() - pattern.size() - 1] == '.';
}

template <class Value>
Result<Value> look_up(const std::map<std::string, Value>& patterns, std::string_view module,
                      Value otherwise) {
  const Value* found = nullptr;
  for (const auto& [pattern, value] : patterns) {
    if (!matches(pattern, module)) continue;
    if (found && *found != value) {
      return Error(ErrorCode::kUnsupported,
                   text("two patterns give the module ", module, " the values ", *found, " and ", value));
    }
    found = &value;
  }
  return found ? *found : otherwise;
}

/// Adapters that change more than W + scale·B·A would be applied wrongly.
void refuse_other_kinds(const Json& config) {
  const Json& kind = require(config, "peft_type");
  if (kind != "LORA") {
    throw Error(ErrorCode::kUnsupported,
                text("is ", kind.dump(-1, ' ', true).substr(0, 60), ", only \"LORA\" is supported"),
                "\"peft_type\"");
  }
  for (const char* key : {"use_dora", "use_qalora"}) {
    if (read_bool(config, key)) {
      throw Error(ErrorCode::kUnsupported,
                  "is true; only plain LoRA is supported, merge the adapter with PEFT first",
                  text("\"", key, "\""));
    }
  }
  for (const char* key :
       {"layer_replication", "trainable_token_indices", "target_parameters", "alora_invocation_tokens"}) {
    if (const Json* value = find(config, key); value && !value->empty()) {
      throw Error(ErrorCode::kUnsupported,
                  "is set; only plain LoRA is supported, merge the adapter with PEFT first",
                  text("\"", key, "\""));
    }
  }
  constexpr std::array<std::string_view, 3> kHarmless = {"gaussian", "orthogonal", "eva"};
  const Json* init = find(config, "init_lora_weights");
  if (!init || init->is_boolean()) return;
  if (!init->is_string()) refuse_value("init_lora_weights", *init, "true, false or a text");
  const auto& spelled = init->get_ref<const std::string&>();
  if (std::find(kHarmless.begin(), kHarmless.end(), spelled) == kHarmless.end()) {
    throw Error(ErrorCode::kUnsupported,
                text("is \"", spelled.substr(0, 40),
                     "\", which changed the base model's weights too; convert the "
                     "adapter with PEFT first"),
                "\"init_lora_weights\"");
  }
}

LoraConfig read(std::string_view json) {
  const auto parsed = parse_json(json, kLimits);
  if (!parsed) throw parsed.error();
  if (!parsed->is_object()) throw Error(ErrorCode::kBadFile, "is not a JSON object");
  const Json& document = *parsed;
  refuse_other_kinds(document);

  LoraConfig config;
  config.rank = read_rank(require(document, "r"), "r");
  config.alpha = read_alpha(require(document, "lora_alpha"), "lora_alpha");
  config.rank_stabilized = read_bool(document, "use_rslora");
  config.transposed = read_bool(document, "fan_in_fan_out");
  config.rank_pattern = read_pattern<uint64_t>(document, "rank_pattern", read_rank);
  config.alpha_pattern = read_pattern<double>(document, "alpha_pattern", read_alpha);
  if (const Json* bias = find(document, "bias")) {
    if (*bias != "none" && *bias != "all" && *bias != "lora_only") {
      refuse_value("bias", *bias, "\"none\", \"all\" or \"lora_only\"");
    }
    config.trains_biases = *bias != "none";
  }
  if (const Json* base = find(document, "base_model_name_or_path"); base && base->is_string()) {
    config.base_model = base->get<std::string>();
  }
  return config;
}

}  // namespace

Result<uint64_t> LoraConfig::rank_of(std::string_view module) const {
  return look_up(rank_pattern, module, rank);
}

Result<float> LoraConfig::scale_of(std::string_view module) const {
  const auto module_rank = rank_of(module);
  if (!module_rank) return module_rank.error();
  const auto module_alpha = look_up(alpha_pattern, module, alpha);
  if (!module_alpha) return module_alpha.error();
  const auto divisor = static_cast<double>(*module_rank);
  return static_cast<float>(*module_alpha / (rank_stabilized ? std::sqrt(divisor) : divisor));
}

Result<LoraConfig> parse_lora_config(std::string_view json) {
  return try_result([&] { return read(json); });
}

}  // namespace lapilli
