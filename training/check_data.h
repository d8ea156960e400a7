// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"
#include "training/dataset.h"
#include "training/sample.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace lapilli::training {

struct DataProblem {
  enum class Severity {
    kError,    ///< training can't use the record
    kWarning,  ///< it can, but part or all of the record is not learned
  };
  std::string file;
  uint64_t line = 0;
  std::string record_id;  ///< empty where a file's structure is broken or the record has none
  Severity severity = Severity::kError;
  std::string message;
};

/// "file:line: record id: message".
[[nodiscard]] std::string to_string(const DataProblem& problem);

struct CheckOptions {
  SampleOptions sample = {};
  /// Decode every picture; otherwise its first bytes are looked at.
  bool decode_pictures = false;
  ImageLimits limits = {};
  size_t threads = 0;  ///< 0: one a processor
};

struct DataReport {
  std::vector<DataProblem> problems;  ///< in the order of files and lines
  uint64_t errors = 0;                ///< problems of that severity; the others are warnings
  uint64_t records = 0;
  uint64_t text_only = 0;      ///< records without pictures
  uint64_t pictures = 0;       ///< uses of a picture
  uint64_t over_long = 0;      ///< records that are cut
  uint64_t positions = 0;      ///< of the samples that could be made, after cutting
  uint64_t learned = 0;        ///< positions with a label
  uint64_t longest = 0;        ///< positions of the longest sample, before cutting
  uint64_t most_pictures = 0;  ///< of one sample, what is cut off left out
};

/// Looks at every record before anything starts: what the file's structure, the record's fields, its
/// pictures,
/// "<image>" marks, speakers, empty answers and length are wrong about. With a tokenizer, lengths and masks
/// are those of the samples (about a millisecond a record); without one they are not looked at. The report
/// does not depend on the number of threads. `progress` is told the records done, about a hundred times, by
/// one thread at a time. Fails with kStopped alone.
[[nodiscard]] Result<DataReport> check_data(const Dataset& dataset, const Tokenizer* tokenizer,
                                            const CheckOptions& options = {}, std::stop_token stop = {},
                                            const std::function<void(uint64_t records)>& progress = {});

}  // namespace lapilli::training
