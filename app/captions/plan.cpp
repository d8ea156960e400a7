// SPDX-License-Identifier: GPL-3.0-or-later
// What a run would do with each picture of a folder.
#include "app/captions/refusal.h"
#include "app/captions/run.h"
#include "app/captions/scan.h"
#include "app/captions/whole_files.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

/// Every text file and sidecar of a plan belongs to one picture.
class TakenPaths {
 public:
  TakenPaths(const fs::path& folder, const Settings& settings) : folder_(folder), settings_(settings) {}

  /// Why a picture cannot have its files: another one has them already, or the system allows no such name.
  std::optional<Refusal> claim(const std::string& picture) {
    for (const Output output : settings_.outputs) {
      if (is_of_folder(output) || output == Output::kEmbedded) continue;
      const std::string path = output_path(folder_, picture, output);
      const size_t bytes = fs::path(path).filename().string().size();
      if (bytes > kMostNameBytes) {
        return Refusal(kNameTooLong, ErrorCode::kInvalidArgument,
                       text("the file of its text would have a name of ", bytes, " bytes, and ",
                            kMostNameBytes, " are possible; rename the picture"));
      }
      const auto [owner, fresh] = owners_.emplace(path, picture);
      if (fresh) continue;
      return Refusal(kSharedFile, ErrorCode::kInvalidArgument,
                     text("its texts would go to ", to_valid_utf8(path), ", which is that of ",
                          to_valid_utf8(owner->second), "; rename one of them"));
    }
    return std::nullopt;
  }

 private:
  const fs::path& folder_;
  const Settings& settings_;
  std::map<std::string, std::string> owners_;
};

/// Texts that somebody has edited, as far as the journal can be read: not while a run goes on.
std::set<std::string> edited_by_hand(const fs::path& folder, const Settings& settings) {
  std::error_code error;
  const fs::path path = journal_path(folder, settings.shard);
  const bool replaces = settings.existing == Existing::kReplace || settings.existing == Existing::kFailed ||
                        settings.existing == Existing::kAsk;
  if (!replaces || settings.overwrite_edited || !fs::exists(path, error)) return {};
  auto edited = try_result([&] { return Journal(path, std::chrono::milliseconds(0)).edited_by_hand(); });
  if (!edited && edited.error().code() != ErrorCode::kIo) throw edited.error();
  return edited ? *std::move(edited) : std::set<std::string>();
}

/// Where only these are wanted. Nothing can be said of them while a run goes on, so that is an error.
std::set<std::string> failed_before(const fs::path& folder, const Settings& settings) {
  std::error_code error;
  const fs::path path = journal_path(folder, settings.shard);
  if (settings.existing != Existing::kFailed || !fs::exists(path, error)) return {};
  return Journal(path, std::chrono::milliseconds(0)).failed_pictures();
}

/// Decides what happens to one picture after the other.
class Planner {
 public:
  Planner(const fs::path& folder, const Settings& settings)
      : folder_(folder),
        settings_(settings),
        taken_(folder, settings),
        files_(folder_files(folder, settings)),
        edited_(edited_by_hand(folder, settings)),
        failed_(failed_before(folder, settings)) {}

  PictureRow row_of(const std::string& path) {
    PictureRow row{.number = 0, .path = path};
    const auto taken = taken_.claim(path);
    if (settings_.existing == Existing::kFailed && !failed_.contains(path)) {
      row.decision = Decision::kSkip;
    } else {
      decide(row, taken);
    }
    if (row.state == PictureState::kWaiting && row.decision == Decision::kSkip)
      row.state = PictureState::kSkipped;
    return row;
  }

 private:
  void decide(PictureRow& row, const std::optional<Refusal>& taken) const {
    try {
      if (taken) throw *taken;
      row.decision = decide_picture(folder_, row.path, settings_, files_);
    } catch (const Error& error) {
      return fail(row, error);
    }
    const bool replaces = row.decision == Decision::kReplace || row.decision == Decision::kAsk;
    if (!replaces || !edited_.contains(row.path)) return;
    row.code = kEditedByHand;
    row.reason = "its text was edited by hand";
    if (row.decision == Decision::kReplace) row.decision = Decision::kSkip;
  }
  static void fail(PictureRow& row, const Error& error) {
    row.state = PictureState::kFailed;
    row.code = name_of(error);
    row.reason = error.message();
    const bool helps = error.code() != ErrorCode::kInvalidArgument && error.code() != ErrorCode::kUnsupported;
    if (!helps) row.decision = Decision::kSkip;  // trying again
  }

  const fs::path& folder_;
  const Settings& settings_;
  TakenPaths taken_;
  const std::vector<FolderFile> files_;
  const std::set<std::string> edited_;
  const std::set<std::string> failed_;
};

}  // namespace

Result<RunPlan> plan_run(const fs::path& folder, const Settings& settings, const RunSink& sink,
                         std::stop_token stop) {
  if (auto possible = check_settings(settings); !possible) return possible.error();
  RunPlan plan;
  size_t told = 0;
  auto made = try_result([&] { return Planner(folder, settings); });
  if (!made) return made.error();
  Planner& planner = *made;
  const auto add = [&](PictureRow row) {
    row.number = static_cast<int64_t>(plan.size()) + 1;
    plan.push_back(std::move(row));
  };
  auto scanned = scan_folder(
      folder, settings.recursive,
      [&](const ScanBatch& batch) {
        for (const std::string& path : batch.pictures) {
          if (is_in_shard(path, settings.shard)) add(planner.row_of(path));
        }
        for (const ScanProblem& problem : batch.problems) {
          if (!is_in_shard(problem.path, settings.shard)) continue;
          add({.path = problem.path,
               .state = PictureState::kFailed,
               .code = std::string(to_string(problem.error.code())),
               .reason = problem.error.message()});
        }
        if (sink) sink(ScanAdvanced{plan.size(), std::span(plan).subspan(told)});
        told = plan.size();
      },
      std::move(stop));
  if (!scanned) return scanned.error();
  return plan;
}

RunPlan chosen_by_chance(RunPlan plan, size_t most) {
  std::erase_if(plan, [](const PictureRow& row) { return row.state == PictureState::kFailed; });
  std::shuffle(plan.begin(), plan.end(), std::mt19937(std::random_device()()));
  std::stable_partition(plan.begin(), plan.end(),
                        [](const PictureRow& row) { return row.state == PictureState::kWaiting; });
  plan.resize(std::min(plan.size(), most));
  return plan;
}

void decide_asked(PictureRow& row, bool replaces) {
  LAPILLI_ASSERT(row.decision == Decision::kAsk);
  row.decision = replaces ? Decision::kReplace : Decision::kSkip;
  row.state = replaces ? PictureState::kWaiting : PictureState::kSkipped;
  if (!replaces) return;
  row.code.clear();
  row.reason.clear();
}

uint64_t left_as_edited(const RunPlan& plan) {
  return static_cast<uint64_t>(std::count_if(plan.begin(), plan.end(), [](const PictureRow& row) {
    return row.code == kEditedByHand && row.decision == Decision::kSkip;
  }));
}

RunCounts counts_of(const RunPlan& plan) {
  RunCounts counts;
  for (const PictureRow& row : plan) {
    ++(row.state == PictureState::kFailed    ? counts.failed
       : row.state == PictureState::kSkipped ? counts.skipped
                                             : counts.waiting);
  }
  return counts;
}

std::vector<FailureGroup> failures_of(const RunPlan& plan) {
  FailureGroups groups;
  for (const PictureRow& row : plan) {
    if (row.state == PictureState::kFailed) groups.add(row.code, row.reason, row.path);
  }
  return groups.all();
}

}  // namespace lapilli::captions
