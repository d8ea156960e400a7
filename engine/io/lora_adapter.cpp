// SPDX-License-Identifier: Apache-2.0
#include "engine/io/lora_adapter.h"

#include "engine/io/lora_config.h"
#include "engine/io/lora_names.h"

#include <algorithm>
#include <set>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxConfigBytes = uint64_t{4} << 20;

/// The tensors of one adapted module as they turn up.
struct Parts {
  const StoredTensor* a = nullptr;
  const StoredTensor* b = nullptr;
  const StoredTensor* bias = nullptr;
  bool embedding = false;
};

Error tensor_error(const StoredTensor& tensor, ErrorCode code, std::string message) {
  return Error(code, std::move(message), text(tensor.file, ": tensor \"", tensor.name, "\""));
}

/// Sorts the tensors of adapter_model into modules and whole tensors.
class Sorter {
 public:
  explicit Sorter(const LoraConfig& config) : config_(config) {}

  void add(const StoredTensor& tensor) {
    const auto name = parse_lora_name(tensor.name);
    if (!name) throw tensor_error(tensor, ErrorCode::kUnsupported, "is no known part of a LoRA adapter");
    Parts& parts = is_factor(name->part) ? modules_[name->target] : unused_;
    switch (name->part) {
      case LoraPart::kEmbeddingA:
        parts.embedding = true;
        [[fallthrough]];
      case LoraPart::kA:
        return put(parts.a, tensor);
      case LoraPart::kEmbeddingB:
        parts.embedding = true;
        [[fallthrough]];
      case LoraPart::kB:
        return put(parts.b, tensor);
      case LoraPart::kBiasOfB:
        return put(parts.bias, tensor);
      case LoraPart::kWhole:
        return replace(name->target, tensor);
      case LoraPart::kBaseBias:
        if (config_.trains_biases) replace(name->target, tensor);
        return;
      case LoraPart::kBaseCopy:
        return;
      case LoraPart::kMagnitude:
        throw tensor_error(
            tensor, ErrorCode::kUnsupported,
            "belongs to a DoRA adapter, only plain LoRA is supported; merge it with PEFT first");
    }
  }

  void replace(const std::string& name, const StoredTensor& tensor) {
    if (!replaced_.insert(name).second) {
      throw tensor_error(tensor, ErrorCode::kBadFile, text("replaces ", name, " a second time"));
    }
    replacements_.push_back({name, &tensor});
  }

  std::vector<LoraReplacement> replacements() { return std::move(replacements_); }
  [[nodiscard]] std::vector<LoraUpdate> updates() const {
    std::vector<LoraUpdate> result;
    for (const auto& [module, parts] : modules_) result.push_back(make_update(module, parts));
    return result;
  }

 private:
  static bool is_factor(LoraPart part) {
    return part == LoraPart::kA || part == LoraPart::kB || part == LoraPart::kBiasOfB ||
           part == LoraPart::kEmbeddingA || part == LoraPart::kEmbeddingB;
  }

  static void put(const StoredTensor*& place, const StoredTensor& tensor) {
    if (place) {
      throw tensor_error(tensor, ErrorCode::kBadFile,
                         text("and ", place->name, " are the same part of one module"));
    }
    place = &tensor;
  }

  [[nodiscard]] LoraUpdate make_update(const std::string& module, const Parts& parts) const {
    if (!parts.a || !parts.b) {
      const StoredTensor& other = parts.a ? *parts.a : parts.b ? *parts.b : *parts.bias;
      throw tensor_error(other, ErrorCode::kBadFile, "has no counterpart: an update needs lora_A and lora_B");
    }
    if (parts.a->shape.size() != 2 || parts.b->shape.size() != 2) {
      throw tensor_error(*parts.a, ErrorCode::kUnsupported,
                         text("is ", shape_text(parts.a->shape), ", ", parts.b->name, " is ",
                              shape_text(parts.b->shape), "; only matrices are supported"));
    }
    const uint64_t rank = config_.rank_of(module).value();
    if (parts.a->shape[0] != rank || parts.b->shape[1] != rank) {
      throw tensor_error(*parts.a, ErrorCode::kBadFile,
                         text("is ", shape_text(parts.a->shape), ", ", parts.b->name, " is ",
                              shape_text(parts.b->shape), ", but the configuration says rank ", rank));
    }
    LoraUpdate update;
    update.weight = module + ".weight";
    update.rank = rank;
    update.scale = config_.scale_of(module).value();
    update.bias = parts.bias;
    const bool transposed = parts.embedding || config_.transposed;
    update.left = transposed ? parts.a : parts.b;
    update.right = transposed ? parts.b : parts.a;
    update.left_transposed = update.right_transposed = transposed;
    return update;
  }

  const LoraConfig& config_;
  Parts unused_;
  std::map<std::string, Parts> modules_;
  std::vector<LoraReplacement> replacements_;
  std::set<std::string> replaced_;
};

LoraConfig read_config(const fs::path& path) {
  const auto json = read_text_file(path, kMaxConfigBytes);
  if (!json) throw json.error();
  auto config = parse_lora_config(*json);
  if (!config) throw config.error().within(path.string());
  return std::move(*config);
}

TensorFile open_adapter_file(const fs::path& folder) {
  for (const char* name : {"adapter_model.safetensors", "adapter_model.bin"}) {
    if (fs::exists(folder / name)) return open_tensor_file(folder / name).value();
  }
  throw Error(ErrorCode::kNotFound, "has neither adapter_model.safetensors nor adapter_model.bin",
              folder.string());
}

void add_non_lora(Sorter& sorter, const TensorFile& file) {
  std::vector<std::string> names;
  for (const StoredTensor& tensor : file.tensors()) names.push_back(tensor.name);
  names = clean_non_lora_names(std::move(names));
  for (size_t i = 0; i < names.size(); ++i) sorter.replace(names[i], file.tensors()[i]);
}

LoraAdapter open(const fs::path& folder) {
  const LoraConfig config = read_config(folder / "adapter_config.json");
  std::vector<TensorFile> files;
  files.push_back(open_adapter_file(folder));
  for (const char* name : {"non_lora_trainables.bin", "mm_projector.bin", "mm_projector.safetensors"}) {
    if (files.size() == 1 && fs::exists(folder / name))
      files.push_back(open_tensor_file(folder / name).value());
  }

  auto weights = WeightSet::create(std::move(files));
  if (!weights) throw weights.error();
  Sorter sorter(config);
  for (const StoredTensor& tensor : weights->files()[0].tensors()) sorter.add(tensor);
  if (weights->files().size() > 1) add_non_lora(sorter, weights->files()[1]);
  auto updates = sorter.updates();
  auto replacements = sorter.replacements();
  if (updates.empty() && replacements.empty()) {
    throw Error(ErrorCode::kBadFile,
                text("holds no updates: of its ", weights->size(),
                     " tensors none changes a weight; fetch the "
                     "adapter again, or save it anew"),
                weights->files()[0].file());
  }
  return {std::move(*weights), std::move(updates), std::move(replacements), config.base_model};
}

LoraAdapter open_whole(const fs::path& path) {
  std::vector<TensorFile> files;
  files.push_back(open_tensor_file(path).value());
  WeightSet weights = WeightSet::create(std::move(files)).value();
  const LoraConfig config;
  Sorter sorter(config);
  add_non_lora(sorter, weights.files()[0]);
  return {std::move(weights), {}, sorter.replacements(), {}};
}

/// A factor in f32, turned to [rows, cols].
Result<std::vector<float>> load_factor(const StoredTensor& tensor, bool transposed) {
  const auto count = element_count(tensor.shape);
  LAPILLI_ASSERT(count && tensor.shape.size() == 2);
  std::vector<float> stored(*count);
  if (auto copied = copy_f32(tensor, 0, stored); !copied) return copied.error();
  if (const auto bad = first_non_finite(DType::f32, std::as_bytes(std::span(stored)))) {
    return tensor_error(tensor, ErrorCode::kBadFile, text("holds ", stored[*bad], " at element ", *bad));
  }
  if (!transposed) return stored;
  const uint64_t rows = tensor.shape[1];
  const uint64_t cols = tensor.shape[0];
  std::vector<float> turned(stored.size());
  for (uint64_t r = 0; r < rows; ++r) {
    for (uint64_t c = 0; c < cols; ++c) turned[r * cols + c] = stored[c * rows + r];
  }
  return turned;
}

std::vector<float> in_order(std::vector<float> stored, uint64_t rank, const RowOrder& order) {
  if (order.head == 0) return stored;
  std::vector<float> result(stored.size());
  for (uint64_t row = 0; row * rank < stored.size(); ++row)
    std::copy_n(stored.data() + order.stored_row(row) * rank, rank, result.data() + row * rank);
  return result;
}

}  // namespace

Result<LoraAdapter> open_lora_folder(const fs::path& folder) {
  return try_result([&] { return open(folder); });
}

Result<LoraAdapter> open_replacements(const fs::path& file) {
  return try_result([&] { return open_whole(file); });
}

Result<LoraFactors> load_factors(const LoraUpdate& update, std::span<const uint64_t> weight_shape) {
  const uint64_t rows = update.left->shape[update.left_transposed ? 1 : 0];
  const uint64_t cols = update.right->shape[update.right_transposed ? 0 : 1];
  if (weight_shape.size() != 2 || weight_shape[0] != rows || weight_shape[1] != cols) {
    return Error(ErrorCode::kShape,
                 text("the adapter changes [", rows, ", ", cols, "], the base model's weight is ",
                      shape_text(weight_shape), "; the adapter belongs to another model"),
                 text(update.left->file, ": ", update.weight));
  }
  LoraFactors factors = {
      .rows = rows, .cols = cols, .rank = update.rank, .scale = update.scale, .left = {}, .right = {}};
  auto left = load_factor(*update.left, update.left_transposed);
  if (!left) return left.error();
  auto right = load_factor(*update.right, update.right_transposed);
  if (!right) return right.error();
  factors.left = in_order(std::move(*left), update.rank, update.left_rows);
  factors.right = std::move(*right);
  return factors;
}

void merge_lora(std::span<float> weight_rows, uint64_t first_row, const LoraFactors& factors) {
  const uint64_t cols = factors.cols;
  LAPILLI_ASSERT(cols > 0 && weight_rows.size() % cols == 0);
  const uint64_t rows = weight_rows.size() / cols;
  LAPILLI_ASSERT(first_row <= factors.rows && rows <= factors.rows - first_row);
  std::vector<float> sum(cols);
  for (uint64_t row = 0; row < rows; ++row) {
    std::fill(sum.begin(), sum.end(), 0.0f);
    const float* left = factors.left.data() + (first_row + row) * factors.rank;
    for (uint64_t k = 0; k < factors.rank; ++k) {
      const float* right = factors.right.data() + k * cols;
      for (uint64_t c = 0; c < cols; ++c) sum[c] += left[k] * right[c];
    }
    float* weight = weight_rows.data() + row * cols;
    for (uint64_t c = 0; c < cols; ++c) weight[c] += factors.scale * sum[c];
  }
}

}  // namespace lapilli
