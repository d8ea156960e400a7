// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

namespace lapilli::test {
namespace {

class ElementwiseVjp : public GpuTest {
 protected:
  std::mt19937 generator_{1};
};

TEST_F(ElementwiseVjp, Convert) {
  for (const DType from : kFloatStorage) {
    for (const DType to : kFloatStorage) {
      const HostTensor x = HostTensor::random({from, {3, 5}}, generator_);
      check_vjp(
          {.inputs = {x}, .wanted = {true}, .what = "convert"},
          [&](auto& in) { return ops::convert(in[0], to); }, [](const auto& in) { return in[0]; });
    }
  }
}

}  // namespace
}  // namespace lapilli::test
