// SPDX-License-Identifier: Apache-2.0
// What is said of a model before it is fetched, against what its plans say once it is here.
#include "engine/runtime/download_need.h"

#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"

#include <iostream>

#include <gtest/gtest.h>

namespace lapilli {
namespace {

constexpr uint64_t kMib = uint64_t{1} << 20;

struct Model {
  const char* shape;
  FileType type;
  std::vector<const char*> files;  ///< of the language model, equal parts; the encoder's file last, if any
};

void PrintTo(const Model& model, std::ostream* out) {
  *out << model.shape << ' ' << to_string(model.type);
}

class DownloadNeedOf : public testing::TestWithParam<Model> {};

TEST_P(DownloadNeedOf, IsNearToWhatThePlansSay) {
  const Model& model = GetParam();
  const LoadedModel loaded = random_model(find_shape(model.shape).value(), model.type, DType::f16, 1);
  std::vector<RemoteFile> files;
  const bool has_projector = loaded.facts.vision_bytes > 0 && model.files.size() > 1;
  const size_t language_files = model.files.size() - (has_projector ? 1 : 0);
  for (size_t index = 0; index < language_files; ++index)
    files.push_back({model.files[index], loaded.facts.language_bytes / language_files});
  if (has_projector) files.push_back({model.files.back(), loaded.facts.vision_bytes});
  files.push_back({"README.md", 5 * kMib});
  const auto advice = download_need(files, 0, DType::f16, UINT64_MAX);
  ASSERT_TRUE(advice.has_value());
  EvaluatorOptions options;
  options.graph = {.activation = DType::f16, .context = 4096, .lanes = 1, .image_slots = 2};
  const MemoryNeed need = memory_need(loaded.config, loaded.weights, options, DeviceCaps{});
  EXPECT_EQ(advice->context, 4096u);
  std::cout << "[ figure   ] " << advice->need.total_bytes() / kMib << " MiB, by the plans "
            << need.total_bytes() / kMib << " (cache " << advice->need.cache_bytes / kMib << ", "
            << need.cache_bytes / kMib << "; values " << advice->need.intermediate_bytes / kMib << ", "
            << (need.intermediate_bytes + need.step_bytes) / kMib << ")\n";
  const double total = static_cast<double>(need.total_bytes());
  EXPECT_NEAR(static_cast<double>(advice->need.total_bytes()), total, total / 20);
}

INSTANTIATE_TEST_SUITE_P(
    Models, DownloadNeedOf,
    testing::Values(Model{"llava-7b", FileType::q4_k_m, {"ggml-model-q4_k_m.gguf", "mmproj-model-f16.gguf"}},
                    Model{"llava-7b", FileType::q8_0, {"llava-Q8_0.gguf", "mmproj.gguf"}},
                    Model{"llava-7b",
                          FileType::f16,
                          {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"}},
                    Model{"llava-13b", FileType::q5_k_m, {"llava-13b.Q5_K_M.gguf", "mmproj-f16.gguf"}},
                    Model{"llama-7b", FileType::q4_0, {"llama-7b.q4_0.gguf"}},
                    Model{"llama-110m", FileType::f16, {"pytorch_model.bin"}}));

TEST(DownloadNeed, IsUnknownWithoutWeights) {
  EXPECT_FALSE(download_need({}, 0, DType::f16, UINT64_MAX).has_value());
  const RemoteFile files[] = {{"config.json", 2000}, {"mmproj-f16.gguf", 600 * kMib}};
  EXPECT_FALSE(download_need(files, 0, DType::f16, UINT64_MAX).has_value());
}

TEST(DownloadNeed, SizesThatNoFileHasDoNotWrapAround) {
  const std::vector<RemoteFile> files(64, {"a.q2_k.gguf", UINT64_MAX});
  const auto advice = download_need(files, uint32_t{1} << 24, DType::f32, UINT64_MAX);
  EXPECT_GE(advice->need.total_bytes(), uint64_t{1} << 60);
  EXPECT_EQ(judge_fit(advice->need, {.device_bytes = uint64_t{1} << 40, .host_bytes = uint64_t{1} << 40}),
            Fit::kDoesNotFit);
}

TEST(DownloadNeed, TheConversationIsTheOneThatWouldBeLoaded) {
  const RemoteFile files[] = {{"llava-7b.q4_k_m.gguf", 3900 * kMib}};
  const auto usual = download_need(files, 0, DType::f16, 64 * 1024 * kMib);
  const auto asked = download_need(files, 8192, DType::f16, 64 * 1024 * kMib);
  const auto scarce = download_need(files, 0, DType::f16, 2048 * kMib);
  EXPECT_EQ(usual->context, 4096u);
  EXPECT_EQ(asked->context, 8192u);
  EXPECT_EQ(asked->need.cache_bytes, 2 * usual->need.cache_bytes);
  EXPECT_EQ(scarce->context, 1024u);
}

}  // namespace
}  // namespace lapilli
