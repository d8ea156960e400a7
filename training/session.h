// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/program.h"
#include "engine/ops/training.h"
#include "engine/runtime/events.h"
#include "engine/runtime/loaded_model.h"
#include "training/device_memory.h"
#include "training/training_graphs.h"

#include <map>
#include <memory>
#include <optional>

namespace lapilli::training {

struct SessionOptions {
  DType activation = DType::f32;
  bool recompute = false;
  bool with_tower = false;  ///< the tower learns
  double lora_scale = 1;
  double lora_dropout = 0;
  uint64_t seed = 42;       ///< of parameters that the model's files do not have
  bool timestamps = false;  ///< measure what the launches of micro-steps take, see Session::profile
};

/// What a micro-step computes: the records of `shape.sequences` sequences, one after the other.
struct MicroBatch {
  MicroStepShape shape;
  std::vector<int32_t> ids;          ///< [rows]; −1 where a picture's row is
  std::vector<int32_t> positions;    ///< [rows], from 0 in each sequence
  std::vector<int32_t> image_index;  ///< [rows]; slot · image rows + row, or −1
  std::vector<int32_t> loss_index;   ///< [loss rows]
  std::vector<int32_t> labels;       ///< [loss rows]
  int32_t seed = 0;                  ///< of dropout
};

/// Which of a parameter's values.
enum class ParameterState { kValue, kFirstMoment, kSecondMoment, kGradient };

/// The model that learns, on its device: frozen weights, parameters with gradients and moments, and programs
/// recorded for each extent of a micro-step when it is first met. Used by one thread; device, pipelines
/// outlive it.
class Session {
 public:
  /// Takes the weights from `model`, whose files may then be closed. Throws kUnsupported where a quantised
  /// weight is to learn, kOutOfMemory, kStopped, and what reading gives.
  Session(gpu::Device& device, gpu::PipelineCache& pipelines, const LoadedModel& model,
          std::vector<Parameter> parameters, const SessionOptions& options, const EventSink& sink = {},
          std::stop_token stop = {});
  Session(Session&&) noexcept;
  ~Session();

  [[nodiscard]] const ModelConfig& config() const;
  [[nodiscard]] std::span<const Parameter> parameters() const;

  /// Storage and types of the model's weights as they are now, low-rank updates beside their weights; for
  /// programs that answer while the model learns. Valid as long as the session.
  [[nodiscard]] const Bindings& weights() const;
  [[nodiscard]] const WeightTypes& weight_types() const;

  /// Makes room for micro-steps of these extents; what slots held is lost when there was not enough. Call it
  /// before set_picture. Throws kOutOfMemory.
  void reserve(const MicroStepShape& shape);
  /// As well as that, records the program that accumulates. Throws kOutOfMemory.
  void prepare(const MicroStepShape& shape);

  /// Puts a picture, normalised pixels f32 [3, size, size], into a slot for the next micro-step.
  void set_picture(uint32_t slot, std::span<const float> pixels, std::stop_token stop = {});

  /// What the tower made of the picture in a slot, in the activation's type, feature_bytes() of it, and the
  /// way back. Precondition: the tower does not learn.
  [[nodiscard]] uint64_t feature_bytes() const;
  void read_features(uint32_t slot, std::span<std::byte> to);
  void set_features(uint32_t slot, Bytes features);

  /// Adds loss_share · Σ losses to the loss, and its gradients times loss_scale to the gradients.
  void accumulate(const MicroBatch& batch, float loss_share, float loss_scale, std::stop_token stop = {});
  /// Adds to the loss alone.
  void measure(const MicroBatch& batch, float loss_share, std::stop_token stop = {});
  /// What each launch of the last micro-step took; empty without SessionOptions::timestamps.
  [[nodiscard]] std::vector<StepTime> profile() const;
  /// The loss since the last call.
  [[nodiscard]] double take_loss();

  /// Of all gradients together, as they are.
  [[nodiscard]] double gradient_norm(std::stop_token stop = {});
  /// Forgets the gradients.
  void clear_gradients();
  /// One step of the optimiser for each group of parameters; the gradients are zero afterwards.
  void update(const std::map<std::string, ops::AdamwSettings>& settings, std::stop_token stop = {});

  [[nodiscard]] std::vector<float> read(size_t parameter, ParameterState which);
  /// Bytes of the f32 values from `first` on.
  void read_bytes(size_t parameter, ParameterState which, uint64_t first, std::span<std::byte> to);
  void write(size_t parameter, ParameterState which, std::span<const float> values);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lapilli::training
