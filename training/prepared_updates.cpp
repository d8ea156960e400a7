// SPDX-License-Identifier: Apache-2.0
#include "training/prepared_updates.h"

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
  PreparedUpdate update;
  std::vector<std::filesystem::path> pictures;
  for (const uint32_t dealt : sampler_.next_update()) {
    const Record record = dataset_.record(records_[dealt]).value();
    Sample sample = make_sample(record, tokenizer_, options_).value();
    if (share_.takes(update.samples.size())) {
      for (const PicturePlace& place : sample.pictures) pictures.push_back(record.images.at(place.picture));
    }
    update.labels += count_labels(sample);
    update.positions += sample.ids.size();
    update.samples.push_back(std::move(sample));
  }
  update.after = sampler_.position();
  empty_in_a_row_ = update.labels == 0 ? empty_in_a_row_ + 1 : 0;
  if (empty_in_a_row_ > updates_per_epoch()) {
    throw Error(ErrorCode::kBadFile, text("none of the ", records_.size(),
                                          " records has anything to learn; check the data (lapilli train "
                                          "--check), or use \"mask\": \"answers\" with vocabularies other "
                                          "than LLaMA's"));
  }
  if (update.labels != 0) {
    for (std::filesystem::path& picture : pictures) pictures_.request(std::move(picture));
  }
  ready_.push_back(std::move(update));
}

}  // namespace lapilli::training
