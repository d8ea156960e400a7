// SPDX-License-Identifier: Apache-2.0
#include "training/record_json.h"

#include "engine/base/json.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace lapilli::training {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxDepth = 32;

const Json* find(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

void read_id(const Json& object, RecordReading& to) {
  const Json* id = find(object, "id");
  if (id == nullptr) return;
  if (id->is_string()) {
    to.record.id = id->get_ref<const std::string&>();
  } else if (id->is_number()) {
    to.record.id = id->dump();
  } else {
    to.problems.push_back(text("id is ", id->type_name(), ", not text or a number"));
  }
}

void read_image(const Json& value, const std::string& key, RecordReading& to) {
  if (!value.is_string()) {
    to.problems.push_back(text(key, " is ", value.type_name(), ", not the path of a picture"));
    return;
  }
  const std::string& path = value.get_ref<const std::string&>();
  if (path.empty() || path.find('\0') != std::string::npos) {
    to.problems.push_back(
        text(key, path.empty() ? " is empty" : " holds a zero byte",
             ": it must be the path of a picture; leave the key out for a conversation without one"));
    return;
  }
  to.record.images.emplace_back(path);
}

void read_images(const Json& object, const char* key, RecordReading& to) {
  const Json* images = find(object, key);
  if (images == nullptr) return;
  if (!images->is_array()) return read_image(*images, key, to);
  for (size_t i = 0; i < images->size(); ++i) read_image((*images)[i], text(key, '[', i, ']'), to);
}

/// The text of turn[key]; a problem and "" when it has none.
std::string turn_text(const Json& turn, const char* key, const std::string& place, RecordReading& to) {
  const Json* value = find(turn, key);
  if (value == nullptr) {
    to.problems.push_back(text(place, " has no \"", key, "\""));
  } else if (!value->is_string()) {
    to.problems.push_back(text(place, '.', key, " is ", value->type_name(), ", not text"));
  } else {
    return value->get<std::string>();
  }
  return {};
}

void read_turns(const Json& object, RecordReading& to) {
  const Json* turns = find(object, "conversations");
  if (turns == nullptr || !turns->is_array()) {
    to.problems.push_back(turns == nullptr
                              ? std::string("the record has no \"conversations\"")
                              : text("conversations is ", turns->type_name(), ", not a list of turns"));
    return;
  }
  for (size_t i = 0; i < turns->size(); ++i) {
    const Json& turn = (*turns)[i];
    const std::string place = text("conversations[", i, ']');
    if (!turn.is_object()) {
      to.problems.push_back(text(place, " is ", turn.type_name(), ", not {\"from\": …, \"value\": …}"));
      continue;
    }
    const size_t problems_before = to.problems.size();
    Turn read{.name = turn_text(turn, "from", place, to), .text = turn_text(turn, "value", place, to)};
    if (to.problems.size() != problems_before) continue;
    read.speaker = speaker_from_string(read.name);
    to.record.turns.push_back(std::move(read));
  }
}

}  // namespace

Speaker speaker_from_string(std::string_view name) {
  constexpr std::array<std::string_view, 2> kHumans = {"human", "user"};
  constexpr std::array<std::string_view, 5> kModels = {"gpt", "assistant", "chatgpt", "bing", "bard"};
  if (std::ranges::find(kHumans, name) != kHumans.end()) return Speaker::kHuman;
  if (std::ranges::find(kModels, name) != kModels.end()) return Speaker::kModel;
  return Speaker::kUnknown;
}

RecordReading read_record(std::string_view json) {
  RecordReading reading;
  const Result<Json> parsed = parse_json(json, {.max_size_bytes = kRecordLimitBytes, .max_depth = kMaxDepth});
  if (!parsed) {
    reading.problems.emplace_back(parsed.error().what());
    return reading;
  }
  const Json& object = *parsed;
  if (!object.is_object()) {
    reading.problems.push_back(text("the record is ", object.type_name(), ", not an object"));
    return reading;
  }
  read_id(object, reading);
  read_images(object, "image", reading);
  read_images(object, "images", reading);
  read_turns(object, reading);
  return reading;
}

}  // namespace lapilli::training
