// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/torch_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "support/error_of.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "support/zip_file.h"
#include "videopose/arrays/npy_array.h"
#include "videopose/arrays/pickle.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"

namespace videopose::internal::torch_checkpoint_test {

namespace fs = std::filesystem;
using Value = PickleValue;
using testing::HasSubstr;

const fs::path kGolden = TestData("golden");

fs::path TempFile(const std::string& name) { return TestFolder() / name; }

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

template <typename T>
std::string BytesOf(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// A small checkpoint as torch.save would write it: the value and what its storages hold.
struct Saved {
  Value root;
  std::vector<std::pair<std::string, std::string>> storages;  // key -> bytes
};

Value Tuple(const std::vector<int64_t>& numbers) {
  std::vector<Value> items;
  for (const int64_t number : numbers) items.push_back(Value::Int(number));
  return Value::Tuple(items);
}

Value Storage(const std::string& type, const std::string& key, int64_t count) {
  return Value::PersistentId(
      Value::Tuple({Value::String("storage"), Value::Global("torch", type), Value::String(key),
                    Value::String("cpu"), Value::Int(count)}));
}

Value TensorOf(const Value& storage, int64_t offset, const std::vector<int64_t>& shape,
               const std::vector<int64_t>& strides) {
  return Value::Object(Value::Global("torch._utils", "_rebuild_tensor_v2"),
                       Value::Tuple({storage, Value::Int(offset), Tuple(shape), Tuple(strides),
                                     Value::Bool(false), Value::OrderedDict({})}));
}

Saved OneTensor(const Value& tensor, const std::string& bytes) {
  return {Value::Dict({{Value::String("x"), tensor}}), {{"0", bytes}}};
}

fs::path WriteZip(const std::string& name, const Saved& saved, int method = ZIP_CM_STORE,
                  const std::string& byteorder = "little") {
  const fs::path path = TempFile(name);
  fs::remove(path);
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE, nullptr);
  std::vector<std::pair<std::string, std::string>> entries = {{"data.pkl", Pickle(saved.root)},
                                                              {"byteorder", byteorder}};
  for (const auto& [key, bytes] : saved.storages) entries.emplace_back("data/" + key, bytes);
  for (const auto& [entry, bytes] : entries) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(archive, ("test/" + entry).c_str(), source, 0);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), method, 0);
  }
  EXPECT_EQ(zip_close(archive), 0);
  return path;
}

std::string LegacyBytes(const Saved& saved, bool little_endian = true) {
  std::string bytes = Pickle(Value::BigInt("119547037146038801333356"));
  bytes += Pickle(Value::Int(1001));
  bytes += Pickle(Value::Dict({{Value::String("little_endian"), Value::Bool(little_endian)}}));
  bytes += Pickle(saved.root);
  std::vector<Value> keys;
  for (const auto& storage : saved.storages) keys.push_back(Value::String(storage.first));
  bytes += Pickle(Value::List(keys));
  for (const auto& storage : saved.storages) {
    bytes += BytesOf(std::vector<int64_t>{std::ssize(storage.second) / 4});
    bytes += storage.second;
  }
  return bytes;
}

fs::path WriteLegacy(const std::string& name, const Saved& saved) {
  WriteFileAtomically(TempFile(name), LegacyBytes(saved));
  return TempFile(name);
}

Tensor ReadX(const fs::path& path) {
  const TorchCheckpoint file = TorchCheckpoint::Read(path);
  return file.ReadFloats(file.root().At("x", "root"), "x");
}

std::string ErrorOfReading(const fs::path& path) {
  return ErrorOf([&] { ReadX(path); });
}

// Everything in the file, read: what a hostile file has to get past.
void ReadAll(const TorchCheckpoint& file, const Value& value) {
  if (TorchCheckpoint::IsTensor(value)) {
    (void)file.ReadFloats(value, "tensor");
  } else if (value.node() != nullptr) {
    for (const Value& item : value.node()->items) ReadAll(file, item);
  }
}

void ReadAllOf(const fs::path& path) {
  const TorchCheckpoint file = TorchCheckpoint::Read(path);
  ReadAll(file, file.root());
}

void ExpectSame(const TorchCheckpoint& file_a, const Value& a, const TorchCheckpoint& file_b,
                const Value& b, const std::string& where) {
  ASSERT_EQ(a.kind(), b.kind()) << where;
  ASSERT_EQ(TorchCheckpoint::IsTensor(a), TorchCheckpoint::IsTensor(b)) << where;
  if (TorchCheckpoint::IsTensor(a)) {
    EXPECT_EQ(file_a.ReadFloats(a, where), file_b.ReadFloats(b, where)) << where;
  } else if (a.node() != nullptr) {
    const auto &items_a = a.node()->items, &items_b = b.node()->items;
    ASSERT_EQ(items_a.size(), items_b.size()) << where;
    for (size_t i = 0; i < items_a.size(); ++i) {
      ExpectSame(file_a, items_a[i], file_b, items_b[i], where + "/" + std::to_string(i));
    }
  } else if (!a.is(Value::Kind::kBytes)) {
    EXPECT_EQ(a.Describe(), b.Describe()) << where;
  } else {
    EXPECT_EQ(a.payload().view(), b.payload().view()) << where;
  }
}

TEST(TorchCheckpoint, BothFormatsOfTheReferenceHoldTheSame) {
  const TorchCheckpoint zip = TorchCheckpoint::Read(kGolden / "ck_333/epoch_1.bin");
  const TorchCheckpoint legacy = TorchCheckpoint::Read(kGolden / "ck_333/epoch_1_legacy.bin");
  EXPECT_EQ(zip.format(), TorchCheckpoint::Format::kZip);
  EXPECT_EQ(legacy.format(), TorchCheckpoint::Format::kLegacy);
  ExpectSame(zip, zip.root(), legacy, legacy.root(), "epoch_1");
}

TEST(TorchCheckpoint, ReadsEveryCheckpointOfTheReference) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kGolden)) {
    if (entry.path().extension() != ".bin") continue;
    SCOPED_TRACE(entry.path());
    const TorchCheckpoint file = TorchCheckpoint::Read(entry.path());
    const StateDict pose = file.ReadStateDict(file.root().At("model_pos", file.name()), "pose");
    ASSERT_NE(pose.Find("expand_conv.weight"), nullptr);
    EXPECT_EQ(pose.Find("expand_conv.weight")->rank(), 3);
    EXPECT_NE(pose.Find("shrink.bias"), nullptr);
    ReadAll(file, file.root());
    ++count;
  }
  EXPECT_EQ(count, 10);
}

// What resuming a training needs: numpy.random.RandomState as NumPy pickles it.
TEST(TorchCheckpoint, RandomStatesAreThere) {
  for (const char* name : {"epoch_1.bin", "epoch_1_legacy.bin"}) {
    const TorchCheckpoint file = TorchCheckpoint::Read(kGolden / "ck_333" / name);
    const Value& state = file.root().At("random_state", file.name());
    EXPECT_EQ(state.global_name(), "numpy.random._pickle.__randomstate_ctor");
    const Value& generator = state.state().At("state", "random_state");
    EXPECT_EQ(generator.At("key", "state").AsArray("key").shape, std::vector<int64_t>{624});
    EXPECT_LE(generator.At("pos", "state").AsInt("pos"), 624);
  }
}

TEST(TorchCheckpoint, ConvertsEveryType) {
  const auto read = [](const std::string& type, const std::string& bytes, int64_t count) {
    return ReadX(WriteZip("type.bin",
                          OneTensor(TensorOf(Storage(type, "0", count), 0, {count}, {1}), bytes)))
        .values;
  };
  using Floats = std::vector<float>;
  EXPECT_EQ(read("FloatStorage", BytesOf<float>({1.5F, -2}), 2), (Floats{1.5F, -2}));
  EXPECT_EQ(read("DoubleStorage", BytesOf<double>({1.5, -2}), 2), (Floats{1.5F, -2}));
  EXPECT_EQ(read("HalfStorage", BytesOf<uint16_t>({0x3E00, 0xC000}), 2), (Floats{1.5F, -2}));
  EXPECT_EQ(read("BFloat16Storage", BytesOf<uint16_t>({0x3FC0, 0xC000}), 2), (Floats{1.5F, -2}));
  EXPECT_EQ(read("LongStorage", BytesOf<int64_t>({7, -2}), 2), (Floats{7, -2}));
  EXPECT_EQ(read("IntStorage", BytesOf<int32_t>({7, -2}), 2), (Floats{7, -2}));
  EXPECT_EQ(read("ShortStorage", BytesOf<int16_t>({7, -2}), 2), (Floats{7, -2}));
  EXPECT_EQ(read("CharStorage", BytesOf<int8_t>({7, -2}), 2), (Floats{7, -2}));
  EXPECT_EQ(read("ByteStorage", BytesOf<uint8_t>({7, 254}), 2), (Floats{7, 254}));
  EXPECT_EQ(read("BoolStorage", BytesOf<uint8_t>({1, 0}), 2), (Floats{1, 0}));
}

TEST(TorchCheckpoint, KeepsWholeNumbersExact) {
  const int64_t large = (int64_t{1} << 60) + 1;
  const fs::path path = WriteZip(
      "integers.bin",
      OneTensor(TensorOf(Storage("LongStorage", "0", 1), 0, {}, {}), BytesOf<int64_t>({large})));
  const TorchCheckpoint file = TorchCheckpoint::Read(path);
  const Value& x = file.root().At("x", "root");
  EXPECT_EQ(file.ReadIntegers(x, "x").values, std::vector<int64_t>{large});
  EXPECT_EQ(TorchCheckpoint::InfoOf(x, "x").dtype, "int64");
  EXPECT_TRUE(TorchCheckpoint::InfoOf(x, "x").shape.empty());

  const fs::path floats = WriteZip(
      "floats.bin",
      OneTensor(TensorOf(Storage("FloatStorage", "0", 1), 0, {}, {}), BytesOf<float>({1})));
  const TorchCheckpoint other = TorchCheckpoint::Read(floats);
  EXPECT_THAT(ErrorOf([&] { (void)other.ReadIntegers(other.root().At("x", "root"), "the step"); }),
              HasSubstr("the step: expected whole numbers, found a tensor of float32"));
}

TEST(TorchCheckpoint, FollowsOffsetsStridesAndSharedStorages) {
  const std::string bytes = BytesOf<float>({0, 1, 2, 3, 4, 5, 6, 7});
  const Value storage = Storage("FloatStorage", "0", 8);
  const Value parameter =
      Value::Object(Value::Global("torch._utils", "_rebuild_parameter"),
                    Value::Tuple({TensorOf(storage, 7, {1}, {1}), Value::Bool(true), Value()}));
  const Value old = Value::Object(
      Value::Global("torch._utils", "_rebuild_tensor"),
      Value::Tuple({storage, Value::Int(1), Tuple({2}),
                    Value::Object(Value::Global("torch", "Size"), Value::Tuple({Tuple({3})}))}));
  const Saved saved{
      Value::OrderedDict({{Value::String("rows"), TensorOf(storage, 1, {2, 3}, {3, 1})},
                          {Value::String("columns"), TensorOf(storage, 1, {3, 2}, {1, 3})},
                          {Value::String("gaps"), TensorOf(storage, 0, {2, 2}, {4, 2})},
                          {Value::String("empty"), TensorOf(storage, 0, {0, 5}, {5, 1})},
                          {Value::String("parameter"), parameter},
                          {Value::String("old"), old}}),
      {{"0", bytes}}};
  for (const fs::path& path : {WriteZip("views.bin", saved), WriteLegacy("views_l.bin", saved)}) {
    const TorchCheckpoint file = TorchCheckpoint::Read(path);
    const StateDict state = file.ReadStateDict(file.root(), "state");
    ASSERT_EQ(state.entries.size(), 6U);
    EXPECT_EQ(state.entries[0].first, "rows");
    EXPECT_EQ(*state.Find("rows"), Tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(*state.Find("columns"), Tensor({3, 2}, {1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(*state.Find("gaps"), Tensor({2, 2}, {0, 2, 4, 6}));
    EXPECT_EQ(*state.Find("empty"), Tensor({0, 5}, {}));
    EXPECT_EQ(*state.Find("parameter"), Tensor({1}, {7}));
    EXPECT_EQ(*state.Find("old"), Tensor({2}, {1, 4}));
    EXPECT_EQ(state.Find("other"), nullptr);
  }
}

TEST(TorchCheckpoint, LegacyStorageViews) {
  const Value view = Value::PersistentId(
      Value::Tuple({Value::String("storage"), Value::Global("torch", "FloatStorage"),
                    Value::String("0"), Value::String("cpu"), Value::Int(6),
                    Value::Tuple({Value::String("1"), Value::Int(2), Value::Int(3)})}));
  const std::string bytes = BytesOf<float>({0, 1, 2, 3, 4, 5});
  EXPECT_EQ(ReadX(WriteLegacy("view.bin", OneTensor(TensorOf(view, 1, {2}, {1}), bytes))).values,
            (std::vector<float>{3, 4}));
  EXPECT_THAT(
      ErrorOfReading(WriteLegacy("view.bin", OneTensor(TensorOf(view, 2, {2}, {1}), bytes))),
      HasSubstr("reaches beyond its storage of 3 values"));
}

TEST(TorchCheckpoint, NeverRunsWhatAPickleAsksFor) {
  const Value bomb = Value::Object(Value::Global("os", "system"),
                                   Value::Tuple({Value::String("touch /tmp/owned")}));
  const Saved saved{Value::Dict({{Value::String("x"), bomb}}), {}};
  EXPECT_THAT(ErrorOfReading(WriteZip("bomb.bin", saved)), HasSubstr("os.system"));
  EXPECT_THAT(ErrorOfReading(WriteLegacy("bomb_l.bin", saved)), HasSubstr("os.system"));
  const Saved sparse =
      OneTensor(Value::Object(Value::Global("torch._utils", "_rebuild_sparse_tensor"),
                              Value::Tuple({Value::Int(1)})),
                "");
  EXPECT_THAT(ErrorOfReading(WriteZip("sparse.bin", sparse)),
              HasSubstr("torch._utils._rebuild_sparse_tensor"));
  const Saved complex =
      OneTensor(TensorOf(Storage("ComplexFloatStorage", "0", 1), 0, {1}, {1}), "12345678");
  EXPECT_THAT(ErrorOfReading(WriteZip("complex.bin", complex)),
              HasSubstr("torch.ComplexFloatStorage"));
}

TEST(TorchCheckpoint, RefusesTensorsBeyondTheirStorage) {
  const std::string bytes = BytesOf<float>({0, 1, 2, 3});
  const int64_t huge = std::numeric_limits<int64_t>::max();
  struct Case {
    int64_t offset;
    std::vector<int64_t> shape, strides;
  };
  const std::vector<Case> cases = {
      {1, {4}, {1}},       {4, {1}, {1}},          {-1, {1}, {1}},
      {0, {2, 2}, {3, 1}}, {0, {2}, {-1}},         {0, {-2}, {1}},
      {0, {huge}, {1}},    {0, {huge}, {0}},       {0, {huge, huge}, {0, 0}},
      {0, {2}, {huge}},    {huge, {1}, {1}},       {huge, {2}, {huge}},
      {0, {5}, {0}},       {0, {1, 2}, {1, 1, 1}}, {0, std::vector<int64_t>(40, 1), {}}};
  for (const Case& c : cases) {
    const Saved saved =
        OneTensor(TensorOf(Storage("FloatStorage", "0", 4), c.offset, c.shape, c.strides), bytes);
    EXPECT_THAT(ErrorOfReading(WriteZip("bounds.bin", saved)), HasSubstr("x: damaged"));
  }
  // A dimension of one element takes no step.
  const Saved fine =
      OneTensor(TensorOf(Storage("FloatStorage", "0", 4), 0, {1, 2, 2}, {huge, 2, 1}), bytes);
  EXPECT_EQ(ReadX(WriteZip("bounds.bin", fine)), Tensor({1, 2, 2}, {0, 1, 2, 3}));
}

TEST(TorchCheckpoint, RefusesStoragesOfAnotherSize) {
  const int64_t absurd = int64_t{1} << 60;
  for (const int64_t count : {int64_t{3}, int64_t{5}, absurd, int64_t{-1}}) {
    const Saved saved = OneTensor(TensorOf(Storage("FloatStorage", "0", count), 0, {2}, {1}),
                                  BytesOf<float>({0, 1, 2, 3}));
    EXPECT_THAT(ErrorOfReading(WriteZip("size.bin", saved)), HasSubstr("damaged")) << count;
    EXPECT_THAT(ErrorOfReading(WriteLegacy("size_l.bin", saved)), HasSubstr("damaged")) << count;
  }
  const Saved missing{OneTensor(TensorOf(Storage("FloatStorage", "7", 2), 0, {2}, {1}), "").root,
                      {}};
  EXPECT_THAT(ErrorOfReading(WriteZip("missing.bin", missing)), HasSubstr("no test/data/7"));
  EXPECT_THAT(ErrorOfReading(WriteLegacy("missing_l.bin", missing)), HasSubstr("no storage 7"));
}

TEST(TorchCheckpoint, SharedStoragesDoNotFillTheMemory) {
  const std::string bytes = BytesOf(std::vector<float>(100000));
  const Value tensor = TensorOf(Storage("FloatStorage", "0", 100000), 0, {100000}, {1});
  std::vector<std::pair<Value, Value>> entries;
  for (int i = 0; i < 1000; ++i)
    entries.emplace_back(Value::String("x" + std::to_string(i)), tensor);
  const TorchCheckpoint file =
      TorchCheckpoint::Read(WriteZip("shared.bin", {Value::Dict(entries), {{"0", bytes}}}));
  EXPECT_THAT(ErrorOf([&] { (void)file.ReadStateDict(file.root(), "pose"); }),
              HasSubstr("larger than the whole file"));
}

// Zip bombs: entries that share their bytes, and tensors that make small ones of large storages.
TEST(TorchCheckpoint, RefusesOverlapsAndStoragesThatAreReadAgainAndAgain) {
  const std::string bytes = BytesOf(std::vector<float>(100000));
  std::vector<std::string> aliases;
  std::vector<std::pair<Value, Value>> entries;
  for (int i = 0; i < 100; ++i) {
    const std::string key = std::to_string(i % 2);
    aliases.push_back("test/data/" + std::to_string(i + 2));
    entries.emplace_back(Value::String("x" + std::to_string(i)),
                         TensorOf(Storage("FloatStorage", key, 100000), 0, {1}, {1}));
  }
  const std::string root = Pickle(Value::Dict(entries));
  const auto members = std::vector<std::pair<std::string, std::string>>{
      {"test/data.pkl", root}, {"test/data/0", bytes}, {"test/data/1", bytes}};
  WriteFileAtomically(TempFile("overlap.bin"), ZipFile(members, aliases));
  EXPECT_THAT(ErrorOfReading(TempFile("overlap.bin")), HasSubstr("overlap"));

  WriteFileAtomically(TempFile("again.bin"), ZipFile(members));
  const TorchCheckpoint file = TorchCheckpoint::Read(TempFile("again.bin"));
  EXPECT_THAT(ErrorOf([&] { (void)file.ReadStateDict(file.root(), "pose"); }),
              HasSubstr("the same bytes again and again"));
}

TEST(TorchCheckpoint, RefusesOtherFilesInOneLine) {
  EXPECT_THAT(ErrorOfReading(TempFile("not_there.bin")), HasSubstr("no such file"));
  EXPECT_THAT(ErrorOfReading(TestFolder()), HasSubstr("is no file"));
  WriteFileAtomically(TempFile("empty.bin"), "");
  EXPECT_THAT(ErrorOfReading(TempFile("empty.bin")), HasSubstr("not a checkpoint"));
  WriteFileAtomically(TempFile("text.bin"), "Hello, this is text.");
  EXPECT_THAT(ErrorOfReading(TempFile("text.bin")), HasSubstr("not a checkpoint"));
  WriteFileAtomically(TempFile("pickle.bin"), Pickle(Value::Int(3)));
  EXPECT_THAT(ErrorOfReading(TempFile("pickle.bin")), HasSubstr("not a checkpoint"));
  WriteFileAtomically(TempFile("pk.bin"), "PK\x03\x04 and nothing more");
  EXPECT_THAT(ErrorOfReading(TempFile("pk.bin")), HasSubstr("damaged or cut short"));
  EXPECT_THAT(ErrorOfReading(kGolden / "lift_eval.npz"), HasSubstr("no data.pkl"));
  const Saved saved = OneTensor(TensorOf(Storage("FloatStorage", "0", 1), 0, {1}, {1}), "1234");
  EXPECT_THAT(ErrorOfReading(WriteZip("big.bin", saved, ZIP_CM_STORE, "big")),
              HasSubstr("big-endian"));
  WriteFileAtomically(TempFile("big_l.bin"), LegacyBytes(saved, false));
  EXPECT_THAT(ErrorOfReading(TempFile("big_l.bin")), HasSubstr("big-endian"));
  const Saved zeros = OneTensor(TensorOf(Storage("FloatStorage", "0", 250000), 0, {1}, {1}),
                                std::string(1000000, 0));
  EXPECT_THAT(ErrorOfReading(WriteZip("packed.bin", zeros, ZIP_CM_DEFLATE)),
              HasSubstr("compressed"));
}

Saved SmallCheckpoint() {
  std::vector<float> values(12);
  for (size_t i = 0; i < values.size(); ++i) values[i] = i;
  const Value a = TensorOf(Storage("FloatStorage", "a", 12), 0, {3, 4}, {4, 1});
  const Value b = TensorOf(Storage("FloatStorage", "b", 12), 0, {4, 3}, {1, 4});
  return {Value::Dict({{Value::String("epoch"), Value::Int(3)},
                       {Value::String("model_pos"),
                        Value::OrderedDict({{Value::String("a"), a}, {Value::String("b"), b}})}}),
          {{"a", BytesOf(values)}, {"b", BytesOf(values)}}};
}

TEST(TorchCheckpoint, EveryTruncationIsAnError) {
  for (const fs::path& whole :
       {WriteZip("whole.bin", SmallCheckpoint()), WriteLegacy("whole_l.bin", SmallCheckpoint())}) {
    const std::string bytes = ReadFile(whole);
    const fs::path path = TempFile("cut.bin");
    for (size_t length = 0; length < bytes.size(); ++length) {
      std::ofstream(path, std::ios::binary) << bytes.substr(0, length);
      EXPECT_NE(ErrorOf([&] { ReadAllOf(path); }), "no error") << whole << " cut at " << length;
    }
    EXPECT_EQ(ErrorOf([&] { ReadAllOf(whole); }), "no error");
  }
}

TEST(TorchCheckpoint, FlippedBitsDoNoHarm) {
  std::mt19937 random(3);
  for (const fs::path& whole :
       {WriteZip("whole.bin", SmallCheckpoint()), WriteLegacy("whole_l.bin", SmallCheckpoint())}) {
    const std::string bytes = ReadFile(whole);
    const fs::path path = TempFile("flipped.bin");
    int errors = 0;
    for (int trial = 0; trial < 800; ++trial) {
      std::string flipped = bytes;
      for (int flip = trial % 3; flip >= 0; --flip) {
        flipped[random() % flipped.size()] ^= static_cast<char>(1U << (random() % 8));
      }
      std::ofstream(path, std::ios::binary) << flipped;
      // Anything but an Error (or success, where values changed) fails the test by escaping.
      errors += ErrorOf([&] { ReadAllOf(path); }) != "no error" ? 1 : 0;
    }
    EXPECT_GT(errors, 300);
  }
}

}  // namespace videopose::internal::torch_checkpoint_test
