// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tokenizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// Cuts a text, as it arrives, before the first stop string that is completed in it (of those completed at
/// the same byte, the longest). How the text was divided makes no difference.
class StopFilter {
 public:
  /// Empty stop strings are ignored.
  explicit StopFilter(std::vector<std::string> stops);

  /// The text that is now certain not to belong to a stop string. Empty once stopped.
  [[nodiscard]] std::string push(std::string_view text);
  /// What was held back, once no more text comes.
  [[nodiscard]] std::string finish();
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  [[nodiscard]] size_t held_back() const;

  std::vector<std::string> stops_;
  std::string pending_;
  bool stopped_ = false;
};

/// Turns generated ids into text to show: complete UTF-8 only, nothing that may still turn out to be the
/// start of a stop string, no leading space of the tokenizer's unless the text goes on from another. Joined,
/// its results are the text of the answer.
class TextStream {
 public:
  /// The tokenizer must outlive it. A control token whose text is a stop string stops the stream too.
  explicit TextStream(const Tokenizer& tokenizer, std::vector<std::string> stops = {}, bool goes_on = false);

  [[nodiscard]] std::string push(int32_t id);
  /// The rest; an unfinished character becomes U+FFFD. Call once, at the end.
  [[nodiscard]] std::string finish();
  /// A stop string was seen: further ids change nothing.
  [[nodiscard]] bool stopped() const { return stopped_by_token_ || filter_.stopped(); }
  /// Everything returned so far.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string give(std::string piece);

  const Tokenizer* tokenizer_;
  Detokenizer detokenizer_;
  std::vector<std::string> stops_;
  StopFilter filter_;
  std::string text_;
  bool stopped_by_token_ = false;
};

}  // namespace lapilli
