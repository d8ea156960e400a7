// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/sampler.h"

#include "engine/base/error.h"

#include <algorithm>
#include <cmath>

namespace lapilli {
namespace {

void require(bool valid, const char* option, float value, const char* expected) {
  if (valid) return;
  throw Error(ErrorCode::kInvalidArgument, text(option, " is ", value, ", expected ", expected));
}

void check(const SamplingOptions& options) {
  require(std::isfinite(options.temperature) && options.temperature >= 0, "temperature", options.temperature,
          "0 or more");
  require(options.top_k >= 0, "top-k", static_cast<float>(options.top_k), "0 or more");
  require(options.top_p > 0 && options.top_p <= 1, "top-p", options.top_p, "more than 0, at most 1");
  require(options.min_p >= 0 && options.min_p <= 1, "min-p", options.min_p, "0 to 1");
  require(std::isfinite(options.repetition_penalty) && options.repetition_penalty > 0, "repeat-penalty",
          options.repetition_penalty, "more than 0");
}

// SplitMix64 (Steele, Lea, Flood 2014) read at a position instead of stepped.
uint64_t random_bits(uint64_t seed, uint64_t position) {
  uint64_t z = seed + (position + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

TokenMask::TokenMask(int32_t tokens, bool allowed)
    : tokens_(tokens), bits_((static_cast<size_t>(tokens) + 63) / 64, allowed ? ~uint64_t{0} : 0) {}

void TokenMask::set(int32_t id, bool allowed) {
  LAPILLI_ASSERT(id >= 0 && id < tokens_);
  const uint64_t bit = uint64_t{1} << (id % 64);
  uint64_t& word = bits_[static_cast<size_t>(id) / 64];
  word = allowed ? word | bit : word & ~bit;
}

bool TokenMask::allows(int32_t id) const {
  return id >= 0 && id < tokens_ && (bits_[static_cast<size_t>(id) / 64] >> (id % 64) & 1) != 0;
}

Sampler::Sampler(const SamplingOptions& options, int32_t tokens) : options_(options), tokens_(tokens), seen_(tokens) {
  check(options);
}

void Sampler::saw(std::span<const int32_t> ids) {
  for (const int32_t id : ids) {
    if (id >= 0 && id < tokens_) seen_.set(id, true);
  }
}

std::vector<Sampler::Candidate> Sampler::candidates(std::span<const float> logits, const TokenMask* allowed) const {
  LAPILLI_ASSERT(logits.size() >= static_cast<size_t>(tokens_));
  const float penalty = options_.repetition_penalty;
  std::vector<Candidate> result;
  result.reserve(static_cast<size_t>(tokens_));
  for (int32_t id = 0; id < tokens_; ++id) {
    float logit = logits[static_cast<size_t>(id)];
    if (std::isnan(logit) || logit == -INFINITY || (allowed && !allowed->allows(id))) continue;
    if (penalty != 1 && seen_.allows(id)) logit = logit < 0 ? logit * penalty : logit / penalty;
    result.push_back({id, logit, 0});
  }
  if (result.empty()) {
    throw Error(ErrorCode::kInternal, text("none of ", tokens_, " tokens can be chosen: all are masked or not a number"));
  }
  return result;
}

// Whatever an algorithm did to the order, sums run over ascending ids, so that they round the same everywhere.
void Sampler::keep_likely(std::vector<Candidate>& all) const {
  const auto more_likely = [](const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
  };
  const auto by_id = [](const Candidate& a, const Candidate& b) { return a.id < b.id; };
  if (options_.top_k > 0 && static_cast<size_t>(options_.top_k) < all.size()) {
    std::nth_element(all.begin(), all.begin() + options_.top_k, all.end(), more_likely);
    all.resize(static_cast<size_t>(options_.top_k));
    std::sort(all.begin(), all.end(), by_id);
  }
  if (options_.top_p < 1) {
    double total = 0;
    for (const Candidate& one : all) total += one.weight;
    const auto less_likely = [&](const Candidate& a, const Candidate& b) { return more_likely(b, a); };
    std::make_heap(all.begin(), all.end(), less_likely);
    auto end_of_heap = all.end();
    for (double kept = 0; end_of_heap != all.begin() && kept < options_.top_p * total;) {
      std::pop_heap(all.begin(), end_of_heap, less_likely);
      kept += (--end_of_heap)->weight;
    }
    all.erase(all.begin(), end_of_heap);
    std::sort(all.begin(), all.end(), by_id);
  }
  if (options_.min_p > 0) {
    // The most probable candidate's weight is 1.
    std::erase_if(all, [&](const Candidate& one) { return one.weight < options_.min_p; });
  }
}

double Sampler::next_uniform() {
  return static_cast<double>(random_bits(options_.seed, draws_++) >> 11) * 0x1.0p-53;
}

int32_t Sampler::choose(std::span<const float> logits, const TokenMask* allowed) {
  std::vector<Candidate> all = candidates(logits, allowed);
  // max_element returns the first of equals, and ids ascend.
  const Candidate best = *std::max_element(
      all.begin(), all.end(), [](const Candidate& a, const Candidate& b) { return a.logit < b.logit; });
  if (options_.temperature == 0) return best.id;
  for (Candidate& one : all) {
    const double below = one.logit == best.logit ? 0 : double{one.logit} - double{best.logit};
    one.weight = std::exp(below / options_.temperature);
  }
  keep_likely(all);
  double total = 0;
  for (const Candidate& one : all) total += one.weight;
  double rest = next_uniform() * total;
  for (const Candidate& one : all) {
    rest -= one.weight;
    if (rest < 0) return one.id;
  }
  return best.id;
}

}  // namespace lapilli
