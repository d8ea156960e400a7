// SPDX-License-Identifier: Apache-2.0
#include "training/prepared_updates.h"

#include "training/micro_steps.h"

#include <algorithm>
#include <iterator>

namespace lapilli::training {

PreparedUpdates::PreparedUpdates(const Dataset& dataset, const Tokenizer& tokenizer,
                                 std::vector<uint32_t> records, Sampler sampler, const SampleOptions& options,
                                 const RankShare& share, PictureFeed& pictures)
    : dataset_(dataset),
      tokenizer_(tokenizer),
      records_(std::move(records)),
      sampler_(std::move(sampler)),
      options_(options),
      share_(share),
      pictures_(pictures) {}

PreparedUpdate PreparedUpdates::next() {
  constexpr size_t kAhead = 2;
  while (ready_.size() < kAhead) prepare();
  PreparedUpdate update = std::move(ready_.front());
  ready_.pop_front();
  return update;
}

void PreparedUpdates::prepare() {
  Made made = (made_.valid() ? std::move(made_) : start_next()).get();
  made_ = start_next();
  for (std::filesystem::path& picture : made.pictures) pictures_.request(std::move(picture));
  ready_.push_back(std::move(made.update));
}

std::future<PreparedUpdates::Made> PreparedUpdates::start_next() {
  return std::async(std::launch::async, [this] { return make(); });
}

PreparedUpdates::Made PreparedUpdates::make() {
  Made made;
  PreparedUpdate& update = made.update;
  std::vector<Share> shares;
  const std::vector<uint32_t> dealt = sampler_.next_update();
  for (size_t index = 0; index < dealt.size(); ++index) {
    const Record record = dataset_.record(records_[dealt[index]]).value();
    Share share{.sample = make_sample(record, tokenizer_, options_).value(), .pictures = {}};
    update.labels += count_labels(share.sample);
    update.positions += share.sample.ids.size();
    update.pictures += share.sample.pictures.size();
    if (!share_.takes(index)) continue;
    for (const PicturePlace& place : share.sample.pictures)
      share.pictures.push_back(record.images.at(place.picture));
    shares.push_back(std::move(share));
  }
  update.after = sampler_.position();
  empty_in_a_row_ = update.labels == 0 ? empty_in_a_row_ + 1 : 0;
  if (empty_in_a_row_ > updates_per_epoch()) {
    throw Error(ErrorCode::kBadFile, text("none of the ", records_.size(),
                                          " records has anything to learn; check the data (lapilli train "
                                          "--check), or use \"mask\": \"answers\" with vocabularies other "
                                          "than LLaMA's"));
  }
  if (update.labels != 0) cut(std::move(shares), made);
  return made;
}

void PreparedUpdates::cut(std::vector<Share> shares, Made& made) const {
  std::ranges::stable_sort(
      shares, [](const Share& a, const Share& b) { return a.sample.ids.size() > b.sample.ids.size(); });
  std::vector<uint32_t> lengths;
  for (const Share& share : shares) lengths.push_back(static_cast<uint32_t>(share.sample.ids.size()));
  auto next = shares.begin();
  for (const size_t size : micro_step_sizes(lengths, share_.micro)) {
    std::vector<Sample>& samples = made.update.micro_steps.emplace_back();
    for (; samples.size() < size; ++next) {
      std::ranges::move(next->pictures, std::back_inserter(made.pictures));
      samples.push_back(std::move(next->sample));
    }
  }
}

}  // namespace lapilli::training
