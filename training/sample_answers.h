// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/lane.h"
#include "training/session.h"
#include "training/training_events.h"

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace lapilli::training {

/// The answers of a model that learns to a recipe's fixed questions, chosen greedily. They are computed with
/// the session's own weights; only the cache and the values of a step take memory of their own, and only
/// while answers are written.
class SampleAnswers {
 public:
  /// Where the questions' pictures are: `images`, or where that is empty the folder of the first source of
  /// data, as for the data's own.
  [[nodiscard]] static std::filesystem::path picture_folder(const std::filesystem::path& images,
                                                            std::span<const std::filesystem::path> data);

  /// Reads the questions' pictures and makes prompts of them, as the recipe's prompt version has them.
  /// Picture names are relative to `images`. Throws what reading a picture gives, kInvalidArgument where a
  /// question has a picture and the model no eyes, or does not fit the context. The model outlives this.
  SampleAnswers(const Recipe& recipe, const LoadedModel& model, const std::filesystem::path& images);

  [[nodiscard]] bool empty() const { return questions_.empty(); }

  /// Device memory that answering takes beside the weights.
  [[nodiscard]] uint64_t memory_bytes(const DeviceCaps& caps) const;

  /// Answers all questions in order. Throws what evaluating throws, kStopped.
  void answer(gpu::Device& device, gpu::PipelineCache& pipelines, const Session& session,
              const std::function<void(const SampleQuestion& question, const std::string& answer)>& done,
              std::stop_token stop = {}) const;

 private:
  struct Question {
    SampleQuestion asked;
    std::vector<Picture> pictures;  // none or one
    std::vector<SequenceItem> prompt;
  };
  [[nodiscard]] Question question_of(const Recipe& recipe, const SampleQuestion& asked,
                                     const std::filesystem::path& images) const;
  [[nodiscard]] EvaluatorOptions evaluator_options() const;

  const LoadedModel& model_;
  DType activation_;
  double lora_scale_;
  uint32_t max_tokens_;
  PromptVersion prompt_version_;
  std::vector<Question> questions_;
};

}  // namespace lapilli::training
