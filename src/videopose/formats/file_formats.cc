// SPDX-License-Identifier: Apache-2.0

#include "videopose/formats/file_formats.h"

#include <fmt/ranges.h>

#include "videopose/base/error.h"
#include "videopose/export/bvh.h"
#include "videopose/export/bvh_motion.h"
#include "videopose/export/csv.h"
#include "videopose/export/glb.h"
#include "videopose/export/html.h"
#include "videopose/export/marker_motion.h"
#include "videopose/files.h"
#include "videopose/formats/describe.h"
#include "videopose/ground/world.h"
#include "videopose/import/json_input.h"
#include "videopose/import/keypoint_formats.h"
#include "videopose/motion_files/bvh.h"
#include "videopose/motion_files/c3d.h"
#include "videopose/motion_files/trc.h"
#include "videopose/pose_files/npy_poses.h"

namespace videopose::internal {

namespace {

namespace fs = std::filesystem;

// In what frame of reference people stand, and in what units.
constexpr std::string_view kCameraFrame = "camera frame, metres";

bool HoldsPoses(FileContent& file) {
  if (const NpzReader* npz = file.npz()) return npz->Has("poses") && npz->Has("joint_names");
  if (!file.is_json()) return false;
  const std::string text = ReadText(file.path());  // parsing it all takes many times as long
  return text.find("\"poses\"") != std::string::npos &&
         text.find("\"joint_names\"") != std::string::npos;
}

FileFormat OwnPoses() {
  return {
      .name = "videopose poses",
      .extensions = {".npz", ".json"},
      .use = "NumPy, anything; everything we know",
      .holds = kHoldsKeypoints | kHoldsPoses | kHoldsCamera,
      .frame = kCameraFrame,
      .is_lossless = true,
      .recognises = [](FileContent& file) { return HoldsPoses(file); },
      .read_motion = [](FileContent& file, double) { return ReadPoses(file.path()); },
      .write_all =
          [](const fs::path& path, const MotionToWrite& content) {
            WritePoses(path, content.motion, content.keypoints);
          },
      .describe =
          [](FileContent& file) {
            return DescribePoses(file.path(), ReadPoses(file.path()).motion);
          },
  };
}

FileFormat Npy() {
  return {
      .name = "NumPy array of poses",
      .extensions = {".npy"},
      .use = "NumPy",
      .holds = kHoldsPoses,
      .frame = kCameraFrame,
      .recognises = [](FileContent& file) { return file.BeginsWith("\x93NUMPY"); },
      .read_motion = [](FileContent& file,
                        double fps) { return PoseClip{.motion = ReadNpyPoses(file.path(), fps)}; },
      .write_one = [](const fs::path& path, const MotionToWrite& content,
                      const PersonMotion& person) { WriteNpyPoses(path, content.motion, person); },
  };
}

FileFormat Csv() {
  return {
      .name = "CSV of poses",
      .extensions = {".csv"},
      .use = "spreadsheets, R, pandas",
      .holds = kHoldsKeypoints | kHoldsPoses,
      .frame = "world: z up, metres",
      .recognises = [](FileContent& file) { return file.BeginsWith("frame,time_s,person,"); },
      .read_motion = [](FileContent& file,
                        double) { return PoseClip{.motion = ReadCsv(file.path())}; },
      .write_all =
          [](const fs::path& path, const MotionToWrite& content) {
            WriteCsv(path, content.motion, content.keypoints);
          },
      .describe =
          [](FileContent& file) { return DescribePoses(file.path(), ReadCsv(file.path())); },
  };
}

FileFormat Trc() {
  return {
      .name = "TRC",
      .extensions = {".trc"},
      .use = "OpenSim",
      .holds = kHoldsPoses,
      .frame = "world turned: y up, millimetres",
      .length_unit_m = 0,
      .recognises = [](FileContent& file) { return file.BeginsWith("PathFileType"); },
      .read_motion =
          [](FileContent& file, double) {
            return PoseClip{.motion = MotionOfMarkers(ReadTrc(file.path()), file.name())};
          },
      .write_one = [](const fs::path& path, const MotionToWrite& content,
                      const PersonMotion& person) { WriteTrcMotion(path, content.motion, person); },
      .describe =
          [](FileContent& file) {
            return DescribeMarkers(file.path(), "TRC", ReadTrc(file.path()));
          },
  };
}

FileFormat C3d() {
  return {
      .name = "C3D",
      .extensions = {".c3d"},
      .use = "biomechanics programs",
      .holds = kHoldsPoses,
      .frame = "world turned: y up, millimetres",
      .length_unit_m = 0,
      .recognises = [](FileContent& file) { return LooksLikeC3d(file.beginning()); },
      .read_motion =
          [](FileContent& file, double) {
            return PoseClip{.motion = MotionOfMarkers(ReadC3d(file.path()), file.name())};
          },
      .write_one = [](const fs::path& path, const MotionToWrite& content,
                      const PersonMotion& person) { WriteC3dMotion(path, content.motion, person); },
      .describe =
          [](FileContent& file) {
            return DescribeMarkers(file.path(), "C3D", ReadC3d(file.path()));
          },
  };
}

FileFormat Bvh() {
  return {
      .name = "BVH",
      .extensions = {".bvh"},
      .use = "animation programs",
      .holds = kHoldsPoses | kHoldsRotations,
      .frame = "world turned: y up, centimetres",
      .length_unit_m = 0.01,
      .recognises = [](FileContent& file) { return file.BeginsWith("HIERARCHY"); },
      .read_motion =
          [](FileContent& file, double) {
            return PoseClip{.motion = MotionOfBvh(ReadBvh(file.path()), file.name())};
          },
      .write_one = [](const fs::path& path, const MotionToWrite& content,
                      const PersonMotion& person) { WriteBvh(path, content.motion, person); },
      .describe = [](FileContent& file) { return DescribeBvh(file.path(), ReadBvh(file.path())); },
  };
}

FileFormat Glb() {
  return {
      .name = "binary glTF",
      .extensions = {".glb"},
      .use = "browsers, game engines, modelling programs",
      .holds = kHoldsPoses | kHoldsRotations | kHoldsMesh,
      .frame = "world turned: y up, metres",
      .recognises = [](FileContent& file) { return file.beginning().starts_with("glTF"); },
      .write_all = [](const fs::path& path,
                      const MotionToWrite& content) { WriteGlb(path, content.motion); },
      .describe =
          [](FileContent& file) {
            return fmt::format("{}: binary glTF, {} bytes, for Blender and the like\n", file.name(),
                               fs::file_size(file.path()));
          },
  };
}

FileFormat Html() {
  return {
      .name = "page for browsers",
      .extensions = {".html"},
      .use = "looking at it in a browser",
      .holds = kHoldsKeypoints | kHoldsPoses | kHoldsAngles | kShowsVideo,
      .frame = "world: z up, metres",
      .write_all =
          [](const fs::path& path, const MotionToWrite& content) {
            HtmlOptions options;
            if (!content.shown_video.empty()) options.video = content.shown_video;
            WriteHtml(path, content.motion, content.keypoints, options);
          },
  };
}

// Keypoints of other programs, and our own. Their readers recognise which of them a file is.
FileFormat OfKeypoints(const KeypointFormat& format) {
  FileFormat row{.name = format.name,
                 .extensions = format.extensions,
                 .use = "keypoints for lifting",
                 .holds = kHoldsKeypoints,
                 .frame = "pixels",
                 .recognises = [&format](FileContent& file) {
                   return format.read_own != nullptr ? format.read_own(file).has_value()
                                                     : format.read(file).has_value();
                 }};
  if (format.read_own != nullptr) row.write_keypoints = WriteKeypoints;
  return row;
}

bool WritesMotion(const FileFormat& format) { return format.writes_motion(); }
bool ReadsMotion(const FileFormat& format) { return static_cast<bool>(format.read_motion); }
bool WritesKeypoints(const FileFormat& format) { return static_cast<bool>(format.write_keypoints); }

std::string Joined(const FormatFilter& filter) {
  return fmt::format("{}", fmt::join(ExtensionsOf(FileFormats(), filter), ", "));
}

const FileFormat& FormatFor(const fs::path& path, std::string_view what,
                            const FormatFilter& filter) {
  if (const FileFormat* format = FindByExtension(FileFormats(), path, filter)) return *format;
  FailAt(path, ErrorCode::kCannotWrite, "cannot write {} as '{}'; there are {}", what,
         path.extension().string(), Joined(filter));
}

}  // namespace

std::span<const FileFormat> FileFormats() {
  static const std::vector<FileFormat> formats = [] {
    std::vector<FileFormat> rows = {OwnPoses(), Npy(), Csv(), Trc(), C3d(), Bvh(), Glb(), Html()};
    for (const KeypointFormat& format : KeypointFormats()) rows.push_back(OfKeypoints(format));
    return rows;
  }();
  return formats;
}

std::string ReadPoseExtensions() { return Joined(ReadsMotion); }
std::string WrittenKeypointExtensions() { return Joined(WritesKeypoints); }

const FileFormat& PoseFormatFor(const fs::path& path) {
  return FormatFor(path, "poses", WritesMotion);
}
const FileFormat& KeypointFormatFor(const fs::path& path) {
  return FormatFor(path, "keypoints", WritesKeypoints);
}

bool HoldsPoses(const fs::path& path) {
  FileContent file(path);
  return HoldsPoses(file);
}

double LengthUnitOf_m(const fs::path& path) {
  FileContent file(path);
  for (const FileFormat& format : FileFormats()) {
    if (format.read_motion && format.recognises(file)) return format.length_unit_m;
  }
  return 1;
}

}  // namespace videopose::internal

namespace videopose {

using namespace internal;

std::vector<std::string> MotionExtensions() {
  const auto extensions = ExtensionsOf(FileFormats(), WritesMotion);
  return {extensions.begin(), extensions.end()};
}

void CheckMotionExtension(const fs::path& path) { PoseFormatFor(path); }

void CheckKeypointExtension(const fs::path& path) { KeypointFormatFor(path); }

std::vector<fs::path> WriteMotion(const fs::path& path, const Motion& motion,
                                  const KeypointSequence* keypoints,
                                  const MotionFileOptions& options) {
  return WriteAs(PoseFormatFor(path), path,
                 {.motion = motion, .keypoints = keypoints, .shown_video = options.page_video});
}

PoseClip ReadMotion(const fs::path& path, double fps) try {
  FileContent file(path);
  std::vector<std::string_view> known;
  for (const FileFormat& format : FileFormats()) {
    if (!format.read_motion) continue;
    if (format.recognises(file)) {
      PoseClip clip = format.read_motion(file, fps);
      CompleteGrounding(clip.keypoints ? &*clip.keypoints : nullptr, clip.motion);
      return clip;
    }
    known.push_back(format.name);
  }
  for (const FileFormat& format : FileFormats()) {
    if ((format.holds & kHoldsKeypoints) != 0 && format.recognises && format.recognises(file)) {
      Fail(ErrorCode::kMismatch, {.file = path, .expected = "poses", .found = "keypoints"},
           "{}: keypoints ({}), no poses; lift them first", file.name(), format.name);
    }
  }
  Fail("{}: no poses that can be read: it is {}; known are {}", file.name(), file.Describe(),
       fmt::join(known, ", "));
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose
