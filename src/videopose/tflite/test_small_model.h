// SPDX-License-Identifier: Apache-2.0

// For tests: .tflite files, made field by field.

#ifndef VIDEOPOSE_TFLITE_TEST_SMALL_MODEL_H_
#define VIDEOPOSE_TFLITE_TEST_SMALL_MODEL_H_

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace videopose::internal {

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

inline Flat FlatTensor(const std::string& name, std::vector<int32_t> shape, int type, int buffer) {
  return {.scalars = {{1, type}, {2, buffer}}, .bytes = {{3, name}}, .ints = {{0, shape}}};
}

// out = CONV_2D(in (1, 2, 2, 1), 1 x 1 weights): weights are half-precision and sparse, so both
// DENSIFY and DEQUANTIZE are at work. Dense weights (2, 1, 1, 1): 0, 3. Biases: 10, 20.
inline Flat SmallModel() {
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

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TFLITE_TEST_SMALL_MODEL_H_
