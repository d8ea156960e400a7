// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/grammar/expression.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace lapilli {

/// Compiles one schema document. A `place` is the JSON pointer of what is at hand.
class SchemaCompiler {
 public:
  using Json = nlohmann::ordered_json;

  explicit SchemaCompiler(const Json& document) : document_(document) {}
  [[nodiscard]] GrammarRules compile();

 private:
  [[noreturn]] static void refuse(const std::string& place, const std::string& what) {
    throw Error(ErrorCode::kInvalidArgument, what, place);
  }

  // schema_compiler.cpp: any value
  Expression value(const Json& schema, const std::string& place);
  Expression listed(const Json& schema, const std::string& place);
  Expression alternatives(const Json& schema, const char* keyword, const std::string& place);
  Expression reference(const Json& schema, const std::string& place);
  Expression typed(const Json& schema, const std::string& type, const std::string& place);
  [[nodiscard]] static std::vector<std::string> types_of(const Json& schema, const std::string& place);

  // schema_scalars.cpp
  Expression string(const Json& schema, const std::string& place);
  Expression integer(const Json& schema, const std::string& place);
  Expression number(const Json& schema, const std::string& place);
  [[nodiscard]] static std::optional<uint32_t> count(const Json& schema, const char* keyword,
                                                     const std::string& place);

  // schema_containers.cpp
  struct Property {
    std::string name;
    Expression pair;  ///< `"name": value`
    bool required;
  };
  Expression object(const Json& schema, const std::string& place);
  std::vector<Property> properties(const Json& schema, const std::string& place);
  static void check_property_counts(const Json& schema, const std::vector<Property>& all,
                                    const std::string& place);
  Expression some_of(std::vector<Property> all);
  Expression array(const Json& schema, const std::string& place);
  Expression further_items(const Json& schema, uint32_t num_first, uint32_t least, uint32_t most,
                           const std::string& place);
  Expression unique_items(const Json& schema, uint32_t least, uint32_t most, const std::string& place);

  // schema_disjoint.cpp: what oneOf and uniqueItems need to know
  using Values = std::set<std::string>;
  /// By what a schema's values can be told from another's.
  struct Distinction {
    std::optional<Values> values;              ///< their texts, where they are listed
    Values types;                              ///< as possible_types gives them
    std::map<std::string, Values> properties;  ///< of required ones, where they are listed

    /// No value is among this one's and the other's.
    [[nodiscard]] bool excludes(const Distinction& other) const;
  };
  [[nodiscard]] const Json& resolved(const Json& schema, const std::string& place);
  [[nodiscard]] std::optional<Values> listed_values(const Json& schema, const std::string& place);
  [[nodiscard]] Values possible_types(const Json& schema, const std::string& place);
  [[nodiscard]] Distinction distinction(const Json& schema, const std::string& place);
  [[nodiscard]] const Json& target(const Json& schema, const std::string& place);

  const Json& document_;
  GrammarRules rules_;
  size_t num_expressions_ = 0;                  // of values without parts of their own
  std::map<std::string, const Json*> targets_;  // by pointer, those that were looked up
  std::map<std::string, size_t> references_;    // rules by pointer
  std::vector<std::string> waiting_;            // pointers whose rules have no body yet
};

}  // namespace lapilli
