// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"
#include "engine/io/file.h"
#include "training/demo/make_data.h"

#include <nlohmann/json.hpp>

namespace lapilli::demo {
namespace {

constexpr uint64_t kMostBytes = uint64_t{256} << 20;

EvalItem item_of(const std::string& line, const std::filesystem::path& folder) {
  const auto json = parse_json(line).value();
  const auto kind = question_kind_from_string(json.at("kind").get<std::string>());
  if (!kind)
    throw Error(ErrorCode::kBadFile, "the kind of question " + json.at("kind").dump() + " is not known");
  EvalItem item{.question = {.kind = *kind,
                             .text = json.at("question").get<std::string>(),
                             .answer = json.at("answer").get<std::string>(),
                             .truth = json.at("truth").get<std::vector<std::string>>(),
                             .needs_picture = json.contains("image")}};
  if (item.question.needs_picture) item.image = folder / json.at("image").get<std::string>();
  if (item.question.truth.empty())
    throw Error(ErrorCode::kBadFile, "\"truth\" is empty, at least one text is needed");
  return item;
}

}  // namespace

Result<std::vector<EvalItem>> read_demo_eval(const std::filesystem::path& file) {
  const auto content = read_text_file(file, kMostBytes);
  if (!content) return content.error();
  std::vector<EvalItem> items;
  uint64_t number = 1;
  for (size_t begin = 0; begin < content->size(); ++number) {
    const size_t end = std::min(content->find('\n', begin), content->size());
    const std::string place = text(file.string(), ':', number);
    try {
      if (end > begin) items.push_back(item_of(content->substr(begin, end - begin), file.parent_path()));
    } catch (const nlohmann::json::exception& error) {
      return Error(ErrorCode::kBadFile, error.what(), place);
    } catch (const Error& error) {
      return error.within(place);
    }
    begin = end + 1;
  }
  return items;
}

}  // namespace lapilli::demo
