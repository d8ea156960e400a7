// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>

namespace lapilli::test {

/// Damages a file in the ways that find reader errors: bits, extreme numbers, missing ends, pieces in wrong
/// places. The same seed gives the same damage everywhere (the engine's output is fixed by the standard).
class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  std::string operator()(std::string content) {
    const uint32_t times = 1 + below(3);
    for (uint32_t i = 0; i < times && !content.empty(); ++i) once(content);
    return content;
  }

 private:
  uint32_t below(size_t limit) { return static_cast<uint32_t>(random_() % limit); }

  void once(std::string& content) {
    const size_t at = below(content.size());
    switch (below(6)) {
      case 0:
        content[at] = static_cast<char>(content[at] ^ (1 << below(8)));
        break;
      case 1:
        content[at] = static_cast<char>(below(256));
        break;
      case 2:
        put_extreme_number(content, at);
        break;
      case 3:
        content.resize(at);
        break;
      case 4: {
        const std::string piece = content.substr(below(content.size()), 1 + below(40));
        content.replace(at, std::min(piece.size(), content.size() - at),
                        piece.substr(0, content.size() - at));
        break;
      }
      default:
        content.insert(at, content.substr(below(content.size()), 1 + below(40)));
        break;
    }
  }

  void put_extreme_number(std::string& content, size_t at) {
    constexpr std::array<uint64_t, 10> kNumbers = {0,
                                                   1,
                                                   0x7f,
                                                   0xff,
                                                   0x7fffffff,
                                                   0x80000000,
                                                   0xffffffff,
                                                   0x7fffffffffffffff,
                                                   0x8000000000000000,
                                                   ~uint64_t{0}};
    const uint64_t number = kNumbers[below(kNumbers.size())];
    const size_t size = std::min<size_t>(below(2) == 0 ? 4 : 8, content.size() - at);
    for (size_t i = 0; i < size; ++i) content[at + i] = static_cast<char>(number >> (8 * i));
  }

  std::mt19937 random_;
};

}  // namespace lapilli::test
