// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/vocabulary.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// A stretch of text and whether special tokens written in it count.
///
/// Only text of the program's own (templates) may name special tokens; what a user or a model wrote is always
/// taken as plain text, so that "</s>" in a question doesn't end the turn.
struct TextSegment {
  enum class Specials { kPlainText, kParse };
  std::string text;
  Specials specials = Specials::kPlainText;
};

/// Text ↔ token ids, over the sentencepiece library. Movable; const functions may be called from any thread.
///
/// Source: the original's slow LlamaTokenizer with legacy=false (transformers 4.37).
class Tokenizer {
 public:
  /// Fails with kBadFile when the library refuses the vocabulary.
  [[nodiscard]] static Result<Tokenizer> create(Vocabulary vocabulary);

  /// From `tokenizer.model`, `tokenizer.json` or llama2.c's `tok*.bin` (told apart by content), or from a
  /// folder: tokenizer.model with added_tokens.json where there is one, else tokenizer.json.
  [[nodiscard]] static Result<Tokenizer> open(const std::filesystem::path& file_or_folder);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  struct EncodeOptions {
    bool add_bos = true;
    TextSegment::Specials specials = TextSegment::Specials::kPlainText;
  };
  /// One call of the original's tokenizer: a single dummy prefix in front of the whole text, special tokens
  /// (where they count) become their ids and get no prefix behind them; a lone prefix before one is dropped.
  /// Throws kInvalidArgument on texts over 16 MiB.
  [[nodiscard]] std::vector<int32_t> encode(std::string_view text, const EncodeOptions& options) const;

  /// The same over the joined segments; a special token is never read across a border of segments.
  [[nodiscard]] std::vector<int32_t> encode(std::span<const TextSegment> segments, bool add_bos) const;

  /// What the sentencepiece library itself gives: no BOS, no special tokens, every text with its own prefix.
  [[nodiscard]] std::vector<int32_t> encode_plain(std::string_view text) const;

  /// The text of the ids: control tokens give nothing, invalid bytes U+FFFD, the one leading space goes.
  /// Throws kInvalidArgument on an id outside the vocabulary.
  [[nodiscard]] std::string decode(std::span<const int32_t> ids) const;

  /// The vocabulary's own text of an id ("▁Hello", "<0x0A>", "</s>"). Throws kInvalidArgument as decode does.
  [[nodiscard]] const std::string& piece(int32_t id) const;
  [[nodiscard]] PieceType type(int32_t id) const;
  [[nodiscard]] bool is_control(int32_t id) const { return type(id) == PieceType::kControl; }

  /// The id of a piece with this text, control pieces included.
  [[nodiscard]] std::optional<int32_t> find(std::string_view piece_text) const;

  /// Tokens that exist; ids behind it are padding rows of the model and are never produced.
  [[nodiscard]] int32_t size() const { return static_cast<int32_t>(vocabulary_.pieces.size()); }
  [[nodiscard]] int32_t bos_id() const { return vocabulary_.bos_id; }  ///< −1: none
  [[nodiscard]] int32_t eos_id() const { return vocabulary_.eos_id; }  ///< −1: none
  [[nodiscard]] int32_t unknown_id() const { return vocabulary_.unknown_id; }
  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  struct Library;
  explicit Tokenizer(Vocabulary vocabulary);
  [[nodiscard]] std::vector<int32_t> encode_without_prefix(std::string text) const;

  Vocabulary vocabulary_;
  std::unique_ptr<Library> library_;
};

/// A piece's text with blanks for U+2581.
[[nodiscard]] std::string with_spaces(std::string_view piece);

/// Turns a stream of ids into text, complete characters only.
class Detokenizer {
 public:
  /// The tokenizer must outlive it.
  explicit Detokenizer(const Tokenizer& tokenizer) : tokenizer_(&tokenizer) {}

  /// The text that this id completes; empty inside a character of several byte tokens and for control tokens.
  [[nodiscard]] std::string push(int32_t id);

  /// What is left of an unfinished character, as U+FFFD; the stream then starts anew.
  [[nodiscard]] std::string finish();

 private:
  const Tokenizer* tokenizer_;
  std::string pending_bytes_;
  bool at_start_ = true;
};

}  // namespace lapilli
