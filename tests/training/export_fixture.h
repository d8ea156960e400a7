// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"
#include "engine/io/safetensors.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_llava.h"
#include "training/export_model.h"
#include "training/trainer.h"

#include <cmath>
#include <random>

#include <nlohmann/json.hpp>

namespace lapilli::test {

/// The project's own small LLaVA in a folder, and a run over it.
class ExportTest : public TemporaryFolder {
 protected:
  void SetUp() override {
    write_hugging_face_folder(base());
    Image image(28, 28);
    for (size_t at = 0; at < image.pixels.size(); ++at) image.pixels[at] = static_cast<uint8_t>(at * 7);
    write_png(folder() / "picture.png", image).value();
    const nlohmann::json records = {{{"id", "0"},
                                     {"image", "picture.png"},
                                     {"conversations",
                                      {{{"from", "human"}, {"value", "<image>\nWhat is it?"}},
                                       {{"from", "gpt"}, {"value", "a thing"}}}}}};
    write_file(folder() / "data.json", records.dump());
  }

  [[nodiscard]] std::filesystem::path base() const { return folder() / "base"; }
  [[nodiscard]] std::filesystem::path run() const { return folder() / "run"; }

  /// Two updates; the checkpoint is in run().
  void train(bool language_model, bool tower = false) const {
    training::Recipe recipe;
    recipe.mask = training::MaskRule::kAnswers;
    recipe.train = {.tower = tower,
                    .projector = true,
                    .language_model = language_model ? training::LanguageModelTraining::kFull
                                                     : training::LanguageModelTraining::kOff};
    recipe.learning_rate = 2e-2;
    recipe.batch = {.size = 1, .micro = 1};
    recipe.steps = 2;
    recipe.schedule = training::Schedule::kConstant;
    recipe.warmup_ratio = 0;
    recipe.precision = training::Precision::kF32;
    recipe.group_by_modality = false;
    recipe.lora.rank = 2;
    recipe.lora.alpha = 3;
    training::TrainerOptions options{
        .recipe = recipe, .model = {.model = base()}, .data = {folder() / "data.json"}, .output = run()};
    options.device = device();
    const auto report = training::train(options);
    ASSERT_TRUE(report.ok()) << report.error().what();
  }

  /// Adds low-rank factors of every projection of the language model to the checkpoint, as a run with an
  /// adapter saves them.
  void add_factors() const {
    const std::filesystem::path path = run() / "checkpoint-2/parameters.safetensors";
    std::map<std::string, std::pair<std::vector<uint64_t>, std::vector<float>>> values;
    {
      const TensorFile file = open_safetensors(path).value();
      for (const StoredTensor& tensor : file.tensors()) {
        auto& [shape, floats] = values[tensor.name];
        shape = tensor.shape;
        floats.resize(element_count(tensor.shape).value());
        copy_f32(tensor, 0, floats).value();
      }
    }
    std::mt19937 generator(3);
    std::normal_distribution<float> normal(0, 0.2f);
    constexpr uint64_t kRank = 2;
    const std::map<std::string, std::pair<uint64_t, uint64_t>> weights = {
        {"wq", {32, 32}},     {"wk", {16, 32}},   {"wv", {16, 32}},    {"wo", {32, 32}},
        {"w_gate", {64, 32}}, {"w_up", {64, 32}}, {"w_down", {32, 64}}};
    for (int layer = 0; layer < 2; ++layer) {
      for (const auto& [name, extents] : weights) {
        const std::string weight = text("layers.", layer, '.', name);
        auto& a = values[weight + ".lora_a"] = {{kRank, extents.second}, {}};
        auto& b = values[weight + ".lora_b"] = {{extents.first, kRank}, {}};
        for (auto* part : {&a, &b}) {
          part->second.resize(element_count(part->first).value());
          for (float& value : part->second) value = normal(generator);
        }
      }
    }
    std::vector<TensorToWrite> tensors;
    for (const auto& [name, value] : values) {
      tensors.push_back({.name = name,
                         .type = stored_type(DType::f32),
                         .shape = value.first,
                         .data = std::as_bytes(std::span(value.second))});
    }
    write_safetensors(path, tensors).value();
  }

  [[nodiscard]] static std::string device() {
    const char* name = std::getenv("LAPILLI_DEVICE");
    return name ? name : "";
  }

  [[nodiscard]] training::ExportModelOptions options(training::ExportFormat format, FileType type,
                                                     const std::string& name) const {
    return {.base = {.model = base()},
            .checkpoint = run(),
            .format = format,
            .type = type,
            .output = folder() / name,
            .verify = {.device = device()}};
  }

  /// The errors of an export that must succeed.
  [[nodiscard]] training::ExportErrors exported(const training::ExportModelOptions& options) const {
    const auto result = training::export_model(options);
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().what());
    if (!result.ok()) return {INFINITY, {}};
    EXPECT_TRUE(result->errors.has_value());
    for (const std::filesystem::path& file : result->files)
      EXPECT_TRUE(std::filesystem::exists(file)) << file;
    return result->errors.value_or(training::ExportErrors{INFINITY, {}});
  }
};

}  // namespace lapilli::test
