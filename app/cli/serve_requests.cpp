// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_requests.h"

#include "app/cli/number_range.h"
#include "engine/io/ordered_json.h"

#include <algorithm>
#include <new>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

constexpr JsonLimits kLimits{.max_size_bytes = size_t{16} << 20, .max_depth = 80};
constexpr NumberRange<uint32_t> kNumbers{.most = kMostCount};

[[noreturn]] void refuse(std::string_view field, std::string_view what) {
  throw Error(ErrorCode::kInvalidArgument, std::string(what), std::string(field));
}

/// A value as it was sent, or its beginning.
std::string shown(const json& value) {
  constexpr size_t kMost = 40;
  const std::string whole = value.dump(-1, ' ', true, json::error_handler_t::replace);
  return whole.size() <= kMost ? whole : whole.substr(0, kMost) + "…";
}

/// The fields of an object, each of which must be asked for.
class Fields {
 public:
  /// `line`: what the object was read from.
  Fields(const json& object, std::string_view line) : object_(object), line_(line) {
    if (!object.is_object()) refuse("", "is no JSON object");
  }

  [[nodiscard]] const json* find(const char* name) {
    known_.insert(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  void read(const char* name, std::string& to) {
    if (const json* value = find(name)) to = text_of(name, *value);
  }
  void read(const char* name, std::optional<std::string>& to) {
    if (const json* value = find(name)) to = text_of(name, *value);
  }
  void read(const char* name, std::filesystem::path& to) {
    if (const json* value = find(name)) to = text_of(name, *value);
  }
  void read(const char* name, float& to, const NumberRange<float>& range) {
    const json* value = find(name);
    if (value == nullptr) return;
    const NumberRange<double> wide{range.least, range.most, range.above_least};
    if (!value->is_number() || !wide.holds(value->get<double>())) refuse_number(name, *value, range);
    to = value->get<float>();
  }
  void read(const char* name, uint32_t& to, const NumberRange<uint32_t>& range = kNumbers) {
    const json* value = find(name);
    if (value == nullptr) return;
    if (!value->is_number_unsigned() || value->get<uint64_t>() > range.most ||
        !range.holds(value->get<uint32_t>()))
      refuse_number(name, *value, range);
    to = value->get<uint32_t>();
  }
  void read(const char* name, uint64_t& to) {
    const json* value = find(name);
    if (value == nullptr) return;
    if (!value->is_number_unsigned()) refuse_number(name, *value, NumberRange<uint64_t>{});
    to = value->get<uint64_t>();
  }
  void read(const char* name, std::vector<std::string>& to) {
    for (const json& item : array(name)) to.push_back(text_of(name, item));
  }
  void read(const char* name, ResponseFormat& to) {
    if (find(name) == nullptr) return;
    // Read once more, for the order of a schema's properties.
    const nlohmann::ordered_json ordered = parse_ordered_json(line_, kLimits).value();
    auto format = response_format_from_json(ordered.at(name));
    if (!format) throw format.error().within(name);
    to = std::move(*format);
  }
  /// All fields, objects in the order they were written; none of them is then asked for one by one.
  [[nodiscard]] nlohmann::ordered_json take_all() {
    for (const auto& [name, value] : object_.items()) known_.insert(name);
    return parse_ordered_json(line_, kLimits).value();
  }
  [[nodiscard]] json array(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return json::array();
    if (!value->is_array()) refuse(name, "is no array");
    return *value;
  }

  void refuse_others() const {
    for (const auto& [name, value] : object_.items()) {
      if (!known_.contains(name)) refuse(name, "is no field of this request");
    }
  }

  static std::string text_of(const char* name, const json& value) {
    if (!value.is_string()) refuse(name, "is no string");
    return value.get<std::string>();
  }

 private:
  template <class Number>
  [[noreturn]] static void refuse_number(const char* name, const json& value,
                                         const NumberRange<Number>& range) {
    refuse(name, text("is ", shown(value), "; give ", range_words(range), ", or leave it out"));
  }

  const json& object_;
  std::string_view line_;
  std::set<std::string> known_;
};

Compute compute_of(const std::string& name) {
  if (name == "auto" || name.empty()) return Compute::kAuto;
  if (name == "f32") return Compute::kF32;
  if (name == "f16") return Compute::kF16;
  refuse("compute", "is none of auto, f32, f16");
}

/// What `load` and `describe` have in common.
ModelFlags model_of(Fields& fields) {
  ModelFlags model;
  ModelPaths& paths = model.paths;
  fields.read("model", paths.model);
  if (paths.model.empty()) refuse("model", "is missing");
  fields.read("projector", paths.projector);
  fields.read("vision", paths.vision);
  fields.read("base", paths.base);
  fields.read("tokenizer", paths.tokenizer);
  fields.read("device", model.device);
  std::string compute;
  fields.read("compute", compute);
  model.compute = compute_of(compute);
  fields.read("context", model.context);
  uint32_t mib = 0;
  fields.read("device_memory_mib", mib);
  model.device_memory_mib = mib;
  fields.read("submission_ms", model.submission_ms, kSubmissionMs);
  return model;
}

LoadRequest load_of(Fields& fields) {
  LoadRequest load;
  load.model = model_of(fields);
  fields.read("image_slots", load.image_slots, {.least = 1, .most = 64});
  return load;
}

AskMessage message_of(const json& object) {
  Fields fields(object, {});
  AskMessage message;
  std::string role = "user";
  fields.read("role", role);
  if (role != "user" && role != "assistant") refuse("role", "is neither user nor assistant");
  message.role = role == "user" ? Message::Role::kUser : Message::Role::kAssistant;
  fields.read("text", message.text);
  std::vector<std::string> images;
  fields.read("images", images);
  if (std::find(images.begin(), images.end(), "") != images.end())
    refuse("images", "holds an empty path; name a picture file, or leave it out");
  message.images.assign(images.begin(), images.end());
  fields.refuse_others();
  return message;
}

void read_pictures(Fields& fields, PictureOptions& pictures) {
  std::string aspect, orientation;
  fields.read("aspect", aspect);
  if (!aspect.empty()) {
    pictures.aspect = aspect_policy_from_string(aspect);
    if (!pictures.aspect) refuse("aspect", "is none of pad, crop, stretch");
  }
  fields.read("orientation", orientation);
  if (orientation == "ignore") {
    pictures.orientation = OrientationPolicy::kIgnore;
  } else if (!orientation.empty() && orientation != "apply") {
    refuse("orientation", "is neither apply nor ignore");
  }
}

AskRequest ask_of(Fields& fields) {
  AskRequest ask;
  for (const json& message : fields.array("messages")) ask.messages.push_back(message_of(message));
  if (ask.messages.empty()) refuse("messages", "is missing or empty");
  fields.read("system", ask.system);
  fields.read("template", ask.template_name);
  fields.read("begun", ask.begun);
  read_pictures(fields, ask.pictures);
  GenerationOptions& options = ask.sampling.options;
  fields.read("temperature", options.sampling.temperature, kTemperatures);
  fields.read("top_p", options.sampling.top_p, kTopPs);
  uint32_t top_k = 0;
  fields.read("top_k", top_k);
  options.sampling.top_k = static_cast<int>(top_k);
  fields.read("min_p", options.sampling.min_p, kMinPs);
  fields.read("repeat_penalty", options.sampling.repetition_penalty, kRepeatPenalties);
  if (fields.find("seed") != nullptr) {
    uint64_t seed = 0;
    fields.read("seed", seed);
    ask.sampling.seed = seed;
  }
  fields.read("max_tokens", options.max_tokens, kCounts);
  fields.read("stop_strings", options.stops);
  if (std::find(options.stops.begin(), options.stops.end(), "") != options.stops.end())
    refuse("stop_strings", "holds an empty text, at which every answer would end; leave it out");
  fields.read("format", options.format);
  return ask;
}

CheckFormatRequest check_format_of(Fields& fields) {
  CheckFormatRequest request;
  if (fields.find("format") == nullptr) refuse("format", "is missing");
  fields.read("format", request.format);
  return request;
}

AdviseRequest advise_of(Fields& fields) {
  AdviseRequest request;
  for (const json& file : fields.array("files")) {
    Fields entry(file, {});
    RemoteFile& to = request.files.emplace_back();
    entry.read("path", to.path);
    entry.read("size_bytes", to.size_bytes);
    entry.refuse_others();
  }
  fields.read("device", request.device);
  fields.read("context", request.context, {.most = kMostCount});
  return request;
}

TestDeviceRequest test_device_of(Fields& fields) {
  TestDeviceRequest request;
  fields.read("device", request.device);
  return request;
}

bool is_id(const json& value) {
  return value.is_string() || value.is_number_integer();
}

PictureRequest picture_of(Fields& fields) {
  PictureRequest request;
  fields.read("path", request.path);
  if (request.path.empty()) refuse("path", "is missing");
  read_pictures(fields, request.pictures);
  fields.read("size", request.size, {.least = 1, .most = 4096});
  fields.read("thumbnail", request.thumbnail, {.most = 2048});
  return request;
}

PictureFactsRequest picture_facts_of(Fields& fields) {
  PictureFactsRequest request;
  fields.read("folder", request.folder);
  if (request.folder.empty()) refuse("folder", "is missing");
  fields.read("paths", request.paths);
  constexpr size_t kMostPaths = 1000;
  if (request.paths.size() > kMostPaths)
    refuse("paths", text("has ", request.paths.size(), " paths; give at most ", kMostPaths, " at a time"));
  return request;
}

FindModelsRequest find_models_of(Fields& fields) {
  std::vector<std::string> folders;
  fields.read("folders", folders);
  if (folders.empty()) refuse("folders", "is missing or empty");
  return {{folders.begin(), folders.end()}};
}

StopRequest stop_of(Fields& fields) {
  StopRequest stop;
  if (const json* target = fields.find("target")) {
    if (!is_id(*target)) refuse("target", "is neither a string nor an integer");
    stop.target = target->dump();
  }
  if (const json* after_current = fields.find("after_current")) {
    if (!after_current->is_boolean()) refuse("after_current", "is neither true nor false");
    stop.after_current = *after_current;
  }
  return stop;
}

RequestBody body_of(const std::string& kind, Fields& fields) {
  if (kind == "load") return load_of(fields);
  if (kind == "ask") return ask_of(fields);
  if (kind == "picture") return picture_of(fields);
  if (kind == "picture_facts") return picture_facts_of(fields);
  if (kind == "describe") return DescribeRequest{model_of(fields)};
  if (kind == "find_models") return find_models_of(fields);
  if (kind == "stop") return stop_of(fields);
  if (kind == "unload") return UnloadRequest{};
  if (kind == "devices") return DevicesRequest{};
  if (kind == "test_device") return test_device_of(fields);
  if (kind == "advise") return advise_of(fields);
  if (kind == "check_format") return check_format_of(fields);
  if (kind.starts_with("caption_")) return caption_request(kind, fields.take_all());
  if (kind == "ping") return PingRequest{};
  if (kind == "shutdown") return ShutdownRequest{};
  refuse("request",
         "is none of load, ask, picture, picture_facts, describe, find_models, stop, unload, devices, "
         "test_device, advise, check_format, caption_…, ping, shutdown");
}

/// Finds the id of a line that is otherwise no request, so that its sender learns which one it was.
class IdFinder : public nlohmann::json_sax<json> {
 public:
  [[nodiscard]] const std::string& id() const { return id_; }

  bool null() override { return take(nullptr); }
  bool boolean(bool value) override { return take(value); }
  bool number_integer(number_integer_t value) override { return take(value); }
  bool number_unsigned(number_unsigned_t value) override { return take(value); }
  bool number_float(number_float_t value, const string_t&) override { return take(value); }
  bool string(string_t& value) override { return take(value); }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return descend(); }
  bool start_array(std::size_t) override { return descend(); }
  bool end_object() override { return ascend(); }
  bool end_array() override { return ascend(); }
  bool key(string_t& name) override {
    is_next_ = depth_ == 1 && name == "id";
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  /// False, which ends the search, for a second id: then nobody knows which is meant.
  bool take(const json& value) {
    if (!std::exchange(is_next_, false)) return true;
    const bool is_first = !std::exchange(has_id_, true);
    id_ = is_first && is_id(value) ? value.dump() : "null";
    return is_first;
  }
  bool descend() {
    ++depth_;
    is_next_ = false;
    return true;
  }
  bool ascend() {
    --depth_;
    return true;
  }

  size_t depth_ = 0;
  bool is_next_ = false;
  bool has_id_ = false;
  std::string id_ = "null";
};

std::string id_in(std::string_view line) {
  IdFinder finder;
  json::sax_parse(line.begin(), line.end(), &finder);
  return finder.id();
}

}  // namespace

std::variant<Request, BadRequest> parse_request(std::string_view line) {
  std::string id = "null";
  try {
    const auto parsed = parse_json(line, kLimits);
    if (!parsed) {
      const Error& error = parsed.error();
      return BadRequest{id_in(line), Error(ErrorCode::kInvalidArgument, error.message(), error.place())};
    }
    const json& object = *parsed;
    Fields fields(object, line);
    const json* given = fields.find("id");
    if (given == nullptr || !is_id(*given)) refuse("id", "is missing, or neither a string nor an integer");
    id = given->dump();
    std::string kind;
    fields.read("request", kind);
    RequestBody body = body_of(kind, fields);
    fields.refuse_others();
    return Request{id, std::move(body)};
  } catch (const Error& error) {
    return BadRequest{id, error};
  } catch (const std::bad_alloc&) {
    return BadRequest{id, Error(ErrorCode::kOutOfMemory, "the machine's memory is used up")};
  }
}

}  // namespace lapilli::cli
