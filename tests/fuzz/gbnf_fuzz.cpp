// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/runtime/grammar/gbnf.h"
#include "engine/runtime/grammar/grammar.h"

#include <span>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lapilli;
  (void)try_result([&] {
    return Grammar::compile(parse_gbnf(as_string_view(std::as_bytes(std::span(data, size))))).value();
  });
  return 0;
}
