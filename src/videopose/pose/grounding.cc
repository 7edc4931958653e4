// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <iterator>

#include "videopose/pose.h"

namespace videopose {
namespace {

struct Row {
  Grounding grounding;
  std::string_view name, description;
};
constexpr Row kRows[] = {
    {Grounding::kNone, "", "not placed in a world"},
    {Grounding::kGivenCamera, "given camera", "in a world with a given camera"},
    {Grounding::kGivenLens, "given lens", "camera and floor solved through a given lens"},
    {Grounding::kAssumedLens, "assumed lens", "camera and floor solved through an assumed lens"},
    {Grounding::kCameraMoving, "camera moving",
     "camera moving: no common world, each person on a floor of their own"},
    {Grounding::kLevelCamera, "level camera",
     "camera taken as level, roots known, feet on the floor"},
    {Grounding::kFromImage, "from image",
     "camera taken as level, roots by size and place in the image, feet on the floor"},
    {Grounding::kFloorOnly, "floor only", "roots not known, feet on the floor"}};

const Row& RowOf(Grounding grounding) {
  return *std::ranges::find(kRows, grounding, &Row::grounding);
}

}  // namespace

std::string_view NameOf(Grounding grounding) { return RowOf(grounding).name; }
std::string_view Describe(Grounding grounding) { return RowOf(grounding).description; }

std::optional<Grounding> GroundingNamed(std::string_view name) {
  const auto* const row = std::ranges::find(kRows, name, &Row::name);
  if (name.empty() || row == std::end(kRows)) return std::nullopt;
  return row->grounding;
}

}  // namespace videopose
