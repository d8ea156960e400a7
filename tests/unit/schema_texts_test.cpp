// SPDX-License-Identifier: Apache-2.0
// What a model that knows nothing writes under a schema: it parses and validates.
#include "engine/runtime/format_constraints.h"
#include "tests/support/bound_text.h"
#include "tests/support/schema_validator.h"
#include "tests/unit/tokenizer_fixture.h"

namespace lapilli {
namespace {

using nlohmann::json;

/// Writes texts for every schema, with little and with much room, cold and hot; each parses and validates.
void write_all(const Tokenizer& tokenizer, size_t each) {
  FormatConstraints constraints(tokenizer, static_cast<uint32_t>(tokenizer.size()), {tokenizer.eos_id()});
  size_t written = 0, ended = 0, at_limit = 0;
  for (const std::string& schema : test::all_schemas()) {
    const ResponseFormat format{.kind = ResponseFormat::Kind::kJsonSchema, .schema = schema};
    TokenConstraint& constraint = *constraints.find(format, "");
    const json parsed_schema = json::parse(schema);
    for (size_t round = 0; round < each; ++round) {
      const SamplingOptions sampling{.temperature = static_cast<float>(round % 7) / 4,
                                     .top_p = round % 3 == 0 ? 0.9f : 1,
                                     .repetition_penalty = round % 5 == 0 ? 1.3f : 1,
                                     .seed = round + 1000 * written};
      const size_t limit = constraint.shortest_text_tokens() + (round % 4 == 0 ? 0 : 7 * round);
      const test::WrittenText text = test::write_bound_text(constraint, tokenizer, sampling, limit);
      ++written;
      (text.ended ? ended : at_limit) += 1;
      json value;
      ASSERT_NO_THROW(value = json::parse(text.text)) << schema << "\n" << text.text;
      EXPECT_EQ(test::schema_violation(parsed_schema, value), "") << schema << "\n" << text.text;
      EXPECT_LE(text.tokens, limit);
    }
  }
  std::printf("%zu texts, %zu ended by themselves, %zu at the limit\n", written, ended, at_limit);
  EXPECT_GT(ended, 0u);
  EXPECT_GT(at_limit, 0u);
}

TEST(SchemaTexts, FulfilTheirSchemas) {
  write_all(Tokenizer::open(test::golden_folder() / "tiny.model").value(), 8);
}

// Over a thousand.
TEST(SchemaTexts, FulfilTheirSchemasInTheLlamaVocabulary) {
  LAPILLI_REQUIRE_SHARED(data);
  write_all(Tokenizer::open(data / "tokenizers/llama-tokenizer.model").value(), 24);
}

}  // namespace
}  // namespace lapilli
