// SPDX-License-Identifier: Apache-2.0
// Loading holds no second copy of a model. A process of its own, since only the peak of a process is known.
#include "engine/io/gguf.h"
#include "tests/model/model_fixture.h"
#include "tests/support/temporary_folder.h"

#include <sys/resource.h>

#include <random>

namespace lapilli::test {
namespace {

constexpr uint32_t kDim = 1024;
constexpr uint32_t kFfn = 2816;
constexpr uint32_t kLayers = 12;
constexpr uint32_t kVocab = 4096;

/// Device, kernels and the step programs' intermediate values on lavapipe.
constexpr uint64_t kOverheadBytes = uint64_t{160} << 20;

uint64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

GgufMetadata metadata() {
  GgufMetadata m;
  m.set_string("general.architecture", "llama");
  m.set_u32("llama.context_length", 256);
  m.set_u32("llama.embedding_length", kDim);
  m.set_u32("llama.block_count", kLayers);
  m.set_u32("llama.feed_forward_length", kFfn);
  m.set_u32("llama.attention.head_count", 16);
  m.set_f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  return m;
}

std::vector<GgufTensor> tensors(DType matrix_type) {
  std::vector<GgufTensor> list;
  const auto matrix = [&](const std::string& name, uint64_t rows, uint64_t cols) {
    list.push_back({.name = name, .dtype = matrix_type, .shape = {rows, cols}});
  };
  const auto norm = [&](const std::string& name) { list.push_back({.name = name, .shape = {kDim}}); };
  matrix("token_embd.weight", kVocab, kDim);
  for (uint32_t layer = 0; layer < kLayers; ++layer) {
    const std::string block = text("blk.", layer, '.');
    for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"})
      matrix(text(block, name, ".weight"), kDim, kDim);
    for (const char* name : {"ffn_gate", "ffn_up"}) matrix(text(block, name, ".weight"), kFfn, kDim);
    matrix(block + "ffn_down.weight", kDim, kFfn);
    for (const char* name : {"attn_norm", "ffn_norm"}) norm(text(block, name, ".weight"));
  }
  norm("output_norm.weight");
  matrix("output.weight", kVocab, kDim);
  return list;
}

/// Small numbers in every format: no exponent of a scale or a value is large.
std::vector<std::byte> small_numbers() {
  std::mt19937 random(1);
  std::vector<std::byte> bytes(size_t{1} << 20);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() & 0x2f);
  return bytes;
}

void write_model(const std::filesystem::path& path, DType matrix_type) {
  const std::vector<GgufTensor> list = tensors(matrix_type);
  const std::vector<std::byte> numbers = small_numbers();
  write_gguf(path, metadata(), list, [&](size_t index, const GgufSink& sink) -> Result<void> {
    uint64_t left = row_bytes(list[index].dtype, element_count(list[index].shape).value());
    while (left > 0) {
      const uint64_t count = std::min<uint64_t>(left, numbers.size());
      if (auto written = sink(std::span(numbers).first(count)); !written) return written;
      left -= count;
    }
    return {};
  }).value();
}

class Memory : public TemporaryFolder {};

TEST_F(Memory, LoadingHoldsOneCopyOfTheWeights) {
  const std::filesystem::path path = folder() / "random.gguf";
  write_model(path, DType::f16);
  const uint64_t model_bytes = std::filesystem::file_size(path);
  const uint64_t before = peak_bytes();
  EngineOptions options;
  options.paths.model = path;
  options.compute = Compute::kF32;
  if (const char* device = std::getenv("LAPILLI_DEVICE")) options.device = device;
  Engine engine = Engine::open(options).value();
  const uint64_t growth = peak_bytes() - before;
  EXPECT_GE(engine.weights().device_bytes(), model_bytes * 99 / 100);
  EXPECT_LE(growth, model_bytes * 115 / 100 + kOverheadBytes);
  std::cout << "model " << (model_bytes >> 20) << " MiB, growth of resident memory " << (growth >> 20)
            << " MiB\n";
}

}  // namespace
}  // namespace lapilli::test
