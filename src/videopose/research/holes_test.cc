// SPDX-License-Identifier: Apache-2.0

// What missing keypoints cost: the noisy keypoints of the evaluation set with holes punched into
// them, lifted as any file is.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/arrays/npz.h"
#include "videopose/files.h"
#include "videopose/lift.h"
#include "videopose/research/lift_accuracy.h"

namespace videopose::internal::holes_test {

using Punch = std::function<void(KeypointSequence& keypoints, std::mt19937& random)>;

// Every n-th sequence of the evaluation set, with the noisy keypoints as the exact ones, too.
std::filesystem::path NoisySequences(int64_t n) {
  const NpzReader all(TestData("golden/lift_eval.npz"));
  std::filesystem::path path = TestFolder() / "noisy.npz";
  NpzWriter some(path);
  for (const auto& [name, from_name] : {std::pair{"keypoints_clean", "keypoints_noisy"},
                                        {"keypoints_noisy", "keypoints_noisy"},
                                        {"pose", "pose"},
                                        {"width_px", "width_px"},
                                        {"height_px", "height_px"},
                                        {"fps", "fps"}}) {
    const Tensor from = all.ReadTensor<float>(from_name);
    std::vector<int64_t> shape = from.shape;
    const int64_t size = from.size() / shape[0];
    shape[0] = (shape[0] + n - 1) / n;
    Tensor to(shape);
    for (int64_t i = 0; i < shape[0]; ++i) {
      std::copy_n(from.data() + n * i * size, size, to.data() + i * size);
    }
    some.Add(name, MakeNpy(to));
  }
  some.Close();
  return path;
}

class Holes : public testing::Test {
 protected:
  // By how many mm the MPJPE of every n-th sequence grows when `punched` stands for its keypoints.
  // Frames that then have no pose count as if nothing were missing.
  double Cost_mm(int64_t n,
                 const std::function<KeypointSequence(KeypointSequence)>& punched) const {
    // Of all sequences first the exact keypoints are lifted, then the noisy ones.
    const std::filesystem::path path = NoisySequences(n);
    const auto count = NpzReader(path).ReadTensor<float>("fps").size();
    std::vector<Motion> whole;
    int64_t next = 0;
    const auto lift = [&](const KeypointSequence& keypoints) {
      if (std::ssize(whole) < count) {
        whole.push_back(lifter_.Lift(keypoints));
        return whole.back();
      }
      Motion motion = whole.at(static_cast<size_t>(next++));
      const Motion found = lifter_.Lift(punched(keypoints));
      for (int64_t t = 0; t < std::min(motion.frame_count, found.frame_count); ++t) {
        if (!found.people[0].has_pose(t)) continue;
        std::ranges::copy(found.people[0].frame(t), motion.people[0].frame(t).begin());
      }
      return motion;
    };
    const LiftAccuracy accuracy = MeasureLiftAccuracy(path, lift, {});
    EXPECT_EQ(next, count);
    const double cost = 1000 * (accuracy.noisy.joints.mpjpe - accuracy.clean.joints.mpjpe);
    RecordProperty("cost_mm", std::to_string(cost));
    return cost;
  }

  // Of all sequences.
  double Cost_mm(const Punch& punch) const {
    std::mt19937 random(7);
    return Cost_mm(1, [&](KeypointSequence keypoints) {
      punch(keypoints, random);
      return keypoints;
    });
  }

 private:
  const Lifter lifter_ = Lifter::Load(SourceFile("models/lifter.bin"));
};

bool Happens(double share, std::mt19937& random) {
  return std::uniform_real_distribution<>()(random) < share;
}

void PunchPoints(KeypointSequence& clip, std::mt19937& random) {
  for (Keypoint& point : clip.people[0].keypoints) {
    if (Happens(0.05, random)) point = {};
  }
}

void PunchFrames(KeypointSequence& clip, std::mt19937& random) {
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    if (Happens(0.1, random)) std::ranges::fill(clip.people[0].frame(t), Keypoint{});
  }
}

TEST_F(Holes, OnePointInTwenty) { EXPECT_LT(Cost_mm(PunchPoints), 1); }

TEST_F(Holes, OneFrameInTen) { EXPECT_LT(Cost_mm(PunchFrames), 1.5); }

TEST_F(Holes, AFifthOfThePointsInGapsOfHalfASecond) {
  EXPECT_LT(Cost_mm([](KeypointSequence& clip, std::mt19937& random) {
              const auto gap = std::lround(0.5 * clip.fps);
              const auto points = clip.frame_count * clip.joint_count();
              for (int64_t missing = 0; 5 * missing < points;) {
                const auto begin = static_cast<int64_t>(random() % clip.frame_count);
                const auto joint = static_cast<int64_t>(random() % 17);
                for (int64_t t = begin; t < std::min(begin + gap, clip.frame_count); ++t) {
                  Keypoint& point = clip.people[0].at(t, joint);
                  missing += point.score > 0 ? 1 : 0;
                  point = {};
                }
              }
            }),
            6);
}

void Remove(KeypointSequence& clip, int first, int last) {
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    for (int j = first; j <= last; ++j) clip.people[0].at(t, j) = {};
  }
}

TEST_F(Holes, NoEyesAndEars) {
  EXPECT_LT(Cost_mm([](KeypointSequence& clip, std::mt19937&) { Remove(clip, 1, 4); }), 3);
}

// The aim is 5 mm; 5.2 are measured.
TEST_F(Holes, NoFace) {
  EXPECT_LT(Cost_mm([](KeypointSequence& clip, std::mt19937&) { Remove(clip, 0, 4); }), 5.5);
}

// ---- The same through files of other programs

class ImportedHoles : public Holes {
 protected:
  // Writes a file, or a folder, of keypoints; says as what it is to be read.
  using WriteFile = std::function<ImportOptions(const KeypointSequence& keypoints,
                                                const std::filesystem::path& file)>;

  // Of every fourth sequence, twelve in all, whose punched keypoints take the way through a file.
  double Cost_mm(const WriteFile& write, const Punch& punch) {
    std::mt19937 random(7);
    return Holes::Cost_mm(4, [&](KeypointSequence keypoints) {
      KeypointSequence imported = ThroughAFile(keypoints, write, [&] { punch(keypoints, random); });
      EXPECT_EQ(imported.people.size(), 1U);  // followed through all holes
      return imported;
    });
  }

 private:
  KeypointSequence ThroughAFile(KeypointSequence& keypoints, const WriteFile& write,
                                const std::function<void()>& punch) const {
    punch();
    const std::filesystem::path file = EmptyFolder("files") / "keypoints";
    ImportOptions options = write(keypoints, file);
    options.fps = keypoints.fps;
    options.width_px = keypoints.width_px;
    options.height_px = keypoints.height_px;
    return ImportKeypoints(file, options);
  }
};

std::string Numbers(std::span<const Keypoint> points) {
  std::string text;
  for (const Keypoint& point : points) {
    text += fmt::format("{}{:.3f},{:.3f},{}", text.empty() ? "" : ",", point.x_px, point.y_px,
                        point.score);
  }
  return text;
}

// A folder of a file a frame; what was not found is 0, 0, 0.
ImportOptions WriteOpenPose(const KeypointSequence& keypoints, const std::filesystem::path& file) {
  std::filesystem::create_directories(file);
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    const auto frame = keypoints.people[0].frame(t);
    const std::string person =
        IsSeen(frame) ? fmt::format(R"({{"pose_keypoints_2d":[{}]}})", Numbers(frame)) : "";
    std::ofstream(file / fmt::format("clip_{:012}_keypoints.json", t))
        << fmt::format(R"({{"version":1.3,"people":[{}]}})", person);
  }
  return {.layout = "coco"};
}

// What was not found is nan.
ImportOptions WriteDeepLabCut(const KeypointSequence& keypoints,
                              const std::filesystem::path& file) {
  std::string scorer = "scorer", parts = "bodyparts", coords = "coords";
  for (const std::string& name : keypoints.layout.joint_names) {
    scorer += ",DLC,DLC,DLC";
    parts += fmt::format(",{0},{0},{0}", name);
    coords += ",x,y,likelihood";
  }
  std::ofstream out(file);
  out << scorer << "\n" << parts << "\n" << coords << "\n";
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    out << t;
    for (const Keypoint& point : keypoints.people[0].frame(t)) {
      out << (IsSeen(point) ? fmt::format(",{:.3f},{:.3f},0.9", point.x_px, point.y_px)
                            : std::string(",nan,nan,nan"));
    }
    out << "\n";
  }
  return {};
}

// Frames in which no person was found are left out.
ImportOptions WriteAlphaPose(const KeypointSequence& keypoints, const std::filesystem::path& file) {
  std::ofstream out(file);
  out << "[";
  const char* between = "";
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    const auto frame = keypoints.people[0].frame(t);
    if (!IsSeen(frame)) continue;
    out << std::exchange(between, ",")
        << fmt::format(R"({{"image_id":"{}.jpg","category_id":1,"keypoints":[{}],"score":2.9,)", t,
                       Numbers(frame))
        << R"("box":[0,0,9,9],"idx":[0.0]})";
  }
  out << "]";
  return {};
}

// The bounds of holes in arrays.
TEST_F(ImportedHoles, OnePointInTwenty) {
  EXPECT_LT(Cost_mm(WriteOpenPose, PunchPoints), 1);
  EXPECT_LT(Cost_mm(WriteDeepLabCut, PunchPoints), 1);
  EXPECT_LT(Cost_mm(WriteAlphaPose, PunchPoints), 1);
}

TEST_F(ImportedHoles, OneFrameInTen) {
  EXPECT_LT(Cost_mm(WriteOpenPose, PunchFrames), 1.5);
  EXPECT_LT(Cost_mm(WriteDeepLabCut, PunchFrames), 1.5);
  EXPECT_LT(Cost_mm(WriteAlphaPose, PunchFrames), 1.5);
}

// ---- Layouts of other joints

// Writes an array of points in a known layout, which `place` gets from COCO's.
template <typename Place>
ImportOptions WriteLayout(const KeypointSequence& keypoints, const std::filesystem::path& file,
                          const std::string& layout, int joint_count, const Place& place) {
  Tensor points({keypoints.frame_count, joint_count, 3});
  float* out = points.data();
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    const auto frame = keypoints.people[0].frame(t);
    const auto at = [&](const std::string& name) {
      const Keypoint& point = frame[static_cast<size_t>(Coco17().IndexOf(name))];
      return Vec2f{point.x_px, point.y_px};
    };
    for (const Vec2f& point : place(at)) {
      for (const float value : {point.x, point.y, 1.0F}) *out++ = value;
    }
  }
  WriteNpy(file, MakeNpy(points));
  return {.layout = layout};
}

// Drillis & Contini: over the shoulders (0.818 of the height) are the chin (0.870), about where
// MPII's upper neck is, the ears (0.936) and the top of the head.
template <typename At>
Vec2f Middle(const At& at, const std::string& part) {
  return 0.5F * (at("left_" + part) + at("right_" + part));
}
template <typename At>
Vec2f OverShoulders(const At& at, float height) {
  const Vec2f shoulders = Middle(at, "shoulder");
  return shoulders + (height - 0.818F) / (0.936F - 0.818F) * (Middle(at, "ear") - shoulders);
}

ImportOptions WriteMpii(const KeypointSequence& keypoints, const std::filesystem::path& file) {
  return WriteLayout(keypoints, file, "mpii", 16, [](const auto& at) {
    return std::vector<Vec2f>{
        at("right_ankle"),       at("right_knee"),       at("right_hip"),
        at("left_hip"),          at("left_knee"),        at("left_ankle"),
        Middle(at, "hip"),       Middle(at, "shoulder"), OverShoulders(at, 0.870F),
        OverShoulders(at, 1.0F), at("right_wrist"),      at("right_elbow"),
        at("right_shoulder"),    at("left_shoulder"),    at("left_elbow"),
        at("left_wrist")};
  });
}

ImportOptions WriteCrowdPose(const KeypointSequence& keypoints, const std::filesystem::path& file) {
  return WriteLayout(keypoints, file, "crowdpose", 14, [](const auto& at) {
    std::vector<Vec2f> points;
    for (const char* part : {"shoulder", "elbow", "wrist", "hip", "knee", "ankle"}) {
      points.push_back(at(std::string("left_") + part));
      points.push_back(at(std::string("right_") + part));
    }
    points.push_back(OverShoulders(at, 1.0F));
    points.push_back(OverShoulders(at, 0.870F));
    return points;
  });
}

void PunchNothing(KeypointSequence&, std::mt19937&) {}

// Bodies without eyes, ears and nose, but with the top of the head.
TEST_F(ImportedHoles, LayoutsWithoutAFace) {
  EXPECT_LT(Cost_mm(WriteMpii, PunchNothing), 6);
  EXPECT_LT(Cost_mm(WriteCrowdPose, PunchNothing), 6);
}

}  // namespace videopose::internal::holes_test
