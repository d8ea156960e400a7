// SPDX-License-Identifier: Apache-2.0
#include "engine/io/tokenizer.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <sentencepiece_processor.h>

namespace lapilli {
namespace {

constexpr size_t kMaxTextBytes = size_t{16} << 20;
constexpr std::string_view kSpace = "\xE2\x96\x81";

std::unique_ptr<sentencepiece::SentencePieceProcessor> load(const Vocabulary& vocabulary) {
  auto processor = std::make_unique<sentencepiece::SentencePieceProcessor>();
  const auto status = processor->LoadFromSerializedProto(serialize_sentencepiece_model(vocabulary));
  if (!status.ok()) {
    throw Error(ErrorCode::kBadFile, text("sentencepiece refuses the vocabulary: ", status.ToString()));
  }
  return processor;
}

std::vector<int32_t> run(const sentencepiece::SentencePieceProcessor& processor, std::string_view input) {
  std::vector<int> ids;
  const auto status = processor.Encode(absl::string_view(input.data(), input.size()), &ids);
  if (!status.ok())
    throw Error(ErrorCode::kInternal, text("sentencepiece can't encode: ", status.ToString()));
  return ids;
}

void check_size(size_t size_bytes) {
  if (size_bytes > kMaxTextBytes) {
    throw Error(ErrorCode::kInvalidArgument, text("a text of ", size_bytes, " bytes is over the limit of ",
                                                  kMaxTextBytes, ": shorten it"));
  }
}

std::string replace_all(std::string_view from, std::string_view what, std::string_view with) {
  std::string result;
  for (size_t found; (found = from.find(what)) != std::string_view::npos;
       from.remove_prefix(found + what.size())) {
    result.append(from.substr(0, found)).append(with);
  }
  return result.append(from);
}

// The library adds the prefix after it has normalised; where it removes nothing, adding it before is the
// same.
bool prefix_can_be_written(const Vocabulary& vocabulary) {
  return !vocabulary.remove_extra_whitespaces && !vocabulary.treat_whitespace_as_suffix &&
         vocabulary.escape_whitespaces && vocabulary.precompiled_charsmap.empty();
}

/// The texts of special tokens, found leftmost and longest.
class SpecialTokens {
 public:
  void add(const std::string& name, int32_t id) {
    if (name.empty()) return;
    ids_.emplace(name, id);
    auto& lengths = lengths_by_first_byte_[static_cast<unsigned char>(name.front())];
    if (std::find(lengths.begin(), lengths.end(), name.size()) == lengths.end())
      lengths.push_back(name.size());
    std::sort(lengths.rbegin(), lengths.rend());
  }

  struct Match {
    int32_t id;
    size_t size_bytes;
  };
  /// The longest special token that `rest` starts with.
  [[nodiscard]] std::optional<Match> at_front(std::string_view rest) const {
    for (const size_t length : lengths_by_first_byte_[static_cast<unsigned char>(rest.front())]) {
      if (length > rest.size()) continue;
      const auto found = ids_.find(std::string(rest.substr(0, length)));
      if (found != ids_.end()) return Match{found->second, length};
    }
    return std::nullopt;
  }

 private:
  std::unordered_map<std::string, int32_t> ids_;
  std::array<std::vector<size_t>, 256> lengths_by_first_byte_;
};

}  // namespace

struct Tokenizer::Library {
  std::unique_ptr<sentencepiece::SentencePieceProcessor> without_prefix;
  std::unique_ptr<sentencepiece::SentencePieceProcessor> as_stored;  // null where without_prefix serves
  SpecialTokens specials;
  std::unordered_map<std::string_view, int32_t> ids;
};

Tokenizer::Tokenizer(Vocabulary vocabulary)
    : vocabulary_(std::move(vocabulary)), library_(std::make_unique<Library>()) {
  Vocabulary bare = vocabulary_;
  bare.add_dummy_prefix = false;
  library_->without_prefix = load(bare);
  if (!prefix_can_be_written(vocabulary_)) library_->as_stored = load(vocabulary_);
  for (int32_t id = 0; id < size(); ++id) {
    const VocabularyPiece& piece = vocabulary_.pieces[id];
    library_->ids.emplace(piece.text, id);
    if (piece.type == PieceType::kControl || piece.type == PieceType::kUnknown) {
      library_->specials.add(piece.text, id);
    }
  }
}

Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::create(Vocabulary vocabulary) {
  return try_result([&] { return Tokenizer(std::move(vocabulary)); });
}

std::vector<int32_t> Tokenizer::encode_plain(std::string_view input) const {
  check_size(input.size());
  if (library_->as_stored) return run(*library_->as_stored, input);
  if (input.empty() || !vocabulary_.add_dummy_prefix) return run(*library_->without_prefix, input);
  return run(*library_->without_prefix, std::string(kSpace).append(input));
}

// A leading blank is written as U+2581: some vocabularies tell the library to drop blanks there.
std::vector<int32_t> Tokenizer::encode_without_prefix(std::string input) const {
  if (input.starts_with(' ')) input.replace(0, 1, kSpace);
  return run(*library_->without_prefix, input);
}

std::vector<int32_t> Tokenizer::encode(std::string_view input, const EncodeOptions& options) const {
  const TextSegment segment{std::string(input), options.specials};
  return encode(std::span(&segment, 1), options.add_bos);
}

std::vector<int32_t> Tokenizer::encode(std::span<const TextSegment> segments, bool add_bos) const {
  size_t total_bytes = 0;
  for (const TextSegment& segment : segments) total_bytes += segment.text.size();
  check_size(total_bytes);

  std::vector<int32_t> ids;
  if (add_bos && bos_id() >= 0) ids.push_back(bos_id());
  if (total_bytes == 0) return ids;
  std::string plain = vocabulary_.add_dummy_prefix ? std::string(kSpace) : std::string();
  bool at_start = true;
  const auto flush = [&](bool before_special) {
    const bool lone_prefix = at_start && before_special && plain == kSpace;
    if (!plain.empty() && !lone_prefix) {
      const std::vector<int32_t> part = encode_without_prefix(plain);
      ids.insert(ids.end(), part.begin(), part.end());
    }
    plain.clear();
    at_start = false;
  };
  for (const TextSegment& segment : segments) {
    const std::string content = replace_all(segment.text, kSpace, " ");
    std::string_view rest = content;
    while (!rest.empty()) {
      const auto special = segment.specials == TextSegment::Specials::kParse
                               ? library_->specials.at_front(rest)
                               : std::nullopt;
      if (special) {
        flush(true);
        ids.push_back(special->id);
      } else {
        plain += rest.front();
      }
      rest.remove_prefix(special ? special->size_bytes : 1);
    }
  }
  flush(false);
  return ids;
}

std::string Tokenizer::decode(std::span<const int32_t> ids) const {
  Detokenizer detokenizer(*this);
  std::string result;
  for (const int32_t id : ids) result += detokenizer.push(id);
  return result + detokenizer.finish();
}

const std::string& Tokenizer::piece(int32_t id) const {
  if (id < 0 || id >= size()) {
    throw Error(ErrorCode::kInvalidArgument, text("token id ", id, " is outside the vocabulary of ", size()));
  }
  return vocabulary_.pieces[id].text;
}

PieceType Tokenizer::type(int32_t id) const {
  (void)piece(id);
  return vocabulary_.pieces[id].type;
}

std::optional<int32_t> Tokenizer::find(std::string_view piece_text) const {
  const auto found = library_->ids.find(piece_text);
  if (found == library_->ids.end()) return std::nullopt;
  return found->second;
}

}  // namespace lapilli
