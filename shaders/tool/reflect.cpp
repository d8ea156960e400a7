// SPDX-License-Identifier: Apache-2.0
#include "shaders/tool/reflect.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

namespace lapilli::shader_tool {
namespace {

// Numbers of the SPIR-V specification, sections 3.20, 3.7 and 3.42.
constexpr uint32_t kMagic = 0x07230203;
constexpr uint32_t kHeaderWords = 5;
enum Opcode : uint32_t {
  kCapability = 17,
  kTypeInt = 21,
  kTypeFloat = 22,
  kTypeVector = 23,
  kTypeArray = 28,
  kTypeStruct = 30,
  kTypePointer = 32,
  kConstant = 43,
  kVariable = 59,
  kDecorate = 71,
  kMemberDecorate = 72,
};
enum Decoration : uint32_t {
  kSpecId = 1,
  kArrayStride = 6,
  kNonWritable = 24,
  kNonReadable = 25,
  kBinding = 33,
  kDescriptorSet = 34,
  kOffset = 35,
};
enum StorageClass : uint32_t { kUniformConstant = 0, kUniform = 2, kPushConstant = 9, kStorageBuffer = 12 };

constexpr uint32_t kWholeObject = ~0u;

/// Capabilities beyond the program's floor (section 3.31) and the device features behind them.
struct OptionalCapability {
  uint32_t number;
  const char* ability;
};
constexpr OptionalCapability kOptionalCapabilities[] = {
    {9, "float16"},     {10, "float64"},    {11, "int64"},       {22, "int16"},         {39, "int8"},
    {4448, "storage8"}, {5116, "bfloat16"}, {5347, "addresses"}, {6019, "integer_dot"}, {6022, "coopmat"},
};

/// Instructions by what they define; everything the interface depends on.
class Module {
 public:
  explicit Module(std::span<const uint32_t> words) {
    if (words.size() < kHeaderWords || words[0] != kMagic) {
      throw std::runtime_error("the compiler's output is not a SPIR-V module");
    }
    for (size_t at = kHeaderWords; at < words.size();) {
      const uint32_t count = words[at] >> 16;
      if (count == 0 || at + count > words.size()) {
        throw std::runtime_error("the SPIR-V module ends inside an instruction");
      }
      add(words[at] & 0xffff, words.subspan(at + 1, count - 1));
      at += count;
    }
  }

  [[nodiscard]] Reflection reflection() const {
    Reflection result;
    for (const auto& variable : variables_) add_variable(variable, result);
    std::sort(result.bindings.begin(), result.bindings.end(),
              [](const BindingUse& a, const BindingUse& b) { return a.binding < b.binding; });
    result.constant_ids.assign(spec_ids_.begin(), spec_ids_.end());
    result.abilities = abilities_;
    return result;
  }

 private:
  using Operands = std::span<const uint32_t>;
  struct Type {
    uint32_t opcode;
    Operands operands;
  };
  struct Variable {
    uint32_t pointer_type;
    uint32_t id;
    uint32_t storage_class;
  };
  struct DecorationKey {
    uint32_t id, member, decoration;
    auto operator<=>(const DecorationKey&) const = default;
  };

  void add(uint32_t opcode, Operands operands) {
    switch (opcode) {
      case kCapability:
        for (const auto& [number, ability] : kOptionalCapabilities) {
          if (number == operands[0]) abilities_.emplace_back(ability);
        }
        break;
      case kTypeInt:
      case kTypeFloat:
      case kTypeVector:
      case kTypeArray:
      case kTypeStruct:
      case kTypePointer:
        types_[operands[0]] = {opcode, operands.subspan(1)};
        break;
      case kConstant:
        constants_[operands[1]] = operands[2];
        break;
      case kVariable:
        variables_.push_back({operands[0], operands[1], operands[2]});
        break;
      case kDecorate:
        decorate(operands[0], kWholeObject, operands.subspan(1));
        break;
      case kMemberDecorate:
        decorate(operands[0], operands[1], operands.subspan(2));
        break;
      default:
        break;
    }
  }

  void decorate(uint32_t id, uint32_t member, Operands decoration) {
    const uint32_t value = decoration.size() > 1 ? decoration[1] : 0;
    if (decoration[0] == kSpecId) spec_ids_.insert(value);
    decorations_[{id, member, decoration[0]}] = value;
  }

  [[nodiscard]] const uint32_t* find(uint32_t id, uint32_t member, uint32_t decoration) const {
    const auto found = decorations_.find({id, member, decoration});
    return found == decorations_.end() ? nullptr : &found->second;
  }

  /// The buffer variable or every member of its struct carries the decoration.
  [[nodiscard]] bool whole_buffer_is(uint32_t decoration, const Variable& variable, uint32_t type_id) const {
    if (find(variable.id, kWholeObject, decoration)) return true;
    for (uint32_t member = 0; member < types_.at(type_id).operands.size(); ++member) {
      if (!find(type_id, member, decoration)) return false;
    }
    return true;
  }

  void add_variable(const Variable& variable, Reflection& result) const {
    const uint32_t type_id = types_.at(variable.pointer_type).operands[1];
    if (variable.storage_class == kPushConstant) {
      result.params_bytes = size_of(type_id);
    } else if (variable.storage_class == kStorageBuffer) {
      add_buffer(variable, type_id, result);
    } else if (variable.storage_class == kUniform || variable.storage_class == kUniformConstant) {
      throw std::runtime_error("only storage buffers may be bound; use push constants for parameters");
    }
  }

  void add_buffer(const Variable& variable, uint32_t type_id, Reflection& result) const {
    const uint32_t* binding = find(variable.id, kWholeObject, kBinding);
    const uint32_t* set = find(variable.id, kWholeObject, kDescriptorSet);
    if (!binding || (set && *set != 0) || types_.at(type_id).opcode != kTypeStruct) {
      throw std::runtime_error("every storage buffer needs one binding of its own in set 0");
    }
    auto at = std::find_if(result.bindings.begin(), result.bindings.end(),
                           [&](const BindingUse& use) { return use.binding == *binding; });
    if (at == result.bindings.end()) {
      result.bindings.push_back({.binding = *binding});
      at = result.bindings.end() - 1;
    }
    at->reads |= !whole_buffer_is(kNonReadable, variable, type_id);
    at->writes |= !whole_buffer_is(kNonWritable, variable, type_id);
  }

  [[nodiscard]] uint32_t size_of(uint32_t type_id) const {
    const auto found = types_.find(type_id);
    if (found == types_.end()) throw std::runtime_error("push constants may hold numbers only");
    const auto& [opcode, operands] = found->second;
    switch (opcode) {
      case kTypeInt:
      case kTypeFloat:
        return operands[0] / 8;
      case kTypeVector:
        return size_of(operands[0]) * operands[1];
      case kTypeArray:
        return *find(type_id, kWholeObject, kArrayStride) * constants_.at(operands[1]);
      case kTypeStruct: {
        uint32_t size = 0;
        for (uint32_t member = 0; member < operands.size(); ++member) {
          size = std::max(size, *find(type_id, member, kOffset) + size_of(operands[member]));
        }
        return size;
      }
      default:
        throw std::runtime_error("push constants may hold numbers only");
    }
  }

  std::map<uint32_t, Type> types_;
  std::map<uint32_t, uint32_t> constants_;
  std::vector<Variable> variables_;
  std::map<DecorationKey, uint32_t> decorations_;
  std::set<uint32_t> spec_ids_;
  std::vector<std::string> abilities_;
};

}  // namespace

Reflection reflect(std::span<const uint32_t> words) {
  return Module(words).reflection();
}

}  // namespace lapilli::shader_tool
