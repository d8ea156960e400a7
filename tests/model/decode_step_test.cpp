// SPDX-License-Identifier: Apache-2.0
// What evaluating one more token must not do: allocate, compile, record. No validation layers: they allocate
// too.
#include "engine/runtime/engine.h"
#include "tests/support/small_model.h"

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

namespace {
thread_local uint64_t heap_allocations = 0;
}

// Not inlined: g++ would see a mismatched pair.
[[gnu::noinline]] void* operator new(size_t size) {
  ++heap_allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace lapilli::test {
namespace {

Engine open(uint32_t lanes = 1) {
  EngineOptions options;
  options.lanes = lanes;
  if (const char* device = std::getenv("LAPILLI_DEVICE")) options.device = device;
  return Engine::open(options, small_model()).value();
}

TEST(DecodeStep, TheEvaluatorAllocatesCompilesAndRecordsNothing) {
  Engine engine = open();
  Evaluator& evaluator = engine.evaluator();
  const uint32_t only = 0;
  const auto step = [&](int32_t position) {
    const StepRow row{.id = 300 + position, .position = position};
    evaluator.evaluate(std::span(&row, 1), std::span(&only, 1));
  };
  step(0);
  const gpu::Counters before = engine.device().counters();
  const uint64_t heap_before = heap_allocations;
  for (int32_t position = 1; position <= 16; ++position) step(position);
  const uint64_t heap_after = heap_allocations;
  gpu::Counters after = engine.device().counters();

  EXPECT_EQ(heap_after, heap_before);
  EXPECT_GE(after.submissions, before.submissions + 16);
  after.submissions = before.submissions;
  EXPECT_EQ(after, before);
}

TEST(DecodeStep, TheEvaluatorNeitherDoesSoForSeveralLanes) {
  Engine engine = open(4);
  const uint32_t wanted[] = {0, 1, 2, 3};
  const auto step = [&](int32_t position) {
    StepRow rows[4];
    for (int32_t lane = 0; lane < 4; ++lane)
      rows[lane] = {.id = 260 + lane, .position = position, .lane = lane};
    engine.evaluator().evaluate(rows, wanted);
  };
  step(0);
  const gpu::Counters before = engine.device().counters();
  const uint64_t heap_before = heap_allocations;
  for (int32_t position = 1; position <= 16; ++position) step(position);
  EXPECT_EQ(heap_allocations, heap_before);
  gpu::Counters after = engine.device().counters();
  after.submissions = before.submissions;
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace lapilli::test
