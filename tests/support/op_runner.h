// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"
#include "tests/support/host_tensor.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lapilli::test {

/// Builds the graph under test from tensors that correspond to the given inputs, and returns what to read
/// back.
using BuildGraph = std::function<std::vector<Tensor>(Graph& graph, const std::vector<Tensor>& in)>;

struct OpRun {
  std::vector<HostTensor> inputs;
  /// When set, inputs whose type says live_rows have this many live rows; the bytes beyond are NaN for float
  /// results.
  std::optional<uint32_t> live_rows = std::nullopt;
  /// Changes what lowering sees, to force a kernel the device would not choose by itself.
  std::function<void(DeviceCaps&)> adjust_caps = {};
};

/// Runs a graph on the test device: graph → lower → plan → record → run, and reads the results back. In-place
/// updates of an input are returned too when `build` returns that input itself. Results are filled with NaN
/// beforehand, so that an element nobody wrote is seen.
std::vector<HostTensor> run_graph(const OpRun& run, const BuildGraph& build);

/// One output.
HostTensor run_op(const OpRun& run, const std::function<Tensor(const std::vector<Tensor>& in)>& build);

/// How far a result may be from the reference, and why.
struct Tolerance {
  double nmse;            ///< Σ(actual − expected)² / Σ expected²
  double max_difference;  ///< |actual − expected| for every element
};

/// f32 sums in another order than the reference's.
inline constexpr Tolerance kExactF32 = {1e-11, 1e-3};
/// Results rounded to 11 significant bits.
inline constexpr Tolerance kRoundedF16 = {5e-7, 3e-2};
/// Results rounded to 8 significant bits.
inline constexpr Tolerance kRoundedBf16 = {5e-5, 3e-1};

/// The tolerance that belongs to a storage type.
Tolerance tolerance_of(DType dtype);

/// Fails the test with one line: worst index, both values, nmse. `what` names operator, variant, shapes and
/// seed.
void expect_close(const std::vector<double>& actual, const std::vector<double>& expected,
                  const Tolerance& tolerance, const std::string& what);

}  // namespace lapilli::test
