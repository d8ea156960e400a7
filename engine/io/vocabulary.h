// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// The numbers are those of sentencepiece's ModelProto and of GGUF's tokenizer.ggml.token_type.
enum class PieceType : uint8_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

struct VocabularyPiece {
  std::string text;  ///< with U+2581 for a space; any bytes
  float score = 0;   ///< higher merges first
  PieceType type = PieceType::kNormal;
};

/// A sentencepiece vocabulary as plain data, whatever file it came from. A piece's id is its index.
///
/// The functions below return it ready for the library: exactly one unknown piece, empty and repeated texts
/// unused, all 256 byte pieces or none, finite scores, ids in range.
struct Vocabulary {
  enum class Algorithm : uint8_t { kUnigram = 1, kBpe = 2 };

  std::vector<VocabularyPiece> pieces;
  Algorithm algorithm = Algorithm::kBpe;
  int32_t unknown_id = 0;
  int32_t bos_id = 1;  ///< −1: none
  int32_t eos_id = 2;  ///< −1: none
  bool byte_fallback = true;
  bool add_dummy_prefix = true;
  bool remove_extra_whitespaces = false;
  bool escape_whitespaces = true;
  bool treat_whitespace_as_suffix = false;
  bool add_bos = true;               ///< the model expects BOS in front of a text
  std::string unknown_surface;       ///< what the unknown piece decodes to
  std::string precompiled_charsmap;  ///< Unicode normalisation of some models; empty for LLaMA
};

/// Bounds for vocabularies of untrusted origin.
struct VocabularyLimits {
  static constexpr size_t kModelSizeBytes = size_t{16} << 20;
  static constexpr size_t kJsonSizeBytes = size_t{64} << 20;
  static constexpr size_t kPieces = 1'000'000;
  static constexpr size_t kPieceSizeBytes = 4096;
};

/// The tokenizer arrays of a GGUF file (`tokenizer.ggml.*`), for `tokenizer.ggml.model` = "llama".
struct GgufVocabulary {
  std::vector<std::string> tokens;
  std::vector<float> scores;   ///< empty: rebuilt from the order of the tokens
  std::vector<int32_t> types;  ///< PieceType; empty or 0: normal
  std::optional<int64_t> bos_id, eos_id, unknown_id;
  bool add_space_prefix = true;
  bool add_bos = true;
};

/// All of these fail with kBadFile or kUnsupported; the place is the piece, key or offset.

/// `tokenizer.model`: a serialised sentencepiece ModelProto (BPE or unigram).
[[nodiscard]] Result<Vocabulary> read_sentencepiece_model(Bytes file);

/// Whether a file begins as those do: with a piece that has a text.
[[nodiscard]] bool is_sentencepiece_model(Bytes file);

/// Special tokens added behind the last normal piece become control pieces, so that text cannot produce them.
[[nodiscard]] Result<Vocabulary> read_gguf_vocabulary(const GgufVocabulary& arrays);

/// `tokenizer.json` with a BPE model and sentencepiece's treatment of spaces; `added_tokens` are part of it.
[[nodiscard]] Result<Vocabulary> read_tokenizer_json(std::string_view file);

/// llama2.c's `tok*.bin`: u32 longest piece, then {f32 score, u32 length, bytes} to the end of the file.
[[nodiscard]] Result<Vocabulary> read_llama2c_vocabulary(Bytes file);

/// Appends or retypes pieces named beside a tokenizer.model, e.g. llava-hf's <image> 32000 and <pad> 32001.
struct AddedToken {
  int64_t id = 0;
  std::string text;
  bool special = true;
};
[[nodiscard]] Result<Vocabulary> with_added_tokens(Vocabulary vocabulary, std::vector<AddedToken> added);

/// The vocabulary as a ModelProto that the sentencepiece library loads.
[[nodiscard]] std::string serialize_sentencepiece_model(const Vocabulary& vocabulary);

}  // namespace lapilli
