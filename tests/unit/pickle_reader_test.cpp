// SPDX-License-Identifier: Apache-2.0
#include "engine/io/pickle_reader.h"

#include "tests/support/expect_error.h"
#include "tests/support/pickle_builder.h"

namespace lapilli {
namespace {

namespace pickle = test::pickle;
using test::little;

constexpr auto kBad = ErrorCode::kBadFile;

Result<PickledWeights> read(const std::string& bytes) {
  return read_state_dict(as_bytes(bytes));
}

/// A pickle whose operations come right after the protocol.
Result<PickledWeights> run(const std::string& operations) {
  return read(pickle::start() + operations);
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

TEST(PickleReader, ReadsTheGoldenPickle) {
  const auto weights =
      read(from_hex("800263636f6c6c656374696f6e730a4f726465726564446963740a710029527101285808000000612e776569"
                    "676874710263746f7263682e"
                    "5f7574696c730a5f72656275696c645f74656e736f725f76320a71032828580700000073746f726167657104"
                    "63746f7263680a48616c6653"
                    "746f726167650a71055801000000307106580300000063707571074b0c747108514b004b034b048671094b04"
                    "4b0186710a8968002952710b"
                    "74710c52710d5806000000622e62696173710e6803282868046805580100000031710f68074a701101007471"
                    "10514b004a70110100857111"
                    "4b0185711289680029527113747114527115752e"));
  ASSERT_TRUE(weights) << weights.error().what();
  ASSERT_EQ(weights->tensors.size(), 2u);
  EXPECT_EQ(weights->tensors[0].name, "a.weight");
  EXPECT_EQ(weights->tensors[0].shape, (std::vector<uint64_t>{3, 4}));
  EXPECT_EQ(weights->tensors[0].strides, (std::vector<uint64_t>{4, 1}));
  EXPECT_EQ(weights->tensors[1].name, "b.bias");
  EXPECT_EQ(weights->tensors[1].shape, (std::vector<uint64_t>{70000}));
  ASSERT_EQ(weights->storages.size(), 2u);
  EXPECT_EQ(weights->storages[0].key, "0");
  EXPECT_EQ(weights->storages[0].elements, 12u);
  EXPECT_EQ(weights->storages[1].type.dtype, DType::f16);
  EXPECT_EQ(weights->storages[1].elements, 70000u);
}

TEST(PickleReader, ReadsWrappedDictionariesAndLeavesScalarsOut) {
  const auto weights =
      run("}(" + pickle::string("epoch") + "K\x03" + pickle::string("note") + pickle::string("x") +
          pickle::string("lr") + "G\x3f\xf0" + std::string(6, '\0') + pickle::string("none") + "N" +
          pickle::string("state_dict") + "}" + pickle::string("w") + pickle::tensor({}) + "su.");
  ASSERT_TRUE(weights) << weights.error().what();
  ASSERT_EQ(weights->tensors.size(), 1u);
  EXPECT_EQ(weights->tensors[0].name, "w");
}

TEST(PickleReader, RefusesEverySymbolThatIsNotOnTheList) {
  for (const auto& [module, name] :
       std::vector<std::pair<std::string, std::string>>{{"os", "system"},
                                                        {"posix", "system"},
                                                        {"nt", "system"},
                                                        {"sys", "modules"},
                                                        {"builtins", "eval"},
                                                        {"__builtin__", "getattr"},
                                                        {"numpy.core.multiarray", "_reconstruct"},
                                                        {"torch.storage", "_load_from_bytes"},
                                                        {"torch._tensor", "_rebuild_from_type_v2"},
                                                        {"argparse", "Namespace"},
                                                        {"collections", "Counter"},
                                                        {"torch._utils", "_rebuild_sparse_tensor"},
                                                        {"torch", "ComplexFloatStorage"}}) {
    EXPECT_REFUSED(run(pickle::global(module, name) + ")R."), kBad, module + "." + name);
  }
  EXPECT_REFUSED(run("cos\nsystem\n(" + pickle::string("true") + "tR."), kBad, "never run");
  EXPECT_REFUSED(run("cos"), kBad, "has no end");
  EXPECT_REFUSED(run("cos\nsystem"), kBad, "has no end");
  EXPECT_REFUSED(run("c" + std::string(1000, 'a') + "\nb\n."), kBad, "has no end");
}

TEST(PickleReader, RefusesOtherOperations) {
  // INST, OBJ, NEWOBJ, NEWOBJ_EX, EXT1, STACK_GLOBAL, FRAME, POP, DUP, PERSID, INT, STRING, LIST, DICT,
  // EMPTY_SET
  for (const char operation : std::string("io\x81\x92\x82\x93\x95"
                                          "02PIS"
                                          "ld\x8f")) {
    EXPECT_REFUSED(run(std::string(1, operation)), kBad, "does not occur in weights");
  }
  EXPECT_REFUSED(read("}."), kBad, "protocol 2");
  EXPECT_REFUSED(read("\x80\x04}."), kBad, "protocol 2");
}

TEST(PickleReader, RefusesPicklesThatEndWrongly) {
  EXPECT_REFUSED(read(""), kBad, "cut short");
  EXPECT_REFUSED(run(""), kBad, "cut short");
  EXPECT_REFUSED(run("}"), kBad, "cut short");
  EXPECT_REFUSED(run("."), kBad, "0 values");
  EXPECT_REFUSED(run("}}."), kBad, "2 values");
  EXPECT_REFUSED(run("}(."), kBad, "1 values");
  EXPECT_REFUSED(run("}.x"), kBad, "1 bytes after its end");
  EXPECT_REFUSED(run("]."), kBad, "a list");
  EXPECT_REFUSED(run(pickle::tensor({}) + "."), kBad, "a tensor");
}

TEST(PickleReader, RefusesStackAndMarkUnderflow) {
  for (const char* operations :
       {"s.", "a.", "R.", "Q.", "b.", "\x85.", "}\x86.", "q\x01.", "(R.", "}(s.", "N(\x85."}) {
    EXPECT_REFUSED(run(operations), kBad, "empty stack");
  }
  for (const char* operations : {"t.", "}u.", "]e."}) {
    EXPECT_REFUSED(run(operations), kBad, "not opened");
  }
}

TEST(PickleReader, SetsItemsOfDictionariesAndAppendsToListsOnly) {
  const std::string key = pickle::string("k");
  EXPECT_REFUSED(run("]" + key + "Ns."), kBad, "sets an item of a list");
  EXPECT_REFUSED(run(pickle::tensor({}) + key + "Ns."), kBad, "sets an item of a tensor");
  EXPECT_REFUSED(run(pickle::storage({}) + "(" + key + "Nu."), kBad, "sets an item of a storage");
  EXPECT_REFUSED(run("}Na."), kBad, "appends to a dictionary");
  EXPECT_REFUSED(run(")(Ne."), kBad, "appends to a tuple");
  EXPECT_REFUSED(run("}K\1Ns."), kBad, "uses an integer as a dictionary's key");
  EXPECT_REFUSED(run("}(" + key + "u."), kBad, "without a value");
  EXPECT_REFUSED(run("}}b."), kBad, "sets attributes of a dictionary");
  EXPECT_REFUSED(run(pickle::tensor({}) + "}b."), kBad, "sets attributes of a tensor");
  EXPECT_TRUE(run(pickle::ordered_dict() + "}b."));
}

TEST(PickleReader, RefusesCallsOfTheWrongForm) {
  const std::string rebuild = pickle::global("torch._utils", "_rebuild_tensor_v2");
  EXPECT_REFUSED(run("N)R."), kBad, "what is called is None");
  EXPECT_REFUSED(run(rebuild + "]R."), kBad, "arguments of a call is a list");
  EXPECT_REFUSED(run(rebuild + ")R."), kBad, "0 arguments");
  EXPECT_REFUSED(run(rebuild + "(N" + pickle::integer(0) + "))\x89}tR."), kBad, "storage is None");
  EXPECT_REFUSED(run(rebuild + "(" + pickle::storage({}) + "N))\x89}tR."), kBad, "offset is None");
  EXPECT_REFUSED(run(rebuild + "(" + pickle::storage({}) + pickle::integer(0) + "]]\x89}tR."), kBad,
                 "shape is a list");
  EXPECT_REFUSED(run(rebuild + "(" + pickle::storage({}) + pickle::integer(0) + "))N}tR."), kBad,
                 "requires_grad");
  EXPECT_REFUSED(run(rebuild + "(" + pickle::storage({}) + pickle::integer(0) + "))\x89NtR."), kBad, "hooks");
  EXPECT_REFUSED(run(pickle::global("torch._utils", "_rebuild_parameter") + "(N\x89}tR."), kBad,
                 "parameter's value");
  EXPECT_REFUSED(run(pickle::global("torch", "FloatStorage") + ")R."), kBad, "called as a function");
  EXPECT_REFUSED(run(pickle::global("torch", "Size") + ")R."), kBad, "0 arguments");
  EXPECT_REFUSED(run(pickle::global("collections", "OrderedDict") + "N\x85R."), kBad,
                 "argument of OrderedDict");
  EXPECT_REFUSED(run(pickle::global("collections", "OrderedDict") + "]Na\x85R."), kBad, "pairs");
}

TEST(PickleReader, ReadsOrderedDictionariesOfPairs) {
  const auto weights = run(pickle::global("collections", "OrderedDict") + "](" + pickle::string("w") +
                           pickle::tensor({}) + "\x86" + "e\x85R.");
  ASSERT_TRUE(weights) << weights.error().what();
  EXPECT_EQ(weights->tensors.at(0).name, "w");
}

TEST(PickleReader, RefusesPersistentIdsOfTheWrongForm) {
  EXPECT_REFUSED(run("NQ."), kBad, "persistent id is None");
  EXPECT_REFUSED(run(")Q."), kBad, "0 parts");
  EXPECT_REFUSED(run("(" + pickle::string("module") + "NNNNtQ."), kBad, "\"module\"");
  for (const char* key : {"../../x", "", "0/1", "a.b", "123456789012345678901", "-1"}) {
    EXPECT_REFUSED(run(pickle::storage({.key = key}) + "."), kBad, "storage key");
  }
  EXPECT_REFUSED(run(pickle::storage({.elements = -1}) + "."), kBad, "must not be negative");
  EXPECT_REFUSED(run("](" + pickle::storage({}) + pickle::storage({.elements = 7}) + "e."), kBad,
                 "7 × f32 here and 6");
  EXPECT_REFUSED(run("](" + pickle::storage({}) + pickle::storage({.storage_class = "HalfStorage"}) + "e."),
                 kBad, "f16 here and 6 × f32");
  EXPECT_REFUSED(run("(" + pickle::string("storage") + pickle::global("collections", "OrderedDict") +
                     pickle::string("0") + pickle::string("cpu") + "K\1tQ."),
                 kBad, "not a storage class");
}

TEST(PickleReader, RefusesViewsOutsideTheirStorage) {
  const auto refused = [](const pickle::Tensor& tensor, const char* part) {
    EXPECT_REFUSED(read(pickle::state_dict(tensor)), kBad, part);
  };
  constexpr int64_t kHuge = INT64_MAX;
  EXPECT_TRUE(read(pickle::state_dict()));
  EXPECT_TRUE(read(pickle::state_dict({.shape = {0, 3}, .strides = {kHuge, kHuge}})));
  EXPECT_TRUE(read(pickle::state_dict({.shape = {1000}, .strides = {0}})));
  refused({.elements = 5}, "outside its storage 0 of 5 elements");
  refused({.elements = 0}, "outside");
  refused({.offset = 1}, "outside");
  refused({.offset = kHuge}, "outside");
  refused({.strides = {4, 1}}, "outside");
  refused({.strides = {kHuge, kHuge}}, "outside");
  refused({.shape = {kHuge, kHuge}, .strides = {kHuge, kHuge}}, "outside");
  refused({.shape = {kHuge, kHuge}, .strides = {0, 0}}, "outside");
  refused({.shape = {kHuge}, .strides = {kHuge}}, "outside");
  refused({.strides = {-3, 1}}, "must not be negative");
  refused({.offset = -1}, "must not be negative");
  refused({.shape = {-2, 3}}, "must not be negative");
  refused({.shape = {6}}, "1 dimensions and 2 strides");
  refused({.shape = std::vector<int64_t>(9, 1), .strides = std::vector<int64_t>(9, 1)}, "at most 8");
}

TEST(PickleReader, RefusesWhatGoesPastTheLimits) {
  EXPECT_REFUSED(run("\x8a\xff" + std::string(255, '\1') + "."), kBad, "255 bytes");
  EXPECT_REFUSED(run("X\xff\xff\xff\xff"
                     "abc"),
                 kBad, "4294967295 bytes");
  EXPECT_REFUSED(run("X" + little(uint32_t{1000}) + "abc"), kBad, "needs 1000 bytes");
  EXPECT_REFUSED(run(std::string(1'000'000, '(') + "."), kBad, "open marks");
  EXPECT_REFUSED(run(")" + std::string(1'000'000, '\x85') + "."), kBad, "nested deeper");
  EXPECT_REFUSED(run(std::string(100'000, 'N') + "."), kBad, "stack of more than");
  EXPECT_REFUSED(run("}r\xff\xff\xff\x7f."), kBad, "memo index 2147483647");
  EXPECT_REFUSED(run("}h\5."), kBad, "which was not written");
  EXPECT_REFUSED(run("}q\2h\1."), kBad, "which was not written");
  EXPECT_REFUSED(run("}j\xff\xff\xff\xff."), kBad, "which was not written");
  // Each step makes a list of the last one twice; copied by value, 2^40 elements.
  std::string doubling = "]q" + std::string(1, '\0');
  for (char i = 0; i < 40; ++i)
    doubling += std::string("](h") + i + "h" + i + "eq" + static_cast<char>(i + 1);
  EXPECT_REFUSED(run(doubling + "."), kBad, "nested deeper");
  // Three bytes a step refer to the same long list of pairs.
  std::string copies = pickle::global("collections", "OrderedDict") + "q" + std::string(1, '\0') + "](";
  for (int i = 0; i < 20000; ++i)
    copies += i == 0 ? pickle::string("k") + "q\1" + "N\x86q\2" : std::string("h\2");
  copies += "e\x85q\3](";
  for (int i = 0; i < 1000; ++i) copies += std::string("h\0h\3R", 5);
  EXPECT_REFUSED(run(copies + "e."), kBad, "more than 4000000 items");
}

TEST(PickleReader, RefusesCyclesAndRepeatedNames) {
  const std::string wrapper = pickle::string("model");
  EXPECT_REFUSED(run("}q" + std::string(1, '\0') + wrapper + "h" + std::string(1, '\0') + "s."), kBad,
                 "twice");
  EXPECT_REFUSED(run("}" + wrapper + "}" + pickle::string("optimizer") + "}ss."), kBad,
                 "dictionary under \"optimizer\"");
  EXPECT_REFUSED(run("}" + pickle::string("optimizer") + "}s."), kBad, "dictionary under \"optimizer\"");
  EXPECT_REFUSED(run("}" + pickle::string("l") + "]s."), kBad, "a list under \"l\"");
  EXPECT_REFUSED(
      run("}(" + pickle::string("w") + pickle::tensor({}) + pickle::string("w") + pickle::tensor({}) + "u."),
      kBad, "\"w\" twice");
  EXPECT_REFUSED(run("}" + pickle::string("a\nb") + pickle::tensor({}) + "s."), kBad, "control characters");
}

TEST(PickleReader, ErrorsNameTheOffset) {
  const auto result = run("}NN\xff.");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().place(), "offset 5");
  EXPECT_THAT(result.error().what(), testing::HasSubstr("0xff"));
}

}  // namespace
}  // namespace lapilli
