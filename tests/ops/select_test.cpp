// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"

namespace lapilli::test {
namespace {

/// argmax and top_k, with the few invocations of a processor and with the many of a GPU.
class Select : public GpuTest {
 protected:
  /// Values from a small set, so that ties are common, with NaN and infinities in between.
  HostTensor with_ties(const TensorType& type) {
    std::uniform_int_distribution<int> distribution(0, 40);
    std::vector<double> values(type.shape.elements());
    for (double& value : values) {
      const int choice = distribution(generator_);
      value = choice == 0 ? std::nan("") : choice == 1 ? -INFINITY : choice / 4.0 - 5;
    }
    return HostTensor::of(type, values);
  }

  void check(const HostTensor& x, uint32_t k, uint32_t limit, DeviceType device_type) {
    const auto results =
        run_graph({.inputs = {x}, .adjust_caps = [&](DeviceCaps& caps) { caps.type = device_type; }},
                  [&](Graph&, const std::vector<Tensor>& in) {
                    const ops::TopK top = ops::top_k(in[0], k, limit);
                    return std::vector{top.values, top.ids, ops::argmax(in[0], limit)};
                  });
    const auto matrix = matrix_of(x);
    std::vector<double> values, ids, best;
    for (size_t row = 0; row < matrix.rows; ++row) {
      const std::vector<size_t> order = reference::columns_in_order(matrix, row, limit);
      const auto is_number = [&](size_t column) { return !std::isnan(matrix.at(row, column)); };
      const auto first = std::find_if(order.begin(), order.end(), is_number);
      best.push_back(first == order.end() ? -1.0 : static_cast<double>(*first));
      for (uint32_t rank = 0; rank < k; ++rank) {
        ids.push_back(static_cast<double>(order[rank]));
        const double value = matrix.at(row, order[rank]);
        values.push_back(std::isnan(value) ? -INFINITY : value);
      }
    }
    const std::string what = text(x.type, " k ", k, " limit ", limit);
    expect_equal(results[0], values, "top_k values " + what);
    expect_equal(results[1], ids, "top_k ids " + what);
    expect_equal(results[2], best, "argmax " + what);
  }

  std::mt19937 generator_{5};
};

TEST_F(Select, FindsTheLargestInOrderWithTheLowestColumnFirst) {
  struct Case {
    RowsCols shape;
    uint32_t k, limit;
  };
  for (const DeviceType device_type : {DeviceType::kSoftware, DeviceType::kDiscrete}) {
    for (const DType dtype : kFloatStorage) {
      for (const auto& [shape, k, limit] :
           {Case{{1, 1}, 1, 1}, Case{{3, 7}, 5, 5}, Case{{5, 113}, 64, 101}, Case{{2, 64}, 64, 64},
            Case{{29, 257}, 3, 256}, Case{{2, 32003}, 40, 32000}}) {
        check(with_ties(type_of(dtype, shape)), k, limit, device_type);
        check(HostTensor::random(type_of(dtype, shape), generator_), k, limit, device_type);
      }
    }
  }
}

TEST_F(Select, RowsBeyondTheGroupLimitAndInParts) {
  const HostTensor x = with_ties({DType::f32, {65539, 3}});
  check(x, 2, 3, DeviceType::kSoftware);
  const HostTensor parts =
      run_op({.inputs = {x}, .adjust_caps = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 300000; }},
             [](auto& in) { return ops::argmax(in[0], 3); });
  EXPECT_EQ(parts.bytes, run_op({.inputs = {x}}, [](auto& in) { return ops::argmax(in[0], 3); }).bytes);
}

TEST_F(Select, ARowOfNaNHasNoLargest) {
  const HostTensor x = HostTensor::of({DType::f32, {1, 5}}, std::vector<double>(5, std::nan("")));
  EXPECT_EQ(run_op({.inputs = {x}}, [](auto& in) { return ops::argmax(in[0], 5); }).ints().at(0), -1);
}

TEST_F(Select, RefuseLimitsBeyondTheRow) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {2, 100}});
  EXPECT_THROW(ops::argmax(x, 101), Error);
  EXPECT_THROW(ops::argmax(x, 0), Error);
  EXPECT_THROW(ops::top_k(x, 65, 100), Error);
  EXPECT_THROW(ops::top_k(x, 8, 7), Error);
}

}  // namespace
}  // namespace lapilli::test
