// SPDX-License-Identifier: Apache-2.0

// The readers of files, and the fast network against the plain one.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cmath>
#include <fstream>
#include <stdexcept>

#include "inputs.h"
#include "seeds.h"
#include "support/test_data.h"
#include "target.h"
#include "videopose/arrays/npy.h"
#include "videopose/arrays/npz.h"
#include "videopose/arrays/pickle.h"
#include "videopose/arrays/torch_checkpoint.h"
#include "videopose/base.h"
#include "videopose/base/worker_pool.h"
#include "videopose/config/config_file.h"
#include "videopose/files.h"
#include "videopose/formats/file_formats.h"
#include "videopose/ground/calibration.h"
#include "videopose/import/keypoint_formats.h"
#include "videopose/lift.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/gap_filler.h"
#include "videopose/lift/lift_stage.h"
#include "videopose/lift/stream_network.h"
#include "videopose/lift/test_plain_model.h"
#include "videopose/lift/test_weights.h"
#include "videopose/motion_files/amc.h"
#include "videopose/scientific/archive_reader.h"
#include "videopose/scientific/cdf.h"
#include "videopose/scientific/hdf5_file.h"
#include "videopose/scientific/mat_file.h"
#include "videopose/tflite/tflite_model.h"
#include "videopose/tflite/xnn_network.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

fs::path Held(const std::string& input) {
  static MemoryFile file;
  return file.Hold(input);
}

// Whatever it throws, as long as it is an Error.
template <typename Action>
void Try(const Action& action) {
  try {
    action();
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch)
  }
}

// ------------------------------------------------------------------------------------- arrays

void UseArray(const NpyArray& array) {
  const std::string what = "array";
  Try([&] { ToTensor<float>(array, what); });
  Try([&] { ToTensor<int64_t>(array, what); });
  Try([&] { ToTensor<uint8_t>(array, what); });
  Try([&] { ToStrings(array, what); });
  Try([&] { ToObject(array, what).Describe(); });
  Try([&] {
    const BasicTensor<double> values = ToTensor<double>(array, what);
    const std::string again = EncodeNpy(MakeNpy(values));
    const auto read = ToTensor<double>(ParseNpy(SharedBytes::Own(again), what), what);
    Demand(read.shape == values.shape &&
               std::ranges::equal(read.values, values.values, {}, std::bit_cast<uint64_t, double>,
                                  std::bit_cast<uint64_t, double>),
           "what is written is read again");
  });
}

void FuzzNpy(const std::string& input) {
  UseArray(ParseNpy(SharedBytes::Own(std::string(input)), "array.npy"));
}

void FuzzPickle(const std::string& input) {
  PickleValue value = Unpickle(SharedBytes::Own(std::string(input)),
                               {.name = "pickle", .allow_global = IsNumpyGlobal})
                          .value;
  DecodeNumpy(value, "pickle");
  (void)value.Describe();
  const std::string again = Pickle(EncodeNumpy(value));
  Unpickle(SharedBytes::Own(again), {.name = "pickle", .allow_global = IsNumpyGlobal});
}

void FuzzNpz(const std::string& input) {
  const NpzReader file(Held(AsFile(input)));
  for (const std::string& name : file.names()) Try([&] { UseArray(file.Read(name)); });
}

void UseTensors(const TorchCheckpoint& file, const PickleValue& value, int depth) {
  if (TorchCheckpoint::IsTensor(value)) {
    Try([&] { TorchCheckpoint::InfoOf(value, "tensor"); });
    Try([&] { file.ReadFloats(value, "tensor"); });
    Try([&] { file.ReadIntegers(value, "tensor"); });
  } else if (value.node() != nullptr && depth < 5) {
    Try([&] { file.ReadStateDict(value, "dict"); });
    for (const PickleValue& item : value.node()->items) UseTensors(file, item, depth + 1);
  }
}

void FuzzTorch(const std::string& input) {
  const fs::path path = Held(AsFile(input));
  const TorchCheckpoint file = TorchCheckpoint::Read(path);
  UseTensors(file, file.root(), 0);
  Try([&] { DescribeCheckpoint(path); });
  ReadLiftCheckpoint(path);
}

// --------------------------------------------------------------------------------- scientific

void FuzzCdf(const std::string& input) {
  const CdfReader file(SharedBytes::Own(std::string(input)), "data.cdf");
  for (const CdfVariable& variable : file.variables()) {
    Try([&] { UseArray(file.Read(variable.name)); });
  }
}

void FuzzMat(const std::string& input) {
  const MatFile file(Held(input));
  for (const MatFile::Variable& variable : file.variables()) {
    Try([&] { file.Read(variable.name); });
  }
}

void FuzzHdf5(const std::string& input) {
  const Hdf5File file(input, "data.h5");
  for (const std::string& name : file.names()) Try([&] { file.Read(name); });
}

void FuzzArchive(const std::string& input) {
  ArchiveReader archive(Held(input), {.max_unpacked_gib = 1});
  while (archive.Next()) {
    const fs::path name = archive.name();
    Demand(!name.is_absolute() && std::ranges::count(name, "..") == 0,
           "no name leads out of an archive");
    (void)archive.Read();
  }
}

// ---------------------------------------------------------------------------- poses, keypoints

void CheckKeypoints(const KeypointSequence& keypoints) {
  Demand(keypoints.fps > 0 && std::isfinite(keypoints.fps), "there is a frame rate");
  Demand(keypoints.width_px > 0 && keypoints.height_px > 0, "there is a size of the image");
  for (const PersonKeypoints& person : keypoints.people) {
    Demand(person.keypoints.frame_count() == keypoints.frame_count &&
               person.keypoints.joint_count() == keypoints.joint_count(),
           "all people have all frames and joints");
    for (const Keypoint& point : person.keypoints) {
      Demand(point.score >= 0 && point.score <= 1, "a score is between 0 and 1");
      Demand(point.score == 0 || (std::isfinite(point.x_px) && std::isfinite(point.y_px)),
             "a point that is seen has a place");
    }
  }
}

void CheckMotion(const Motion& motion) {
  Demand(motion.fps > 0 && std::isfinite(motion.fps), "there is a frame rate");
  for (const PersonMotion& person : motion.people) {
    Demand(person.joints_in_cam.frame_count() == motion.frame_count &&
               person.joints_in_cam.joint_count() == motion.joint_count(),
           "all people have all frames and joints");
    Demand(person.root_in_cam.empty() || std::ssize(person.root_in_cam) == motion.frame_count,
           "roots are of all frames");
  }
}

void FuzzMotion(const FileFormat& format, const std::string& input) {
  FileContent file(Held(AsFile(input)));
  if (!format.recognises(file)) return;
  if (format.describe) Try([&] { format.describe(file); });
  const PoseClip clip = format.read_motion(file, 25);
  CheckMotion(clip.motion);
  if (clip.keypoints) CheckKeypoints(*clip.keypoints);
}

void FuzzKeypoints(const KeypointFormat& format, const std::string& input) {
  FileContent file(Held(AsFile(input)));
  if (const auto found = ImportAs(format, file)) CheckKeypoints(found->keypoints);
}

// Members are the files of a folder; their names are ours.
void FuzzFolder(const KeypointFormat& format, const std::string& input) {
  static const fs::path folder = [] {
    fs::path path = SeedFolder() / "frames";
    fs::create_directories(path);
    return path;
  }();
  int number = 0;
  for (const auto& [name, content] : SplitMembers(input)) {
    const bool is_text = name.ends_with(".txt");
    if (number == 3) break;
    std::ofstream(folder / fmt::format("f_{}.{}", number++, is_text ? "txt" : "json")) << content;
  }
  const struct Emptied {
    ~Emptied() {
      for (const auto& file : fs::directory_iterator(folder)) fs::remove(file);
    }
  } emptied;
  FileContent file(folder);
  if (const auto found = ImportAs(format, file)) CheckKeypoints(found->keypoints);
}

void FuzzAmc(const std::string& input) {
  static MemoryFile skeleton, motion;
  const Members members = SplitMembers(input);
  if (members.size() < 2) return;
  const BvhClip clip = ReadAmc(skeleton.Hold(members[0].second), motion.Hold(members[1].second));
  if (clip.frame_count > 0) PlaceJoints(clip, clip.frame_count - 1);
}

// ------------------------------------------------------------------------------ settings, graphs

void FuzzConfig(const std::string& input) {
  // The name tells TOML from YAML.
  const bool is_toml = input.starts_with("#toml");
  ParseConfig(input, is_toml ? "config.toml" : "config.yaml");
}

void FuzzCalibration(const std::string& input) {
  const bool is_toml = input.starts_with("#toml");
  for (const CalibratedCamera& camera :
       ParseCalibratedCameras(input, is_toml ? "cameras.toml" : "cameras.yaml")) {
    Demand(camera.lens.width_px >= 0, "a lens has a size");
  }
}

void FuzzTflite(const std::string& input) {
  TfliteModel model =
      ParseTfliteModel({reinterpret_cast<const uint8_t*>(input.data()), input.size()}, "a.tflite");
  std::vector<std::string> outputs;
  for (const int output : model.outputs) {
    outputs.push_back(model.tensors[static_cast<size_t>(output)].name);
  }
  int64_t values = 0;
  for (const TfliteTensor& tensor : model.tensors) {
    values += std::min<int64_t>(tensor.element_count(), 1'000'000);
  }
  if (values > 1'000'000) return;  // honest networks are that large, and slow
  static WorkerPool pool(1);
  XnnNetwork network(std::move(model), outputs, pool);
  std::ranges::fill(network.input(), 0.5F);
  network.Run();
}

// ------------------------------------------------------------------------------------- networks

// Takes numbers from the front of an input; zeros after its end.
class Numbers {
 public:
  explicit Numbers(const std::string& input) : input_(input) {}
  int Next(int count) {  // 0 ... count - 1
    return at_ < input_.size() ? static_cast<unsigned char>(input_[at_++]) % count : 0;
  }

 private:
  const std::string& input_;
  size_t at_ = 0;
};

void DemandSame(std::span<const float> actual, std::span<const double> plain, const char* promise) {
  Demand(actual.size() == plain.size(), promise);
  for (size_t i = 0; i < actual.size(); ++i) {
    Demand(std::abs(actual[i] - plain[i]) <= 1e-5 * (1 + std::abs(plain[i])), promise);
  }
}

// A network of the input's choice, plainly, in batches, and frame by frame.
void FuzzNetwork(const std::string& input) {
  Numbers numbers(input);
  TemporalArchitecture a{.channels = 1 + numbers.Next(12),
                         .input_channels = 1 + numbers.Next(6),
                         .output_channels = 3 * (1 + numbers.Next(2)),
                         .causal = numbers.Next(2) == 1,
                         .dense = numbers.Next(4) == 1};
  const int blocks = 1 + numbers.Next(3);
  for (int i = 0; i < blocks; ++i) a.widths.push_back(2 * numbers.Next(3) + 1);
  RandomValues random(static_cast<unsigned>(numbers.Next(256)));
  const TemporalWeights weights = RandomWeights(random, a);
  const int64_t frames = 1 + numbers.Next(24), cols = a.input_channels;
  std::vector<float> rows(static_cast<size_t>(frames * cols));
  for (float& value : rows) value = static_cast<float>(numbers.Next(256) - 128) / 128;

  // Edges repeated, as all callers do it.
  Signal padded;
  std::vector<float> padded_rows;
  for (int64_t t = -a.pad_before(); t < frames + a.pad_after(); ++t) {
    const auto* row = rows.data() + std::clamp<int64_t>(t, 0, frames - 1) * cols;
    padded.emplace_back(row, row + cols);
    padded_rows.insert(padded_rows.end(), row, row + cols);
  }
  std::vector<double> plain;
  for (const auto& row : PlainForward(weights, padded)) {
    plain.insert(plain.end(), row.begin(), row.end());
  }
  const TemporalModel model(weights);
  DemandSame(model.Forward(Tensor({std::ssize(padded), cols}, padded_rows)).values, plain,
             "batches give what the plain network gives");

  StreamNetwork network(weights, {.lookahead = a.pad_after()});
  std::vector<float> streamed, output(static_cast<size_t>(a.output_channels));
  const int64_t sequence = 0;
  for (int64_t t = 0; t < frames + a.pad_after(); ++t) {
    const float* row = rows.data() + std::min(t, frames - 1) * cols;
    network.Push({&sequence, 1}, {row, 1, cols}, {output.data(), 1, a.output_channels});
    if (t >= a.pad_after()) streamed.insert(streamed.end(), output.begin(), output.end());
  }
  DemandSame(streamed, plain, "frame by frame it gives what the plain network gives");
}

// Keypoints with holes of one or two people, as a whole clip and frame by frame.
void FuzzLifter(const std::string& input) {
  static const fs::path kScreen = TestData("golden/ck_333/epoch_1.bin"),
                        kCausal = TestData("golden/ck_causal/epoch_1.bin");
  static const Lifter screen = Lifter::Load(kScreen),
                      causal = Lifter::Load(kCausal, {.causal = true});
  Numbers numbers(input);
  const bool is_causal = numbers.Next(2) == 1, flip = numbers.Next(2) == 1;
  KeypointSequence clip{.layout = Coco17(), .fps = 50, .width_px = 1000, .height_px = 1000};
  clip.frame_count = 1 + numbers.Next(60);
  const int people = 1 + numbers.Next(2);
  for (int p = 0; p < people; ++p) {
    PersonKeypoints person{.id = p + 1, .keypoints = {clip.frame_count, 17}};
    for (Keypoint& point : person.keypoints) {
      const int byte = numbers.Next(256);
      point = {4.0F * static_cast<float>(byte), 4.0F * static_cast<float>(numbers.Next(256)),
               byte % 8 == 0 ? 0.0F : 0.9F};
    }
    clip.people.push_back(std::move(person));
  }
  const Lifter& lifter = is_causal ? causal : screen;
  const auto load = [](bool of_causal, bool with_flip) {
    return StreamingLifter::Load(
        of_causal ? kCausal : kScreen,
        {.width_px = 1000, .height_px = 1000, .average_flip = with_flip, .max_people = 2},
        {.causal = of_causal});
  };
  static std::array<StreamingLifter, 4> streaming = {load(false, false), load(false, true),
                                                     load(true, false), load(true, true)};
  const Motion whole = lifter.Lift(clip, {.average_flip = flip});
  const Motion piecewise = LiftClip(clip, GapFiller(lifter.FillerOptions(InfoOf(clip))),
                                    LiftStage(streaming.at(2 * is_causal + flip)));
  Demand(whole.people.size() == piecewise.people.size(), "the same people");
  for (size_t p = 0; p < whole.people.size(); ++p) {
    const auto &a = whole.people[p].joints_in_cam, &b = piecewise.people[p].joints_in_cam;
    Demand(a.size() == b.size(), "the same frames");
    for (size_t i = 0; i < a.size(); ++i) {
      Demand(IsFinite(a[i]) == IsFinite(b[i]), "a pose in the same frames");
      if (!IsFinite(a[i]) || Norm(a[i] - b[i]) <= 1e-5F * (1 + Norm(a[i]))) continue;
      throw std::logic_error(
          fmt::format("frame {}: poses differ by {} in {}", i / 17, Norm(a[i] - b[i]), Norm(a[i])));
    }
  }
}

// "coco_annotations_posetra" of "COCO annotations, PoseTrack"
std::string TargetName(std::string_view kind, std::string_view format) {
  std::string name(kind);
  for (const char c : format.substr(0, 24)) {
    const auto letter = static_cast<unsigned char>(c);
    name += std::isalnum(letter) != 0 ? static_cast<char>(std::tolower(letter)) : '_';
  }
  return name;
}

std::vector<FuzzTarget> MakeTargets() {
  std::vector<FuzzTarget> targets = {
      {"npy", FuzzNpy, NpySeeds},
      {"pickle", FuzzPickle, PickleSeeds},
      {"npz", FuzzNpz,
       [] { return ZipSeeds({"golden_raw/detectron_h36m/S1/Directions.55011271.mp4.npz"}); }},
      {"torch", FuzzTorch, TorchSeeds},
      {"cdf", FuzzCdf, [] { return FilesIn("fixtures/cdf/synthetic_h36m_layout"); }},
      {"mat", FuzzMat, MatSeeds, 100},
      {"hdf5", FuzzHdf5, Hdf5Seeds, 100},
      {"archive", FuzzArchive, ArchiveSeeds},
      {"amc", FuzzAmc, [] { return Seeds(); }},
      {"config", FuzzConfig, ConfigSeeds},
      {"calibration", FuzzCalibration, CalibrationSeeds},
      {"tflite", FuzzTflite, TfliteSeeds},
      {"network", FuzzNetwork, NumberSeeds, 200},
      {"lifter", FuzzLifter, NumberSeeds, 20},
  };
  for (const FileFormat& format : FileFormats()) {
    if (!format.read_motion) continue;
    targets.push_back({TargetName("motion_", format.name),
                       [&format](const std::string& input) { FuzzMotion(format, input); },
                       [&format] { return MotionSeeds(format); }, 500});
  }
  for (const KeypointFormat& format : KeypointFormats()) {
    const auto run = format.name.starts_with("a folder") ? FuzzFolder : FuzzKeypoints;
    targets.push_back({TargetName("keypoints_", format.name),
                       [&format, run](const std::string& input) { run(format, input); },
                       [&format] { return KeypointSeeds(format.name); }, 500});
  }
  return targets;
}

}  // namespace

const std::vector<FuzzTarget>& FuzzTargets() {
  static const std::vector<FuzzTarget> targets = MakeTargets();
  return targets;
}

}  // namespace videopose::internal
