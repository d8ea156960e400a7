// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/response_format.h"

namespace lapilli {
namespace {

using Kind = ResponseFormat::Kind;

constexpr std::string_view kShort = "Answer the question using a single word or phrase.";
constexpr std::string_view kUnanswerable =
    "When the provided information is insufficient, respond with 'Unanswerable'.";
constexpr std::string_view kPictureMark = "<image>";

std::string joined(const std::vector<std::string>& items, std::string_view between) {
  std::string all;
  for (const std::string& item : items) all.append(all.empty() ? "" : between).append(item);
  return all;
}

/// As the paper's example of an answer in JSON has it.
std::string fields_sentence(const std::vector<ResponseFormat::Field>& fields) {
  std::string names;
  for (const auto& field : fields) {
    names += text(names.empty() ? "" : ", ", "\"", field.name, "\": xxx");
    if (!field.values.empty()) names += text(" (of ", joined(field.values, ", "), ")");
  }
  return text("Return the information in the following JSON format (note xxx is placeholder): {", names, "}");
}

/// What is written in front of the question.
std::string_view leading_sentence(Kind kind) {
  if (kind == Kind::kRegion) return "Please provide a short description for this region: ";
  if (kind == Kind::kBox)
    return "Please provide the bounding box coordinate of the region this sentence describes: ";
  return {};
}

std::string sentence(const ResponseFormat& format) {
  switch (format.kind) {
    case Kind::kFree:
    case Kind::kRegion:
    case Kind::kBox:
    case Kind::kGbnf:
      return {};
    case Kind::kShort:
    case Kind::kYesNo:
      return std::string(kShort);
    case Kind::kOption:
      return "Answer with the option's letter from the given choices directly.";
    case Kind::kSentence:
      return "Provide a one-sentence caption for the provided image.";
    case Kind::kDetail:
      return "Please explain in detail.";
    case Kind::kWords:
      return format.count == 1 ? std::string(kShort) : text("Answer with exactly ", format.count, " words.");
    case Kind::kList:
      return format.count == 0 ? "Answer with a list." : text("Answer with a list of ", format.count, ".");
    case Kind::kTags:
      return text("Answer with those of these tags that fit: ", joined(format.items, ", "), ".");
    case Kind::kJsonFields:
      return fields_sentence(format.fields);
    case Kind::kJsonSchema:
      return "Answer in JSON.";
  }
  return {};
}

}  // namespace

std::string question_with_format(const ResponseFormat& format, std::string_view question) {
  std::string result;
  if (const std::string_view leading = leading_sentence(format.kind); !leading.empty()) {
    size_t marks = 0;  // pictures stay in front
    while (question.substr(marks).starts_with(kPictureMark) || question.substr(marks).starts_with('\n'))
      marks += question[marks] == '\n' ? 1 : kPictureMark.size();
    result.append(question.substr(0, marks)).append(leading).append(question.substr(marks));
  } else {
    result = question;
  }
  const auto add_line = [&](std::string_view line) {
    if (line.empty()) return;
    if (!result.empty() && !result.ends_with('\n')) result += '\n';
    result += line;
  };
  if (format.unanswerable) add_line(kUnanswerable);
  add_line(sentence(format));
  return result;
}

}  // namespace lapilli
