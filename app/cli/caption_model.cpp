// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/caption_model.h"

#include "app/captions/model_identity.h"
#include "engine/base/json.h"
#include "engine/io/utf8.h"
#include "engine/runtime/demo_model_path.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kComputes = {"auto", "f32", "f16"};

/// Valid in every folder.
std::string whole(const std::filesystem::path& path) {
  if (path.empty() || path == kDemoModelName || path == kNoProjector) return path.string();
  return std::filesystem::absolute(path).string();
}

}  // namespace

std::string model_note(const ModelFlags& flags) {
  const captions::ModelIdentity identity = captions::identity_of(flags.paths);
  return json{{"name", to_valid_utf8(identity.name)},
              {"key", identity.key},
              {"model", whole(flags.paths.model)},
              {"projector", whole(flags.paths.projector)},
              {"vision", whole(flags.paths.vision)},
              {"base", whole(flags.paths.base)},
              {"tokenizer", whole(flags.paths.tokenizer)},
              {"device", flags.device},
              {"compute", kComputes.at(static_cast<size_t>(flags.compute))},
              {"context", flags.context}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

ModelFlags model_of_note(const ModelFlags& given, const std::string& note) {
  if (!given.paths.model.empty()) return given;
  const json kept = parse_json(note).value();
  const auto text_at = [&](const char* key) {
    const auto found = kept.find(key);
    return found != kept.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  ModelFlags flags = given;
  flags.paths = {.model = text_at("model"),
                 .projector = text_at("projector"),
                 .vision = text_at("vision"),
                 .base = text_at("base"),
                 .tokenizer = text_at("tokenizer")};
  if (flags.paths.model.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "the run does not say which model it was begun with; give it with --model");
  }
  if (flags.device.empty()) flags.device = text_at("device");
  const auto context = kept.find("context");
  if (flags.context == 0 && context != kept.end() && context->is_number_unsigned()) flags.context = *context;
  if (flags.compute == Compute::kAuto) {
    const auto compute = std::find(kComputes.begin(), kComputes.end(), text_at("compute"));
    if (compute != kComputes.end()) flags.compute = static_cast<Compute>(compute - kComputes.begin());
  }
  return flags;
}

}  // namespace lapilli::cli
