// SPDX-License-Identifier: Apache-2.0
#include "app/cli/serve_requests.h"
#include "engine/base/bytes.h"

#include <span>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lapilli;
  (void)cli::parse_request(as_string_view(std::as_bytes(std::span(data, size))));
  return 0;
}
