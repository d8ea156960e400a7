// SPDX-License-Identifier: Apache-2.0
#include "engine/io/llama2c.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapilli {
namespace {

constexpr uint32_t kMagic = 0x616b3432;  // "ak42"
constexpr uint64_t kVersionedHeaderBytes = 256;
constexpr uint64_t kMaxExpandedBytes = uint64_t{4} << 30;

// Bounds several times what real models have; with them no product below exceeds 64 bits.
constexpr int32_t kMaxWidth = 1 << 17;
constexpr int32_t kMaxLayers = 512;
constexpr int32_t kMaxVocab = 1 << 20;
constexpr int32_t kMaxContext = 1 << 20;

enum class Layout { kFirst, kVersion1, kVersion2 };

struct Header {
  Layout layout = Layout::kFirst;
  Llama2cConfig config;
  uint32_t group = 0;  // int8 elements that share a scale
  uint64_t size_bytes = 0;
};

/// One family of tensors, stored for all layers in a row or once.
struct Family {
  std::string_view name;
  bool per_layer;
  uint64_t rows;  // 0 for vectors
  uint64_t cols;
  bool is_skipped = false;
};

std::vector<Family> families(const Header& header) {
  const Llama2cConfig& c = header.config;
  const uint64_t dim = c.dim;
  const uint64_t kv = dim / c.num_heads * c.num_kv_heads;
  const Family embedding{"model.embed_tokens.weight", false, c.vocab, dim};
  const Family attention_norm{"input_layernorm.weight", true, 0, dim};
  const Family mlp_norm{"post_attention_layernorm.weight", true, 0, dim};
  const Family norm{"model.norm.weight", false, 0, dim};
  const std::array<Family, 4> attention = {{{"self_attn.q_proj.weight", true, dim, dim},
                                            {"self_attn.k_proj.weight", true, kv, dim},
                                            {"self_attn.v_proj.weight", true, kv, dim},
                                            {"self_attn.o_proj.weight", true, dim, dim}}};
  const std::array<Family, 3> mlp = {{{"mlp.gate_proj.weight", true, c.ffn, dim},
                                      {"mlp.down_proj.weight", true, dim, c.ffn},
                                      {"mlp.up_proj.weight", true, c.ffn, dim}}};
  std::vector<Family> result;
  if (header.layout == Layout::kFirst) {
    result = {embedding, attention_norm};
    result.insert(result.end(), attention.begin(), attention.end());
    result.push_back(mlp_norm);
    result.insert(result.end(), mlp.begin(), mlp.end());
    result.push_back(norm);
    result.push_back({"RoPE tables", false, c.context, dim / c.num_heads, true});
  } else {
    result = {attention_norm, mlp_norm, norm, embedding};
    result.insert(result.end(), attention.begin(), attention.end());
    result.insert(result.end(), mlp.begin(), mlp.end());
  }
  if (c.has_output) result.push_back({"lm_head.weight", false, c.vocab, dim});
  return result;
}

uint64_t elements(const Family& family) {
  return std::max<uint64_t>(family.rows, 1) * family.cols;
}

bool is_grouped(const Header& header, const Family& family) {
  return header.layout == Layout::kVersion2 && family.rows != 0;
}

uint64_t stored_size(const Header& header, const Family& family) {
  if (!is_grouped(header, family)) return elements(family) * 4;
  return elements(family) + elements(family) / header.group * 4;
}

uint32_t bounded(ByteReader& reader, std::string_view what, int32_t maximum) {
  const uint64_t at = reader.offset();
  const auto value = reader.read<int32_t>(what);
  if (value < 1 || value > maximum) {
    throw Error(ErrorCode::kBadFile,
                text(what, " is ", value, ", 1 to ", maximum, " are possible in a llama2.c model"),
                text("offset ", at));
  }
  return static_cast<uint32_t>(value);
}

bool has_even_heads(const Llama2cConfig& c) {
  return c.dim % c.num_heads == 0 && c.dim / c.num_heads % 2 == 0 && c.num_heads % c.num_kv_heads == 0;
}

void read_config(ByteReader& reader, Header& header) {
  Llama2cConfig& c = header.config;
  c.dim = bounded(reader, "dim", kMaxWidth);
  c.ffn = bounded(reader, "hidden_dim", kMaxWidth);
  c.num_layers = bounded(reader, "n_layers", kMaxLayers);
  c.num_heads = bounded(reader, "n_heads", kMaxWidth);
  c.num_kv_heads = bounded(reader, "n_kv_heads", kMaxWidth);
  const auto vocab = reader.read<int32_t>("vocab_size");
  if (header.layout == Layout::kFirst) c.has_output = vocab < 0;  // a negative size says so
  const int64_t magnitude = header.layout == Layout::kFirst && vocab < 0 ? -int64_t{vocab} : vocab;
  if (magnitude < 1 || magnitude > kMaxVocab)
    throw Error(ErrorCode::kBadFile, text("vocab_size is ", vocab, ", up to ", kMaxVocab, " are possible"));
  c.vocab = static_cast<uint32_t>(magnitude);
  c.context = bounded(reader, "max_seq_len", kMaxContext);
  if (!has_even_heads(c)) {
    throw Error(ErrorCode::kBadFile, text("dim ", c.dim, ", n_heads ", c.num_heads, " and n_kv_heads ",
                                          c.num_kv_heads, " do not divide each other into even heads"));
  }
}

void read_flags(ByteReader& reader, Header& header) {
  const auto shared = reader.read<uint8_t>("shared_classifier");
  if (shared > 1)
    throw Error(ErrorCode::kBadFile, text("shared_classifier is ", int{shared}, ", 0 and 1 are valid"));
  header.config.has_output = shared == 0;
  if (header.layout != Layout::kVersion2) return;
  header.group = bounded(reader, "group_size", kMaxWidth);
  for (const Family& family : families(header)) {
    if (is_grouped(header, family) && elements(family) % header.group != 0) {
      throw Error(ErrorCode::kBadFile, text(family.name, " has ", elements(family),
                                            " elements, not a multiple of the group size ", header.group));
    }
  }
}

Header read_header(Bytes content) {
  ByteReader reader(content);
  Header header;
  if (content.size() >= 8 && load<uint32_t>(content.data()) == kMagic) {
    reader.take(4, "the magic");
    const auto version = reader.read<int32_t>("the version");
    if (version != 1 && version != 2)
      throw Error(ErrorCode::kUnsupported,
                  text("is a llama2.c file of version ", version, ", versions 1 and 2 are readable"));
    header.layout = version == 1 ? Layout::kVersion1 : Layout::kVersion2;
  }
  read_config(reader, header);
  if (header.layout != Layout::kFirst) read_flags(reader, header);
  header.size_bytes = header.layout == Layout::kFirst ? reader.offset() : kVersionedHeaderBytes;
  return header;
}

uint64_t expected_size(const Header& header) {
  uint64_t size = header.size_bytes;
  for (const Family& family : families(header))
    size += stored_size(header, family) * (family.per_layer ? header.config.num_layers : 1);
  return size;
}

Header checked_header(Bytes content) {
  const Header header = read_header(content);
  if (const uint64_t expected = expected_size(header); expected != content.size()) {
    throw Error(ErrorCode::kBadFile,
                text("has ", content.size(), " bytes, its llama2.c header asks for ", expected,
                     content.size() < expected ? "; it is cut short, fetch it again"
                                               : "; it is too long, fetch it again"));
  }
  return header;
}

std::vector<float> expand_groups(Bytes stored, uint64_t count, uint32_t group) {
  std::vector<float> values(count);
  const std::byte* scales = stored.data() + count;
  for (uint64_t i = 0; i < count; ++i) {
    const float scale = load<float>(scales + i / group * 4);
    values[i] = static_cast<float>(std::to_integer<int8_t>(stored[i])) * scale;
  }
  return values;
}

void refuse_large_expansion(const Header& header) {
  uint64_t bytes = 0;
  for (const Family& family : families(header)) {
    if (is_grouped(header, family))
      bytes += elements(family) * 4 * (family.per_layer ? header.config.num_layers : 1);
  }
  if (bytes > kMaxExpandedBytes) {
    throw Error(ErrorCode::kUnsupported,
                text("is an int8 llama2.c file that would take ", bytes, " bytes at f32, at most ",
                     kMaxExpandedBytes, " are expanded; export it as version 1 instead"));
  }
}

}  // namespace

bool Llama2cFile::detect(Bytes content) {
  if (content.size() >= 4 && load<uint32_t>(content.data()) == kMagic) return true;
  const auto header = try_result([&] { return checked_header(content); });
  return header.ok();
}

bool Llama2cFile::resembles(Bytes content) {
  constexpr std::array<int64_t, 7> kMost = {kMaxWidth, kMaxWidth, kMaxLayers, kMaxWidth,
                                            kMaxWidth, kMaxVocab, kMaxContext};
  if (content.size() < kMost.size() * sizeof(int32_t)) return false;
  std::array<uint32_t, 7> numbers{};
  size_t wrong = 0;
  for (size_t field = 0; field < kMost.size(); ++field) {
    const int64_t size = std::abs(int64_t{load<int32_t>(content.data() + 4 * field)});
    const bool usual = size >= 1 && size <= kMost[field];
    numbers[field] = usual ? static_cast<uint32_t>(size) : 1;
    wrong += !usual;
  }
  Header header;
  header.config = {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], false};
  const uint64_t expected = expected_size(header);
  if (wrong == 0 && has_even_heads(header.config)) return content.size() / 16 <= expected;
  return wrong <= 1 && content.size() >= expected / 16;
}

Result<Llama2cFile> Llama2cFile::parse(Bytes content, std::string file) {
  auto result = try_result([&] {
    const Header header = checked_header(content);
    refuse_large_expansion(header);
    Llama2cFile model;
    model.config_ = header.config;
    uint64_t offset = header.size_bytes;
    for (const Family& family : families(header)) {
      const uint32_t copies = family.per_layer ? header.config.num_layers : 1;
      for (uint32_t layer = 0; layer < copies; ++layer) {
        StoredTensor tensor;
        tensor.name =
            family.per_layer ? text("model.layers.", layer, ".", family.name) : std::string(family.name);
        tensor.type = stored_type(DType::f32);
        tensor.shape = {family.cols};
        if (family.rows != 0) tensor.shape.insert(tensor.shape.begin(), family.rows);
        tensor.data = content.subspan(offset, stored_size(header, family));
        tensor.file = file;
        offset += tensor.data.size();
        if (family.is_skipped) continue;
        if (is_grouped(header, family)) {
          model.expanded_.push_back(expand_groups(tensor.data, elements(family), header.group));
          tensor.data = std::as_bytes(std::span(model.expanded_.back()));
        }
        model.tensors_.push_back(std::move(tensor));
      }
    }
    return model;
  });
  if (!result) return result.error().within(file);
  return result;
}

Result<Llama2cFile> Llama2cFile::open(const std::filesystem::path& path) {
  auto mapped = MappedFile::open(path);
  if (!mapped) return mapped.error();
  auto file = std::make_unique<const MappedFile>(std::move(*mapped));
  auto model = parse(file->bytes(), path.string());
  if (!model) return model;
  for (StoredTensor& tensor : model->tensors_) {
    const bool in_file = tensor.data.data() >= file->bytes().data() &&
                         tensor.data.data() < file->bytes().data() + file->size_bytes();
    if (in_file) tensor.source = file.get();
  }
  model->file_ = std::move(file);
  return model;
}

const StoredTensor* Llama2cFile::find(std::string_view name) const {
  const auto found = std::find_if(tensors_.begin(), tensors_.end(),
                                  [&](const StoredTensor& tensor) { return tensor.name == name; });
  return found == tensors_.end() ? nullptr : &*found;
}

}  // namespace lapilli
