// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"
#include "app/cli/output.h"
#include "training/check_data.h"
#include "training/training_log.h"

#include <stop_token>

namespace lapilli::cli {

/// Looks at all data and tells what is wrong with them: the first of each kind to people, all as JSON lines
/// and in the log, which may be absent; returns what was found. Throws what opening the data gives, kBadFile
/// when training can't use a record or nothing is left to learn, kStopped.
training::DataReport check_training_data(const TrainFlags& flags, const Tokenizer* tokenizer,
                                         const training::SampleOptions& sample, training::TrainingLog* log,
                                         Output& output, std::stop_token stop);

}  // namespace lapilli::cli
