// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/runtime/grammar/json_schema.h"
#include "tests/support/exercise_grammar.h"

#include <span>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lapilli;
  (void)try_result([&] {
    const std::string_view source = as_string_view(std::as_bytes(std::span(data, size)));
    test::exercise_grammar(Grammar::compile(parse_json_schema(source)).value());
  });
  return 0;
}
