// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/text_stream.h"

#include "engine/io/utf8.h"
#include "tests/unit/tokenizer_fixture.h"

#include <random>

namespace lapilli {
namespace {

using Ids = std::vector<int32_t>;

Tokenizer tiny() {
  return Tokenizer::open(test::golden_folder() / "tiny.model").value();
}

/// The text up to the first completed stop string, found without any streaming.
std::string cut(const std::string& text, const std::vector<std::string>& stops) {
  for (size_t end = 1; end <= text.size(); ++end) {
    const std::string_view so_far = std::string_view(text).substr(0, end);
    size_t longest = 0;
    for (const auto& stop : stops) {
      if (so_far.ends_with(stop)) longest = std::max(longest, stop.size());
    }
    if (longest > 0) return text.substr(0, end - longest);
  }
  return text;
}

bool is_valid_utf8(const std::string& text) {
  return to_valid_utf8(text) == text;
}

TEST(StopFilter, CutsAtTheFirstStopHoweverTheTextArrives) {
  std::mt19937 random(7);
  const std::vector<std::vector<std::string>> stop_sets = {{"ab"},       {"aab", "ba"}, {"abab", "bb", ""},
                                                           {"aaa", "a"}, {"ab", "cab"}, {}};
  for (int round = 0; round < 3000; ++round) {
    const auto& stops = stop_sets[random() % stop_sets.size()];
    std::string whole;
    for (size_t i = random() % 12; i-- > 0;) whole += "abc"[random() % 3];
    StopFilter filter(stops);
    std::string received;
    for (size_t at = 0; at < whole.size();) {
      const size_t size = std::min<size_t>(1 + random() % 4, whole.size() - at);
      received += filter.push(whole.substr(at, size));
      at += size;
      EXPECT_TRUE(whole.starts_with(received));
    }
    received += filter.finish();
    EXPECT_EQ(received, cut(whole, stops)) << whole;
  }
}

TEST(StopFilter, HoldsBackOnlyWhatMayBecomeAStop) {
  StopFilter filter({"###"});
  EXPECT_EQ(filter.push("a#"), "a");
  EXPECT_EQ(filter.push("#b#"), "##b");
  EXPECT_EQ(filter.push("#"), "");
  EXPECT_EQ(filter.push("#c"), "");
  EXPECT_TRUE(filter.stopped());
}

TEST(TextStream, EmitsCompleteCharactersAndTheDecodedTextInTotal) {
  const Tokenizer tokenizer = tiny();
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    Ids ids;
    for (size_t i = random() % 20; i-- > 0;) {
      // Half of them byte tokens, so that characters are broken, finished and left open.
      ids.push_back(random() % 2 ? 3 + static_cast<int32_t>(random() % 256)
                                 : static_cast<int32_t>(random() % tokenizer.size()));
    }
    TextStream stream(tokenizer);
    std::string received;
    for (const int32_t id : ids) {
      const std::string piece = stream.push(id);
      EXPECT_TRUE(is_valid_utf8(piece));
      received += piece;
    }
    received += stream.finish();
    EXPECT_EQ(received, tokenizer.decode(ids));
    EXPECT_EQ(received, stream.text());
  }
}

TEST(TextStream, AnEmojiOfFourByteTokensArrivesAtOnce) {
  const Tokenizer tokenizer = tiny();
  TextStream stream(tokenizer);
  EXPECT_EQ(stream.push(3 + 0xF0), "");
  EXPECT_EQ(stream.push(3 + 0x9F), "");
  EXPECT_EQ(stream.push(3 + 0x99), "");
  EXPECT_EQ(stream.push(3 + 0x82), "🙂");
  EXPECT_EQ(stream.push(3 + 0xE4), "");
  EXPECT_EQ(stream.finish(), "\uFFFD");
}

TEST(TextStream, StripsTheLeadingSpaceOnlyAtTheStart) {
  const Tokenizer tokenizer = tiny();
  const Ids ids = tokenizer.encode_plain("stone stone");
  TextStream stream(tokenizer);
  std::string received;
  for (const int32_t id : ids) received += stream.push(id);
  EXPECT_EQ(received, "stone stone");
}

TEST(TextStream, WhatGoesOnKeepsItsFirstSpace) {
  const Tokenizer tokenizer = tiny();
  TextStream stream(tokenizer, {}, true);
  std::string received;
  for (const int32_t id : tokenizer.encode_plain("stone stone")) received += stream.push(id);
  EXPECT_EQ(received, " stone stone");
}

TEST(TextStream, FindsStopsAcrossTokensAndStopsOnAControlTokenOfThatText) {
  const Tokenizer tokenizer = tiny();
  TextStream stream(tokenizer, {"dog sl", "</s>"});
  std::string received;
  for (const int32_t id : tokenizer.encode_plain("The lazy dog sleeps")) received += stream.push(id);
  EXPECT_TRUE(stream.stopped());
  EXPECT_EQ(received + stream.finish(), "The lazy ");

  TextStream other(tokenizer, {"</s>"});
  (void)other.push(3 + 'a');
  (void)other.push(tokenizer.eos_id());
  EXPECT_TRUE(other.stopped());
  EXPECT_EQ(other.push(3 + 'b'), "");
  EXPECT_EQ(other.text(), "a");
}

}  // namespace
}  // namespace lapilli
