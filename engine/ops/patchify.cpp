// SPDX-License-Identifier: Apache-2.0
#include "shaders/patchify.h"
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

struct ImageShape {
  uint32_t images, channels, height, width;
};

ImageShape image_shape(const Shape& shape) {
  if (shape.rank() == 3) return {1, shape[0], shape[1], shape[2]};
  return {shape[0], shape[1], shape[2], shape[3]};
}

class Patchify final : public Op {
 public:
  Patchify(uint32_t patch, DType result) : patch_(patch), result_(result) {}
  [[nodiscard]] std::string_view name() const override { return "patchify"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType& image = in[0];
    if (image.dtype != DType::f32 || image.shape.rank() < 3 || image.live_rows) {
      throw Error(ErrorCode::kShape,
                  text("patchify: the image is ", image, "; it must be f32 [channels, height, width]"));
    }
    const auto [images, channels, height, width] = image_shape(image.shape);
    if (patch_ == 0 || patch_ > height || patch_ > width) {
      throw Error(ErrorCode::kShape,
                  text("patchify: the image is ", image, ", a patch ", patch_, " × ", patch_));
    }
    const TensorType result{
        result_, {uint64_t{images} * (height / patch_) * (width / patch_), channels * patch_ * patch_}};
    require_float(result, "patchify: the result");
    return {result};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const auto [images, channels, height, width] = image_shape(args.in[0].shape);
    const uint64_t image_bytes = args.in[0].size_bytes() / images;
    const uint64_t result_bytes = args.out[0].size_bytes() / images;
    const uint64_t runs_per_image = args.out[0].shape.elements() / images / patch_;
    for (const RowRange& range : row_ranges(images, {image_bytes, result_bytes}, args.caps)) {
      Dispatch dispatch{.shader = shader::patchify(result_)};
      dispatch.buffers = {range_of(args.in_ids[0], range, image_bytes),
                          range_of(args.out_ids[0], range, result_bytes)};
      const uint64_t runs = range.rows * runs_per_image;
      dispatch.params =
          Params(shader::PatchifyParams{static_cast<uint32_t>(runs), channels, height, width, patch_});
      dispatch.groups = elementwise_groups(runs);
      dispatch.bytes = static_cast<double>(range.rows * (image_bytes + result_bytes));
      out.add(std::move(dispatch));
    }
  }

 private:
  uint32_t patch_;
  DType result_;
};

}  // namespace

Tensor patchify(Tensor image, uint32_t patch, DType result) {
  return image.graph().apply_one(std::make_unique<Patchify>(patch, result), {image});
}

}  // namespace lapilli::ops
