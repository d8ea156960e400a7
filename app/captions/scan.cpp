// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/scan.h"

#include "engine/base/hash.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>

#include <dirent.h>
#include <sys/stat.h>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBatch = 256;
constexpr std::array<std::string_view, 12> kExtensions = {".jpg", ".jpeg", ".png",  ".gif",  ".webp", ".bmp",
                                                          ".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl"};

Error system_failure(std::string_view what, int code) {
  const ErrorCode kind = code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return Error(kind, text(what, ": ", std::strerror(code)));
}

struct FolderContent {
  std::vector<std::string> files;    // whose names are pictures'
  std::vector<std::string> folders;  // folders, and names of unknown kind
};

Result<FolderContent> read_folder(const fs::path& folder, bool want_folders) {
  const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(folder.c_str()), ::closedir);
  if (!handle) return system_failure("the folder cannot be read", errno);
  FolderContent content;
  for (errno = 0; const dirent* entry = ::readdir(handle.get()); errno = 0) {
    const std::string_view name(entry->d_name);
    if (name.starts_with('.')) continue;
    bool is_folder = entry->d_type == DT_DIR;
    if (entry->d_type == DT_UNKNOWN) {
      struct stat status {};
      is_folder = ::lstat((folder / name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    }
    if (is_folder && want_folders) content.folders.emplace_back(name);
    if (!is_folder && is_picture_name(name)) content.files.emplace_back(name);
  }
  if (errno != 0) return system_failure("the folder cannot be read to its end", errno);
  std::sort(content.files.begin(), content.files.end(), natural_less);
  std::sort(content.folders.begin(), content.folders.end(), natural_less);
  return content;
}

class Scan {
 public:
  Scan(fs::path root, bool recursive, const std::function<void(ScanBatch)>& found, std::stop_token stop)
      : root_(std::move(root)), recursive_(recursive), found_(found), stop_(std::move(stop)) {}

  void run() {
    std::vector<std::string> waiting = {""};
    while (!waiting.empty()) {
      const std::string below = std::move(waiting.back());
      waiting.pop_back();
      auto content = read_folder(root_ / below, recursive_);
      if (!content && below.empty()) throw content.error().within(root_.string());
      if (!content) {
        batch_.problems.push_back({below, content.error()});
        continue;
      }
      for (const std::string& name : content->files) look_at(below + name);
      std::reverse(content->folders.begin(), content->folders.end());
      for (const std::string& name : content->folders) waiting.push_back(below + name + '/');
    }
    hand_over();
  }

 private:
  void look_at(const std::string& path) {
    if (stop_.stop_requested()) throw Error(ErrorCode::kStopped, "stopped while looking for pictures");
    struct stat status {};
    if (::stat((root_ / path).c_str(), &status) != 0) {
      batch_.problems.push_back({path, system_failure("the file cannot be looked at", errno)});
    } else if (!S_ISREG(status.st_mode)) {
      if (!S_ISDIR(status.st_mode))
        batch_.problems.push_back({path, Error(ErrorCode::kUnsupported, "is neither a file nor a folder")});
    } else {
      batch_.pictures.push_back(path);
    }
    if (batch_.pictures.size() + batch_.problems.size() >= (handed_over_ ? kBatch : 16)) hand_over();
  }

  void hand_over() {
    if (batch_.pictures.empty() && batch_.problems.empty()) return;
    found_(std::exchange(batch_, {}));
    handed_over_ = true;
  }

  fs::path root_;
  bool recursive_;
  const std::function<void(ScanBatch)>& found_;
  std::stop_token stop_;
  ScanBatch batch_;
  bool handed_over_ = false;
};

}  // namespace

bool is_picture_name(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  std::string extension(name.substr(dot));
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

bool is_in_shard(std::string_view path, const Shard& shard) {
  const std::string_view stem = path.substr(0, path.rfind('.'));
  return fnv1a(as_bytes(stem)) % shard.count == shard.index - 1;
}

bool natural_less(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto take_number = [&](std::string_view& from) {
    size_t end = 0;
    while (end < from.size() && is_digit(from[end])) ++end;
    std::string_view number = from.substr(0, end);
    from.remove_prefix(end);
    while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
    return number;
  };
  std::string_view x = a, y = b;
  while (!x.empty() && !y.empty()) {
    if (is_digit(x.front()) && is_digit(y.front())) {
      const std::string_view n = take_number(x), m = take_number(y);
      if (n.size() != m.size()) return n.size() < m.size();
      if (n != m) return n < m;
    } else if (x.front() != y.front()) {
      return static_cast<unsigned char>(x.front()) < static_cast<unsigned char>(y.front());
    } else {
      x.remove_prefix(1);
      y.remove_prefix(1);
    }
  }
  if (x.empty() != y.empty()) return x.empty();
  return a < b;
}

Result<void> scan_folder(const fs::path& folder, bool recursive, const std::function<void(ScanBatch)>& found,
                         std::stop_token stop) {
  return try_result([&] { Scan(folder, recursive, found, std::move(stop)).run(); });
}

}  // namespace lapilli::captions
