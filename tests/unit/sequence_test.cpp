// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/lane.h"
#include "engine/runtime/prompt.h"

#include <set>

#include <gtest/gtest.h>

namespace lapilli::test {
namespace {

TEST(ExpandPrompt, PutsTheRowsOfEachPictureInItsPlace) {
  const Picture a = make_picture({1, 2}), b = make_picture({3, 4});
  const int32_t ids[] = {1, kImageToken, 5, kImageToken};
  const Picture pictures[] = {a, b};
  const auto items = expand_prompt(ids, pictures, 2);
  const std::vector<SequenceItem> expected = {{1, 0, 0}, {-1, a.id, 0}, {-1, a.id, 1},
                                              {5, 0, 0}, {-1, b.id, 0}, {-1, b.id, 1}};
  EXPECT_EQ(items, expected);
  EXPECT_THROW(static_cast<void>(expand_prompt(ids, std::span(pictures, 1), 2)), Error);
}

TEST(PictureMemory, TheLeastRecentlyUsedGivesWay) {
  std::vector<uint32_t> encoded;
  PictureMemory memory(2, [&](std::span<const SlotPixels> slots) {
    for (const SlotPixels& picture : slots) encoded.push_back(picture.slot);
  });
  const Picture a = make_picture({1, 2}), b = make_picture({3, 4}), c = make_picture({5, 6});
  const uint32_t slot_a = memory.slot_of(a, {}).value();
  const uint32_t slot_b = memory.slot_of(b, {}).value();
  EXPECT_NE(slot_a, slot_b);
  EXPECT_EQ(memory.slot_of(a, {}), slot_a);
  EXPECT_EQ(memory.encoded(), 2u);
  EXPECT_EQ(memory.slot_of(c, {}), slot_b) << "a was used after b";
  EXPECT_EQ(memory.slot_of(b, std::vector{slot_a, slot_b}), std::nullopt);
  EXPECT_EQ(memory.slot_of(b, std::vector{slot_b}), slot_a);
  EXPECT_EQ(encoded.size(), 4u);
}

TEST(PictureMemory, AFailedEncodingLeavesNoPicture) {
  bool fail = false;
  PictureMemory memory(1, [&](std::span<const SlotPixels>) {
    if (fail) throw Error(ErrorCode::kStopped, "stopped as asked");
  });
  const Picture a = make_picture({1, 2}), b = make_picture({3, 4});
  EXPECT_TRUE(memory.slot_of(a, {}));
  fail = true;
  EXPECT_THROW(static_cast<void>(memory.slot_of(b, {})), Error);
  fail = false;
  EXPECT_TRUE(memory.slot_of(a, {}));
  EXPECT_EQ(memory.encoded(), 2u) << "half of b has overwritten a";
}

TEST(PictureMemory, MissingPicturesAreEncodedTogetherAndOnce) {
  std::vector<size_t> batches;
  PictureMemory memory(3, [&](std::span<const SlotPixels> slots) { batches.push_back(slots.size()); });
  const Picture a = make_picture({1, 2}), b = make_picture({3, 4}), c = make_picture({5, 6});
  ASSERT_TRUE(memory.slot_of(b, {}));
  const Picture* wanted[] = {&a, &b, &c, &a};
  const auto slots = memory.slots_of(wanted, {});
  ASSERT_TRUE(slots);
  EXPECT_EQ(batches, (std::vector<size_t>{1, 2}));
  EXPECT_EQ((*slots)[0], (*slots)[3]);
  EXPECT_EQ(std::set<uint32_t>(slots->begin(), slots->end()).size(), 3u);
  const Picture d = make_picture({7, 8});
  const Picture* too_many[] = {&a, &b, &c, &d};
  EXPECT_EQ(memory.slots_of(too_many, {}), std::nullopt);
}

TEST(Picture, EqualPixelsHaveEqualIds) {
  EXPECT_EQ(make_picture({1, 2, 3}).id, make_picture({1, 2, 3}).id);
  EXPECT_NE(make_picture({1, 2, 3}).id, make_picture({1, 2, 4}).id);
  EXPECT_NE(make_picture({1, 2, 3}).id, make_picture({2, 1, 3}).id);
}

TEST(StepShapes, CoverRowsAndLanes) {
  EvaluatorOptions options;
  EXPECT_EQ(step_shapes(options).size(), 4u);
  options.graph.lanes = 40;
  const auto shapes = step_shapes(options);
  ASSERT_EQ(shapes.size(), 5u);
  EXPECT_EQ(shapes[1].rows, 16u) << "with more rows, devices take other kernels";
  EXPECT_EQ(shapes[2].rows, 32u);
  for (size_t index = 1; index < shapes.size(); ++index) EXPECT_EQ(shapes[index].logit_rows, 16u);
}

}  // namespace
}  // namespace lapilli::test
