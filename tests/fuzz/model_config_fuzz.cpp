// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/runtime/model_config_json.h"

#include <span>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lapilli;
  const std::string_view source = as_string_view(std::as_bytes(std::span(data, size)));
  if (const auto config = parse_checkpoint_config(source, "config.json"); config && config->language)
    (void)validate({.name = "fuzzed", .language = *config->language, .vision = config->vision});
  VisionConfig vision;
  (void)parse_preprocessor(source, "preprocessor_config.json", vision);
  return 0;
}
