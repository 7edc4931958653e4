// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/c3d.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/base/atomic_file.h"
#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/motion_files/text_table.h"

static_assert(std::endian::native == std::endian::little, ".c3d is read and written as it lies");

namespace videopose::internal {
namespace {

constexpr size_t kBlock = 512;
constexpr uint8_t kMagic = 0x50;
constexpr uint8_t kLittleEndian = 84;  // "Intel"; 85 is DEC, 86 MIPS
// A parameter's type is the size of its values, text's negative.
constexpr int8_t kText = -1, kInteger = 2, kFloat = 4;

template <typename T>
void Append(std::string& bytes, T value) {
  const auto* from = reinterpret_cast<const char*>(&value);
  bytes.append(from, sizeof value);
}

// ---- Writing

class Parameters {
 public:
  // Groups are numbered from 1 in the order in which they come.
  void Group(std::string_view name) {
    ++group_;
    Name(name, static_cast<int8_t>(-group_));
    Append<int16_t>(bytes_, 3);  // to the next entry: this number and the description's length
    Append<uint8_t>(bytes_, 0);
  }
  template <typename T>
  void Numbers(std::string_view name, const std::vector<T>& values) {
    std::string data;
    for (const T value : values) Append(data, value);
    // A single value is no array.
    const std::vector<size_t> dimensions =
        values.size() == 1 ? std::vector<size_t>() : std::vector{values.size()};
    Entry(name, std::is_same_v<T, float> ? kFloat : kInteger, dimensions, data);
  }
  void Text(std::string_view name, std::string_view text) {
    Entry(name, kText, {text.size()}, text);
  }
  void Texts(std::string_view name, const std::vector<std::string>& texts) {
    size_t width = 1;
    for (const std::string& text : texts) width = std::max(width, text.size());
    std::string data;
    for (const std::string& text : texts) data += text + std::string(width - text.size(), ' ');
    Entry(name, kText, {width, texts.size()}, data);
  }

  // With its four bytes in front, filled to whole blocks.
  std::string Section() const {
    std::string section = {1, static_cast<char>(kMagic), 0, static_cast<char>(kLittleEndian)};
    section += bytes_;
    section.resize((section.size() + 2 + kBlock - 1) / kBlock * kBlock);  // two zeros: the end
    section[2] = static_cast<char>(section.size() / kBlock);
    return section;
  }

 private:
  void Name(std::string_view name, int8_t group) {
    Append(bytes_, static_cast<uint8_t>(name.size()));
    Append(bytes_, group);
    bytes_ += name;
  }
  void Entry(std::string_view name, int8_t type, const std::vector<size_t>& dimensions,
             std::string_view data) {
    Name(name, static_cast<int8_t>(group_));
    const size_t to_next = 2 + 1 + 1 + dimensions.size() + data.size() + 1;
    VP_CHECK(to_next <= 32767, "{}: {} bytes", name, data.size());
    Append(bytes_, static_cast<int16_t>(to_next));
    Append(bytes_, type);
    Append(bytes_, static_cast<uint8_t>(dimensions.size()));
    for (const size_t dimension : dimensions) {
      VP_CHECK(dimension <= 255, "{}: {} values", name, dimension);
      Append(bytes_, static_cast<uint8_t>(dimension));
    }
    bytes_ += data;
    Append<uint8_t>(bytes_, 0);  // no description
  }

  std::string bytes_;
  int group_ = 0;
};

// What a 16-bit word can say.
int16_t Word(int64_t value) {
  return static_cast<int16_t>(static_cast<uint16_t>(std::clamp<int64_t>(value, 0, 65535)));
}
// Low word first.
std::vector<int16_t> TwoWords(int64_t value) {
  return {static_cast<int16_t>(value & 0xffff), static_cast<int16_t>((value >> 16) & 0xffff)};
}

// Programs that convert to integers divide by this: the largest coordinate must stay below 32767.
float ScaleFor(const Tensor& points) {
  float largest = 0;
  for (const float value : points.values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return std::max(largest / 32000, 0.01F);
}

std::string ParameterSection(const MarkerTrial& trial, bool y_up, float scale, int64_t data_block) {
  const int64_t frames = trial.points.dim(0);
  const float rate = trial.rate_hz;
  Parameters parameters;
  parameters.Group("TRIAL");
  parameters.Numbers("ACTUAL_START_FIELD", TwoWords(trial.first_frame));
  parameters.Numbers("ACTUAL_END_FIELD", TwoWords(trial.first_frame + frames - 1));
  parameters.Numbers<float>("CAMERA_RATE", {rate});
  parameters.Group("POINT");
  parameters.Numbers<int16_t>("USED", {Word(trial.points.dim(1))});
  parameters.Numbers<int16_t>("FRAMES", {Word(frames)});
  parameters.Numbers<float>("LONG_FRAMES", {static_cast<float>(frames)});
  parameters.Numbers<int16_t>("DATA_START", {Word(data_block)});
  parameters.Numbers<float>("SCALE", {-scale});
  parameters.Numbers<float>("RATE", {rate});
  parameters.Text("UNITS", trial.units);
  parameters.Text("X_SCREEN", "+X");
  parameters.Text("Y_SCREEN", y_up ? "+Y" : "+Z");
  parameters.Texts("LABELS", trial.labels);
  parameters.Texts("DESCRIPTIONS", trial.labels);
  parameters.Group("ANALOG");  // readers expect these groups even where there is nothing in them
  parameters.Numbers<int16_t>("USED", {0});
  parameters.Numbers<float>("RATE", {rate});
  parameters.Group("FORCE_PLATFORM");
  parameters.Numbers<int16_t>("USED", {0});
  return parameters.Section();
}

std::string HeaderBlock(const MarkerTrial& trial, float scale, int64_t data_block) {
  std::string header = {2, static_cast<char>(kMagic)};  // parameters begin at block 2
  Append(header, Word(trial.points.dim(1)));
  Append<int16_t>(header, 0);  // analog samples a frame
  Append(header, Word(trial.first_frame));
  Append(header, Word(trial.first_frame + trial.points.dim(0) - 1));
  Append<int16_t>(header, 0);  // longest gap that was interpolated
  Append(header, -scale);      // negative: floats
  Append(header, Word(data_block));
  Append<int16_t>(header, 0);  // analog samples a channel and frame
  Append(header, static_cast<float>(trial.rate_hz));
  header.resize(kBlock);
  return header;
}

// ---- Reading

struct Parameter {
  int8_t type = 0;
  std::vector<size_t> dimensions;
  std::string_view data;
};

class C3dFile {
 public:
  C3dFile(std::string bytes, std::string path) : bytes_(std::move(bytes)), path_(std::move(path)) {
    if (bytes_.size() < kBlock || static_cast<uint8_t>(bytes_[1]) != kMagic) {
      Fail("{}: not a .c3d file", path_);
    }
    ReadParameters();
  }

  MarkerTrial Read() const {
    MarkerTrial trial;
    trial.rate_hz = RateHz();
    trial.first_frame = FirstFrame();
    trial.units = Text("POINT", "UNITS", "mm");
    const int64_t frames = LastFrame() - trial.first_frame + 1;
    const int64_t markers = HeaderWord(2);
    if (frames < 0 || markers == 0) {
      Fail("{}: its header tells of {} points and {} frames", path_, markers, frames);
    }
    trial.labels = Labels(markers);
    trial.points = Points(frames, markers);
    return trial;
  }

 private:
  template <typename T>
  T At(size_t offset) const {
    T value;
    VP_CHECK(offset + sizeof value <= bytes_.size(), "{} of {}", offset, bytes_.size());
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  // Words are numbered from 1.
  uint16_t HeaderWord(size_t number) const { return At<uint16_t>(2 * (number - 1)); }
  float HeaderFloat(size_t number) const { return At<float>(2 * (number - 1)); }

  void ReadParameters() {
    const size_t begin = kBlock * (static_cast<uint8_t>(bytes_[0]) - size_t{1});
    if (begin + 4 > bytes_.size() || begin < kBlock) Truncated();
    const uint8_t processor = bytes_[begin + 3];
    if (processor != kLittleEndian) {
      Fail("{}: written for {} computers; only little-endian .c3d files are read here", path_,
           processor == 85   ? "DEC"
           : processor == 86 ? "MIPS"
                             : "unknown");
    }
    std::map<int, std::string> groups;
    std::vector<std::pair<std::string, Parameter>> entries[128];
    for (size_t at = begin + 4; at + 2 <= bytes_.size();) {
      // Locked names have negative lengths.
      const size_t name_length = std::abs(int{At<int8_t>(at)});
      const auto group = At<int8_t>(at + 1);
      if (name_length == 0 || group == 0) break;
      const size_t offset_at = at + 2 + name_length;
      if (offset_at + 2 > bytes_.size()) Truncated();
      const std::string name = Upper(bytes_.substr(at + 2, name_length));
      if (group < 0) {
        groups[-group] = name;
      } else {
        entries[group].emplace_back(name, ParameterAt(offset_at + 2));
      }
      const auto to_next = At<uint16_t>(offset_at);
      if (to_next == 0) break;
      at = offset_at + to_next;
    }
    for (const auto& [number, name] : groups) {
      if (number > 127) continue;
      for (auto& [entry, value] : entries[number])
        parameters_[fmt::format("{}:{}", name, entry)] = value;
    }
  }
  Parameter ParameterAt(size_t at) const {
    Parameter parameter;
    if (at + 2 > bytes_.size()) Truncated();
    parameter.type = At<int8_t>(at);
    const auto rank = At<uint8_t>(at + 1);
    if (rank > 7) Fail("{}: a parameter of {} dimensions", path_, rank);
    size_t size = std::abs(int{parameter.type});
    at += 2;
    for (int i = 0; i < rank; ++i) {
      if (at >= bytes_.size()) Truncated();
      parameter.dimensions.push_back(At<uint8_t>(at++));
      size *= parameter.dimensions.back();
      if (size > bytes_.size()) Truncated();
    }
    if (size > bytes_.size() - at) Truncated();
    parameter.data = std::string_view(bytes_).substr(at, size);
    return parameter;
  }
  static std::string Upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
  }

  const Parameter* Find(const std::string& group, const std::string& name) const {
    const auto found = parameters_.find(group + ":" + name);
    return found == parameters_.end() ? nullptr : &found->second;
  }
  std::string Text(const std::string& group, const std::string& name,
                   std::string_view otherwise) const {
    const Parameter* parameter = Find(group, name);
    if (parameter == nullptr || parameter->type != kText) return std::string(otherwise);
    return Trimmed(parameter->data);
  }
  static std::string Trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
    return std::string(text);
  }
  std::optional<int64_t> TrialField(const std::string& name) const {
    const Parameter* parameter = Find("TRIAL", name);
    if (parameter == nullptr || parameter->type != kInteger || parameter->data.size() != 4)
      return {};
    uint32_t value = 0;
    std::memcpy(&value, parameter->data.data(), sizeof value);
    return value;
  }
  int64_t FirstFrame() const { return TrialField("ACTUAL_START_FIELD").value_or(HeaderWord(4)); }
  int64_t LastFrame() const { return TrialField("ACTUAL_END_FIELD").value_or(HeaderWord(5)); }
  double RateHz() const {
    const float rate = HeaderFloat(11);
    if (!(rate > 0 && rate < 1e6F)) Fail("{}: {} is not frames per second", path_, rate);
    return rate;
  }

  std::vector<std::string> Labels(int64_t markers) const {
    std::vector<std::string> labels;
    const Parameter* parameter = Find("POINT", "LABELS");
    if (parameter != nullptr && parameter->type == kText && parameter->dimensions.size() == 2) {
      const size_t width = parameter->dimensions[0];
      for (size_t i = 0; i < parameter->dimensions[1]; ++i) {
        labels.push_back(Trimmed(parameter->data.substr(i * width, width)));
      }
    }
    labels.resize(markers);  // points beyond the names have none
    return labels;
  }

  Tensor Points(int64_t frames, int64_t markers) const {
    const float scale = HeaderFloat(7);
    const bool is_float = scale < 0;
    const size_t item = is_float ? 4 : 2;
    const size_t begin = kBlock * (std::max<size_t>(HeaderWord(9), 1) - 1);
    const size_t stride = item * (4 * static_cast<size_t>(markers) + HeaderWord(3));
    if (begin > bytes_.size() || (bytes_.size() - begin) / stride < static_cast<size_t>(frames)) {
      Fail("{}: ends within its data: expected {} frames", path_, frames);
    }
    constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
    Tensor points({frames, markers, 3});
    float* out = points.data();
    for (int64_t t = 0; t < frames; ++t) {
      for (int64_t m = 0; m < markers; ++m) {
        const size_t at =
            begin + static_cast<size_t>(t) * stride + static_cast<size_t>(m) * 4 * item;
        const auto value = [&](size_t i) {
          return is_float ? At<float>(at + 4 * i) : scale * At<int16_t>(at + 2 * i);
        };
        const bool is_there = is_float ? At<float>(at + 12) >= 0 : At<int16_t>(at + 6) >= 0;
        for (size_t axis = 0; axis < 3; ++axis) *out++ = is_there ? value(axis) : kMissing;
      }
    }
    return points;
  }

  [[noreturn]] void Truncated() const { Fail("{}: ends within its parameters", path_); }

  std::string bytes_, path_;
  std::map<std::string, Parameter> parameters_;  // by "GROUP:NAME"
};

}  // namespace

void WriteC3d(const std::filesystem::path& path, const MarkerTrial& trial, bool y_up) {
  const auto markers = std::ssize(trial.labels);
  VP_CHECK(trial.points.rank() == 3 && trial.points.dim(1) == markers && markers <= 255 &&
               trial.rate_hz > 0,
           "{} labels", markers);
  const float scale = ScaleFor(trial.points);
  const std::string parameters = ParameterSection(trial, y_up, scale, 0);
  const int64_t data_block = 2 + parameters.size() / kBlock;
  std::string bytes =
      HeaderBlock(trial, scale, data_block) + ParameterSection(trial, y_up, scale, data_block);
  const float* value = trial.points.data();
  for (int64_t i = 0; i < trial.points.dim(0) * markers; ++i, value += 3) {
    const bool is_there =
        std::isfinite(value[0]) && std::isfinite(value[1]) && std::isfinite(value[2]);
    for (int axis = 0; axis < 3; ++axis) Append(bytes, is_there ? value[axis] : 0.0F);
    Append(bytes, is_there ? 0.0F : -1.0F);
  }
  bytes.resize((bytes.size() + kBlock - 1) / kBlock * kBlock);
  WriteFileAtomically(path, bytes);
}

MarkerTrial ReadC3d(const std::filesystem::path& path) try {
  return C3dFile(ReadFile(path), path.string()).Read();
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose::internal
