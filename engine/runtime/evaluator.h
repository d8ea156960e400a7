// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/program.h"
#include "engine/runtime/model_graphs.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace lapilli {

/// One row of a step: a token, or a row of a picture, at a position of a cache lane.
struct StepRow {
  int32_t id = 0;  ///< vocabulary id; not used where image_row is set
  int32_t position = 0;
  int32_t lane = 0;
  int32_t image_row = -1;  ///< row of the picture memory, see Evaluator::image_row; −1 for a token

  bool operator==(const StepRow&) const = default;
};

/// A normalised picture f32 [3, size, size], and the slot of the picture memory it goes to.
struct SlotPixels {
  std::span<const float> pixels;
  uint32_t slot = 0;
};

/// What an evaluation brings back for each row that was asked for.
enum class StepResults {
  kLogitsAndBestIds,
  kBestIds,  ///< logits stay on the device: where it has memory of its own, copying them takes a while
};

struct EvaluatorOptions {
  GraphOptions graph;
  uint32_t max_step_rows = 512;     ///< rows evaluated at once; longer prompts are evaluated in pieces
  bool logits_of_all_rows = false;  ///< every row can give logits; steps are then of at most 64 rows
  bool timestamps = false;
  uint32_t id_limit =
      0;  ///< ids from here on are never chosen; 0: the whole vocabulary, which options() then says
};

/// The model on the device: cache, step state, recorded programs.
///
/// Everything is allocated, compiled and recorded at construction; afterwards evaluation fills the step state
/// and replays. Used by one thread at a time. Device, pipelines and the weights' storage outlive it.
class Evaluator {
 public:
  /// Throws kOutOfMemory, kInvalidArgument (a context beyond the model's), kStopped, and what devices throw.
  Evaluator(gpu::Device& device, gpu::PipelineCache& pipelines, const ModelConfig& config,
            const Bindings& weights, const WeightTypes& types, const EvaluatorOptions& options,
            const gpu::CompileProgress& progress = {}, std::stop_token stop = {});
  Evaluator(Evaluator&&) noexcept;
  ~Evaluator();

  [[nodiscard]] const ModelConfig& config() const;
  [[nodiscard]] const EvaluatorOptions& options() const;

  /// Encodes pictures into their slots, as many together as options().graph.pictures_at_once allows; what one
  /// gives does not depend on the others. Precondition: config().vision.
  void encode_images(std::span<const SlotPixels> pictures, std::stop_token stop = {});
  void encode_image(std::span<const float> pixels, uint32_t slot, std::stop_token stop = {});

  /// The picture memory's row for row `row` of the picture in `slot`.
  [[nodiscard]] int32_t image_row(uint32_t slot, uint32_t row) const;

  /// Rows of the picture encoded last and alone, for inspection: after the projector f32 [image rows, dim],
  /// and before it, the selected hidden state f32 [encoder rows, vision dim], class row first.
  [[nodiscard]] std::vector<float> read_projected();
  [[nodiscard]] std::vector<float> read_vision_features();

  /// Evaluates rows in order, in as many steps as needed, writing the cache. Rows of one lane come with
  /// ascending positions; each sees what its lane holds up to its own position. `logit_rows`: ascending
  /// indices into `rows`; in one step fall at most as many as there are lanes, unless logits_of_all_rows.
  /// `on_step` receives the rows done. Throws kContextFull for a position beyond the context, kStopped (the
  /// cache keeps what was evaluated), kDeviceLost.
  void evaluate(std::span<const StepRow> rows, std::span<const uint32_t> logit_rows,
                std::stop_token stop = {}, const std::function<void(size_t)>& on_step = {},
                StepResults results = StepResults::kLogitsAndBestIds);

  /// Makes the first `positions` of lane `to` those of lane `from`.
  void copy_lane(uint32_t from, uint32_t to, uint32_t positions);

  /// f32 [vocab] of the i-th requested row of the last evaluate(); valid until the next one. Precondition: it
  /// was asked for logits.
  [[nodiscard]] std::span<const float> logits(size_t index) const;

  /// The most likely id for the i-th requested row, found on the device.
  [[nodiscard]] int32_t best_id(size_t index) const;

  [[nodiscard]] uint64_t cache_bytes() const;
  [[nodiscard]] uint64_t arena_bytes() const;

  /// Step times of the last program run, with options().timestamps.
  [[nodiscard]] std::vector<StepTime> profile() const;

  /// The plans, for --dump-plan.
  [[nodiscard]] const std::string& dump_plans() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Throws kInvalidArgument for a context that the model does not have.
void require_possible_context(uint32_t context, const LlamaConfig& language);

/// The step programs an evaluator records, smallest first.
std::vector<StepShape> step_shapes(const EvaluatorOptions& options);

/// How many pictures each of the programs encodes that an evaluator records, ascending from 1.
std::vector<uint32_t> picture_batches(const GraphOptions& options);

}  // namespace lapilli
