// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "training/recipe.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lapilli::training;
  const RecipeReading reading = parse_recipe(lapilli::as_string_view(std::as_bytes(std::span(data, size))));
  if (reading.problems.empty()) (void)to_json(reading.recipe);
  return 0;
}
