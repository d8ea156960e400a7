// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_report.h"
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "app/cli/written_files.h"
#include "engine/io/output_folder.h"
#include "engine/runtime/export_gguf.h"
#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

LoadedModel open_model(const BenchFlags& flags, DType activation) {
  if (!flags.shape.empty())
    return random_model(find_shape(flags.shape).value(), flags.type, activation, flags.seed);
  return load_model(flags.model.paths, activation).value();
}

DeviceCaps caps_of(const std::string& selector) {
  const gpu::Instance instance = gpu::Instance::create().value();
  return instance.find(selector).value().caps;
}

/// Prompt lengths that the model's context allows.
std::vector<uint32_t> possible_lengths(const BenchFlags& flags, uint32_t context, Output& output) {
  std::vector<uint32_t> lengths;
  for (const uint32_t length : flags.prompt_lengths) {
    if (length > context) {
      output.remark(
          text("note: a prompt of ", length, " tokens is left out, the context has ", context, ".\n"));
    } else if (length > 0) {
      lengths.push_back(length);
    }
  }
  return lengths;
}

class Bench {
 public:
  Bench(const BenchFlags& flags, const WeightTypes& types, Engine& engine, std::stop_token stop)
      : flags_(flags),
        types_(types),
        engine_(engine),
        pipelines_(engine.device(), cache_folder()),
        stop_(stop) {}

  [[nodiscard]] Measurement prompt(uint32_t length) {
    Measurement result{
        .name = text("prompt ", length), .unit = "tokens", .amount = static_cast<double>(length)};
    const std::vector<StepRow> rows = rows_from(0, length);
    const uint32_t last[] = {length - 1};
    result.timing = time_runs(flags_.repetitions, [&] { engine_.evaluator().evaluate(rows, last, stop_); });
    const uint32_t step_rows = program_rows(length);
    const double steps = static_cast<double>((length + step_rows - 1) / step_rows);
    result.cost = step_cost(step_rows);
    // Kernels skip rows that are not live.
    const double live = static_cast<double>(length) / (steps * step_rows);
    result.cost = {result.cost.flops * steps * live, result.cost.bytes * steps};
    const LlamaConfig& c = engine_.config().language;
    result.linear_flops = linear_rate(engine_.device(), pipelines_,
                                      {.rows = std::min(length, step_rows),
                                       .in = c.dim,
                                       .out = c.ffn,
                                       .weight = types_.at("layers.0.w_gate").dtype,
                                       .activation = engine_.evaluator().options().graph.activation});
    result.trace = engine_.evaluator().profile();
    return result;
  }

  [[nodiscard]] Measurement decode(uint32_t tokens) {
    Measurement result{
        .name = text("decode ", tokens), .unit = "tokens", .amount = static_cast<double>(tokens)};
    const std::vector<StepRow> rows = rows_from(0, tokens);
    const uint32_t only[] = {0};
    result.timing = time_runs(flags_.repetitions, [&] {
      for (const StepRow& row : rows) engine_.evaluator().evaluate(std::span(&row, 1), only, stop_);
    });
    const PlanCost one = step_cost(1);
    result.cost = {one.flops * tokens, one.bytes * tokens};
    result.trace = engine_.evaluator().profile();
    return result;
  }

  [[nodiscard]] double arithmetic_rate() { return cli::arithmetic_rate(engine_.device(), pipelines_); }

  [[nodiscard]] Measurement pictures(uint32_t count) {
    Measurement result{.name = "picture", .unit = "pictures", .amount = static_cast<double>(count)};
    const VisionConfig& c = *engine_.config().vision;
    const std::vector<float> pixels(size_t{3} * c.image_size * c.image_size, 0.5f);
    result.timing = time_runs(flags_.repetitions, [&] {
      for (uint32_t picture = 0; picture < count; ++picture)
        engine_.evaluator().encode_image(pixels, 0, stop_);
    });
    Graph graph;
    build_vision_graph(graph, engine_.config(), types_, engine_.evaluator().options().graph, 1);
    const PlanCost one = cost_of(make_plan(graph, engine_.device().caps()));
    result.cost = {one.flops * count, one.bytes * count};
    result.linear_flops = linear_rate(engine_.device(), pipelines_,
                                      {.rows = c.rows(),
                                       .in = c.dim,
                                       .out = c.ffn,
                                       .weight = types_.at("vision.layers.0.fc1.weight").dtype,
                                       .activation = engine_.evaluator().options().graph.activation});
    result.trace = engine_.evaluator().profile();
    return result;
  }

 private:
  [[nodiscard]] std::vector<StepRow> rows_from(int32_t first, uint32_t count) const {
    std::vector<StepRow> rows;
    const auto vocab = static_cast<int32_t>(engine_.config().language.vocab);
    for (int32_t position = first; position < first + static_cast<int32_t>(count); ++position)
      rows.push_back({.id = (position * 7919 + 1) % vocab, .position = position});
    return rows;
  }

  /// Rows of the step program that evaluates this many.
  [[nodiscard]] uint32_t program_rows(uint32_t rows) const {
    const std::vector<StepShape> shapes = step_shapes(engine_.evaluator().options());
    for (const StepShape& shape : shapes) {
      if (shape.rows >= rows) return shape.rows;
    }
    return shapes.back().rows;
  }

  [[nodiscard]] PlanCost step_cost(uint32_t rows) const {
    Graph graph;
    const ModelConfig& config = engine_.config();
    build_step_graph(graph, config, types_, engine_.evaluator().options().graph, {rows, 1},
                     config.language.vocab);
    return cost_of(make_plan(graph, engine_.device().caps()));
  }

  const BenchFlags& flags_;
  const WeightTypes& types_;
  Engine& engine_;
  gpu::PipelineCache pipelines_;
  std::stop_token stop_;
};

ExitCode save_weights(const BenchFlags& flags, Output& output, Interrupt& interrupt) {
  if (flags.shape.empty())
    throw Error(ErrorCode::kInvalidArgument, "--save writes random weights and needs --shape");
  for (const auto& file : {flags.save, projector_file_for(flags.save)}) require_new_file(file).value();
  LoadedModel model = random_model(find_shape(flags.shape).value(), flags.type, DType::f32, flags.seed);
  model.tokenizer = Tokenizer::create(made_vocabulary(model.config.language.vocab)).value();
  const ExportOptions options{.type = flags.type,
                              .num_threads = std::max(1u, std::thread::hardware_concurrency())};
  const auto write = [&](const std::filesystem::path& file) {
    return export_gguf(model, file, options, output.sink(), interrupt.token());
  };
  show_written(write_together(flags.save, write).value(), {{"type", to_string(flags.type)}}, output);
  return ExitCode::kOk;
}

uint32_t needed_context(const BenchFlags& flags, const std::vector<uint32_t>& lengths, uint32_t most) {
  uint32_t context = std::max(flags.decode_tokens, 32u);
  for (const uint32_t length : lengths) context = std::max(context, length);
  return std::min(context, most);
}

}  // namespace

ExitCode run_bench(const BenchFlags& flags, Output& output, Interrupt& interrupt) {
  if (flags.shape.empty() == flags.model.paths.model.empty())
    throw Error(ErrorCode::kInvalidArgument, "bench measures either --model or --shape");
  if (!flags.save.empty()) return save_weights(flags, output, interrupt);
  interrupt.end_in_time();

  const auto start = std::chrono::steady_clock::now();
  const DType activation = activation_type(flags.model.compute, caps_of(flags.model.device));
  LoadedModel model = open_model(flags, activation);
  const WeightTypes types = weight_types(model);
  const std::vector<uint32_t> lengths = possible_lengths(flags, model.config.language.context, output);
  EngineOptions options = engine_options(flags.model);
  if (options.context == 0) options.context = needed_context(flags, lengths, model.config.language.context);
  options.image_slots = 1;
  options.timestamps = flags.trace;
  Engine engine = Engine::open(options, std::move(model), output.sink(), interrupt.token()).value();

  BenchReport report{.model = engine.config().name,
                     .device = engine.device().info().caps.name,
                     .activation = std::string(to_string(activation)),
                     .weight_types = engine.facts().weight_types,
                     .weight_bytes = engine.weights().device_bytes() + engine.weights().host_bytes(),
                     .host_weight_bytes = engine.weights().host_bytes(),
                     .cache_bytes = engine.evaluator().cache_bytes(),
                     .arena_bytes = engine.evaluator().arena_bytes(),
                     .device_memory = engine.memory_use()};  // before measurements take some
  report.load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (flags.dump_plan) output.text(engine.evaluator().dump_plans());
  Bench bench(flags, types, engine, interrupt.token());
  for (const uint32_t length : lengths) report.measurements.push_back(bench.prompt(length));
  if (flags.decode_tokens > 0)
    report.measurements.push_back(bench.decode(std::min(flags.decode_tokens, options.context)));
  if (flags.pictures > 0 && engine.config().vision)
    report.measurements.push_back(bench.pictures(flags.pictures));
  report.peak_resident_bytes = peak_resident_bytes();
  report.copy_bytes_per_second = copy_rate(engine.device());
  report.arithmetic_flops_per_second = bench.arithmetic_rate();

  if (output.json()) {
    output.line(report_form(report));
  } else {
    output.text(report_text(report));
    if (flags.trace) {
      for (const Measurement& measurement : report.measurements) output.text(trace_text(measurement));
    }
  }
  return ExitCode::kOk;
}

}  // namespace lapilli::cli
