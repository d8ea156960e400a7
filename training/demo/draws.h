// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace lapilli::demo {

/// Random draws that are the same on every machine: splitmix64 and whole numbers alone.
class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(seed) {}

  /// Draws of item `index` of a stream: any two differ in all bits.
  static Draws of(uint64_t seed, uint64_t index) {
    Draws mixed(Draws(seed).next() ^ (index * 0xd1342543de82ef95ull));
    return Draws(mixed.next());
  }

  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// 0 … count−1. Precondition: count > 0.
  uint32_t below(uint64_t count) { return static_cast<uint32_t>(((next() >> 32) * count) >> 32); }
  /// least … most.
  int between(int least, int most) {
    return least + static_cast<int>(below(static_cast<uint64_t>(most - least) + 1));
  }
  bool percent(uint32_t share) { return below(100) < share; }

  template <class Items>
  const auto& pick(const Items& items) {
    return items[below(std::size(items))];
  }
  template <class Items>
  void shuffle(Items& items) {
    for (size_t left = std::size(items); left > 1; --left) std::swap(items[left - 1], items[below(left)]);
  }
  /// About normal, spread 1: the sum of twelve uniform numbers.
  float normal() {
    int64_t sum = 0;
    for (int part = 0; part < 12; ++part) sum += static_cast<int64_t>(next() >> 40);
    return static_cast<float>(sum - int64_t{6} * (1 << 24)) / static_cast<float>(1 << 24);
  }

 private:
  uint64_t state_;
};

}  // namespace lapilli::demo
