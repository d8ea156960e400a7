// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/evaluator.h"

#include "engine/base/half.h"
#include "engine/model/clip_vision.h"
#include "engine/model/llama.h"
#include "engine/runtime/evaluator_memory.h"

#include <algorithm>
#include <cstring>

namespace lapilli {

namespace {
constexpr uint32_t kLeastPromptRows = 32;

/// Up to so many rows, every kernel adds as it does for one row, on every device: more lanes take several
/// steps, so that what a lane says does not depend on how many there are.
constexpr uint32_t kMostDecodeRows = 16;
}  // namespace

void require_possible_context(uint32_t context, const LlamaConfig& language) {
  if (context > 0 && context <= language.context) return;
  throw Error(
      ErrorCode::kInvalidArgument,
      text("a context of ", context, " tokens was asked for, the model allows 1 to ", language.context));
}

std::vector<StepShape> step_shapes(const EvaluatorOptions& options) {
  if (options.logits_of_all_rows) return {{1, 1}, {64, 64}};
  const uint32_t lanes = std::min(options.graph.lanes, kMostDecodeRows);
  std::vector<StepShape> shapes = {{1, 1}};
  if (lanes > 1) shapes.push_back({lanes, lanes});
  for (const uint32_t rows : {kLeastPromptRows, 128u, 512u}) {
    if (rows <= options.max_step_rows) shapes.push_back({rows, lanes});
  }
  return shapes;
}

std::vector<uint32_t> picture_batches(const GraphOptions& options) {
  std::vector<uint32_t> batches;
  for (uint32_t images = 1; images < options.pictures_at_once; images *= 4) batches.push_back(images);
  batches.push_back(options.pictures_at_once);
  return batches;
}

namespace {

std::vector<float> to_floats(DType dtype, Bytes bytes) {
  if (dtype == DType::f32) {
    std::vector<float> result(bytes.size() / 4);
    std::memcpy(result.data(), bytes.data(), bytes.size());
    return result;
  }
  LAPILLI_ASSERT(dtype == DType::f16);
  std::vector<float> result(bytes.size() / 2);
  for (size_t index = 0; index < result.size(); ++index)
    result[index] = half_to_float(load<uint16_t>(&bytes[2 * index]));
  return result;
}

struct StepProgram {
  StepShape shape;
  Program program;
};

struct PictureProgram {
  uint32_t images;
  Program program;
};

}  // namespace

struct Evaluator::State {
  State(gpu::Device& device_in, const ModelConfig& config_in, const EvaluatorOptions& options_in)
      : device(device_in), config(config_in), options(options_in), timeline(device_in), memory(device_in) {}

  gpu::Device& device;
  ModelConfig config;
  EvaluatorOptions options;
  gpu::Timeline timeline;
  EvaluatorMemory memory;
  std::optional<StepBuffers> step;
  std::optional<Arena> arena;
  std::vector<StepProgram> steps;
  std::vector<PictureProgram> vision;  // ascending by images
  std::vector<float> logits;
  std::vector<int32_t> best_ids;
  const Program* last_run = nullptr;
  uint64_t cache_bytes = 0;
  std::string plans;

  void allocate_memory();
  void encode_batch(PictureProgram& batch, std::span<const SlotPixels> pictures, std::stop_token stop);
  void keep_rows(std::span<const SlotPixels> pictures);
  void run_step(std::span<const StepRow> rows, std::span<const uint32_t> logit_rows, size_t first_row,
                bool of_prompt, std::stop_token stop, StepResults results);
  [[nodiscard]] size_t step_length(std::span<const StepRow> rows, std::span<const uint32_t> logit_rows,
                                   size_t first_row) const;
  [[nodiscard]] StepProgram& program_for(size_t rows, size_t logit_rows);
  [[nodiscard]] std::vector<float> read_floats(const char* name, uint64_t elements);
};

void Evaluator::State::allocate_memory() {
  const GraphOptions& g = options.graph;
  const LlamaConfig& language = config.language;
  const uint64_t lane_bytes = row_bytes(g.activation, uint64_t{g.context} * language.kv_width());
  for (uint32_t layer = 0; layer < language.layers; ++layer) {
    memory.add(external::keys(layer), g.lanes * lane_bytes, gpu::BufferUse::kDevice);
    memory.add(external::values(layer), g.lanes * lane_bytes, gpu::BufferUse::kDevice);
    cache_bytes += 2 * g.lanes * lane_bytes;
  }
  memory.add_table(external::kRopeTable, llama_rope_table(language, g.context));
  if (!config.vision) return;
  const VisionConfig& vision_config = *config.vision;
  const uint64_t picture_bytes = row_bytes(g.activation, uint64_t{vision_config.image_rows()} * language.dim);
  const uint32_t images = g.pictures_at_once;
  memory.add(external::kImageRows, g.image_slots * picture_bytes, gpu::BufferUse::kDevice);
  memory.add(external::kProjected, images * picture_bytes, gpu::BufferUse::kDevice);
  memory.add(external::kVisionFeatures,
             images * row_bytes(g.activation, uint64_t{vision_config.rows()} * vision_config.dim),
             gpu::BufferUse::kDevice);
  memory.add(external::kPixels, uint64_t{12} * images * vision_config.image_size * vision_config.image_size,
             gpu::BufferUse::kHostVisibleDevice);
  memory.add_table(external::kRowIndex, clip_row_index(vision_config, images));
  memory.add_table(external::kSelectedRows, clip_selected_rows(vision_config, images));
}

/// Projected rows → slots of the picture memory.
void Evaluator::State::keep_rows(std::span<const SlotPixels> pictures) {
  const uint64_t picture_bytes =
      row_bytes(options.graph.activation, uint64_t{config.vision->image_rows()} * config.language.dim);
  const gpu::Buffer* from = memory.bindings().at(external::kProjected).buffer;
  const gpu::Buffer* to = memory.bindings().at(external::kImageRows).buffer;
  gpu::CommandRecorder recorder(device, "keep picture rows");
  for (size_t index = 0; index < pictures.size(); ++index) {
    recorder.copy({from, index * picture_bytes, picture_bytes},
                  {to, pictures[index].slot * picture_bytes, picture_bytes});
  }
  const gpu::CommandBuffer commands = recorder.finish();
  timeline.wait(timeline.submit(commands));
}

Evaluator::Evaluator(gpu::Device& device, gpu::PipelineCache& pipelines, const ModelConfig& config,
                     const Bindings& weights, const WeightTypes& types, const EvaluatorOptions& options,
                     const gpu::CompileProgress& progress, std::stop_token stop)
    : state_(std::make_unique<State>(device, config, options)) {
  State& s = *state_;
  require_possible_context(options.graph.context, config.language);
  const uint32_t vocab = config.language.vocab;
  const uint32_t id_limit = options.id_limit == 0 ? vocab : std::min(options.id_limit, vocab);
  s.options.id_limit = id_limit;
  const std::vector<StepShape> shapes = step_shapes(options);

  std::vector<Plan> plans;
  const auto plan_graph = [&](const std::string& name, const auto& build) {
    Graph graph;
    build(graph);
    plans.push_back(make_plan(graph, device.caps()));
    s.plans += text("== ", name, '\n', plans.back().dump());
  };
  for (const StepShape& shape : shapes) {
    plan_graph(text("step of ", shape.rows, " rows"),
               [&](Graph& graph) { build_step_graph(graph, config, types, options.graph, shape, id_limit); });
  }
  if (config.vision) {
    for (const uint32_t images : picture_batches(options.graph)) {
      plan_graph(images == 1 ? "picture" : text(images, " pictures"),
                 [&](Graph& graph) { build_vision_graph(graph, config, types, options.graph, images); });
    }
  }
  std::vector<std::vector<uint64_t>> chunks;
  std::vector<gpu::PipelineRequest> requests;
  for (const Plan& plan : plans) {
    chunks.push_back(plan.arena_chunk_bytes);
    const auto needed = pipeline_requests(plan);
    requests.insert(requests.end(), needed.begin(), needed.end());
  }
  pipelines.compile(requests, progress, stop);

  s.allocate_memory();
  s.step.emplace(device, shapes.back().rows, shapes.back().logit_rows, vocab);
  s.arena.emplace(device, common_chunks(chunks));
  Bindings bindings = weights;
  bindings.merge(s.memory.bindings());
  bindings.merge(s.step->bindings());
  for (size_t index = 0; index < shapes.size(); ++index) {
    s.steps.push_back({shapes[index], Program(device, pipelines, plans[index], bindings, *s.arena,
                                              {.name = text("step of ", shapes[index].rows),
                                               .timestamps = options.timestamps})});
  }
  if (!config.vision) return;
  size_t next_plan = shapes.size();
  for (const uint32_t images : picture_batches(options.graph)) {
    s.vision.push_back(
        {images, Program(device, pipelines, plans[next_plan++], bindings, *s.arena,
                         {.name = text("pictures: ", images), .timestamps = options.timestamps})});
  }
}

Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator::~Evaluator() = default;

const ModelConfig& Evaluator::config() const {
  return state_->config;
}
const EvaluatorOptions& Evaluator::options() const {
  return state_->options;
}

void Evaluator::State::encode_batch(PictureProgram& batch, std::span<const SlotPixels> pictures,
                                    std::stop_token stop) {
  const auto to = memory.bindings().at(external::kPixels).buffer->mapped();
  const uint64_t values = uint64_t{3} * config.vision->image_size * config.vision->image_size;
  for (size_t index = 0; index < pictures.size(); ++index) {
    LAPILLI_ASSERT(pictures[index].pixels.size() == values &&
                   pictures[index].slot < options.graph.image_slots);
    std::memcpy(&to[index * values * sizeof(float)], pictures[index].pixels.data(), values * sizeof(float));
  }
  batch.program.run(timeline, stop);
  keep_rows(pictures);
  last_run = &batch.program;
}

void Evaluator::encode_images(std::span<const SlotPixels> pictures, std::stop_token stop) {
  State& s = *state_;
  while (!pictures.empty()) {
    const auto fits = [&](const PictureProgram& batch) { return batch.images <= pictures.size(); };
    const auto batch = std::find_if(s.vision.rbegin(), s.vision.rend(), fits);
    LAPILLI_ASSERT(batch != s.vision.rend());
    s.encode_batch(*batch, pictures.first(batch->images), stop);
    pictures = pictures.subspan(batch->images);
  }
}

void Evaluator::encode_image(std::span<const float> pixels, uint32_t slot, std::stop_token stop) {
  const SlotPixels picture{pixels, slot};
  encode_images(std::span(&picture, 1), stop);
}

void Evaluator::copy_lane(uint32_t from, uint32_t to, uint32_t positions) {
  State& s = *state_;
  const GraphOptions& g = s.options.graph;
  LAPILLI_ASSERT(from != to && from < g.lanes && to < g.lanes && positions <= g.context);
  if (positions == 0) return;
  const LlamaConfig& language = s.config.language;
  const uint64_t position_bytes = row_bytes(g.activation, language.head_dim);
  const uint64_t head_bytes = g.context * position_bytes;
  const uint64_t size_bytes = positions * position_bytes;
  gpu::CommandRecorder recorder(s.device, "copy lane");
  for (uint32_t layer = 0; layer < language.layers; ++layer) {
    for (const std::string& name : {external::keys(layer), external::values(layer)}) {
      const gpu::Buffer* cache = s.memory.bindings().at(name).buffer;
      for (uint32_t head = 0; head < language.kv_heads; ++head)
        recorder.copy({cache, (from * language.kv_heads + head) * head_bytes, size_bytes},
                      {cache, (to * language.kv_heads + head) * head_bytes, size_bytes});
    }
  }
  const gpu::CommandBuffer commands = recorder.finish();
  s.timeline.wait(s.timeline.submit(commands));
}

int32_t Evaluator::image_row(uint32_t slot, uint32_t row) const {
  return static_cast<int32_t>(slot * state_->config.vision->image_rows() + row);
}

std::vector<float> Evaluator::State::read_floats(const char* name, uint64_t elements) {
  const uint64_t size_bytes = row_bytes(options.graph.activation, elements);
  const gpu::Buffer& from = *memory.bindings().at(name).buffer;
  if (!from.mapped().empty()) return to_floats(options.graph.activation, from.mapped().first(size_bytes));
  const gpu::Buffer to =
      device.buffer({.size_bytes = size_bytes, .use = gpu::BufferUse::kReadback, .name = name});
  gpu::CommandRecorder recorder(device, "read back");
  recorder.copy({&from, 0, size_bytes}, {&to, 0, size_bytes});
  const gpu::CommandBuffer commands = recorder.finish();
  timeline.wait(timeline.submit(commands));
  return to_floats(options.graph.activation, to.mapped().first(size_bytes));
}

std::vector<float> Evaluator::read_projected() {
  const ModelConfig& c = state_->config;
  return state_->read_floats(external::kProjected, uint64_t{c.vision->image_rows()} * c.language.dim);
}

std::vector<float> Evaluator::read_vision_features() {
  const VisionConfig& c = *state_->config.vision;
  return state_->read_floats(external::kVisionFeatures, uint64_t{c.rows()} * c.dim);
}

StepProgram& Evaluator::State::program_for(size_t rows, size_t logit_rows) {
  const auto fits = [&](const StepProgram& candidate) {
    return candidate.shape.rows >= rows && candidate.shape.logit_rows >= logit_rows;
  };
  const auto found = std::find_if(steps.begin(), steps.end(), fits);
  LAPILLI_ASSERT(found != steps.end());
  return *found;
}

size_t Evaluator::State::step_length(std::span<const StepRow> rows, std::span<const uint32_t> logit_rows,
                                     size_t first_row) const {
  const StepShape& largest = steps.back().shape;
  size_t length = std::min<size_t>(largest.rows, rows.size() - first_row);
  // The step ends before the first row whose logits would be one too many.
  if (logit_rows.size() > largest.logit_rows)
    length = std::min(length, logit_rows[largest.logit_rows] - first_row);
  return length;
}

void Evaluator::State::run_step(std::span<const StepRow> rows, std::span<const uint32_t> logit_rows,
                                size_t first_row, bool of_prompt, std::stop_token stop, StepResults results) {
  const auto ids = step->ints(external::kIds);
  const auto positions = step->ints(external::kPositions);
  const auto lanes = step->ints(external::kLanes);
  const auto image_index = step->ints(external::kImageIndex);
  bool pictures = false;
  for (size_t row = 0; row < rows.size(); ++row) {
    const bool is_picture = rows[row].image_row >= 0;
    pictures = pictures || is_picture;
    ids[row] = is_picture ? -1 : rows[row].id;
    positions[row] = rows[row].position;
    lanes[row] = rows[row].lane;
    image_index[row] = rows[row].image_row;
  }
  const auto logit_index = step->ints(external::kLogitIndex);
  std::fill(logit_index.begin(), logit_index.end(), 0);
  for (size_t index = 0; index < logit_rows.size(); ++index)
    logit_index[index] = static_cast<int32_t>(logit_rows[index] - first_row);
  step->ints(external::kLiveRows)[0] = static_cast<int32_t>(rows.size());

  // A single row of a picture takes a longer program: the one for single tokens has no picture memory.
  const size_t least = of_prompt ? std::min(kLeastPromptRows, steps.back().shape.rows) : pictures ? 2u : 1u;
  StepProgram& chosen = program_for(std::max(least, rows.size()), logit_rows.size());
  chosen.program.run(timeline, stop, static_cast<double>(rows.size()) / chosen.shape.rows);
  last_run = &chosen.program;
  if (logit_rows.empty()) return;
  if (results == StepResults::kLogitsAndBestIds) {
    const auto fresh = step->fetch_logits(timeline).first(logit_rows.size() * config.language.vocab);
    logits.insert(logits.end(), fresh.begin(), fresh.end());
  }
  const auto best = step->ints(external::kBestIds).first(logit_rows.size());
  best_ids.insert(best_ids.end(), best.begin(), best.end());
}

void Evaluator::evaluate(std::span<const StepRow> rows, std::span<const uint32_t> logit_rows,
                         std::stop_token stop, const std::function<void(size_t)>& on_step,
                         StepResults results) {
  State& s = *state_;
  const auto context = static_cast<int32_t>(s.options.graph.context);
  for (const StepRow& row : rows) {
    LAPILLI_ASSERT(row.position >= 0 && row.lane >= 0 &&
                   row.lane < static_cast<int32_t>(s.options.graph.lanes));
    if (row.position >= context) {
      throw Error(ErrorCode::kContextFull,
                  text("token ", row.position + 1, " does not fit the context of ", context, " tokens"));
    }
  }
  s.logits.clear();
  s.best_ids.clear();
  // Kernels may add in another order for few rows than for many, and what a lane says must not depend on how
  // many lanes there are: so prompts take programs for prompts even where one with a row for each lane would
  // hold them.
  const auto share_lane = [](const StepRow& a, const StepRow& b) { return a.lane == b.lane; };
  const bool of_prompt = std::adjacent_find(rows.begin(), rows.end(), share_lane) != rows.end();
  size_t next_logit = 0;
  for (size_t first = 0; first < rows.size();) {
    const size_t length = s.step_length(rows, logit_rows.subspan(next_logit), first);
    size_t end_logit = next_logit;
    while (end_logit < logit_rows.size() && logit_rows[end_logit] < first + length) ++end_logit;
    s.run_step(rows.subspan(first, length), logit_rows.subspan(next_logit, end_logit - next_logit), first,
               of_prompt, stop, results);
    next_logit = end_logit;
    first += length;
    if (on_step) on_step(first);
  }
}

std::span<const float> Evaluator::logits(size_t index) const {
  const size_t vocab = state_->config.language.vocab;
  LAPILLI_ASSERT((index + 1) * vocab <= state_->logits.size());
  return std::span(state_->logits).subspan(index * vocab, vocab);
}

int32_t Evaluator::best_id(size_t index) const {
  return state_->best_ids.at(index);
}
uint64_t Evaluator::cache_bytes() const {
  return state_->cache_bytes;
}
uint64_t Evaluator::arena_bytes() const {
  return state_->arena->size_bytes();
}

std::vector<StepTime> Evaluator::profile() const {
  return state_->last_run ? state_->last_run->profile() : std::vector<StepTime>();
}

const std::string& Evaluator::dump_plans() const {
  return state_->plans;
}

}  // namespace lapilli
