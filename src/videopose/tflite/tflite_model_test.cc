// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/tflite_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "support/models.h"
#include "videopose/base/error.h"
#include "videopose/detect.h"
#include "videopose/tflite/test_small_model.h"
#include "videopose/tflite/xnn_network.h"

namespace videopose::internal::tflite_model_test {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;
using testing::ThrowsMessage;

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
  SKIP_WITHOUT_MODELS();
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
