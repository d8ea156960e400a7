// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lapilli {

struct SamplingOptions {
  float temperature = 0;         ///< 0: greedy
  int top_k = 0;                 ///< keep the k most probable; 0: all
  float top_p = 1;               ///< keep the fewest most probable that together reach p; 1: all
  float min_p = 0;               ///< keep what has at least this share of the most probable one's probability
  float repetition_penalty = 1;  ///< > 1 makes tokens of prompt and answer so far less likely
  uint64_t seed = 0;
};

/// Which tokens may be chosen.
class TokenMask {
 public:
  explicit TokenMask(int32_t tokens, bool allowed = false);
  void set(int32_t id, bool allowed);
  /// Ids outside are not allowed.
  [[nodiscard]] bool allows(int32_t id) const;

 private:
  int32_t tokens_;
  std::vector<uint64_t> bits_;
};

/// Chooses the next token of one text from its logits.
///
/// Order: mask → repetition penalty → temperature → top_k → top_p → min_p → draw, as in transformers. Ties go
/// to the lowest id. The n-th draw depends on the seed and n alone, not on other texts decoded beside it.
class Sampler {
 public:
  /// `tokens`: how many exist; logits of ids behind them (padding rows) are never chosen.
  /// Throws kInvalidArgument, naming the option, on values that make no sense.
  Sampler(const SamplingOptions& options, int32_t tokens);

  /// Logits [at least `tokens`]. Throws kInternal when no token can be chosen: all masked, or none a number.
  [[nodiscard]] int32_t choose(std::span<const float> logits, const TokenMask* allowed = nullptr);

  /// Tells which tokens the text has, for the repetition penalty; ids outside (pictures) are ignored.
  void saw(std::span<const int32_t> ids);
  void saw(int32_t id) { saw(std::span(&id, 1)); }

 private:
  struct Candidate {
    int32_t id;
    float logit;
    double weight;
  };
  [[nodiscard]] std::vector<Candidate> candidates(std::span<const float> logits,
                                                  const TokenMask* allowed) const;
  void keep_likely(std::vector<Candidate>& all) const;
  [[nodiscard]] double next_uniform();

  SamplingOptions options_;
  int32_t tokens_;
  uint64_t draws_ = 0;
  TokenMask seen_;
};

}  // namespace lapilli
