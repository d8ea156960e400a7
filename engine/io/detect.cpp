// SPDX-License-Identifier: Apache-2.0
#include "engine/io/detect.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace lapilli {
namespace {

/// PROTO 2, LONG1 of ten bytes: the magic number PyTorch wrote before its zip files.
constexpr std::string_view kLegacyTorchMagic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::string_view kGitLfsStart = "version https://git-lfs.github.com/spec/";
constexpr std::array<std::string_view, 4> kOldGgmlMagics = {"lmgg", "fmgg", "tjgg", "algg"};
constexpr uint64_t kMaxSafetensorsHeader = 100'000'000;

bool looks_like_safetensors(Bytes file) {
  if (file.size() < 10) return false;
  const auto header_size = load<uint64_t>(file.data());
  return header_size >= 2 && header_size <= kMaxSafetensorsHeader && file[8] == std::byte{'{'};
}

/// The first bytes without leading blanks and byte-order mark, in lower case.
std::string text_start(std::string_view start) {
  if (start.starts_with("\xef\xbb\xbf")) start.remove_prefix(3);
  const auto first = start.find_first_not_of(" \t\r\n");
  std::string result(first == std::string_view::npos ? "" : start.substr(first, 16));
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return result;
}

bool looks_like_html(std::string_view start) {
  const std::string lower = text_start(start);
  return lower.starts_with("<!doctype") || lower.starts_with("<html") || lower.starts_with("<?xml");
}

}  // namespace

FileKind detect(Bytes file) {
  if (file.empty()) return FileKind::kEmpty;
  const std::string_view start = as_string_view(file.first(std::min<size_t>(file.size(), 256)));
  if (start.starts_with("GGUF")) return FileKind::kGguf;
  if (start.starts_with("PK\x03\x04")) return FileKind::kZip;
  if (start.starts_with(kLegacyTorchMagic)) return FileKind::kLegacyTorch;
  for (const std::string_view magic : kOldGgmlMagics) {
    if (start.starts_with(magic)) return FileKind::kOldGgml;
  }
  if (start.starts_with(kGitLfsStart)) return FileKind::kGitLfsPointer;
  if (looks_like_html(start)) return FileKind::kHtml;
  if (looks_like_safetensors(file)) return FileKind::kSafetensors;
  return FileKind::kOther;
}

std::string_view refusal(FileKind kind) {
  switch (kind) {
    case FileKind::kGguf:
    case FileKind::kSafetensors:
    case FileKind::kZip:
      return "";
    case FileKind::kLegacyTorch:
      return "is a PyTorch file of the form before version 1.6; load and save it again with a newer PyTorch, "
             "or "
             "use safetensors";
    case FileKind::kOldGgml:
      return "is a ggml file from before GGUF; convert the original model again, or download it as GGUF";
    case FileKind::kGitLfsPointer:
      return "is a Git-LFS pointer, not the weights; finish the download with `git lfs pull`";
    case FileKind::kHtml:
      return "is a web page, not the weights; the download went wrong, fetch the file again";
    case FileKind::kEmpty:
      return "is empty; the download did not finish, fetch the file again";
    case FileKind::kOther:
      return "is not a weight file of a known kind (safetensors, PyTorch zip, GGUF, llama2.c .bin); fetch "
             "the "
             "file again if it should be one";
  }
  return "";
}

ErrorCode refusal_code(FileKind kind) {
  const bool no_weights = kind == FileKind::kGitLfsPointer || kind == FileKind::kHtml ||
                          kind == FileKind::kEmpty || kind == FileKind::kOther;
  return no_weights ? ErrorCode::kBadFile : ErrorCode::kUnsupported;
}

}  // namespace lapilli
