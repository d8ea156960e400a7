// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/octet_sums.h"

#include "engine/base/bytes.h"
#include "engine/ops/octets.h"
#include "shaders/column_panels.h"
#include "shaders/params.h"

namespace lapilli::ops {

bool has_octet_sums(const DeviceCaps& caps, uint64_t columns) {
  return loads_octets(caps) && columns % 32 == 0;
}

uint64_t bytes_of_panels(uint64_t rows, uint64_t columns) {
  return rows * align_up(columns, uint64_t{32}) * sizeof(float);
}

void add_panels(const Columns& columns, BufferRef matrix, uint32_t octets, BufferRef panels,
                DispatchList& out) {
  constexpr uint64_t kRowsOfGroup = 8;
  LAPILLI_ASSERT(columns.pitch >= kLeastOfOctetSums);
  const shader::ColumnPanelsParams params{.rows = static_cast<uint32_t>(columns.rows),
                                          .pitch = columns.pitch,
                                          .first_column = static_cast<uint32_t>(columns.first),
                                          .columns = static_cast<uint32_t>(columns.count)};
  out.add({.shader = shader::column_panels(columns.dtype),
           .constants = {octets},
           .buffers = {matrix, panels},
           .params = Params(params),
           .addressed_bindings = 1,
           .groups = fold_groups(divide_up(columns.rows, kRowsOfGroup)),
           .flops = static_cast<double>(columns.rows * columns.count),
           .bytes = static_cast<double>(columns.rows * columns.count *
                                        (block_bytes(columns.dtype) + sizeof(float)))});
}

}  // namespace lapilli::ops
