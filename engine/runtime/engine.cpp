// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/engine.h"

#include "engine/runtime/conversation_fit.h"
#include "engine/runtime/fit.h"
#include "engine/runtime/generate.h"
#include "engine/runtime/lane.h"

#include <algorithm>
#include <chrono>
#include <new>

namespace lapilli {

DType activation_type(Compute compute, const DeviceCaps& caps) {
  if (compute == Compute::kAuto) return caps.is_software() ? DType::f32 : DType::f16;
  return compute == Compute::kF16 ? DType::f16 : DType::f32;
}

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void note(const EventSink& sink, std::string code, std::string message) {
  if (sink) sink(Note{std::move(code), std::move(message)});
}

uint64_t cache_bytes(const LlamaConfig& language, const GraphOptions& graph) {
  return uint64_t{2} * language.layers * graph.lanes *
         row_bytes(graph.activation, uint64_t{graph.context} * language.kv_width());
}

/// The model's own context, halved until its cache takes at most a third of the free memory.
uint32_t choose_context(const EngineOptions& options, const LlamaConfig& language, GraphOptions graph,
                        uint64_t free_bytes, const EventSink& sink) {
  constexpr uint32_t kLeast = 1024;
  constexpr uint32_t kMost = 4096;
  if (options.context != 0) return options.context;
  graph.context = std::min(language.context, kMost);
  const uint32_t wanted = graph.context;
  while (graph.context > kLeast && cache_bytes(language, graph) > free_bytes / 3) graph.context /= 2;
  if (graph.context != wanted) {
    note(sink, "context_reduced",
         text("The conversation is limited to ", graph.context, " tokens instead of ", wanted,
              ": the device has ", free_bytes >> 20, " MiB free for model and conversation."));
  }
  return graph.context;
}

/// Mebibytes with one decimal.
double mebibytes(uint64_t bytes) {
  return static_cast<double>(bytes * 10 >> 20) / 10;
}

/// Device memory to keep free for everything but the weights. Throws kOutOfMemory when there is not even
/// that.
uint64_t bytes_beside_weights(const MemoryNeed& need, const GraphOptions& graph, uint64_t free_bytes) {
  const uint64_t beside = need.total_bytes() - need.weight_bytes;
  if (beside > free_bytes) {
    throw Error(ErrorCode::kOutOfMemory,
                text("beside its weights the model needs ", mebibytes(beside), " MiB of device memory (",
                     mebibytes(need.cache_bytes), " MiB of it for ", graph.context,
                     " tokens of context), the device has ", mebibytes(free_bytes),
                     " MiB free; a shorter --context needs less"));
  }
  // The driver's own share: pipelines, command buffers, other programs' swings.
  const uint64_t slack = std::min(uint64_t{256} << 20, free_bytes / 16);
  return beside + slack;
}

void note_host_layers(const Weights& weights, const EventSink& sink) {
  if (weights.host_groups().empty()) return;
  std::string names;
  for (const std::string& group : weights.host_groups()) names += (names.empty() ? "" : ", ") + group;
  note(sink, "layers_in_host_memory",
       text("Device memory holds ", weights.device_bytes() >> 20, " MiB of the model; ",
            weights.host_bytes() >> 20, " MiB stay in host memory and are read over the bus, which is slow: ",
            names, ". A smaller quantisation or a shorter --context would let them fit."));
}

/// As try_result, for callers that expect no exception at all.
template <class Function>
auto public_result(Function&& function) -> Result<decltype(function())> {
  try {
    return try_result(function);
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory, "the machine has no memory left for the program itself");
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal, error.what());
  }
}

struct OpenDevice {
  gpu::Instance instance;
  gpu::Device device;
};

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

struct Engine::State {
  gpu::Instance instance;
  gpu::Device device;
  gpu::PipelineCache pipelines;
  ModelConfig config;
  ModelFacts facts;
  std::optional<Tokenizer> tokenizer;
  ChatTemplate chat_template;
  std::optional<Weights> weights;
  std::optional<Evaluator> evaluator;
  std::optional<PictureMemory> pictures;
  std::optional<Lane> lane;
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
  [[nodiscard]] std::vector<SequenceItem> items_of(const AnswerRequest& request,
                                                   const Conversation& conversation) const;
  [[nodiscard]] std::vector<SequenceItem> fit_prompt(const AnswerRequest& request, Conversation& conversation,
                                                     Answer& answer, const EventSink& sink) const;
  void answer(const AnswerRequest& request, const EventSink& sink, std::stop_token stop, Answer& answer);
};

void Engine::State::load(const EngineOptions& options, LoadedModel model, const EventSink& sink,
                         std::stop_token stop) {
  config = model.config;
  facts = model.facts;
  const WeightTypes types = weight_types(model);
  GraphOptions graph{.activation = activation_type(options.compute, device.caps()),
                     .context = 0,
                     .lanes = options.lanes,
                     .image_slots = options.image_slots};
  const uint64_t free_bytes = device.free_bytes(gpu::BufferUse::kDevice);
  graph.context = choose_context(options, config.language, graph, free_bytes, sink);
  if (device.caps().is_software()) {
    note(sink, "software_device",
         text("No GPU is used: ", device.caps().name, " computes on the processor, which is slow."));
  }
  // Rows of the table beyond the tokenizer's pieces are padding, and the picture's own id is no text.
  uint32_t id_limit =
      model.tokenizer ? static_cast<uint32_t>(model.tokenizer->size()) : config.language.vocab;
  if (config.image_token >= 0) id_limit = std::min(id_limit, static_cast<uint32_t>(config.image_token));
  const EvaluatorOptions evaluator_options{.graph = graph,
                                           .logits_of_all_rows = options.logits_of_all_rows,
                                           .timestamps = options.timestamps,
                                           .id_limit = id_limit};

  const MemoryNeed need = memory_need(config, model.weights, evaluator_options, device.caps());
  weights.emplace(
      device, model.weights,
      WeightOptions{.reserve_bytes = bytes_beside_weights(need, graph, free_bytes),
                    .device_budget_bytes = options.device_budget_bytes},
      [&](uint64_t done, uint64_t total) {
        if (sink) sink(Progress{"loading weights", done, total, "bytes"});
      },
      stop);
  note_host_layers(*weights, sink);
  tokenizer = std::move(model.tokenizer);
  model.weights.clear();
  model.files.reset();

  evaluator.emplace(
      device, pipelines, config, *weights, types, evaluator_options,
      [&](size_t done, size_t total) {
        if (sink) sink(Progress{"preparing kernels", done, total, "pipelines"});
      },
      stop);
  pictures.emplace(options.image_slots, [this](const Picture& picture, uint32_t slot) {
    const Clock::time_point start = Clock::now();
    evaluator->encode_image(*picture.pixels, slot, stop_encoding);
    picture_ms += milliseconds_since(start);
  });
  lane.emplace(*evaluator, *pictures, 0);
}

std::vector<SequenceItem> Engine::State::items_of(const AnswerRequest& request,
                                                  const Conversation& conversation) const {
  const std::vector<Message>& messages = conversation.messages;
  if (messages.empty() || messages.back().role != Message::Role::kUser)
    throw Error(ErrorCode::kInvalidArgument, "the conversation does not end with a user's message to answer");
  const ChatTemplate& form = request.chat_template ? *request.chat_template : chat_template;
  const std::vector<int32_t> ids = encode_prompt(*tokenizer, render(form, conversation));
  if (!request.pictures.empty() && !config.vision) {
    throw Error(ErrorCode::kInvalidArgument,
                text("model ", config.name, " has no vision encoder, so it cannot look at pictures"));
  }
  return expand_prompt(ids, request.pictures, config.vision ? config.vision->image_rows() : 0);
}

/// Leaves out the oldest exchanges until prompt and a useful length of answer fit the context.
std::vector<SequenceItem> Engine::State::fit_prompt(const AnswerRequest& request, Conversation& conversation,
                                                    Answer& answer, const EventSink& sink) const {
  const uint32_t context = evaluator->options().graph.context;
  const uint32_t room_for_answer = std::min(request.generation.max_tokens, context / 4);
  std::vector<SequenceItem> items = items_of(request, conversation);
  size_t left_out = 0;
  while (items.size() + room_for_answer > context) {
    auto shorter = without_oldest_exchange(conversation);
    if (!shorter) break;
    conversation = std::move(*shorter);
    items = items_of(request, conversation);
    ++left_out;
  }
  if (items.size() >= context) {
    throw Error(ErrorCode::kContextFull,
                text("the last message and its pictures take ", items.size(), " tokens, the context has ",
                     context, "; shorten the message or raise --context"));
  }
  if (left_out > 0) {
    answer.turns_left_out += left_out;
    note(sink, "turns_left_out",
         text("The conversation is longer than the context of ", context, " tokens: the oldest ", left_out,
              left_out == 1 ? " exchange was" : " exchanges were", " left out; pictures stay."));
  }
  return items;
}

void Engine::State::answer(const AnswerRequest& request, const EventSink& sink, std::stop_token stop,
                           Answer& answer) {
  const Clock::time_point start = Clock::now();
  picture_ms = 0;
  stop_encoding = stop;
  Conversation conversation = request.conversation;
  const auto hold = [&](std::span<const SequenceItem> items) {
    return lane->set_prompt(items, request.pictures, stop, [&](size_t done, size_t total) {
      if (sink) sink(Progress{"reading the prompt", done, total, "tokens"});
    });
  };
  const std::vector<SequenceItem> prompt = fit_prompt(request, conversation, answer, sink);
  try {
    answer.reused_tokens = hold(prompt).reused;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kStopped) throw;
    answer.reason = StopReason::kStopped;
    return;
  }
  answer.prompt_tokens = prompt.size();
  answer.timings.picture_ms = picture_ms;
  answer.timings.prompt_ms = milliseconds_since(start);
  answer.timings.first_token_ms = answer.timings.prompt_ms;

  const ChatTemplate& form = request.chat_template ? *request.chat_template : chat_template;
  std::vector<std::string> stops = request.generation.stops;
  if (!form.stop().empty()) stops.emplace_back(form.stop());
  const MakeRoom make_room = [&](std::span<const int32_t> generated) {
    auto shorter = without_oldest_exchange(conversation);
    if (!shorter) return false;
    conversation = std::move(*shorter);
    std::vector<SequenceItem> items = items_of(request, conversation);
    for (const int32_t id : generated) items.push_back({id, 0, 0});
    ++answer.turns_left_out;
    note(sink, "turns_left_out",
         text("The context of ", evaluator->options().graph.context,
              " tokens filled up while answering: the oldest exchange was left out; pictures stay."));
    hold(items);
    return true;
  };
  generate({*evaluator, *lane, *tokenizer, std::move(stops), make_room}, request.generation, sink, stop,
           answer);
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

std::unique_ptr<Engine::State> Engine::State::assemble(OpenDevice opened, const EngineOptions& options,
                                                       LoadedModel model, const EventSink& sink,
                                                       std::stop_token stop) {
  const ChatTemplate form = model.facts.template_name.empty()
                                ? choose_template({.model_name = model.config.name, .chat_template = {}})
                                : find_template(model.facts.template_name).value();
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
  if (!state_->tokenizer)
    return Error(ErrorCode::kInvalidArgument, "the model has no tokenizer; give one with --tokenizer");
  return public_result([&] {
    Answer answer;
    state_->answer(request, sink, stop, answer);
    return answer;
  });
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

}  // namespace lapilli
