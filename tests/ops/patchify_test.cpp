// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"

namespace lapilli::test {
namespace {

class Patchify : public GpuTest {
 protected:
  std::mt19937 generator_{4};
};

TEST_F(Patchify, CutsRowsInTheOrderOfAConvolutionKernel) {
  struct Case {
    reference::ImageSize size;
    uint32_t patch;
  };
  for (const DType dtype : kFloatStorage) {
    // The last rows and columns of an image that is not a multiple of the patch are left out, as by a
    // convolution.
    for (const auto& [size, patch] :
         {Case{{1, 1, 1, 1}, 1}, Case{{1, 3, 28, 42}, 14}, Case{{2, 3, 15, 22}, 7}, Case{{5, 3, 8, 8}, 4}}) {
      const TensorType type{DType::f32, {size.images, size.channels, size.height, size.width}};
      const HostTensor image = HostTensor::random(type, generator_);
      const HostTensor y =
          run_op({.inputs = {image}}, [&](auto& in) { return ops::patchify(in[0], patch, dtype); });
      const auto expected = reference::patchify(image.values(), size, patch);
      EXPECT_EQ(y.type, (TensorType{dtype, {expected.rows, expected.cols}}));
      expect_equal(y, expected.values, text("patchify ", type, " by ", patch));
    }
  }
}

TEST_F(Patchify, ManyImagesInPartsAndPastTheGroupLimit) {
  const reference::ImageSize size{1031, 1, 68, 62};
  const HostTensor image =
      HostTensor::random({DType::f32, {size.images, size.channels, size.height, size.width}}, generator_);
  const auto expected = reference::patchify(image.values(), size, 1);
  const HostTensor whole =
      run_op({.inputs = {image}}, [](auto& in) { return ops::patchify(in[0], 1, DType::f16); });
  expect_equal(whole, expected.values, "patchify past 65535 groups");
  const HostTensor parts = run_op(
      {.inputs = {image}, .adjust_caps = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 4 << 20; }},
      [](auto& in) { return ops::patchify(in[0], 1, DType::f16); });
  EXPECT_EQ(whole.bytes, parts.bytes);
}

TEST_F(Patchify, AcceptsOneImageWithoutABatchAxisAndRefusesOtherShapes) {
  Graph graph;
  const Tensor image = graph.input("image", {DType::f32, {3, 28, 28}});
  EXPECT_EQ(ops::patchify(image, 14, DType::f16).type(), (TensorType{DType::f16, {4, 588}}));
  EXPECT_THROW(ops::patchify(image, 29, DType::f16), Error);
  EXPECT_THROW(ops::patchify(graph.input("flat", {DType::f32, {28, 28}}), 14, DType::f16), Error);
  EXPECT_THROW(ops::patchify(graph.input("half", {DType::f16, {3, 28, 28}}), 14, DType::f16), Error);
}

}  // namespace
}  // namespace lapilli::test
