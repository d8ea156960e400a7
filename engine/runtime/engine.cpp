// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/engine_state.h"

#include "engine/base/public_result.h"
#include "engine/base/units.h"
#include "engine/runtime/fit.h"

#include <new>

namespace lapilli {

DType activation_type(Compute compute, const DeviceCaps& caps) {
  if (compute == Compute::kAuto) return caps.is_software() ? DType::f32 : DType::f16;
  return compute == Compute::kF16 ? DType::f16 : DType::f32;
}

namespace {

void note_reduced_context(const LlamaConfig& language, const GraphOptions& graph, uint64_t free_bytes,
                          const EventSink& sink) {
  const uint32_t wanted = choose_context(0, language, graph, UINT64_MAX);
  if (graph.context >= wanted) return;
  note(sink, "context_reduced",
       text("The conversation is limited to ", graph.context, " tokens instead of ", wanted,
            ": the device has ", free_bytes >> 20, " MiB free for model and conversation."));
}

void note_host_layers(const Weights& weights, const EventSink& sink) {
  if (weights.host_groups().empty()) return;
  std::string names;
  for (const std::string& group : weights.host_groups()) names += (names.empty() ? "" : ", ") + group;
  note(sink, "layers_in_host_memory",
       text("Device memory holds ", mebibytes(weights.device_bytes()), " of the model; ",
            mebibytes(weights.host_bytes()),
            " stay in host memory and are read over the bus, which is slow: ", names,
            ". A smaller quantisation or a shorter --context would let them fit."));
}

Error without_tokenizer() {
  return Error(ErrorCode::kInvalidArgument, "the model has no tokenizer; give one with --tokenizer");
}

Result<OpenDevice> open_device(const EngineOptions& options) {
  auto instance = gpu::Instance::create(
      {.validation = options.validation_messages != nullptr, .messages = options.validation_messages});
  if (!instance) return instance.error();
  auto info = instance->find(options.device);
  if (!info) return info.error();
  auto device = gpu::Device::create(*instance, *info, options.device_options);
  if (!device) return device.error();
  return OpenDevice{std::move(*instance), std::move(*device)};
}

}  // namespace

void Engine::State::load(const EngineOptions& options, LoadedModel model, const EventSink& sink,
                         std::stop_token stop) {
  config = model.config;
  facts = model.facts;
  types = weight_types(model);
  const uint32_t id_limit = answer_id_limit(model);
  end_ids = all_end_ids(model);
  sources = std::move(model.weights);
  const uint64_t free_bytes = device.free_bytes(gpu::BufferUse::kDevice);
  const EvaluatorOptions evaluator_options =
      choose_lanes(options,
                   {.graph = {.activation = activation_type(options.compute, device.caps())},
                    .logits_of_all_rows = options.logits_of_all_rows,
                    .timestamps = options.timestamps,
                    .id_limit = id_limit},
                   free_bytes);
  const GraphOptions& graph = evaluator_options.graph;
  if (options.context == 0) note_reduced_context(config.language, graph, free_bytes, sink);
  if (device.caps().is_software()) {
    note(sink, "software_device",
         text("No GPU is used: ", device.caps().name, " computes on the processor, which is slow."));
  }

  const MemoryNeed need = memory_need(config, sources, evaluator_options, device.caps());
  weights.emplace(
      device, sources,
      WeightOptions{.reserve_bytes = bytes_beside_weights(need, graph, free_bytes),
                    .device_budget_bytes = options.device_budget_bytes},
      [&](uint64_t done, uint64_t total) {
        if (sink) sink(Progress{"loading weights", done, total, "bytes"});
      },
      stop);
  estimated_bytes = device_estimate(need);
  note_host_layers(*weights, sink);
  tokenizer = std::move(model.tokenizer);
  if (tokenizer) constraints.emplace(*tokenizer, id_limit, end_ids);
  for (WeightSource& source : sources) source.read = {};
  model.files.reset();

  open_lanes(
      evaluator_options,
      [&](size_t done, size_t total) {
        if (sink) sink(Progress{"preparing kernels", done, total, "pipelines"});
      },
      stop);
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

std::unique_ptr<Engine::State> Engine::State::assemble(OpenDevice opened, const EngineOptions& options,
                                                       LoadedModel model, const EventSink& sink,
                                                       std::stop_token stop) {
  if (options.check_model) options.check_model(model);
  const ChatTemplate form = chat_template_of(model);
  auto state = std::make_unique<State>(std::move(opened), options.cache_folder, form);
  for (const std::string& sentence : model.facts.notes) note(sink, "model", sentence);
  state->load(options, std::move(model), sink, stop);
  return state;
}

Result<Engine> Engine::open(const EngineOptions& options, const EventSink& sink, std::stop_token stop) {
  return public_result([&]() -> Engine {
    OpenDevice opened = open_device(options).value();
    LoadedModel model =
        load_model(options.paths, activation_type(options.compute, opened.device.caps())).value();
    return Engine(State::assemble(std::move(opened), options, std::move(model), sink, stop));
  });
}

Result<Engine> Engine::open(const EngineOptions& options, LoadedModel model, const EventSink& sink,
                            std::stop_token stop) {
  return public_result([&]() -> Engine {
    return Engine(State::assemble(open_device(options).value(), options, std::move(model), sink, stop));
  });
}

Result<Answer> Engine::answer(const AnswerRequest& request, const EventSink& sink, std::stop_token stop) {
  if (!state_->tokenizer) return without_tokenizer();
  return public_result([&] {
    Answer answer;
    state_->answer(request, sink, stop, answer);
    return answer;
  });
}

Result<void> Engine::answer_all(std::span<const AnswerRequest> requests, const AnswerSink& done,
                                std::stop_token stop) {
  if (!state_->tokenizer) return without_tokenizer();
  return public_result([&] {
    std::vector<size_t> index_of(state_->lanes.size());
    size_t next = 0;
    state_->answer_stream(
        [&](uint32_t lane) -> const AnswerRequest* {
          if (next == requests.size()) return nullptr;
          index_of[lane] = next;
          return &requests[next++];
        },
        [&](uint32_t lane, Result<Answer> answer) { done(index_of[lane], std::move(answer)); }, stop);
  });
}

Result<void> Engine::answer_stream(const RequestSource& next, const LaneSink& done, std::stop_token stop) {
  if (!state_->tokenizer) return without_tokenizer();
  return public_result([&] { state_->answer_stream(next, done, stop); });
}

Result<void> Engine::set_lanes(const LaneOptions& options, std::stop_token stop) {
  return public_result([&] { state_->set_lanes(options, stop); });
}

Result<size_t> Engine::prompt_tokens(const AnswerRequest& request) const {
  if (!state_->tokenizer) return without_tokenizer();
  return public_result([&] { return state_->items_of(request, request.conversation).size(); });
}

uint32_t Engine::lanes() const {
  return static_cast<uint32_t>(state_->lanes.size());
}

const ModelConfig& Engine::config() const {
  return state_->config;
}
const ModelFacts& Engine::facts() const {
  return state_->facts;
}
const Tokenizer* Engine::tokenizer() const {
  return state_->tokenizer ? &*state_->tokenizer : nullptr;
}
const ChatTemplate& Engine::chat_template() const {
  return state_->chat_template;
}
gpu::Device& Engine::device() {
  return state_->device;
}
Evaluator& Engine::evaluator() {
  return *state_->evaluator;
}
const Weights& Engine::weights() const {
  return *state_->weights;
}
MemoryUse Engine::memory_use() const {
  return {.estimated_bytes = state_->estimated_bytes, .peak_bytes = state_->device.peak_bytes()};
}

}  // namespace lapilli
