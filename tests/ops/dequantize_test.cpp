// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"
#include "engine/io/gguf.h"
#include "engine/ops/ops.h"
#include "tests/ops/weights.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"
#include "tests/support/sha256.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

class Dequantize : public GpuTest {
 protected:
  static HostTensor run(const HostTensor& weight, const std::function<void(DeviceCaps&)>& adjust_caps = {}) {
    return run_op({.inputs = {weight}, .adjust_caps = adjust_caps},
                  [](auto& in) { return ops::dequantize(in[0]); });
  }

  static void expect_same_bits(const HostTensor& weight, const HostTensor& result) {
    std::vector<float> expected(weight.type.shape.elements());
    decode_row(weight.type.dtype, weight.bytes, expected);
    ASSERT_EQ(result.bytes.size(), expected.size() * sizeof(float));
    const auto* bytes = reinterpret_cast<const std::byte*>(expected.data());
    const auto different = std::mismatch(result.bytes.begin(), result.bytes.end(), bytes);
    EXPECT_EQ(different.first, result.bytes.end())
        << "dequantize " << weight.type << ": element "
        << (different.first - result.bytes.begin()) / static_cast<ptrdiff_t>(sizeof(float));
  }

  std::mt19937 generator_{3};
};

TEST_F(Dequantize, EqualsTheOriginalOnRealFiles) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto folder = data / "weights/gguf-quant-zoo";
  std::ifstream stream(folder / "expected_dequant.json");
  const auto expected = nlohmann::json::parse(stream);
  size_t files = 0;
  for (const auto& [name, of_file] : expected.items()) {
    const std::filesystem::path path = folder / of_file["file"].get<std::string>();
    if (!std::filesystem::exists(path)) continue;  // the f16 file is listed and not kept
    ++files;
    const auto file = GgufFile::open(path);
    ASSERT_TRUE(file) << path;
    for (const StoredTensor& stored : file.value().tensors()) {
      const HostTensor weight{{*stored.type.dtype, Shape(stored.shape)},
                              {stored.data.begin(), stored.data.end()}};
      EXPECT_EQ(sha256(run(weight).bytes), of_file["tensors"][stored.name]["sha256_f32le"])
          << path.filename() << ' ' << stored.name;
    }
  }
  EXPECT_EQ(files, 17u);
}

TEST_F(Dequantize, RandomBlocksOfEveryType) {
  for (const DType dtype : kWeightTypes) {
    const HostTensor weight = random_weight({dtype, {29, 768}}, generator_);
    expect_same_bits(weight, run(weight));
  }
}

TEST_F(Dequantize, FloatRowsOfAnyLength) {
  for (const DType dtype : {DType::f32, DType::f16, DType::bf16}) {
    for (const uint64_t cols : {1, 7, 33, 113}) {
      const HostTensor weight = random_weight({dtype, {5, cols}}, generator_);
      expect_same_bits(weight, run(weight));
    }
  }
}

TEST_F(Dequantize, InPartsThatCanBeBound) {
  const HostTensor weight = random_weight({DType::q8_0, {1031, 64}}, generator_);
  expect_same_bits(weight,
                   run(weight, [](DeviceCaps& caps) { caps.max_storage_range_bytes = 256 * 64 * 4; }));
}

}  // namespace
}  // namespace lapilli::test
