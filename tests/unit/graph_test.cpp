// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"

#include "engine/base/error.h"
#include "engine/graph/plan.h"

#include <gtest/gtest.h>

namespace lapilli {
namespace {

constexpr ShaderBinding kReadWrite[] = {{0, true, false}, {1, false, true}};
constexpr ShaderBinding kUpdate[] = {{0, true, true}};
const ShaderInfo kCopyShader{
    .name = "copy", .spirv = {}, .bindings = kReadWrite, .params_bytes = 4, .tunables = {}, .needs = {}};
const ShaderInfo kUpdateShader{
    .name = "update", .spirv = {}, .bindings = kUpdate, .params_bytes = 0, .tunables = {}, .needs = {}};

class Copy final : public Op {
 public:
  std::string_view name() const override { return "copy"; }
  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    if (in[0].cols() == 13) throw Error(ErrorCode::kShape, text("copy: input is ", in[0].shape));
    return {in[0]};
  }
  void lower(const LowerArgs& args, DispatchList& out) const override {
    out.add({.shader = &kCopyShader,
             .buffers = {args.input(0), args.output(0)},
             .params = Params(uint32_t{1}),
             .flops = 10});
  }
};

class Update final : public Op {
 public:
  std::string_view name() const override { return "update"; }
  std::vector<TensorType> infer(std::span<const TensorType> in) const override { return {in[0]}; }
  std::optional<size_t> alias(size_t) const override { return 0; }
  void lower(const LowerArgs& args, DispatchList& out) const override {
    out.add({.shader = &kUpdateShader, .buffers = {args.input(0)}});
  }
};

Tensor copy(Tensor x) {
  return x.graph().apply_one(std::make_unique<Copy>(), {x});
}
Tensor update(Tensor x) {
  return x.graph().apply_one(std::make_unique<Update>(), {x});
}

TEST(Shape, PrintsAndRefuses) {
  EXPECT_EQ(text(Shape{577, 1024}), "[577, 1024]");
  EXPECT_EQ((Shape{2, 3, 5}).rows(), 6u);
  EXPECT_THROW((Shape{1, 0}), Error);
  EXPECT_THROW((Shape{1, 1, 1, 1, 1}), Error);
}

TEST(Graph, ShapeErrorsNameTheScope) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {2, 13}});
  const Graph::Scope layer(graph, "layer 3");
  try {
    (void)copy(x);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "layer 3: copy: input is [2, 13]");
  }
}

TEST(Lower, LeavesOutWhatNobodyUses) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {2, 4}});
  const Tensor used = copy(x);
  (void)copy(x);
  graph.output("y", copy(used));
  EXPECT_EQ(lower(graph, {}).dispatches.size(), 2u);
}

TEST(Lower, KeepsUpdatesOfExternalState) {
  Graph graph;
  const Tensor state = graph.state("cache", {DType::f32, {2, 4}});
  (void)update(state);
  EXPECT_EQ(lower(graph, {}).dispatches.size(), 1u);
}

TEST(Plan, OrdersAnUpdateAndItsReaders) {
  Graph graph;
  const Tensor state = graph.state("cache", {DType::f32, {2, 4}});
  const Tensor updated = update(state);
  graph.output("y", copy(updated));
  const Plan plan = make_plan(graph, {});
  ASSERT_EQ(plan.steps.size(), 2u);
  EXPECT_FALSE(plan.steps[0].barrier_before);
  EXPECT_TRUE(plan.steps[1].barrier_before);
  EXPECT_EQ(plan.steps[1].buffers[0].space, state.id());
  ASSERT_EQ(plan.externals.size(), 2u);
  EXPECT_EQ(plan.externals[0].name, "cache");
  EXPECT_EQ(plan.arena_bytes(), 0u);
}

TEST(Plan, IntermediatesShareMemoryOverTime) {
  Graph graph;
  Tensor x = graph.input("x", {DType::f32, {16, 16}});
  for (int step = 0; step < 20; ++step) x = copy(x);
  graph.output("y", x);
  const Plan plan = make_plan(graph, {});
  EXPECT_EQ(plan.steps.size(), 20u);
  EXPECT_LE(plan.arena_bytes(), 2u * (1024 + 256));
  EXPECT_NE(plan.dump().find("20 dispatches, 19 barriers"), std::string::npos) << plan.dump();
}

TEST(RowShards, CoverAllRowsAtBindableOffsets) {
  DeviceCaps caps;
  caps.max_storage_range_bytes = 10000;
  caps.storage_buffer_alignment_bytes = 64;
  const TensorType type{DType::q6_k, {1000, 512}};  // 420 bytes a row
  uint64_t next = 0;
  for (const RowShard& shard : row_shards(type, 5, caps)) {
    EXPECT_EQ(shard.first_row, next);
    EXPECT_EQ(shard.buffer.offset_bytes % 64, 0u);
    EXPECT_LE(shard.buffer.size_bytes, 10000u);
    next += shard.rows;
  }
  EXPECT_EQ(next, 1000u);
  EXPECT_EQ(row_shards({DType::f32, {10, 16}}, 5, caps).size(), 1u);
  EXPECT_THROW((void)row_shards({DType::f32, {10, 4096}}, 5, caps), Error);
}

}  // namespace
}  // namespace lapilli
