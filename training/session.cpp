// SPDX-License-Identifier: Apache-2.0
#include "training/session.h"

#include "engine/base/half.h"
#include "engine/exec/weights.h"
#include "engine/model/clip_vision.h"
#include "engine/model/llama.h"
#include "engine/runtime/convert_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

namespace lapilli::training {
namespace {

using lapilli::external::kIds;
using lapilli::external::kImageIndex;
using lapilli::external::kPixels;
using lapilli::external::kPositions;
using lapilli::external::kRopeTable;

std::string storage_name(const Parameter& parameter, ParameterState which) {
  switch (which) {
    case ParameterState::kValue:
      return parameter.compute == DType::f32 ? parameter.name : external::parameter(parameter.name);
    case ParameterState::kFirstMoment:
      return external::first_moment(parameter.name);
    case ParameterState::kSecondMoment:
      return external::second_moment(parameter.name);
    case ParameterState::kGradient:
      return external::gradient(parameter.name);
  }
  return {};
}

/// Extents that are met again soon are worth keeping; a program takes some megabytes of host memory.
constexpr size_t kMostPrograms = 32;

/// A program for one extent of a micro-step.
struct StepProgram {
  MicroStepShape shape;
  bool gradients = true;
  std::unique_ptr<Program> program;
};

}  // namespace

struct Session::State {
  State(gpu::Device& device_in, gpu::PipelineCache& pipelines_in, const LoadedModel& model,
        std::vector<Parameter> parameters_in, const SessionOptions& options_in)
      : device(device_in),
        pipelines(pipelines_in),
        config(model.config),
        options(options_in),
        parameters(std::move(parameters_in)),
        types(compute_types(lapilli::weight_types(model), parameters)),
        timeline(device_in),
        memory(device_in) {}

  gpu::Device& device;
  gpu::PipelineCache& pipelines;
  ModelConfig config;
  SessionOptions options;
  MicroStepShape room{.sequences = 0, .length = 0, .slots = 0, .loss_rows = 0};
  std::vector<Parameter> parameters;
  WeightTypes types;
  gpu::Timeline timeline;
  DeviceMemory memory;  // parameters and step inputs
  std::optional<Weights> frozen;
  Bindings weights;   // of the model
  Bindings bindings;  // of everything
  std::vector<uint64_t> arena_chunks;
  std::optional<Arena> arena;
  std::vector<StepProgram> steps;
  const Program* last_step = nullptr;  // that has run
  std::unique_ptr<Program> tower, norm, update;
  std::vector<gpu::CommandBuffer> slot_copies;

  void load(const LoadedModel& model, const EventSink& sink, std::stop_token stop);
  void allocate(const Parameter& parameter);
  void load_parameter(const Parameter& parameter, const WeightSource& source);
  void draw(size_t parameter);
  void write_values(const Parameter& parameter, uint64_t first, std::span<const float> values);
  void forget_programs();
  void allocate_inputs();
  [[nodiscard]] std::unique_ptr<Program> record(const std::string& name,
                                                const std::function<void(Graph&)>& build);
  [[nodiscard]] Program& step_program(const MicroStepShape& shape, bool gradients);
  void run_step(const MicroBatch& batch, bool gradients, float loss_share, float loss_scale,
                std::stop_token stop);
  [[nodiscard]] uint64_t feature_bytes() const {
    return row_bytes(options.activation, uint64_t{config.vision->rows()} * config.vision->dim);
  }
  template <class Value>
  void set(const std::string& name, std::span<const Value> values) {
    memory.write(memory.at(name), 0, std::as_bytes(values));
  }
};

void Session::State::allocate(const Parameter& parameter) {
  const uint64_t size_bytes = 4 * parameter.shape.elements();
  for (const auto which : {ParameterState::kValue, ParameterState::kFirstMoment,
                           ParameterState::kSecondMoment, ParameterState::kGradient}) {
    memory.add(storage_name(parameter, which), size_bytes);
  }
  if (parameter.compute != DType::f32)
    memory.add(parameter.name, row_bytes(parameter.compute, parameter.shape.elements()));
}

/// Evenly from ± the parameter's bound, by seed and index, the same on every machine.
void Session::State::draw(size_t index) {
  const Parameter& parameter = parameters[index];
  std::seed_seq seeds{static_cast<uint32_t>(options.seed), static_cast<uint32_t>(options.seed >> 32),
                      static_cast<uint32_t>(index)};
  std::mt19937_64 generator(seeds);
  std::vector<float> values(parameter.shape.elements());
  for (float& value : values) {
    const double unit = std::ldexp(static_cast<double>(generator() >> 11), -53);
    value = static_cast<float>((2 * unit - 1) * parameter.initial_bound);
  }
  write_values(parameter, 0, values);
}

/// Values from element `first` on, and the copy that is computed with.
void Session::State::write_values(const Parameter& parameter, uint64_t first, std::span<const float> values) {
  memory.write(memory.at(storage_name(parameter, ParameterState::kValue)), 4 * first, std::as_bytes(values));
  if (parameter.compute == DType::f32) return;
  std::vector<uint16_t> copy(values.size());
  std::transform(values.begin(), values.end(), copy.begin(), [&](float value) {
    return parameter.compute == DType::f16 ? float_to_half(value) : float_to_bfloat16(value);
  });
  memory.write(memory.at(parameter.name), 2 * first, std::as_bytes(std::span(copy)));
}

void Session::State::load_parameter(const Parameter& parameter, const WeightSource& source) {
  if (is_quantized(source.type.dtype)) {
    throw Error(
        ErrorCode::kUnsupported,
        text("the weight \"", parameter.name, "\" is stored as ", to_string(source.type.dtype),
             ", which can't learn; train a LoRA adapter over it, or start from f16, bf16 or f32 files"));
  }
  allocate(parameter);
  uint64_t first = 0;
  convert_rows(source, {.dtype = DType::f32}, [&](Bytes bytes) -> Result<void> {
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    write_values(parameter, first, values);
    first += values.size();
    return {};
  }).value();
}

void Session::State::load(const LoadedModel& model, const EventSink& sink, std::stop_token stop) {
  for (size_t index = 0; index < parameters.size(); ++index) {
    const auto in_files = [&](const WeightSource& source) { return source.name == parameters[index].name; };
    if (std::any_of(model.weights.begin(), model.weights.end(), in_files)) continue;
    allocate(parameters[index]);
    draw(index);
  }
  std::vector<WeightSource> others;
  for (const WeightSource& source : model.weights) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& p) { return p.name == source.name; });
    if (found == parameters.end()) {
      others.push_back(source);
      others.back().stack.clear();
    } else {
      load_parameter(*found, source);
    }
  }
  frozen.emplace(
      device, others, WeightOptions{},
      [&](uint64_t done, uint64_t total) {
        if (sink) sink(Progress{"loading weights", done, total, "bytes"});
      },
      stop);
  weights = frozen->bindings();
  for (const Parameter& parameter : parameters)
    weights.set(parameter.name, {&memory.at(parameter.name), 0, 0});
  // Weights lie apart here, in no stacks.
  std::erase_if(types, [&](const auto& type) { return !weights.contains(type.first); });
}

void Session::State::allocate_inputs() {
  const MicroStepShape& most = room;
  const auto input = [&](const char* name, uint64_t count) {
    memory.add(name, 4 * count, gpu::BufferUse::kHostVisibleDevice);
  };
  for (const char* name : {kIds, kPositions, kImageIndex}) input(name, most.rows());
  for (const char* name : {external::kLossIndex, external::kLabels}) input(name, most.loss_rows);
  for (const char* name :
       {external::kLossShare, external::kLossScale, external::kGradientNorm, external::kDropoutSeed}) {
    input(name, 1);
  }
  // It goes on growing where a later micro-step of an update needs more room.
  if (!memory.bindings().contains(external::kLossSum)) input(external::kLossSum, 1);
  for (const Parameter& parameter : parameters) {
    const std::string name = external::settings(parameter.group);
    if (!memory.bindings().contains(name))
      memory.add(name, 4 * ops::kNumAdamwSettings, gpu::BufferUse::kHostVisibleDevice);
  }
  memory.add_values<float>(kRopeTable, llama_rope_table(config.language, most.length));
  if (!config.vision) return;
  const VisionConfig& vision = *config.vision;
  memory.add_values<int32_t>(external::kSelectedRows, clip_selected_rows(vision, most.slots));
  memory.add_values<int32_t>(external::kRowIndex, clip_row_index(vision, most.slots));
  const uint64_t pixel_count = uint64_t{3} * vision.image_size * vision.image_size;
  if (options.with_tower) {
    memory.add(external::kPixels, 4 * pixel_count * most.slots, gpu::BufferUse::kHostVisibleDevice);
  } else {
    memory.add(external::kFeatures, feature_bytes() * most.slots);
    memory.add(external::kTowerFeatures, feature_bytes());
    memory.add(kPixels, 4 * pixel_count, gpu::BufferUse::kHostVisibleDevice);
  }
}

/// Programs hold addresses of arena and inputs.
void Session::State::forget_programs() {
  steps.clear();
  last_step = nullptr;
  tower.reset();
  norm.reset();
  update.reset();
  slot_copies.clear();
}

std::unique_ptr<Program> Session::State::record(const std::string& name,
                                                const std::function<void(Graph&)>& build) {
  Graph graph;
  build(graph);
  const Plan plan = make_plan(graph, device.caps());
  const auto needed = common_chunks(std::vector{arena_chunks, plan.arena_chunk_bytes});
  if (!arena || needed != arena_chunks) {
    forget_programs();
    arena.reset();
    arena_chunks = needed;
    arena.emplace(device, arena_chunks);
  }
  pipelines.compile(pipeline_requests(plan));
  return std::make_unique<Program>(device, pipelines, plan, bindings, *arena,
                                   ProgramOptions{.name = name, .timestamps = options.timestamps});
}

Program& Session::State::step_program(const MicroStepShape& shape, bool gradients) {
  const auto fits = [&](const StepProgram& s) { return s.shape == shape && s.gradients == gradients; };
  const auto found = std::find_if(steps.begin(), steps.end(), fits);
  if (found == steps.end()) {
    auto program = record(text("micro-step of ", shape.sequences, " x ", shape.length), [&](Graph& graph) {
      build_micro_step(graph, config, types, parameters,
                       {.activation = options.activation,
                        .recompute = options.recompute && gradients,
                        .with_tower = options.with_tower,
                        .gradients = gradients,
                        .lora_scale = options.lora_scale,
                        .lora_dropout = options.lora_dropout},
                       shape);
    });
    if (steps.size() >= kMostPrograms) {
      last_step = nullptr;
      steps.erase(steps.begin());
    }
    steps.push_back({shape, gradients, std::move(program)});
  } else {
    std::rotate(found, found + 1, steps.end());  // the last one was used last
  }
  return *steps.back().program;
}

void Session::State::run_step(const MicroBatch& batch, bool gradients, float loss_share, float loss_scale,
                              std::stop_token stop) {
  LAPILLI_ASSERT(batch.ids.size() == batch.shape.rows() && batch.labels.size() == batch.shape.loss_rows);
  LAPILLI_ASSERT(batch.shape.length <= room.length && batch.shape.slots <= room.slots &&
                 batch.shape.sequences <= room.sequences && batch.shape.loss_rows <= room.loss_rows);
  Program& program = step_program(batch.shape, gradients);
  set<int32_t>(kIds, batch.ids);
  set<int32_t>(kPositions, batch.positions);
  set<int32_t>(kImageIndex, batch.image_index);
  set<int32_t>(external::kLossIndex, batch.loss_index);
  set<int32_t>(external::kLabels, batch.labels);
  set<float>(external::kLossShare, std::array{loss_share});
  set<float>(external::kLossScale, std::array{loss_scale});
  set<int32_t>(external::kDropoutSeed, std::array{batch.seed});
  program.run(timeline, stop);
  last_step = &program;
}

Session::Session(gpu::Device& device, gpu::PipelineCache& pipelines, const LoadedModel& model,
                 std::vector<Parameter> parameters, const SessionOptions& options, const EventSink& sink,
                 std::stop_token stop)
    : state_(std::make_unique<State>(device, pipelines, model, std::move(parameters), options)) {
  state_->load(model, sink, stop);
}

Session::Session(Session&&) noexcept = default;
Session::~Session() = default;

const ModelConfig& Session::config() const {
  return state_->config;
}
std::span<const Parameter> Session::parameters() const {
  return state_->parameters;
}

const Bindings& Session::weights() const {
  return state_->weights;
}
const WeightTypes& Session::weight_types() const {
  return state_->types;
}

void Session::reserve(const MicroStepShape& shape) {
  State& s = *state_;
  // rows() of the room is at least that of each shape: both of its factors are.
  const MicroStepShape room{.sequences = std::max(shape.sequences, s.room.sequences),
                            .length = std::max(shape.length, s.room.length),
                            .slots = std::max(shape.slots, s.room.slots),
                            .loss_rows = std::max(shape.loss_rows, s.room.loss_rows)};
  if (room == s.room) return;
  s.forget_programs();
  s.room = room;
  s.allocate_inputs();
  s.bindings = s.weights;
  s.bindings.merge(s.memory.bindings());
}

void Session::prepare(const MicroStepShape& shape) {
  reserve(shape);
  (void)state_->step_program(shape, true);
}

void Session::set_picture(uint32_t slot, std::span<const float> pixels, std::stop_token stop) {
  State& s = *state_;
  LAPILLI_ASSERT(s.config.vision && slot < s.room.slots);
  if (s.options.with_tower) {
    s.memory.write(s.memory.at(external::kPixels), slot * pixels.size_bytes(), std::as_bytes(pixels));
    return;
  }
  if (!s.tower) {
    s.tower = s.record("picture",
                       [&](Graph& graph) { build_tower(graph, s.config, s.types, s.options.activation); });
  }
  if (s.slot_copies.empty()) {
    for (uint32_t copy = 0; copy < s.room.slots; ++copy) {
      gpu::CommandRecorder recorder(s.device, "keep a picture's features");
      recorder.copy({&s.memory.at(external::kTowerFeatures), 0, s.feature_bytes()},
                    {&s.memory.at(external::kFeatures), copy * s.feature_bytes(), s.feature_bytes()});
      s.slot_copies.push_back(recorder.finish());
    }
  }
  s.set<float>(kPixels, pixels);
  s.tower->run(s.timeline, stop);
  s.timeline.wait(s.timeline.submit(s.slot_copies[slot]));
}

uint64_t Session::feature_bytes() const {
  return state_->feature_bytes();
}

void Session::read_features(uint32_t slot, std::span<std::byte> to) {
  LAPILLI_ASSERT(slot < state_->room.slots && to.size() == feature_bytes());
  state_->memory.read(state_->memory.at(external::kFeatures), slot * feature_bytes(), to);
}

void Session::set_features(uint32_t slot, Bytes features) {
  LAPILLI_ASSERT(slot < state_->room.slots && features.size() == feature_bytes());
  state_->memory.write(state_->memory.at(external::kFeatures), slot * feature_bytes(), features);
}

void Session::accumulate(const MicroBatch& batch, float loss_share, float loss_scale, std::stop_token stop) {
  state_->run_step(batch, true, loss_share, loss_scale, stop);
}

void Session::measure(const MicroBatch& batch, float loss_share, std::stop_token stop) {
  state_->run_step(batch, false, loss_share, 1.0f, stop);
}

std::vector<StepTime> Session::profile() const {
  return state_->last_step != nullptr ? state_->last_step->profile() : std::vector<StepTime>();
}

double Session::take_loss() {
  const auto bytes = state_->memory.at(external::kLossSum).mapped();
  const double loss = load<float>(bytes.data());
  store(bytes.data(), 0.0f);
  return loss;
}

double Session::gradient_norm(std::stop_token stop) {
  State& s = *state_;
  if (!s.norm) s.norm = s.record("gradient norm", [&](Graph& graph) { build_norm(graph, s.parameters); });
  s.norm->run(s.timeline, stop);
  return load<float>(s.memory.at(external::kGradientNorm).mapped().data());
}

void Session::clear_gradients() {
  State& s = *state_;
  gpu::CommandRecorder recorder(s.device, "forget gradients");
  for (const Parameter& parameter : s.parameters) {
    const gpu::Buffer& buffer = s.memory.at(external::gradient(parameter.name));
    recorder.fill({&buffer, 0, buffer.size_bytes()}, 0);
  }
  const gpu::CommandBuffer commands = recorder.finish();
  s.timeline.wait(s.timeline.submit(commands));
}

void Session::update(const std::map<std::string, ops::AdamwSettings>& settings, std::stop_token stop) {
  State& s = *state_;
  if (!s.update) s.update = s.record("update", [&](Graph& graph) { build_update(graph, s.parameters); });
  for (const auto& [group, values] : settings)
    s.set<ops::AdamwSettings>(external::settings(group), std::array{values});
  s.update->run(s.timeline, stop);
}

std::vector<float> Session::read(size_t parameter, ParameterState which) {
  std::vector<float> values(state_->parameters.at(parameter).shape.elements());
  read_bytes(parameter, which, 0, std::as_writable_bytes(std::span(values)));
  return values;
}

void Session::read_bytes(size_t parameter, ParameterState which, uint64_t first, std::span<std::byte> to) {
  State& s = *state_;
  s.memory.read(s.memory.at(storage_name(s.parameters.at(parameter), which)), first, to);
}

void Session::write(size_t parameter, ParameterState which, std::span<const float> values) {
  State& s = *state_;
  const Parameter& p = s.parameters.at(parameter);
  LAPILLI_ASSERT(values.size() == p.shape.elements());
  if (which == ParameterState::kValue) return s.write_values(p, 0, values);
  s.set<float>(storage_name(p, which), values);
}

}  // namespace lapilli::training
