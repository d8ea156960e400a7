// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

namespace lapilli::test {
namespace {

using reference::Dual;
using reference::Matrix;

class GatherVjp : public GpuTest {
 protected:
  std::vector<int32_t> random_index(size_t count, int32_t lowest, int32_t highest) {
    std::uniform_int_distribution<int32_t> distribution(lowest, highest);
    std::vector<int32_t> index(count);
    for (int32_t& value : index) value = distribution(generator_);
    return index;
  }
  std::mt19937 generator_{4};
};

/// y[index[r]] += x[r], in the order of the rows.
std::vector<double> scattered(const Matrix<double>& x, const std::vector<int32_t>& index, size_t rows) {
  std::vector<double> y(rows * x.cols);
  for (size_t r = 0; r < x.rows; ++r) {
    if (index[r] < 0 || static_cast<size_t>(index[r]) >= rows) continue;
    for (size_t c = 0; c < x.cols; ++c) y[static_cast<size_t>(index[r]) * x.cols + c] += x.at(r, c);
  }
  return y;
}

/// A table that embeds and multiplies, as tied embeddings do: both parts arrive in its sum.
TEST_F(GatherVjp, GradientsAreAddedToTheirSums) {
  constexpr uint64_t kVocab = 7, kTokens = 11;
  for (const uint64_t dim : {32, 29}) {
    const std::vector<HostTensor> in = {HostTensor::random({DType::f32, {kVocab, dim}}, generator_),
                                        HostTensor::random({DType::f32, {kVocab, dim}}, generator_),
                                        HostTensor::of_ints(random_index(kTokens, -1, kVocab)),
                                        HostTensor::random({DType::f32, {kTokens, kVocab}}, generator_)};
    const auto seed_of = [](const std::vector<Tensor>& t) {
      return ops::Seed{ops::linear(ops::embedding(t[1], t[2], DType::f32), t[1]), t[3]};
    };
    const HostTensor gradient = run_op({.inputs = in}, [&](auto& t) {
      const ops::Seed seed = seed_of(t);
      return ops::gradients(t[0].graph(), {&seed, 1}, std::array{t[1]}).front();
    });
    const HostTensor after = run_op({.inputs = in}, [&](auto& t) {
      const ops::Seed seed = seed_of(t);
      const ops::GradientSum sum{t[1], t[0]};
      ops::accumulate_gradients(t[0].graph(), {&seed, 1}, {&sum, 1});
      return t[0];
    });
    std::vector<double> expected = in[0].values();
    for (size_t index = 0; index < expected.size(); ++index) expected[index] += gradient.values()[index];
    expect_close(after.values(), expected, kExactF32, "sum of gradients");
  }
}

/// Indices repeat, and some are outside of the table.
TEST_F(GatherVjp, EmbeddingAndGatherRowsAddRowsOfEqualIndex) {
  for (const DType table_type : kFloatStorage) {
    for (const auto& [vocab, dim, tokens] :
         {std::array<uint64_t, 3>{1, 1, 1}, {7, 5, 29}, {13, 64, 3}, {3, 113, 7}, {5, 4, 131}}) {
      const HostTensor table = HostTensor::random({table_type, {vocab, dim}}, generator_);
      const std::vector<int32_t> ids = random_index(tokens, -2, static_cast<int32_t>(vocab) + 1);
      const auto reference = [&, rows = vocab, cols = dim](const std::vector<Duals>& in) {
        return reference::gather_rows(Matrix<Dual>{rows, cols, in[0]}, ids).values;
      };
      for (const DType result : kFloatStorage) {
        check_vjp(
            {.inputs = {table, HostTensor::of_ints(ids)}, .wanted = {true, false}, .what = "embedding"},
            [&](auto& in) { return ops::embedding(in[0], in[1], result); }, reference);
      }
      check_vjp(
          {.inputs = {table, HostTensor::of_ints(ids)}, .wanted = {true, false}, .what = "gather_rows"},
          [](auto& in) { return ops::gather_rows(in[0], in[1]); }, reference);
    }
  }
}

TEST_F(GatherVjp, TypesOfTheGradients) {
  Graph graph;
  const Tensor table = graph.weight("table", {DType::f16, {7, 8}});
  const Tensor ids = graph.input("ids", {DType::i32, {5}});
  const auto type_of_gradient = [&](Tensor y, const std::string& name) {
    const ops::Seed seed{y, graph.input(name, y.type())};
    return ops::gradients(graph, {&seed, 1}, std::array{table})[0].type();
  };
  EXPECT_EQ(type_of_gradient(ops::embedding(table, ids, DType::bf16), "a"), (TensorType{DType::f32, {7, 8}}));
  EXPECT_EQ(type_of_gradient(ops::gather_rows(table, ids), "b"), table.type());
}

TEST_F(GatherVjp, AQuantisedTableHasNone) {
  Graph graph;
  const Tensor table = graph.weight("table", {DType::q8_0, {7, 32}});
  const Tensor y = ops::embedding(table, graph.input("ids", {DType::i32, {5}}), DType::f32);
  const ops::Seed seed{y, graph.input("dy", y.type())};
  try {
    (void)ops::gradients(graph, {&seed, 1}, std::array{table});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
  }
}

TEST_F(GatherVjp, SpliceSendsRowsWhereTheyCameFrom) {
  for (const DType dtype : kFloatStorage) {
    for (const uint64_t x_rows : {1u, 29u}) {
      for (const uint64_t cols : {1u, 6u, 29u}) {
        const HostTensor x = HostTensor::random({dtype, {x_rows, cols}}, generator_);
        const HostTensor rows = HostTensor::random({dtype, {11, cols}}, generator_);
        const std::vector<int32_t> index = random_index(29, -10, 10);
        check_vjp(
            {.inputs = {x, rows, HostTensor::of_ints(index)},
             .wanted = {true, true, false},
             .what = "splice"},
            [](auto& in) { return ops::splice(in[0], in[1], in[2]); },
            [&](const auto& in) {
              return reference::splice(Matrix<Dual>{x_rows, cols, in[0]}, Matrix<Dual>{11, cols, in[1]},
                                       index)
                  .values;
            });
      }
    }
  }
}

/// From every type to every type, and more rows than are chained at once.
TEST_F(GatherVjp, ManyRows) {
  for (const DType from : kFloatStorage) {
    for (const DType to : kFloatStorage) {
      const size_t rows = from == to ? 8209 : 1031;
      const std::vector<int32_t> index = random_index(rows, -3, 115);
      const HostTensor x = HostTensor::random({from, {rows, 13}}, generator_);
      const TensorType result{to, {113, 13}};
      const HostTensor y = run_op({.inputs = {x, HostTensor::of_ints(index)}},
                                  [&](auto& in) { return ops::scatter_add_rows(in[0], in[1], result); });
      expect_close(y.values(), scattered(matrix_of(x), index, 113),
                   to == DType::f32 ? Tolerance{1e-12, 1e-4} : tolerance_of(to),
                   text("scatter_add_rows ", x.type, " to ", result));
    }
  }
}

/// A vocabulary whose gradient has to be bound in parts; every token stands for itself, one repeats.
TEST_F(GatherVjp, AWholeVocabulary) {
  std::vector<int32_t> index = random_index(700, 0, 31999);
  for (size_t token = 0; token < 150; ++token) index[token * 4] = 31999;
  const HostTensor x = HostTensor::random({DType::bf16, {index.size(), 64}}, generator_);
  const auto parts = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 1 << 21; };
  const auto build = [](auto& in) { return ops::scatter_add_rows(in[0], in[1], {DType::f32, {32000, 64}}); };
  const HostTensor whole = run_op({.inputs = {x, HostTensor::of_ints(index)}}, build);
  const HostTensor cut = run_op({.inputs = {x, HostTensor::of_ints(index)}, .adjust_caps = parts}, build);
  EXPECT_EQ(whole.bytes, cut.bytes);
  expect_close(whole.values(), scattered(matrix_of(x), index, 32000), {1e-13, 1e-5}, "32000 rows");
}

/// Rows of x in parts are chained part by part.
TEST_F(GatherVjp, PartsOfTheRowsAddUp) {
  const std::vector<int32_t> index = random_index(300, 0, 6);
  const HostTensor x = HostTensor::random({DType::f16, {index.size(), 64}}, generator_);
  const auto parts = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 128 * 40; };
  const HostTensor y =
      run_op({.inputs = {x, HostTensor::of_ints(index)}, .adjust_caps = parts}, [](auto& in) {
        return ops::scatter_add_rows(in[0], in[1], {DType::f32, {7, 64}});
      });
  expect_close(y.values(), scattered(matrix_of(x), index, 7), {1e-12, 1e-4}, "scatter_add_rows in parts");
}

TEST_F(GatherVjp, RefuseOperandsThatDoNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {6, 8}});
  const Tensor index = graph.input("index", {DType::i32, {6}});
  const Tensor fewer = graph.input("fewer", {DType::i32, {5}});
  EXPECT_THROW(ops::scatter_add_rows(x, fewer, {DType::f32, {3, 8}}), Error);
  EXPECT_THROW(ops::scatter_add_rows(x, index, {DType::f32, {3, 7}}), Error);
  EXPECT_THROW(ops::scatter_add_rows(x, index, {DType::q8_0, {3, 8}}), Error);
  EXPECT_THROW(ops::sum_repeats(x, {DType::f32, {4, 8}}), Error);
}

}  // namespace
}  // namespace lapilli::test
