// SPDX-License-Identifier: Apache-2.0
#include "training/checkpoint.h"

#include "engine/base/json.h"
#include "engine/io/file.h"
#include "engine/io/safetensors.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <nlohmann/json.hpp>

namespace lapilli::training {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "checkpoint-";
constexpr const char* kUnfinished = ".unfinished";
constexpr const char* kBroken = "broken-";
constexpr const char* kStateFile = "state.json";
constexpr const char* kParameterFile = "parameters.safetensors";
constexpr uint64_t kFormat = 1;

constexpr ParameterState kSaved[] = {ParameterState::kValue, ParameterState::kFirstMoment,
                                     ParameterState::kSecondMoment};

std::string saved_name(const Parameter& parameter, ParameterState which) {
  return which == ParameterState::kValue         ? parameter.name
         : which == ParameterState::kFirstMoment ? external::first_moment(parameter.name)
                                                 : external::second_moment(parameter.name);
}

/// The number behind the prefix, if that is what the name is made of.
std::optional<uint64_t> number_of(const std::string& name) {
  const std::string_view prefix = kPrefix;
  if (!name.starts_with(prefix)) return std::nullopt;
  uint64_t number = 0;
  const char* end = name.data() + name.size();
  const auto [last, error] = std::from_chars(name.data() + prefix.size(), end, number);
  if (error != std::errc() || last != end) return std::nullopt;
  return number;
}

/// Numbers of the checkpoint folders, newest first.
std::vector<uint64_t> numbers_in(const fs::path& output) {
  std::vector<uint64_t> numbers;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(output, ignored)) {
    if (const auto number = number_of(entry.path().filename().string()); number && entry.is_directory())
      numbers.push_back(*number);
  }
  std::sort(numbers.rbegin(), numbers.rend());
  return numbers;
}

std::string state_text(const Progression& p, const Recipe& recipe) {
  nlohmann::ordered_json state{{"format", kFormat},
                               {"updates", p.updates},
                               {"applied", p.applied},
                               {"epoch", p.data.epoch},
                               {"position", p.data.position},
                               {"loss_scale", p.loss_scale},
                               {"clean_updates", p.clean_updates},
                               {"seconds", p.seconds},
                               {"loss_mean", p.loss_mean},
                               {"losses_seen", p.losses_seen},
                               {"measured_at", p.measured_at},
                               {"frozen_weights", p.origin.frozen_weights},
                               {"data", p.origin.data},
                               {"recipe", nlohmann::ordered_json::parse(to_json(recipe))}};
  return state.dump(2) + '\n';
}

Error with_way_out(const Error& error, const fs::path& damaged) {
  return Error(error.code(),
               text(error.message(), "; where ", damaged.string(),
                    " is removed, the run goes on from the checkpoint before it, if there is one"),
               error.place());
}

Result<void> write_folder(const fs::path& folder, Session& session, const Progression& progression,
                          const Recipe& recipe) {
  std::vector<TensorToWrite> tensors;
  for (size_t index = 0; index < session.parameters().size(); ++index) {
    const Parameter& parameter = session.parameters()[index];
    std::vector<uint64_t> shape;
    for (size_t axis = 0; axis < parameter.shape.rank(); ++axis) shape.push_back(parameter.shape[axis]);
    for (const ParameterState which : kSaved) {
      tensors.push_back({.name = saved_name(parameter, which),
                         .type = stored_type(DType::f32),
                         .shape = shape,
                         .data = {},
                         .fill = [&session, index, which](uint64_t first, std::span<std::byte> to) {
                           return try_result([&] { session.read_bytes(index, which, first, to); });
                         }});
    }
  }
  if (auto written = write_safetensors(folder / kParameterFile, tensors); !written) return written;
  const std::string text = state_text(progression, recipe);
  return replace_file(folder / kStateFile, std::as_bytes(std::span(text)));
}

Checkpoint parse_state(const fs::path& folder, const std::string& source) {
  const nlohmann::json state = parse_json(source).value();
  if (state.at("format") != kFormat) {
    throw Error(ErrorCode::kUnsupported,
                text("is of format ", state.at("format").dump(), ", this program reads ", kFormat,
                     "; start anew or use the program that wrote it"));
  }
  const RecipeReading reading = parse_recipe(state.at("recipe").dump());
  if (!reading.problems.empty()) throw recipe_error(reading.problems);
  const uint64_t updates = state.at("updates");
  return {.folder = folder,
          .progression = {.updates = updates,
                          .applied = state.value("applied", updates),
                          .data = {state.at("epoch"), state.at("position")},
                          .loss_scale = state.at("loss_scale"),
                          .clean_updates = state.at("clean_updates"),
                          .seconds = state.at("seconds"),
                          .loss_mean = state.value("loss_mean", 0.0),
                          .losses_seen = state.value("losses_seen", uint64_t{0}),
                          .measured_at = state.value("measured_at", uint64_t{0}),
                          .origin = {.frozen_weights = state.value("frozen_weights", uint64_t{0}),
                                     .data = state.value("data", uint64_t{0})}},
          .recipe = reading.recipe};
}

Result<Checkpoint> read_state(const fs::path& folder) {
  const fs::path file = folder / kStateFile;
  const auto source = read_text_file(file, uint64_t{1} << 20);
  if (!source) return source.error();
  try {
    return parse_state(folder, *source);
  } catch (const Error& error) {
    return error.within(file.string());
  } catch (const nlohmann::json::exception&) {
    return Error(ErrorCode::kBadFile,
                 "is not the state of a training run: a field is missing or of another type", file.string());
  }
}

/// What is in the file and not in the session would be lost with the next checkpoints.
Result<void> expect_nothing_else(const TensorFile& file, const Session& session) {
  std::set<std::string> known;
  for (const Parameter& parameter : session.parameters()) {
    for (const ParameterState which : kSaved) known.insert(saved_name(parameter, which));
  }
  for (const StoredTensor& tensor : file.tensors()) {
    if (known.contains(tensor.name)) continue;
    return Error(ErrorCode::kBadFile,
                 text("\"", tensor.name,
                      "\" was learned so far, the recipe does not train it any more, so that it "
                      "would be lost; train what the run began with, or name another folder for this run"),
                 file.file());
  }
  return {};
}

Result<void> load_parameter(const TensorFile& file, Session& session, size_t index) {
  const Parameter& parameter = session.parameters()[index];
  for (const ParameterState which : kSaved) {
    const std::string name = saved_name(parameter, which);
    const StoredTensor* tensor = file.find(name);
    const bool fits = tensor != nullptr && tensor->type.dtype == DType::f32 &&
                      element_count(tensor->shape) == parameter.shape.elements();
    if (!fits) {
      return Error(
          ErrorCode::kBadFile,
          text("\"", name, "\" is ", tensor ? shape_text(tensor->shape) : "absent", ", the model has ",
               parameter.shape, "; the checkpoint belongs to another model or recipe"),
          file.file());
    }
    std::vector<float> values(parameter.shape.elements());
    if (auto copied = copy_f32(*tensor, 0, values); !copied) return copied;
    session.write(index, which, values);
  }
  return {};
}

}  // namespace

Result<fs::path> save_checkpoint(const fs::path& output, Session& session, const Progression& progression,
                                 const Recipe& recipe, size_t keep) {
  const fs::path folder = output / text(kPrefix, progression.updates);
  const fs::path unfinished = output / text(kPrefix, progression.updates, kUnfinished);
  std::error_code error;
  fs::remove_all(unfinished, error);
  fs::create_directories(unfinished, error);
  if (error) return Error(ErrorCode::kIo, text("could not be made: ", error.message()), unfinished.string());
  if (auto written = write_folder(unfinished, session, progression, recipe); !written) {
    fs::remove_all(unfinished, error);
    return written.error();
  }
  fs::remove_all(folder, error);
  fs::rename(unfinished, folder, error);
  if (error)
    return Error(ErrorCode::kIo, text("could not be renamed: ", error.message()), unfinished.string());
  flush_entry(folder);
  const std::vector<uint64_t> numbers = numbers_in(output);
  for (size_t index = keep; index < numbers.size(); ++index)
    fs::remove_all(output / text(kPrefix, numbers[index]), error);
  return folder;
}

void remove_unfinished(const fs::path& output) {
  std::error_code ignored;
  std::vector<fs::path> leftovers;
  for (const auto& entry : fs::directory_iterator(output, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && name.ends_with(kUnfinished)) leftovers.push_back(entry.path());
  }
  for (const fs::path& leftover : leftovers) fs::remove_all(leftover, ignored);
}

Result<std::optional<Checkpoint>> newest_checkpoint(const fs::path& output) {
  const std::vector<uint64_t> numbers = numbers_in(output);
  if (numbers.empty()) return std::optional<Checkpoint>();
  const fs::path newest = output / text(kPrefix, numbers.front());
  auto checkpoint = read_state(newest);
  if (!checkpoint) return with_way_out(checkpoint.error(), newest);
  return std::optional(std::move(*checkpoint));
}

Result<fs::path> set_broken_aside(const Checkpoint& checkpoint) {
  const fs::path output = checkpoint.folder.parent_path();
  const fs::path aside = output / text(kBroken, checkpoint.folder.filename().string());
  std::error_code error;
  fs::remove_all(aside, error);
  fs::rename(checkpoint.folder, aside, error);
  if (error)
    return Error(ErrorCode::kIo, text("could not be renamed: ", error.message()), checkpoint.folder.string());
  flush_entry(aside);
  return aside;
}

Result<Checkpoint> open_checkpoint(const fs::path& folder) {
  return read_state(folder);
}

fs::path parameter_file(const Checkpoint& checkpoint) {
  return checkpoint.folder / kParameterFile;
}

Result<void> restore(const Checkpoint& checkpoint, Session& session) {
  const auto file = open_safetensors(parameter_file(checkpoint));
  if (!file) return with_way_out(file.error(), checkpoint.folder);
  if (auto whole = expect_nothing_else(*file, session); !whole) return whole;
  for (size_t index = 0; index < session.parameters().size(); ++index) {
    if (auto loaded = load_parameter(*file, session, index); !loaded) return loaded;
  }
  return {};
}

}  // namespace lapilli::training
