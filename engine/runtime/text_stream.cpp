// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/text_stream.h"

#include <algorithm>

namespace lapilli {

StopFilter::StopFilter(std::vector<std::string> stops) : stops_(std::move(stops)) {
  std::erase(stops_, std::string());
  std::sort(stops_.begin(), stops_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

// The longest end of the pending text that some stop string begins with.
size_t StopFilter::held_back() const {
  const std::string_view pending = pending_;
  size_t longest = 0;
  for (const std::string& stop : stops_) {
    for (size_t length = std::min(stop.size() - 1, pending.size()); length > longest; --length) {
      if (pending.ends_with(std::string_view(stop).substr(0, length))) longest = length;
    }
  }
  return longest;
}

std::string StopFilter::push(std::string_view text) {
  if (stopped_) return {};
  size_t examined = pending_.size();
  pending_ += text;
  for (; examined < pending_.size(); ++examined) {
    const std::string_view so_far = std::string_view(pending_).substr(0, examined + 1);
    const auto stop =
        std::find_if(stops_.begin(), stops_.end(), [&](const auto& s) { return so_far.ends_with(s); });
    if (stop == stops_.end()) continue;
    stopped_ = true;
    std::string result(so_far.substr(0, so_far.size() - stop->size()));
    pending_.clear();
    return result;
  }
  const size_t certain = pending_.size() - held_back();
  std::string result = pending_.substr(0, certain);
  pending_.erase(0, certain);
  return result;
}

std::string StopFilter::finish() {
  return std::exchange(pending_, {});
}

TextStream::TextStream(const Tokenizer& tokenizer, std::vector<std::string> stops, bool goes_on)
    : tokenizer_(&tokenizer), detokenizer_(tokenizer), stops_(stops), filter_(std::move(stops)) {
  // Behind some token, the next one's blank is the text's own.
  if (goes_on) (void)detokenizer_.push(tokenizer.unknown_id());
}

std::string TextStream::give(std::string piece) {
  text_ += piece;
  return piece;
}

std::string TextStream::push(int32_t id) {
  if (stopped()) return {};
  std::string piece = filter_.push(detokenizer_.push(id));
  const bool stops = tokenizer_->is_control(id) &&
                     std::find(stops_.begin(), stops_.end(), tokenizer_->piece(id)) != stops_.end();
  if (stops && !filter_.stopped()) {
    stopped_by_token_ = true;
    piece += filter_.finish();
  }
  return give(std::move(piece));
}

std::string TextStream::finish() {
  if (stopped()) return {};
  std::string piece = filter_.push(detokenizer_.finish());
  if (!filter_.stopped()) piece += filter_.finish();
  return give(std::move(piece));
}

}  // namespace lapilli
