// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/plot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/media.h"
#include "videopose/render/axis_ticks.h"

namespace videopose::internal::plot_test {

namespace fs = std::filesystem;

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Falling like a training's error.
Plot Curves(int epochs) {
  Plot plot{.title = "Pose error over the epochs",
            .x_label = "epoch",
            .y_label = "MPJPE (mm)",
            .first_x = 4,
            .series = {{"training", {}}, {"training, evaluated", {}}, {"test", {}}}};
  for (int i = 0; i < epochs; ++i) {
    plot.series[0].values.push_back(38 + 30 * std::exp(-i / 10.0));
    plot.series[1].values.push_back(25 + 30 * std::exp(-i / 12.0));
    plot.series[2].values.push_back(47 + 20 * std::exp(-i / 8.0) + 0.8 * std::sin(2.0 * i));
  }
  plot.marked_x = epochs;
  plot.mark_label = "best: epoch " + std::to_string(epochs) + ", 46.8 mm";
  return plot;
}

int PixelsLike(const Image& image, int r, int g, int b) {
  int count = 0;
  for (int y = 0; y < image.height_px; ++y) {
    for (int x = 0; x < image.width_px; ++x) {
      const uint8_t* p = image.row(y) + static_cast<ptrdiff_t>(x) * Image::kBytesPerPixel;
      count += p[2] == r && p[1] == g && p[0] == b ? 1 : 0;
    }
  }
  return count;
}

TEST(AxisTicks, AreRoundAndHoldTheValues) {
  for (const auto& [low, high] : {std::pair(46.83, 71.2), std::pair(0.0, 1.0), std::pair(-3.2, 4e5),
                                  std::pair(0.00012, 0.00031), std::pair(1e6, 1e6 + 3)}) {
    const AxisTicks ticks = NiceTicks(low, high, 6);
    EXPECT_LE(ticks.low(), low + 1e-9 * std::abs(low));
    EXPECT_GE(ticks.high(), high - 1e-9 * std::abs(high));
    EXPECT_GE(ticks.values.size(), 3U);
    EXPECT_LE(ticks.values.size(), 9U);
    for (size_t i = 1; i < ticks.values.size(); ++i) {
      EXPECT_GT(ticks.values[i], ticks.values[i - 1]);
      EXPECT_NE(ticks.Label(i), ticks.Label(i - 1));
    }
  }
  const AxisTicks ticks = NiceTicks(46.83, 71.2, 6);
  EXPECT_EQ(ticks.values, (std::vector<double>{45, 50, 55, 60, 65, 70, 75}));
  EXPECT_EQ(ticks.Label(0), "45");
  EXPECT_EQ(NiceTicks(0.1, 0.32, 5).Label(1), "0.15");
}

TEST(AxisTicks, OneValueHasSpaceAroundIt) {
  for (const double value : {0.0, 52.5, -1e-7, 1e12}) {
    const AxisTicks ticks = NiceTicks(value, value, 6);
    EXPECT_LT(ticks.low(), ticks.high());
    EXPECT_LE(ticks.values.size(), 9U) << value;
  }
}

TEST(AxisTicks, EpochsAreWhole) {
  const AxisTicks ticks = NiceTicks(4, 6, 12, 1);
  EXPECT_EQ(ticks.values, (std::vector<double>{4, 5, 6}));
  EXPECT_EQ(ticks.Label(2), "6");
}

TEST(Plot, PngShowsEachSeriesInItsColour) {
  const fs::path path = TestFolder() / "plot.png";
  WritePlot(path, Curves(57));
  const Image image = ReadImage(path);
  EXPECT_EQ(image.width_px, 1920);
  EXPECT_EQ(image.height_px, 1080);
  EXPECT_GT(PixelsLike(image, 255, 255, 255), 1'500'000);
  EXPECT_GT(PixelsLike(image, 0, 114, 178), 1000);
  EXPECT_GT(PixelsLike(image, 213, 94, 0), 1000);
  EXPECT_GT(PixelsLike(image, 0, 158, 115), 1000);
}

TEST(Plot, SvgIsTheSameImageEveryTime) {
  const fs::path path = TestFolder() / "plot.svg";
  WritePlot(path, Curves(10));
  // Cairo numbers the surfaces of a process; the digits of these numbers are not part of the image.
  const auto without_digits = [](std::string text) {
    std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
    return text;
  };
  const std::string first = Contents(path);
  EXPECT_TRUE(first.starts_with("<?xml"));
  EXPECT_NE(first.find("</svg>"), std::string::npos);
  WritePlot(path, Curves(10));
  EXPECT_EQ(without_digits(Contents(path)), without_digits(first));
}

TEST(Plot, LeavesGapsAndDrawsSinglePoints) {
  constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
  const fs::path path = TestFolder() / "gaps.png";
  WritePlot(path, {.series = {{"one", {3.5}}}});
  EXPECT_GT(PixelsLike(ReadImage(path), 0, 114, 178), 40);
  WritePlot(path, {.series = {{"gap", {1, kNothing, kNothing, 2}}, {"none", {}}}});
  const int gap = PixelsLike(ReadImage(path), 0, 114, 178);
  WritePlot(path, {.series = {{"gap", {1, 1.3, 1.7, 2}}, {"none", {}}}});
  EXPECT_LT(gap, PixelsLike(ReadImage(path), 0, 114, 178) / 2);
}

TEST(Plot, SeveralStandInRowsUnderATitle) {
  const fs::path path = TestFolder() / "sheet.png";
  std::vector<Plot> plots(3, Curves(20));
  for (Plot& plot : plots) {
    plot.first_x = 2.5;
    plot.x_step = 0.04;
    plot.marked_x.reset();
  }
  WritePlots(path, "Three", plots, 2);
  const Image image = ReadImage(path);
  EXPECT_EQ(image.width_px, 2 * 960);
  EXPECT_GT(image.height_px, 2 * 540);
  EXPECT_LT(image.height_px, 2 * 540 + 100);
  // Thin lines are mostly smoothed edges: some pixels in each of the three have the pure colour.
  EXPECT_GT(PixelsLike(image, 0, 114, 178), 300);
  // Nothing stands in the place of a fourth.
  for (int y = image.height_px - 500; y < image.height_px; ++y) {
    const uint8_t* p = image.row(y) + static_cast<ptrdiff_t>(1400) * Image::kBytesPerPixel;
    ASSERT_EQ(p[0] + p[1] + p[2], 3 * 255) << y;
  }
}

TEST(Plot, RefusesOtherFormatsAndMissingFolders) {
  const fs::path folder = TestFolder();
  EXPECT_THROW(WritePlot(folder / "plot.pdf", Curves(3)), Error);
  EXPECT_FALSE(fs::exists(folder / "plot.pdf"));
  EXPECT_THROW(WritePlot(folder / "no such folder" / "plot.png", Curves(3)), Error);
}

TEST(Plot, WithoutValuesHasAxesAlone) {
  const fs::path path = TestFolder() / "empty.svg";
  WritePlot(path, {.title = "Nothing", .series = {{"empty", {}}, {"no number", {NAN, NAN}}}});
  EXPECT_GT(fs::file_size(path), 500U);
}

}  // namespace videopose::internal::plot_test
