#include "videopose/data/prepare_custom.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <system_error>

#include "videopose/base/error.h"
#include "videopose/import/detectron_frames.h"
#include "videopose/io/npz.h"
#include "videopose/pose/skeleton.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kJoints = 17;
constexpr int64_t kRow = kJoints * 2;

// Fills the frames that are not seen: linearly between those that are, which there must be.
void Interpolate(const std::vector<bool>& seen, Tensor& keypoints) {
  const auto frames = static_cast<int64_t>(seen.size());
  int64_t before = -1;
  for (int64_t t = 0; t <= frames; ++t) {
    if (t < frames && !seen[static_cast<size_t>(t)]) continue;
    for (int64_t gap = before + 1; gap < t; ++gap) {
      const int64_t from = before < 0 ? t : before, to = t == frames ? before : t;
      const double weight =
          from == to ? 0 : static_cast<double>(gap - from) / static_cast<double>(to - from);
      for (int64_t i = 0; i < kRow; ++i) {
        const double a = keypoints.data()[from * kRow + i], b = keypoints.data()[to * kRow + i];
        keypoints.data()[gap * kRow + i] = static_cast<float>(a + weight * (b - a));
      }
    }
    before = t;
  }
}

PictureSize MakeSize(int64_t width_px, int64_t height_px, const fs::path& path) {
  constexpr int64_t kMost = 1 << 20;
  if (width_px < 1 || height_px < 1 || width_px > kMost || height_px > kMost) {
    Fail("{}: a picture of {} x {} pixels", path.string(), width_px, height_px);
  }
  return {static_cast<int>(width_px), static_cast<int>(height_px)};
}

CustomTrack ReadDetectron(const NpzReader& npz) {
  const NpyArray boxes = npz.Read("boxes"), keypoints = npz.Read("keypoints");
  if (boxes.dtype.kind != 'O' || keypoints.dtype.kind != 'O' || boxes.shape.empty() ||
      keypoints.shape.empty() || boxes.shape[0] != keypoints.shape[0]) {
    Fail("{}: {} for keypoints {}; expected objects of as many frames", npz.What("boxes"),
         Describe(boxes), Describe(keypoints));
  }
  const int64_t frames = keypoints.shape[0];
  CustomTrack track{.keypoints = Tensor({frames, kJoints, 2})};
  std::vector<bool> seen(static_cast<size_t>(frames));
  for (int64_t t = 0; t < frames; ++t) {
    const NpyArray* box = PeopleOfFrame(boxes, t, npz.What("boxes"));
    const NpyArray* points = PeopleOfFrame(keypoints, t, npz.What("keypoints"));
    if (box == nullptr || points == nullptr) continue;
    const Tensor of_boxes = ToTensor<float>(*box, npz.What("boxes"));
    const Tensor of_points = ToTensor<float>(*points, npz.What("keypoints"));
    const std::vector<int64_t> expected = {of_boxes.dim(0), 4, kJoints};
    if (of_boxes.rank() != 2 || of_boxes.dim(1) != 5 || of_points.shape != expected) {
      Fail("{}: frame {}: boxes {} and keypoints {}; expected (M, 5) and (M, 4, 17)",
           npz.path().string(), t, Describe(*box), Describe(*points));
    }
    const int64_t best = BestBox(of_boxes);
    const float* x_px = of_points.data() + best * 4 * kJoints;
    const float* y_px = x_px + kJoints;
    bool finite = true;
    for (int64_t j = 0; j < kJoints; ++j) {
      track.keypoints.data()[t * kRow + 2 * j] = x_px[j];
      track.keypoints.data()[t * kRow + 2 * j + 1] = y_px[j];
      finite = finite && std::isfinite(x_px[j]) && std::isfinite(y_px[j]);
    }
    seen[static_cast<size_t>(t)] = finite;
  }
  if (std::find(seen.begin(), seen.end(), true) == seen.end()) {
    Fail("{}: there is nobody in any of its {} frames", npz.path().string(), frames);
  }
  Interpolate(seen, track.keypoints);
  const std::string what = npz.What("metadata");
  const PickleValue metadata = npz.ReadObject("metadata");
  track.size =
      MakeSize(metadata.At("w", what).AsInt(what), metadata.At("h", what).AsInt(what), npz.path());
  return track;
}

std::vector<CustomTrack> ReadDetected(const NpzReader& npz) {
  const Tensor keypoints = npz.ReadTensor<float>("keypoints");
  const Tensor scores = npz.ReadTensor<float>("scores");
  if (keypoints.rank() != 4 || keypoints.dim(2) != kJoints || keypoints.dim(3) != 2 ||
      scores.shape != std::vector<int64_t>{keypoints.dim(0), keypoints.dim(1), kJoints}) {
    Fail("{}: expected keypoints (P, T, 17, 2) and scores (P, T, 17), found ({}) and ({})",
         npz.path().string(), fmt::join(keypoints.shape, ", "), fmt::join(scores.shape, ", "));
  }
  if (npz.Has("keypoint_names") && npz.ReadStrings("keypoint_names") != Coco17().joint_names) {
    Fail("{}: its keypoints are not COCO's 17", npz.path().string());
  }
  const PictureSize size = MakeSize(npz.ReadScalar<int64_t>("width_px"),
                                    npz.ReadScalar<int64_t>("height_px"), npz.path());
  const int64_t frames = keypoints.dim(1);
  std::vector<CustomTrack> tracks;
  std::vector<int64_t> seen_counts;
  for (int64_t p = 0; p < keypoints.dim(0); ++p) {
    std::vector<bool> seen(static_cast<size_t>(frames));
    for (int64_t t = 0; t < frames; ++t) {
      const float* of_frame = scores.data() + (p * frames + t) * kJoints;
      seen[static_cast<size_t>(t)] =
          std::any_of(of_frame, of_frame + kJoints, [](float score) { return score > 0; });
    }
    const int64_t seen_count = std::count(seen.begin(), seen.end(), true);
    if (seen_count == 0) continue;
    const float* begin = keypoints.data() + p * frames * kRow;
    CustomTrack track{.keypoints = Tensor({frames, kJoints, 2}, {begin, begin + frames * kRow}),
                      .size = size};
    Interpolate(seen, track.keypoints);
    const auto at =
        std::upper_bound(seen_counts.begin(), seen_counts.end(), seen_count, std::greater<>()) -
        seen_counts.begin();
    seen_counts.insert(seen_counts.begin() + at, seen_count);
    tracks.insert(tracks.begin() + at, std::move(track));
  }
  if (tracks.empty()) {
    Fail("{}: there is nobody in any of its {} frames", npz.path().string(), frames);
  }
  return tracks;
}

std::vector<fs::path> FilesOf(const std::vector<fs::path>& inputs) {
  std::vector<fs::path> files;
  for (const fs::path& input : inputs) {
    if (!fs::is_directory(input)) {
      files.push_back(input);
      continue;
    }
    std::vector<fs::path> in_folder;
    for (const auto& entry : fs::directory_iterator(input)) {
      if (entry.path().extension() == ".npz") in_folder.push_back(entry.path());
    }
    if (in_folder.empty()) Fail("{}: there are no .npz files in it", input.string());
    std::sort(in_folder.begin(), in_folder.end());
    files.insert(files.end(), in_folder.begin(), in_folder.end());
  }
  return files;
}

PickleValue Text(std::string_view text) { return PickleValue::String(text); }

PickleValue CocoMetadata(const std::vector<std::pair<PickleValue, PickleValue>>& sizes) {
  std::vector<PickleValue> left, right;
  for (int j = 0; j < kJoints; ++j) {
    if (Coco17().side(j) != Side::kLeft) continue;
    left.push_back(PickleValue::Int(j));
    right.push_back(PickleValue::Int(Coco17().mirrored(j)));
  }
  return PickleValue::Dict(
      {{Text("layout_name"), Text("coco")},
       {Text("num_joints"), PickleValue::Int(kJoints)},
       {Text("keypoints_symmetry"), PickleValue::List({PickleValue::List(std::move(left)),
                                                       PickleValue::List(std::move(right))})},
       {Text("video_metadata"), PickleValue::Dict(sizes)}});
}

}  // namespace

std::vector<CustomTrack> ReadCustomTracks(const fs::path& path) {
  const NpzReader npz(path);
  std::vector<CustomTrack> tracks;
  if (npz.Has("boxes") && npz.Has("keypoints")) {
    tracks.push_back(ReadDetectron(npz));
  } else if (npz.Has("scores") && npz.Has("keypoints")) {
    tracks = ReadDetected(npz);
  } else {
    Fail(
        "{}: has {}; expected boxes and keypoints (Detectron) or keypoints and scores (videopose "
        "detect)",
        path.string(), fmt::join(npz.names(), ", "));
  }
  for (size_t i = 0; i < tracks.size(); ++i) {
    tracks[i].name = path.stem().string() + (i == 0 ? "" : fmt::format("#{}", i + 1));
  }
  return tracks;
}

fs::path PrepareCustom(const PrepareCustomOptions& options) {
  const std::vector<fs::path> files = FilesOf(options.inputs);
  if (files.empty()) Fail("no keypoint files given");
  std::vector<std::pair<PickleValue, PickleValue>> videos, sizes;
  std::set<std::string> names;
  int64_t done = 0;
  for (const fs::path& file : files) {
    options.monitor.Report("prepare", done++, static_cast<int64_t>(files.size()));
    for (CustomTrack& track : ReadCustomTracks(file)) {
      if (!names.insert(track.name).second) {
        Fail("{}: there is another video named {}; rename one of the files", file.string(),
             track.name);
      }
      const PickleValue array = PickleValue::Array(MakeNpy(std::move(track.keypoints)));
      videos.emplace_back(Text(track.name),
                          PickleValue::Dict({{Text("custom"), PickleValue::List({array})}}));
      sizes.emplace_back(Text(track.name),
                         PickleValue::Dict({{Text("w"), PickleValue::Int(track.size.width_px)},
                                            {Text("h"), PickleValue::Int(track.size.height_px)}}));
    }
  }
  std::error_code error;
  fs::create_directories(options.data_dir, error);
  if (error) Fail("{}: cannot make this folder: {}", options.data_dir.string(), error.message());
  fs::path path = options.data_dir / fmt::format("data_2d_custom_{}.npz", options.name);
  NpzWriter writer(path);
  writer.Add("positions_2d", MakeNpyObject(PickleValue::Dict(videos)));
  writer.Add("metadata", MakeNpyObject(CocoMetadata(sizes)));
  writer.Close();
  return path;
}

}  // namespace videopose
