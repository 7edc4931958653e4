// SPDX-License-Identifier: Apache-2.0

// Synthetic motion capture for tests: a .bvh file in the form of DeepMimic's rig.

#ifndef VIDEOPOSE_AUGMENT_TEST_RIG_H_
#define VIDEOPOSE_AUGMENT_TEST_RIG_H_

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

namespace videopose::internal {

// A body that looks along x, in centimetres, all of whose joints swing.
inline std::string RigText(int frames) {
  constexpr int kChannels = 42;  // three positions and 13 times three rotations
  const std::string turns = "CHANNELS 3 Zrotation Xrotation Yrotation\n";
  const auto joint = [&](const std::string& name, const std::string& offset,
                         const std::string& children) {
    return "JOINT " + name + "\n{\nOFFSET " + offset + "\n" + turns + children + "}\n";
  };
  const auto end = [](const std::string& offset) {
    return "End Site\n{\nOFFSET " + offset + "\n}\n";
  };
  std::string chest = joint("Neck", "0 25 0", end("0 15 0")), legs;
  for (const auto& [side, sign] : {std::pair{"Left", "-"}, std::pair{"Right", ""}}) {
    const std::string of = side, at = sign;
    chest +=
        joint(of + "Shoulder", "0 22 " + at + "18", joint(of + "Elbow", "0 -28 0", end("0 -25 0")));
    legs += joint(of + "Hip", "0 0 " + at + "9",
                  joint(of + "Knee", "0 -42 0", joint(of + "Ankle", "0 -40 0", end("12 0 0"))));
  }
  std::string text =
      "HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 6 Xposition Yposition "
      "Zposition Zrotation Xrotation Yrotation\n" +
      joint("Chest", "0 20 0", chest) + legs +
      fmt::format("}}\nMOTION\nFrames: {}\nFrame Time: 0.0333333\n", frames);
  for (int t = 0; t < frames; ++t) {
    text += fmt::format("{} 90 0", t);
    for (int c = 3; c < kChannels; ++c) text += fmt::format(" {}", 20 * std::sin(0.2 * t + c));
    text += "\n";
  }
  return text;
}

inline void WriteRig(const std::filesystem::path& path, int frames) {
  std::ofstream(path) << RigText(frames);
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_TEST_RIG_H_
