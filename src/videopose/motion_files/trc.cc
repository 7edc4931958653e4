// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/trc.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

#include "videopose/base/atomic_file.h"
#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/motion_files/text_table.h"

namespace videopose::internal {
namespace {

using Fields = std::vector<std::string_view>;

constexpr size_t kHeaderLines = 5;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// A reader for one file, to name it in errors.
class TrcText {
 public:
  TrcText(std::string text, std::string path)
      : text_(std::move(text)), path_(std::move(path)), lines_(SplitLines(text_)) {}

  MarkerTrial Parse() const {
    if (lines_.empty() || !lines_[0].starts_with("PathFileType")) {
      Fail("{}: not a .trc file: it does not begin with PathFileType", path_);
    }
    if (lines_.size() < kHeaderLines) Fail("{}: ends within its header", path_);
    MarkerTrial trial;
    const Fields keys = Words(lines_[1]), values = Words(lines_[2]);
    trial.rate_hz = Number(keys, values, "DataRate");
    if (!(trial.rate_hz > 0 && trial.rate_hz < 1e6)) {
      Fail("{}: line 3: DataRate {} is not frames per second", path_, trial.rate_hz);
    }
    trial.units = Value(keys, values, "Units");
    ParseLabels(Number(keys, values, "NumMarkers"), trial);
    ParseRows(trial);
    return trial;
  }

 private:
  // Fields that are not empty: headers are padded in several ways.
  static Fields Words(std::string_view line) {
    Fields words;
    for (const std::string_view field : SplitFields(line, '\t')) {
      const size_t begin = field.find_first_not_of(' ');
      if (begin == std::string_view::npos) continue;
      words.push_back(field.substr(begin, field.find_last_not_of(' ') + 1 - begin));
    }
    return words;
  }
  std::string Value(const Fields& keys, const Fields& values, std::string_view key) const {
    for (size_t i = 0; i < std::min(keys.size(), values.size()); ++i) {
      if (keys[i] == key) return std::string(values[i]);
    }
    Fail("{}: line 3: no value for {}", path_, key);
  }
  double Number(const Fields& keys, const Fields& values, std::string_view key) const {
    const std::string text = Value(keys, values, key);
    const std::optional<double> number = NumberIn(text);
    if (!number || !std::isfinite(*number)) {
      Fail("{}: line 3: {} is '{}', expected a number", path_, key, text);
    }
    return *number;
  }

  void ParseLabels(double expected, MarkerTrial& trial) const {
    const Fields words = Words(lines_[3]);
    for (size_t i = 2; i < words.size(); ++i) trial.labels.emplace_back(words[i]);
    if (static_cast<double>(trial.labels.size()) != expected || expected == 0) {
      Fail("{}: line 4: expected the names of {:g} markers (NumMarkers), found {}", path_, expected,
           trial.labels.size());
    }
  }

  void ParseRows(MarkerTrial& trial) const {
    const int64_t columns = 3 * trial.labels.size();
    std::vector<float> values;
    for (size_t i = kHeaderLines; i < lines_.size(); ++i) {
      if (Words(lines_[i]).empty()) continue;
      if (values.empty()) trial.first_frame = FrameNumber(i);
      ParseRow(i, columns, values);
    }
    const auto frames = std::ssize(values) / columns;
    trial.points = Tensor({frames, columns / 3, 3}, std::move(values));
  }
  int64_t FrameNumber(size_t line) const {
    const std::optional<double> number = NumberIn(SplitFields(lines_[line], '\t')[0]);
    if (!number || !(std::abs(*number) < 1e9)) {
      Fail("{}: line {}: expected a frame's number", path_, line + 1);
    }
    return static_cast<int64_t>(*number);
  }
  void ParseRow(size_t line, int64_t columns, std::vector<float>& values) const {
    Fields fields = SplitFields(lines_[line], '\t');
    const auto wanted = static_cast<size_t>(columns) + 2;
    while (fields.size() > wanted && fields.back().empty()) fields.pop_back();
    if (fields.size() != wanted) {
      Fail("{}: line {}: expected {} fields, found {}", path_, line + 1, wanted, fields.size());
    }
    for (size_t i = 2; i < wanted; i += 3) {
      float point[3];
      bool is_there = true;
      for (size_t axis = 0; axis < 3; ++axis) {
        const std::string_view field = fields[i + axis];
        const std::optional<double> number = NumberIn(field);
        if (!number && field.find_first_not_of(' ') != std::string_view::npos) {
          Fail("{}: line {}: '{}' is not a number", path_, line + 1, field.substr(0, 40));
        }
        is_there = is_there && number && std::isfinite(*number);
        point[axis] = number.value_or(kMissing);
      }
      for (const float coordinate : point) values.push_back(is_there ? coordinate : kMissing);
    }
  }

  std::string text_, path_;
  std::vector<std::string_view> lines_;
};

std::string Header(const std::string& file_name, const MarkerTrial& trial) {
  std::string text = fmt::format("PathFileType\t4\t(X/Y/Z)\t{}\n", file_name);
  text +=
      "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\t"
      "OrigNumFrames\n";
  const int64_t frames = trial.points.dim(0);
  text += fmt::format("{0:.10g}\t{0:.10g}\t{1}\t{2}\t{3}\t{0:.10g}\t{4}\t{1}\n", trial.rate_hz,
                      frames, trial.labels.size(), trial.units, trial.first_frame);
  text += "Frame#\tTime";
  for (const std::string& label : trial.labels) text += "\t" + label + "\t\t";
  text += "\n\t";
  for (size_t m = 1; m <= trial.labels.size(); ++m) text += fmt::format("\tX{0}\tY{0}\tZ{0}", m);
  return text + "\n\n";
}

}  // namespace

void WriteTrc(const std::filesystem::path& path, const MarkerTrial& trial) {
  const auto markers = std::ssize(trial.labels);
  VP_CHECK(trial.points.rank() == 3 && trial.points.dim(1) == markers && trial.rate_hz > 0,
           "{} labels", markers);
  std::string text = Header(path.filename().string(), trial);
  const auto out = std::back_inserter(text);
  const float* value = trial.points.data();
  for (int64_t t = 0; t < trial.points.dim(0); ++t) {
    fmt::format_to(out, "{}\t{:.6f}", trial.first_frame + t,
                   static_cast<double>(t) / trial.rate_hz);
    for (int64_t i = 0; i < 3 * markers; ++i, ++value) {
      if (std::isfinite(*value)) {
        fmt::format_to(out, "\t{:.4f}", *value);
      } else {
        text += "\tNaN";
      }
    }
    text += '\n';
  }
  WriteFileAtomically(path, text);
}

MarkerTrial ReadTrc(const std::filesystem::path& path) try {
  return TrcText(ReadFile(path), path.string()).Parse();
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose::internal
