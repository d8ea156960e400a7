// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// The result failed with `expected_code`, and its text holds `part`.
#define EXPECT_REFUSED(result, expected_code, part)                          \
  do {                                                                       \
    const auto& refused_result = (result);                                   \
    ASSERT_FALSE(refused_result.ok()) << "was accepted, expected: " << part; \
    EXPECT_EQ(refused_result.error().code(), expected_code);                 \
    EXPECT_THAT(refused_result.error().what(), testing::HasSubstr(part));    \
  } while (false)
