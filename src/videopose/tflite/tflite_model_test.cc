// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/tflite_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "videopose/base/error.h"
#include "videopose/detect.h"
#include "videopose/tflite/xnn_network.h"

namespace videopose::internal::tflite_model_test {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;
using testing::ThrowsMessage;

// What a table of a FlatBuffer holds, by field number.
struct Flat {
  std::map<int, int32_t> scalars;
  std::map<int, std::string> bytes;
  std::map<int, std::vector<int32_t>> ints;
  std::map<int, std::vector<Flat>> tables;
  std::map<int, std::vector<Flat>> table;  // one each
};

// Writes parents before children, as references only point forward.
class FlatWriter {
 public:
  static std::vector<uint8_t> File(const Flat& root) {
    FlatWriter writer;
    writer.Put32(0);
    for (const char c : {'T', 'F', 'L', '3'}) writer.out_.push_back(static_cast<uint8_t>(c));
    writer.Link(0, writer.Table(root));
    return std::move(writer.out_);
  }

 private:
  static constexpr int kFields = 8;

  size_t Put32(uint32_t value) {
    const size_t at = out_.size();
    for (int i = 0; i < 4; ++i) out_.push_back(static_cast<uint8_t>(value >> (8 * i)));
    return at;
  }
  void Link(size_t from, size_t to) {
    const auto offset = static_cast<uint32_t>(to - from);
    for (size_t i = 0; i < 4; ++i) out_[from + i] = static_cast<uint8_t>(offset >> (8 * i));
  }
  size_t Vector(size_t count) { return Put32(static_cast<uint32_t>(count)); }

  size_t Table(const Flat& flat) {
    const auto has = [&](int f) {
      return flat.scalars.contains(f) || flat.bytes.contains(f) || flat.ints.contains(f) ||
             flat.tables.contains(f) || flat.table.contains(f);
    };
    const size_t vtable = out_.size();
    const auto put16 = [&](int value) {
      out_.push_back(static_cast<uint8_t>(value));
      out_.push_back(static_cast<uint8_t>(value >> 8));
    };
    put16(4 + 2 * kFields);
    put16(4 + 4 * kFields);
    for (int f = 0; f < kFields; ++f) put16(has(f) ? 4 + 4 * f : 0);
    const size_t table = Put32(static_cast<uint32_t>(out_.size() - vtable));
    const auto slot = [&](int f) { return table + 4 + 4 * static_cast<size_t>(f); };
    for (int f = 0; f < kFields; ++f) {
      Put32(flat.scalars.contains(f) ? static_cast<uint32_t>(flat.scalars.at(f)) : 0);
    }
    for (const auto& [f, text] : flat.bytes) {
      Link(slot(f), Vector(text.size()));
      out_.insert(out_.end(), text.begin(), text.end());
    }
    for (const auto& [f, values] : flat.ints) {
      Link(slot(f), Vector(values.size()));
      for (const int32_t value : values) Put32(static_cast<uint32_t>(value));
    }
    for (const auto& [f, children] : flat.tables) {
      size_t at = Vector(children.size());
      Link(slot(f), at);
      for (size_t i = 0; i < children.size(); ++i) Put32(0);
      for (const Flat& child : children) Link(at += 4, Table(child));
    }
    for (const auto& [f, child] : flat.table) Link(slot(f), Table(child.at(0)));
    return table;
  }

  std::vector<uint8_t> out_;
};

template <typename T>
std::string Raw(std::initializer_list<T> values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), std::data(values), bytes.size());
  return bytes;
}

Flat FlatTensor(const std::string& name, std::vector<int32_t> shape, int type, int buffer) {
  return {.scalars = {{1, type}, {2, buffer}}, .bytes = {{3, name}}, .ints = {{0, shape}}};
}

// out = CONV_2D(in (1, 2, 2, 1), 1 x 1 weights): weights are half-precision and sparse, so both
// DENSIFY and DEQUANTIZE are at work. Dense weights (2, 1, 1, 1): 0, 3. Biases: 10, 20.
Flat SmallModel() {
  Flat weights = FlatTensor("sparse", {2, 1, 1, 1}, 1, 1);
  const auto dense_level = [](int size) { return Flat{.scalars = {{0, 0}, {1, size}}}; };
  const Flat sparse_level = {.scalars = {{0, 1}, {2, 1}, {4, 3}},
                             .table = {{3, {Flat{.ints = {{0, {0, 1}}}}}},
                                       {5, {Flat{.bytes = {{0, std::string(1, '\1')}}}}}}};
  weights.table[6] = {
      Flat{.ints = {{0, {0, 1, 2, 3}}},
           .tables = {{2, {sparse_level, dense_level(1), dense_level(1), dense_level(1)}}}}};
  const Flat graph = {
      .ints = {{1, {0}}, {2, {5}}},
      .tables = {
          {0,
           {FlatTensor("in", {1, 2, 2, 1}, 0, 0), weights, FlatTensor("dense", {2, 1, 1, 1}, 1, 0),
            FlatTensor("weights", {2, 1, 1, 1}, 0, 0), FlatTensor("bias", {2}, 0, 2),
            FlatTensor("out", {1, 2, 2, 2}, 0, 0)}},
          {3,
           {Flat{.scalars = {{0, 0}}, .ints = {{1, {1}}, {2, {2}}}},
            Flat{.scalars = {{0, 1}}, .ints = {{1, {2}}, {2, {3}}}},
            Flat{.scalars = {{0, 2}},
                 .ints = {{1, {0, 3, 4}}, {2, {5}}},
                 .table = {{4, {Flat{.scalars = {{0, 1}, {1, 1}, {2, 1}, {3, 1}}}}}}}}}}};
  return {.scalars = {{0, 3}},
          .tables = {{1,
                      {Flat{.scalars = {{0, 124}, {3, 124}}}, Flat{.scalars = {{0, 6}}},
                       Flat{.scalars = {{0, 3}}}}},
                     {2, {graph}},
                     {4,
                      {Flat{}, Flat{.bytes = {{0, Raw<uint16_t>({0x4200})}}},
                       Flat{.bytes = {{0, Raw<float>({10, 20})}}}}}}};
}

TEST(TfliteModelTest, ReadsTensorsOperatorsAndOptions) {
  const TfliteModel model = ParseTfliteModel(FlatWriter::File(SmallModel()), "small");
  ASSERT_EQ(model.tensors.size(), 6U);
  EXPECT_EQ(model.tensors[0].name, "in");
  EXPECT_THAT(model.tensors[0].shape, ElementsAre(1, 2, 2, 1));
  EXPECT_THAT(model.tensors[3].values, ElementsAre(0, 3));
  EXPECT_THAT(model.tensors[4].values, ElementsAre(10, 20));
  EXPECT_THAT(model.inputs, ElementsAre(0));
  EXPECT_THAT(model.outputs, ElementsAre(5));
  ASSERT_EQ(model.operators.size(), 1U);
  EXPECT_EQ(model.operators[0].op, TfliteOp::kConv2d);
  EXPECT_THAT(model.operators[0].inputs, ElementsAre(0, 3, 4));
  EXPECT_EQ(model.operators[0].options.padding, TflitePadding::kValid);
  EXPECT_EQ(model.operators[0].options.activation, TfliteActivation::kRelu);
  EXPECT_EQ(model.operators[0].options.stride_width, 1);
  EXPECT_EQ(model.operators[0].options.dilation_width, 1);
}

TEST(TfliteModelTest, RunsWhatItRead) {
  WorkerPool pool(1);
  XnnNetwork network(ParseTfliteModel(FlatWriter::File(SmallModel()), "small"), {"out"}, pool);
  std::ranges::copy(std::vector<float>{1, 2, -100, 0}, network.input().begin());
  network.Run();
  EXPECT_THAT(network.output(0), ElementsAre(10, 23, 10, 26, 10, 0, 10, 20));
}

// Whatever the bytes are: a model that can be built and run, or an Error.
void ReadBuildAndRun(std::span<const uint8_t> bytes) {
  static WorkerPool pool(1);
  try {
    XnnNetwork network(ParseTfliteModel(bytes, "hostile"), {"out"}, pool);
    network.Run();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("hostile"));
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST(TfliteModelTest, EveryPrefixIsAnError) {
  const std::vector<uint8_t> file = FlatWriter::File(SmallModel());
  for (size_t length = 0; length < file.size(); ++length) {
    const std::vector<uint8_t> prefix(file.begin(), file.begin() + static_cast<int64_t>(length));
    EXPECT_THROW(ParseTfliteModel(prefix, "prefix"), Error) << length;
  }
}

TEST(TfliteModelTest, SurvivesEveryDamagedByte) {
  const std::vector<uint8_t> file = FlatWriter::File(SmallModel());
  for (size_t at = 0; at < file.size(); ++at) {
    for (const uint8_t value : {uint8_t{0}, uint8_t{1}, uint8_t{0x7F}, uint8_t{0x80}, uint8_t{0xFF},
                                static_cast<uint8_t>(file[at] ^ 4)}) {
      std::vector<uint8_t> damaged = file;
      damaged[at] = value;
      ReadBuildAndRun(damaged);
    }
  }
}

TEST(TfliteModelTest, RefusesAbsurdSizes) {
  Flat model = SmallModel();
  model.tables[2][0].tables[0][0].ints[0] = {1, 1 << 30, 1 << 30, 1};
  EXPECT_THAT([&] { ParseTfliteModel(FlatWriter::File(model), "x.tflite"); },
              ThrowsMessage<Error>(HasSubstr("x.tflite: tensor 'in' has size 1073741824")));
  model.tables[2][0].tables[0][0].ints[0] = {1, -2, 2, 1};
  EXPECT_THROW(ParseTfliteModel(FlatWriter::File(model), "x"), Error);
}

TEST(TfliteModelTest, SaysWhatAFileIsNot) {
  const std::string text = "This is no model at all.";
  EXPECT_THAT(
      [&] {
        ParseTfliteModel({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, "a.txt");
      },
      ThrowsMessage<Error>(HasSubstr("a.txt: not a TensorFlow Lite model")));
  EXPECT_THROW(ReadTfliteModel("/no/such/file.tflite"), Error);
}

// The real files, damaged here and there (every 200,003rd byte).
TEST(TfliteModelTest, SurvivesDamagedRealModel) {
  const std::filesystem::path path = DefaultModelsDir() / LandmarkFile(BlazePoseSize::kLite).name;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  std::ifstream in(path, std::ios::binary);
  std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(ParseTfliteModel(bytes, "lite").outputs.size(), 5U);
  const auto try_parse = [](std::span<const uint8_t> damaged) {
    try {
      ParseTfliteModel(damaged, "damaged");
    } catch (const Error&) {  // as good as success
    }
  };
  for (size_t at = 0; at < bytes.size(); at += 200003) {
    bytes[at] ^= 0x40;
    try_parse(bytes);
    EXPECT_THROW(ParseTfliteModel(std::span(bytes).first(at), "cut"), Error) << at;
    bytes[at] ^= 0x40;
  }
}

}  // namespace videopose::internal::tflite_model_test
