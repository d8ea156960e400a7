// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/instance.h"
#include "engine/runtime/answer.h"
#include "engine/runtime/evaluator.h"
#include "engine/runtime/events.h"
#include "engine/runtime/loaded_model.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace lapilli {

enum class Compute {
  kAuto,  ///< f16 on GPUs, f32 where a processor runs the shaders
  kF32,
  kF16,
};

/// The storage type of activations a device gets.
[[nodiscard]] DType activation_type(Compute compute, const DeviceCaps& caps);

/// How many answers an engine writes at once, and how long each conversation may be.
struct LaneOptions {
  uint32_t context = 0;  ///< tokens a conversation may have; 0: the model's own, less where memory is short
  uint32_t lanes = 1;    ///< answers at once
  uint32_t image_slots = 2;
  /// Not 0: as many lanes as memory allows, at most so many, with slots for their pictures, instead of the
  /// two above.
  uint32_t most_lanes = 0;
};

struct EngineOptions : LaneOptions {
  ModelPaths paths;
  std::string device;  ///< selector of gpu::choose_device; empty: the best one
  Compute compute = Compute::kAuto;
  bool logits_of_all_rows = false;  ///< for inspection and evaluation of whole texts
  bool timestamps = false;
  /// Sees the model before its weights are read; what it throws ends the opening.
  std::function<void(const LoadedModel&)> check_model = {};
  std::filesystem::path cache_folder;  ///< for compiled pipelines; empty: none is kept
  /// Receives what the Vulkan validation layers say, which are then switched on; for tests and for finding
  /// faults.
  gpu::MessageSink validation_messages = {};
  uint64_t device_budget_bytes = 0;  ///< use at most this much device memory for weights; 0: what is free
  gpu::DeviceOptions device_options = {};  ///< a limit of device memory; for tests, failures
};

/// Receives the result of request `index`.
using AnswerSink = std::function<void(size_t index, Result<Answer> answer)>;

/// Gives the next request for a lane that has become free, or null when it has none; the request stays valid
/// until its answer came.
using RequestSource = std::function<const AnswerRequest*(uint32_t lane)>;

/// Receives the answer of the request that a lane was given.
using LaneSink = std::function<void(uint32_t lane, Result<Answer> answer)>;

/// Device memory of a model that is loaded.
struct MemoryUse {
  /// What memory_need said before anything was allocated, without layers in host memory: the most for any of
  /// the lanes it has had.
  uint64_t estimated_bytes = 0;
  uint64_t peak_bytes = 0;  ///< the most that was allocated at one time since
};

/// A model on a device, ready to answer. Used by one thread at a time.
class Engine {
 public:
  /// Opens device and model and brings the weights to the device; progress and notes go to `sink`. Fails as
  /// load_model does, and with kNoDevice, kOutOfMemory, kDeviceLost, kStopped.
  [[nodiscard]] static Result<Engine> open(const EngineOptions& options, const EventSink& sink = {},
                                           std::stop_token stop = {});

  /// The same for a model that is described already (random weights for measurements).
  [[nodiscard]] static Result<Engine> open(const EngineOptions& options, LoadedModel model,
                                           const EventSink& sink = {}, std::stop_token stop = {});

  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  /// Answers the last message of a conversation. What an earlier call left in the cache is used: between
  /// turns only new tokens are evaluated. Text arrives as TextPiece events. A stop request ends the answer
  /// early, with StopReason::kStopped and the text so far. Fails with kInvalidArgument, kContextFull (the
  /// last message alone is too long), kDeviceLost.
  [[nodiscard]] Result<Answer> answer(const AnswerRequest& request, const EventSink& sink = {},
                                      std::stop_token stop = {});

  /// Answers many requests, as many at once as there are lanes; a lane that has finished takes the next one.
  /// Each answer is what answer() alone would give. `done` is called once for each request, in the order they
  /// end; a request that cannot be answered gets its error. After a stop request, answers under way end with
  /// StopReason::kStopped and the others are not begun. Fails with kDeviceLost.
  [[nodiscard]] Result<void> answer_all(std::span<const AnswerRequest> requests, const AnswerSink& done,
                                        std::stop_token stop = {});

  /// The same for requests that come one by one. Lanes that have become free wait for each other a little, so
  /// that pictures are encoded and prompts evaluated together. A source that gave null is asked again when a
  /// lane has finished; all ends when no lane works and none gets a request, or after a stop request. Times
  /// of pictures and prompts are those of all that were begun together.
  [[nodiscard]] Result<void> answer_stream(const RequestSource& next, const LaneSink& done,
                                           std::stop_token stop = {});
  [[nodiscard]] uint32_t lanes() const;

  /// Has other lanes from now on, as if it had been opened with them, but the weights stay where they are.
  /// What the lanes held is forgotten, pictures too. Fails as open() does; it then has its former lanes, or,
  /// where there is no memory even for these, none at all and is of no further use.
  [[nodiscard]] Result<void> set_lanes(const LaneOptions& options, std::stop_token stop = {});

  /// What a request's prompt takes of a context. Fails as answer() does for a request that is impossible.
  [[nodiscard]] Result<size_t> prompt_tokens(const AnswerRequest& request) const;

  [[nodiscard]] const ModelConfig& config() const;
  [[nodiscard]] const ModelFacts& facts() const;
  /// Null where the model has no tokenizer (random weights).
  [[nodiscard]] const Tokenizer* tokenizer() const;
  [[nodiscard]] const ChatTemplate& chat_template() const;
  [[nodiscard]] gpu::Device& device();
  [[nodiscard]] Evaluator& evaluator();
  [[nodiscard]] const Weights& weights() const;
  [[nodiscard]] MemoryUse memory_use() const;

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lapilli
