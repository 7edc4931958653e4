// SPDX-License-Identifier: Apache-2.0

#include "videopose/onnx/decode.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

constexpr std::array kYoloxStrides = {8, 16, 32};

[[noreturn]] void RefuseOutputs(const std::string& name, std::span<const OnnxOutput> outputs,
                                const std::string& expected) {
  std::vector<std::string> shapes;
  for (const OnnxOutput& output : outputs) {
    shapes.push_back(fmt::format("({})", fmt::join(output.shape, ", ")));
  }
  Fail(ErrorCode::kMismatch, "{}: has outputs {}; expected {}", name, fmt::join(shapes, ", "),
       expected);
}

DetectedBox BoxBetween(float left, float top, float right, float bottom, float score) {
  return {.score = score,
          .box = {.centre_px = {(left + right) / 2, (top + bottom) / 2},
                  .size_px = {right - left, bottom - top}}};
}

std::vector<DetectedBox> YoloxBoxes(const OnnxOutput& output, InputSize input) {
  std::vector<DetectedBox> boxes;
  const auto columns = static_cast<size_t>(output.shape[2]);
  const float* cell = output.values.data();
  for (const int stride : kYoloxStrides) {
    for (int y = 0; y < input.height_px / stride; ++y) {
      for (int x = 0; x < input.width_px / stride; ++x, cell += columns) {
        const auto step = static_cast<float>(stride);
        boxes.push_back({.score = cell[4] * cell[5],
                         .box = {.centre_px = {(cell[0] + static_cast<float>(x)) * step,
                                               (cell[1] + static_cast<float>(y)) * step},
                                 .size_px = {std::exp(cell[2]) * step, std::exp(cell[3]) * step}}});
      }
    }
  }
  return boxes;
}

size_t BestOf(std::span<const float> values) {
  return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

std::vector<Keypoint> FromSimcc(const OnnxOutput& columns, const OnnxOutput& rows, double split) {
  const auto joints = static_cast<size_t>(columns.shape[1]);
  const auto width = static_cast<size_t>(columns.shape[2]),
             height = static_cast<size_t>(rows.shape[2]);
  std::vector<Keypoint> points(joints);
  for (size_t j = 0; j < joints; ++j) {
    const auto of_x = std::span(columns.values).subspan(j * width, width),
               of_y = std::span(rows.values).subspan(j * height, height);
    const size_t x = BestOf(of_x), y = BestOf(of_y);
    points[j] = {.x_px = static_cast<float>(static_cast<double>(x) / split),
                 .y_px = static_cast<float>(static_cast<double>(y) / split),
                 .score = std::clamp(std::min(of_x[x], of_y[y]), 0.0F, 1.0F)};
  }
  return points;
}

std::vector<Keypoint> FromHeatMaps(const OnnxOutput& maps, InputSize input) {
  const auto joints = static_cast<size_t>(maps.shape[1]), rows = static_cast<size_t>(maps.shape[2]),
             columns = static_cast<size_t>(maps.shape[3]);
  std::vector<Keypoint> points(joints);
  for (size_t j = 0; j < joints; ++j) {
    const auto map = std::span(maps.values).subspan(j * rows * columns, rows * columns);
    const size_t best = BestOf(map), x = best % columns, y = best / columns;
    // Towards the higher neighbour, where there are two.
    const auto shift = [&](size_t at, size_t count, size_t step) {
      if (at == 0 || at + 1 == count) return 0.0F;
      const float difference = map[best + step] - map[best - step];
      return difference > 0 ? 0.25F : difference < 0 ? -0.25F : 0.0F;
    };
    points[j] = {.x_px = (static_cast<float>(x) + shift(x, columns, 1)) *
                         static_cast<float>(input.width_px) / static_cast<float>(columns),
                 .y_px = (static_cast<float>(y) + shift(y, rows, columns)) *
                         static_cast<float>(input.height_px) / static_cast<float>(rows),
                 .score = std::clamp(map[best], 0.0F, 1.0F)};
  }
  return points;
}

}  // namespace

std::vector<DetectedBox> DecodeBoxOutputs(const std::string& name,
                                          std::span<const OnnxOutput> outputs, InputSize input) {
  int64_t cells = 0;
  for (const int stride : kYoloxStrides) {
    cells += static_cast<int64_t>(input.width_px / stride) * (input.height_px / stride);
  }
  const std::vector<int64_t>& shape = outputs[0].shape;
  if (shape.size() == 3 && shape[0] == 1 && shape[1] == cells && shape[2] > 5) {
    return YoloxBoxes(outputs[0], input);
  }
  const bool has_classes = outputs.size() > 1;
  if (shape.size() != 3 || shape[0] != 1 || shape[2] != 5 ||
      (has_classes && std::ssize(outputs[1].values) != shape[1])) {
    RefuseOutputs(name, outputs,
                  fmt::format("(1, {}, 5 + classes) or (1, N, 5) and (1, N)", cells));
  }
  std::vector<DetectedBox> boxes;
  for (size_t i = 0; i < static_cast<size_t>(shape[1]); ++i) {
    const float* box = outputs[0].values.data() + 5 * i;
    if (has_classes && outputs[1].values[i] != 0) continue;
    boxes.push_back(BoxBetween(box[0], box[1], box[2], box[3], box[4]));
  }
  return boxes;
}

std::vector<Keypoint> DecodeKeypointOutputs(const std::string& name,
                                            std::span<const OnnxOutput> outputs, InputSize input,
                                            double simcc_split) {
  const std::vector<int64_t>& first = outputs[0].shape;
  if (outputs.size() >= 2 && first.size() == 3 && outputs[1].shape.size() == 3 && first[0] == 1 &&
      first[1] > 0 && first[2] > 0 && outputs[1].shape[0] == 1 && outputs[1].shape[1] == first[1] &&
      outputs[1].shape[2] > 0) {
    return FromSimcc(outputs[0], outputs[1], simcc_split);
  }
  if (first.size() != 4 || first[0] != 1 || outputs[0].values.empty()) {
    RefuseOutputs(name, outputs,
                  "SimCC's (1, J, columns) and (1, J, rows), or heat maps (1, J, h, w)");
  }
  return FromHeatMaps(outputs[0], input);
}

}  // namespace videopose::internal
