// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/error.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace lapilli::captions {

// A file is replaced by a new one that is made whole beside it and then takes its name. All of these throw
// Error: kNotFound for what is gone, else kIo; the place is the path.

/// Most bytes of a file's name, on Linux's file systems.
inline constexpr size_t kMostNameBytes = 255;

/// What the system refused just now, by `errno`.
[[nodiscard]] Error failure(std::string_view what, const std::filesystem::path& path);

/// The new file while it is made: hidden, and the same name each time, so that nothing is left lying about.
[[nodiscard]] std::filesystem::path unfinished(const std::filesystem::path& path);

void write_file(const std::filesystem::path& path, std::string_view content);
/// With permissions, owner and extended attributes.
void copy_whole_file(const std::filesystem::path& from, const std::filesystem::path& to);
void rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
void flush_file(const std::filesystem::path& path);
/// Nothing for a folder that cannot be opened, on some network mounts.
void flush_folder(const std::filesystem::path& path);

[[nodiscard]] bool is_link(const std::filesystem::path& path);
/// The same link under another name.
void copy_link(const std::filesystem::path& from, const std::filesystem::path& to);

/// Gives a file what another one has beside its content, whose place it is to take: permissions, extended
/// attributes (file managers keep tags and ratings there), and the owner as far as the system allows.
void take_look(const std::filesystem::path& from, const std::filesystem::path& to);
void take_times(const std::filesystem::path& from, const std::filesystem::path& to);

/// Whether nobody may write to it: what its owner protects.
[[nodiscard]] bool is_protected(const std::filesystem::path& path);

/// The state of a file as the journal compares it; nothing where there is no file.
[[nodiscard]] std::optional<std::string> hash_of_file(const std::filesystem::path& path);
[[nodiscard]] std::string hash_of(std::string_view content);

}  // namespace lapilli::captions
