// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "training/check_record.h"
#include "training/json_slices.h"
#include "training/record_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lapilli::training;
  const std::string_view text = lapilli::as_string_view(std::as_bytes(std::span(data, size)));
  const SliceVisitor read = [&](const JsonSlice& slice) {
    const RecordReading reading = read_record(text.substr(slice.offset, slice.size_bytes));
    (void)conversation_problems(reading.record, PromptVersion::kV1);
  };
  (void)visit_array(text, read);
  visit_lines(text, read);
  return 0;
}
