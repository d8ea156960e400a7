// SPDX-License-Identifier: Apache-2.0
#include "engine/io/pickle_reader.h"
#include "engine/io/safetensors.h"
#include "engine/io/shard_index.h"
#include "engine/io/torch_file.h"
#include "engine/io/zip_archive.h"
#include "tests/support/pickle_builder.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>

namespace lapilli {
namespace {

constexpr int kMutations = 5000;

/// Copies every tensor in pieces, so that a sanitizer sees each byte that a view claims to have.
void touch(std::span<const StoredTensor> tensors) {
  for (const StoredTensor& tensor : tensors) {
    const auto count = element_count(tensor.shape);
    ASSERT_TRUE(count) << tensor.name;
    if (*count > 4096 || tensor.type.block_elements != 1) continue;
    std::vector<std::byte> copy(*count * tensor.type.block_bytes);
    ASSERT_TRUE(copy_raw(tensor, 0, copy));
  }
}

/// Changes, inserts, removes or cuts; a changed input of exactly its size, so that reading past it is seen.
std::string mutate(std::string bytes, std::mt19937& random) {
  const auto below = [&](size_t limit) { return limit == 0 ? 0 : random() % limit; };
  const size_t changes = 1 + below(3);
  for (size_t i = 0; i < changes && !bytes.empty(); ++i) {
    const size_t at = below(bytes.size());
    switch (below(6)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(std::array<int, 6>{0, 1, 0x7f, 0x80, 0xff, '9'}[below(6)]);
        break;
      case 2:
        bytes.erase(at, 1 + below(8));
        break;
      case 3:
        bytes.insert(at, bytes.substr(below(bytes.size()), below(16)));
        break;
      case 4:
        bytes.resize(at);
        break;
      default:
        std::swap(bytes[at], bytes[below(bytes.size())]);
        break;
    }
  }
  return bytes;
}

void run(const std::string& valid, const std::function<bool(Bytes)>& accepts) {
  ASSERT_TRUE(accepts(as_bytes(valid)));
  std::mt19937 random(20240607);
  int accepted = 0;
  for (int i = 0; i < kMutations; ++i) {
    const std::string changed = mutate(valid, random);
    const auto exact = std::make_unique<std::byte[]>(changed.size());
    std::memcpy(exact.get(), changed.data(), changed.size());
    accepted += accepts(Bytes(exact.get(), changed.size())) ? 1 : 0;
  }
  EXPECT_LT(accepted, kMutations / 2) << "mutations hardly change anything";
}

TEST(MutatedFile, SafetensorsIsReadOrRefused) {
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
      R"("b":{"dtype":"F16","shape":[4],"data_offsets":[24,32]},"c":{"dtype":"I64","shape":[],"data_offsets":[32,40]}})";
  run(test::little(uint64_t{header.size()}) + header + std::string(40, '\1'), [](Bytes bytes) {
    const auto content = parse_safetensors(bytes);
    if (content) touch(content->tensors);
    return content.ok();
  });
}

TEST(MutatedFile, PickleIsReadOrRefused) {
  run(test::pickle::state_dict(), [](Bytes bytes) { return read_state_dict(bytes).ok(); });
}

TEST(MutatedFile, TorchFileIsReadOrRefused) {
  auto members = test::torch_members(test::pickle::state_dict(), std::string(24, '\1'));
  run(test::build_zip(members, {.zip64_end = true}), [](Bytes bytes) {
    const auto tensors = parse_torch_file(bytes);
    if (tensors) touch(*tensors);
    return tensors.ok();
  });
}

TEST(MutatedFile, PickleInsideAGoodArchiveIsReadOrRefused) {
  std::mt19937 random(7);
  for (int i = 0; i < kMutations; ++i) {
    const std::string changed =
        mutate(test::pickle::state_dict({.shape = {3, 2}, .strides = {1, 3}}), random);
    const std::string archive = test::build_zip(test::torch_members(changed, std::string(24, '\1')));
    const auto tensors = parse_torch_file(as_bytes(archive));
    if (tensors) touch(*tensors);
  }
}

TEST(MutatedFile, ShardIndexIsReadOrRefused) {
  run(R"({"metadata":{"total_size":12},"weight_map":{"a.b":"m-1.bin","c":"m-2.bin"}})",
      [](Bytes bytes) { return parse_shard_index(as_string_view(bytes)).ok(); });
}

}  // namespace
}  // namespace lapilli
