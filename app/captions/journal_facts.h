// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace lapilli::captions {

// What a journal's file has that is more than its tables' names. Data alone: the window, which searches
// journals, has them from here too.

/// Of the tables, as the file has it in `user_version`. Each version so far has only added columns to the one
/// before.
inline constexpr int64_t kJournalVersion = 4;

/// How far a picture is.
enum class PictureState {
  kWaiting,
  kAnswered,  ///< its texts and the changes of files are known, and maybe partly made
  kDone,
  kSkipped,
  kFailed,
};

/// What the field of a text begins with that is the model's, before anybody edited it.
inline constexpr std::string_view kModelPrefix = "model:";

}  // namespace lapilli::captions
