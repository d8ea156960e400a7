// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/conversation_fit.h"

#include "engine/base/error.h"

#include <gtest/gtest.h>

namespace lapilli::test {
namespace {

/// Exchanges of ten tokens each, and a last message of five.
Conversation talk(size_t exchanges, int first_images = 0) {
  Conversation conversation{.system = "be brief"};
  for (size_t number = 0; number < exchanges; ++number) {
    conversation.messages.push_back(
        {.role = Message::Role::kUser, .text = text("question ", number), .images = first_images});
    conversation.messages.push_back({.role = Message::Role::kAssistant, .text = text("answer ", number)});
    first_images = 0;
  }
  conversation.messages.push_back(
      {.role = Message::Role::kUser, .text = text("question ", exchanges), .images = first_images});
  return conversation;
}

size_t measure(const Conversation& conversation) {
  return 5 * conversation.messages.size();
}

TEST(WithoutOldestExchanges, KeepsSystemTextLastMessageAndPictures) {
  Conversation conversation = talk(2, 2);
  conversation.messages[2].images = 1;
  const Conversation once = without_oldest_exchanges(conversation, 1);
  EXPECT_EQ(once.system, "be brief");
  ASSERT_EQ(once.messages.size(), 3u);
  EXPECT_EQ(once.messages[0].text, "question 1");
  EXPECT_EQ(once.messages[0].images, 3);
  const Conversation twice = without_oldest_exchanges(conversation, 2);
  ASSERT_EQ(twice.messages.size(), 1u);
  EXPECT_EQ(twice.messages[0].text, "question 2");
  EXPECT_EQ(twice.messages[0].images, 3);
}

TEST(ConversationFit, WhatFitsIsKept) {
  ConversationFit fit;
  const FittedConversation fitted = fit.fit(talk(8), 100, 15, measure);
  EXPECT_EQ(fitted.left_out, 0u);
  EXPECT_EQ(fitted.newly_left_out, 0u);
  EXPECT_EQ(fitted.conversation.messages, talk(8).messages);
}

TEST(ConversationFit, HalfIsFreedAtOnceAndRemembered) {
  ConversationFit fit;
  const FittedConversation first = fit.fit(talk(9), 100, 15, measure);
  // Of 95 tokens at most 5 + (100 − 5) / 2 stay.
  EXPECT_EQ(first.left_out, 5u);
  EXPECT_EQ(first.newly_left_out, 5u);
  EXPECT_EQ(first.conversation.messages.front().text, "question 5");
  for (size_t exchanges = 10; exchanges <= 13; ++exchanges) {
    const FittedConversation later = fit.fit(talk(exchanges), 100, 15, measure);
    EXPECT_EQ(later.left_out, 5u) << exchanges;
    EXPECT_EQ(later.newly_left_out, 0u) << exchanges;
    EXPECT_EQ(later.conversation.messages.front().text, "question 5");
  }
  const FittedConversation again = fit.fit(talk(14), 100, 15, measure);
  EXPECT_EQ(again.left_out, 10u);
  EXPECT_EQ(again.newly_left_out, 5u);
}

TEST(ConversationFit, AnotherConversationIsJudgedAnew) {
  ConversationFit fit;
  ASSERT_EQ(fit.fit(talk(9), 100, 15, measure).left_out, 5u);
  EXPECT_EQ(fit.fit(talk(2), 100, 15, measure).left_out, 0u);
  Conversation edited = talk(9);
  edited.messages[1].text = "something else";
  EXPECT_EQ(fit.fit(edited, 200, 15, measure).left_out, 0u);
  Conversation other_system = talk(9);
  other_system.system = "be long";
  EXPECT_EQ(fit.fit(other_system, 200, 15, measure).left_out, 0u);
}

TEST(ConversationFit, TheLastMessageIsNeverLeftOut) {
  ConversationFit fit;
  EXPECT_EQ(fit.fit(talk(3), 8, 2, measure).left_out, 3u);
  EXPECT_EQ(fit.fit(talk(3), 2, 2, measure).conversation.messages.size(), 1u);
  EXPECT_EQ(fit.fit(talk(0), 2, 2, measure).conversation.messages.size(), 1u);
}

}  // namespace
}  // namespace lapilli::test
