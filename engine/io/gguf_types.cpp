// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf_types.h"

#include <array>

namespace lapilli {
namespace {

struct Entry {
  uint32_t id;
  DType dtype;
};

constexpr std::array<Entry, kNumDTypes> kReadable = {{{0, DType::f32},
                                                      {1, DType::f16},
                                                      {2, DType::q4_0},
                                                      {3, DType::q4_1},
                                                      {6, DType::q5_0},
                                                      {7, DType::q5_1},
                                                      {8, DType::q8_0},
                                                      {10, DType::q2_k},
                                                      {11, DType::q3_k},
                                                      {12, DType::q4_k},
                                                      {13, DType::q5_k},
                                                      {14, DType::q6_k},
                                                      {20, DType::iq4_nl},
                                                      {23, DType::iq4_xs},
                                                      {26, DType::i32},
                                                      {30, DType::bf16}}};

std::string_view unread_name(uint32_t id) {
  switch (id) {
    case 9:
      return "Q8_1";
    case 15:
      return "Q8_K";
    case 16:
      return "IQ2_XXS";
    case 17:
      return "IQ2_XS";
    case 18:
      return "IQ3_XXS";
    case 19:
      return "IQ1_S";
    case 21:
      return "IQ3_S";
    case 22:
      return "IQ2_S";
    case 29:
      return "IQ1_M";
    case 34:
      return "TQ1_0";
    case 35:
      return "TQ2_0";
    case 39:
      return "MXFP4";
    case 40:
      return "NVFP4";
    case 41:
      return "Q1_0";
    case 42:
      return "Q2_0";
    default:
      return {};
  }
}

bool was_removed(uint32_t id) {
  return id == 4 || id == 5 || (id >= 31 && id <= 33) || (id >= 36 && id <= 38);
}

}  // namespace

std::optional<StoredType> stored_type_from_ggml(uint32_t id) {
  for (const Entry& entry : kReadable) {
    if (entry.id == id) return stored_type(entry.dtype);
  }
  switch (id) {
    case 24:
      return kStoredI8;
    case 25:
      return kStoredI16;
    case 27:
      return kStoredI64;
    case 28:
      return kStoredF64;
    default:
      return std::nullopt;
  }
}

uint32_t ggml_type_id(DType dtype) {
  for (const Entry& entry : kReadable) {
    if (entry.dtype == dtype) return entry.id;
  }
  LAPILLI_ASSERT(!"every type has a number");
  return 0;
}

std::string ggml_type_refusal(uint32_t id) {
  if (const auto name = unread_name(id); !name.empty())
    return text("has the unsupported quantisation ", name,
                "; use a Q4_0 to Q8_0, Q2_K to Q6_K, IQ4, F16 or F32 file");
  if (was_removed(id))
    return text("has type ", id, ", which was removed from the format; convert the model again");
  return text("has type ", id, ", which no version of the format up to 2026 knows");
}

}  // namespace lapilli
