// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/chat_types.h"

#include <array>
#include <utility>

namespace lapilli::gui {
namespace {

constexpr std::array kRoles{std::pair{MessageRole::User, "user"},
                            std::pair{MessageRole::Assistant, "assistant"}};
constexpr std::array kStatuses{
    std::pair{MessageStatus::Generating, "generating"}, std::pair{MessageStatus::Done, "done"},
    std::pair{MessageStatus::Stopped, "stopped"}, std::pair{MessageStatus::Interrupted, "interrupted"},
    std::pair{MessageStatus::Failed, "failed"}};

template <class Names, class Value>
QString lookUp(const Names& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return QLatin1String(name);
  }
  return {};
}

template <class Names>
auto valueOf(const Names& names, const QString& name)
    -> std::optional<typename Names::value_type::first_type> {
  for (const auto& [value, known] : names) {
    if (name == QLatin1String(known)) return value;
  }
  return std::nullopt;
}

}  // namespace

QString nameOf(MessageRole role) {
  return lookUp(kRoles, role);
}
QString nameOf(MessageStatus status) {
  return lookUp(kStatuses, status);
}

std::optional<MessageRole> messageRoleFromString(const QString& name) {
  return valueOf(kRoles, name);
}
std::optional<MessageStatus> messageStatusFromString(const QString& name) {
  return valueOf(kStatuses, name);
}

}  // namespace lapilli::gui
