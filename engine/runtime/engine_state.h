// SPDX-License-Identifier: Apache-2.0
#pragma once

// The inside of Engine, shared by the files that implement it.

#include "engine/base/units.h"
#include "engine/gpu/pipelines.h"
#include "engine/runtime/conversation_fit.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/fit.h"
#include "engine/runtime/format_constraints.h"
#include "engine/runtime/lane.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapilli {

inline void note(const EventSink& sink, std::string code, std::string message) {
  if (sink) sink(Note{std::move(code), std::move(message)});
}

/// Device memory to keep free for everything but the weights. Throws kOutOfMemory when there is not even
/// that.
[[nodiscard]] uint64_t bytes_beside_weights(const MemoryNeed& need, const GraphOptions& graph,
                                            uint64_t free_bytes);

/// A device with what must outlive it.
struct OpenDevice {
  gpu::Instance instance;
  gpu::Device device;
};

struct Engine::State {
  gpu::Instance instance;
  gpu::Device device;
  gpu::PipelineCache pipelines;
  ModelConfig config;
  ModelFacts facts;
  std::optional<Tokenizer> tokenizer;
  std::vector<int32_t> end_ids;  // every token that ends an answer
  ChatTemplate chat_template;
  std::vector<WeightSource> sources;  // of the weights: they say what these are, and are read no more
  WeightTypes types;                  // of the weights and their stacks
  std::optional<Weights> weights;
  std::optional<Evaluator> evaluator;
  std::optional<PictureMemory> pictures;
  std::vector<Lane> lanes;
  uint64_t estimated_bytes = 0;      // of device memory, before anything was allocated
  ConversationFit conversation_fit;  // of the conversation that answer() continues
  std::optional<FormatConstraints> constraints;
  // Of the current call.
  double picture_ms = 0;
  std::stop_token stop_encoding;

  State(OpenDevice opened, const std::filesystem::path& cache_folder, ChatTemplate template_in)
      : instance(std::move(opened.instance)),
        device(std::move(opened.device)),
        pipelines(device, cache_folder),
        chat_template(template_in) {}

  static std::unique_ptr<State> assemble(OpenDevice opened, const EngineOptions& options, LoadedModel model,
                                         const EventSink& sink, std::stop_token stop);
  void load(const EngineOptions& options, LoadedModel model, const EventSink& sink, std::stop_token stop);
  /// What is asked for of the lanes, in what else `base` says, for so much memory free of the model.
  [[nodiscard]] EvaluatorOptions choose_lanes(const LaneOptions& options, EvaluatorOptions base,
                                              uint64_t free_bytes) const;
  void open_lanes(const EvaluatorOptions& options, const gpu::CompileProgress& progress,
                  const std::stop_token& stop);
  void set_lanes(const LaneOptions& options, const std::stop_token& stop);
  void close_lanes();
  [[nodiscard]] uint64_t device_estimate(const MemoryNeed& need) const;
  [[nodiscard]] std::vector<SequenceItem> items_of(const AnswerRequest& request,
                                                   const Conversation& conversation) const;
  [[nodiscard]] std::vector<SequenceItem> fit_prompt(const AnswerRequest& request, ConversationFit& fit,
                                                     Answer& answer, const EventSink& sink) const;
  [[nodiscard]] std::vector<std::string> stops_of(const AnswerRequest& request, bool bound) const;
  [[nodiscard]] TokenConstraint* constraint_of(const AnswerRequest& request);
  [[nodiscard]] size_t limit_of(const AnswerRequest& request, TokenConstraint* constraint,
                                size_t prompt_tokens, const std::stop_token& stop) const;
  void answer(const AnswerRequest& request, const EventSink& sink, std::stop_token stop, Answer& answer);

  struct LaneAnswer;
  using LaneAnswers = std::vector<std::unique_ptr<LaneAnswer>>;
  void answer_stream(const RequestSource& next, const LaneSink& done, std::stop_token stop);
  [[nodiscard]] LaneAnswers take_requests(const LaneAnswers& working, const RequestSource& next);
  [[nodiscard]] LaneAnswers with_prompts(LaneAnswers taken, const LaneSink& done,
                                         const std::stop_token& stop);
  void start(LaneAnswers taken, LaneAnswers& working, const LaneSink& done, std::stop_token stop);
  void read_prompts(std::span<const std::unique_ptr<LaneAnswer>> group, std::stop_token stop);
  void step(LaneAnswers& working, const LaneSink& done, const std::stop_token& stop);
};

}  // namespace lapilli
