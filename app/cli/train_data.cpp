// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_data.h"

#include "app/cli/forms.h"
#include "engine/base/units.h"
#include "training/dataset.h"

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using training::DataProblem;
using training::DataReport;
using Severity = DataProblem::Severity;

constexpr size_t kMostShown = 20;  // of each severity

nlohmann::json problem_form(const DataProblem& problem) {
  return {
      {"event", "data_problem"},     {"severity", problem.severity == Severity::kError ? "error" : "warning"},
      {"file", problem.file},        {"line", problem.line},
      {"record", problem.record_id}, {"message", problem.message}};
}

nlohmann::json report_form(const DataReport& report) {
  return {{"event", "data"},
          {"records", report.records},
          {"text_only", report.text_only},
          {"pictures", report.pictures},
          {"positions", report.positions},
          {"learned", report.learned},
          {"longest", report.longest},
          {"over_long", report.over_long},
          {"errors", report.errors},
          {"warnings", report.problems.size() - report.errors}};
}

void show(const DataReport& report, Severity severity, Output& output) {
  const std::string name = severity == Severity::kError ? "error" : "warning";
  size_t met = 0;
  for (const DataProblem& problem : report.problems) {
    if (problem.severity == severity && ++met <= kMostShown)
      output.remark(text(name, ": ", to_string(problem), '\n'));
  }
  if (met > kMostShown)
    output.remark(text("… and ", counted(met - kMostShown, "more " + name), "; --log and --json have all\n"));
}

std::string summary(const DataReport& report) {
  std::string line = text("data: ", counted(report.records, "record"), ", ", report.text_only,
                          " without pictures; ", counted(report.pictures, "picture"));
  if (report.positions > 0) {
    line += text("; ", report.positions, " positions, ", report.learned, " of them learned, at most ",
                 report.longest, " a record");
  }
  return line + text("; ", counted(report.errors, "error"), ", ",
                     counted(report.problems.size() - report.errors, "warning"), '\n');
}

void write(const DataReport& report, training::TrainingLog* log, Output& output) {
  const auto line = [&](const nlohmann::json& form) {
    if (log != nullptr) log->add_line(one_line(form));
    if (output.json()) output.line(form);
  };
  for (const DataProblem& problem : report.problems) line(problem_form(problem));
  line(report_form(report));
}

}  // namespace

DataReport check_training_data(const TrainFlags& flags, const Tokenizer* tokenizer,
                               const training::SampleOptions& sample, training::TrainingLog* log,
                               Output& output, std::stop_token stop) {
  const auto dataset = training::Dataset::open(flags.data, {.images = flags.images}).value();
  const EventSink sink = output.sink();
  const DataReport report =
      training::check_data(dataset, tokenizer, {.sample = sample, .decode_pictures = flags.check}, stop,
                           [&](uint64_t records) {
                             sink(Progress{"looking at the data", records, dataset.size(), "records"});
                           })
          .value();
  write(report, log, output);
  show(report, Severity::kError, output);
  show(report, Severity::kWarning, output);
  output.remark(summary(report));
  if (report.errors == 0 && tokenizer != nullptr && report.learned == 0) {
    throw Error(ErrorCode::kBadFile,
                "nothing of the data is learned: no record has an answer left, see the warnings; raise "
                "--max-length, or use \"mask\": \"answers\" with vocabularies other than LLaMA's");
  }
  if (report.errors == 0) return report;
  throw Error(ErrorCode::kBadFile,
              text("the data have ", counted(report.errors, "error"), " in ",
                   counted(report.records, "record"), "; correct them or take the records out"));
}

}  // namespace lapilli::cli
