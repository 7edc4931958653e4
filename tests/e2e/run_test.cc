// SPDX-License-Identifier: Apache-2.0

// videopose run and prepare: VideoPose3D's command lines, as they stand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "clips.h"
#include "program.h"
#include "stand_ins.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/arrays/npy.h"
#include "videopose/data/keypoint_file.h"
#include "videopose/files.h"
#include "videopose/media.h"

namespace videopose::internal::run_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const fs::path kGolden = TestData("golden");

std::vector<std::string> Words(const std::string& command_line) {
  std::istringstream stream(command_line);
  std::vector<std::string> words;
  for (std::string word; stream >> std::quoted(word);) words.push_back(word);
  return words;
}

nlohmann::json ReadJson(const fs::path& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

// `run` with a golden command line's arguments, on the golden data.
ProgramOutcome RunGolden(const nlohmann::json& expected, std::vector<std::string> more,
                         const std::string& export_path = "") {
  std::vector<std::string> arguments = {"run", "--data-dir", "data"};
  for (const std::string& word : Words(expected["arguments"])) {
    arguments.push_back(word.starts_with("expected/") ? export_path : word);
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunVideopose(arguments, {.working_folder = kGolden});
}

class GoldenEvaluation : public testing::TestWithParam<std::string> {};

TEST_P(GoldenEvaluation, IsReproduced) {
  constexpr double kTolerance_mm = 0.01;  // asked for; what is left is the order of float sums
  const nlohmann::json expected = ReadJson(kGolden / "expected" / (GetParam() + ".json"));
  const fs::path report_path = EmptyFolder("golden_eval") / "report.json";
  const auto result = RunGolden(expected, {"--report", report_path});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("P-MPJPE"), HasSubstr("Average")));
  const nlohmann::json report = ReadJson(report_path);
  for (const char* key : {"epochs", "receptive_field", "parameters", "test_frames"}) {
    EXPECT_EQ(report[key], expected[key]) << key;
  }
  ASSERT_EQ(report["evaluations"].size(), expected["evaluations"].size());
  for (size_t i = 0; i < expected["evaluations"].size(); ++i) {
    const nlohmann::json& found = report["evaluations"][i];
    const nlohmann::json& wanted = expected["evaluations"][i];
    EXPECT_EQ(found["subject"], wanted["subject"]);
    ASSERT_EQ(found["actions"].size(), wanted["actions"].size());
    for (const auto& [action, errors] : wanted["actions"].items()) {
      for (const auto& [metric, value] : errors.items()) {
        EXPECT_NEAR(found["actions"][action][metric].get<double>(), value.get<double>(),
                    kTolerance_mm)
            << action << " " << metric;
      }
    }
    for (const auto& [metric, value] : wanted["average"].items()) {
      // The reference prints one decimal.
      EXPECT_NEAR(found["average"][metric].get<double>(), value.get<double>(),
                  0.05 + kTolerance_mm);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenEvaluation,
                         testing::Values("eval_333", "eval_33333", "eval_333_bysubject_down",
                                         "eval_333_notta_actions", "eval_353", "eval_causal",
                                         "eval_dense", "eval_he"),
                         [](const auto& param) { return param.param; });

struct Export {
  std::string command, array;
};
class GoldenExport : public testing::TestWithParam<Export> {};

TEST_P(GoldenExport, IsReproduced) {
  constexpr double kTolerance_m = 1e-5;  // the order of float sums
  const nlohmann::json expected = ReadJson(kGolden / "expected" / (GetParam().command + ".json"));
  const fs::path folder = EmptyFolder("golden_export");
  // NumPy appends what is missing.
  const auto result = RunGolden(expected, {"--report", folder / "report.json"}, folder / "poses");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const nlohmann::json report = ReadJson(folder / "report.json");
  for (const char* key : {"evaluations", "receptive_field", "parameters", "test_frames"}) {
    EXPECT_EQ(report[key], expected[key]) << key;
  }
  const NpyArray found = ReadNpy(folder / "poses.npy");
  EXPECT_EQ(found.dtype, (NpyDtype{'f', 4}));
  const Tensor poses = ToTensor<float>(found, "found");
  const Tensor wanted =
      ToTensor<float>(ReadNpy(kGolden / "expected" / (GetParam().array + ".npy")), "wanted");
  ASSERT_EQ(poses.shape, wanted.shape);
  for (size_t i = 0; i < wanted.values.size(); ++i) {
    ASSERT_NEAR(poses.values[i], wanted.values[i], kTolerance_m) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenExport,
                         testing::Values(Export{"export_h36m", "export_h36m"},
                                         Export{"export_he_unlabeled", "export_he"},
                                         Export{"export_custom_traj", "export_custom"}),
                         [](const auto& param) { return param.param.array; });

struct RenderedVideo {
  VideoInfo info;
  int64_t frames = 0;
};

RenderedVideo Look(const fs::path& path) {
  VideoReader reader(path);
  RenderedVideo rendered{.info = reader.info()};
  Image image;
  while (reader.Read(image)) ++rendered.frames;
  return rendered;
}

// The command lines of an article about the system, "python run.py" replaced, on synthetic data.
class ArticleTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = EmptyFolder("article");
    fs::create_directories(folder_ / "checkpoint");
    fs::copy_file(kGolden / "ck_33333/epoch_1.bin", folder_ / "checkpoint/pretrained_h36m_cpn.bin");
    fs::copy_file(kGolden / "ck_he/epoch_1.bin",
                  folder_ / "checkpoint/pretrained_humaneva15_detectron.bin");
  }
  ProgramOutcome Run(const std::string& command_line) const {
    return RunVideopose(Words(command_line), {.working_folder = folder_});
  }
  fs::path folder_;
};

TEST_F(ArticleTest, Human36m) {
  WriteHuman36mStandIn(folder_ / "data", 140);
  WriteVideoStandIn(folder_ / "path/S11/Videos/Walking.54138969.mp4", 250, 250, 50, 200);
  const std::string command =
      "run -k cpn_ft_h36m_dbb -arc 3,3,3,3,3 -c checkpoint --evaluate pretrained_h36m_cpn.bin "
      "--render --viz-subject S11 --viz-action Walking --viz-camera 0 --viz-video "
      "\"path/S11/Videos/Walking.54138969.mp4\" --viz-output output.gif --viz-size 3 "
      "--viz-downsample 2 --viz-limit 60";
  const auto result = Run(command);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  const RenderedVideo rendered = Look(folder_ / "output.gif");
  EXPECT_EQ(rendered.info.height_px, 300);
  EXPECT_EQ(rendered.info.width_px, 900);
  EXPECT_EQ(rendered.frames, 60);
  EXPECT_DOUBLE_EQ(rendered.info.frame_rate.per_second(), 25);

  // An MP4 of all there is: the keypoints' 140 frames. Of two values the last counts.
  ASSERT_EQ(Run(command + " --viz-limit -1 --viz-output all.mp4 --viz-no-ground-truth").exit_code,
            0);
  const RenderedVideo all = Look(folder_ / "all.mp4");
  EXPECT_EQ(all.frames, 70);
  EXPECT_EQ(all.info.width_px, 600);
  EXPECT_DOUBLE_EQ(all.info.frame_rate.per_second(), 25);
}

TEST_F(ArticleTest, HumanEvaWithGroundTruthAndWithout) {
  WriteHumanEvaStandIn(folder_ / "data", 260);
  WriteVideoStandIn(folder_ / "path/S2/Walking_1_(C1).avi", 320, 240, 60, 260);
  const std::string start =
      "run -d humaneva15 -k detectron_pt_coco -str Train/S1,Train/S2,Train/S3 "
      "-ste Validate/S1,Validate/S2,Validate/S3 -c checkpoint "
      "--evaluate pretrained_humaneva15_detectron.bin --render ";
  const std::string end =
      "--viz-camera 0 --viz-output output_he.gif --viz-size 3 --viz-downsample 2 "
      "--viz-video \"path/S2/Walking_1_(C1).avi\" --viz-skip 115 --viz-limit 60";
  const auto labelled =
      Run(start + "--viz-subject Validate/S2 --viz-action \"Walking 1 chunk0\" " + end);
  ASSERT_EQ(labelled.exit_code, 0) << labelled.err;
  EXPECT_THAT(labelled.err, IsEmpty());
  RenderedVideo rendered = Look(folder_ / "output_he.gif");
  EXPECT_EQ(rendered.frames, 60);
  EXPECT_EQ(rendered.info.width_px, 400 + 2 * 300);

  const auto unlabelled = Run(start + "--viz-subject Unlabeled/S4 --viz-action \"Box 2\" " + end);
  ASSERT_EQ(unlabelled.exit_code, 0) << unlabelled.err;
  EXPECT_THAT(unlabelled.out, HasSubstr("no ground truth"));
  rendered = Look(folder_ / "output_he.gif");
  EXPECT_EQ(rendered.frames, 60);
  EXPECT_EQ(rendered.info.width_px, 400 + 300);
}

TEST_F(ArticleTest, EndsWithTheVideoOrTheKeypoints) {
  WriteHuman36mStandIn(folder_ / "data", 50);
  WriteVideoStandIn(folder_ / "short.mp4", 100, 100, 50, 31);
  const std::string start =
      "run -c checkpoint --eval pretrained_h36m_cpn.bin --render --viz-sub S11 --viz-act Walking "
      "--viz-size 1 -q --viz-output out.mp4 ";
  ASSERT_EQ(Run(start + "--viz-video short.mp4 --viz-skip 10 --viz-downsample 2").exit_code, 0);
  EXPECT_EQ(Look(folder_ / "out.mp4").frames, 10);
  ASSERT_EQ(Run(start + "--viz-skip 45").exit_code, 0);
  EXPECT_EQ(Look(folder_ / "out.mp4").frames, 5);
  EXPECT_DOUBLE_EQ(Look(folder_ / "out.mp4").info.frame_rate.per_second(), 50);

  fs::remove(folder_ / "out.mp4");
  for (const std::string& spoilt :
       {start + "--viz-skip 50", start + "--viz-video short.mp4 --viz-skip 31",
        start + "--viz-skip 40 --viz-downsample 11", start + "--viz-video none.mp4",
        start + "--viz-camera 4", start + "--viz-action Sitting", start + "--viz-subject S1",
        start + "-arc 3,3,3", start + "-ch 1024", start + "-k gt", start + "--evaluate none.bin",
        start + "-c models", start + "--evaluate pretrained_humaneva15_detectron.bin",
        start + "--viz-export none/x.npy", start + "--report none/x.json"}) {
    const auto result = Run(spoilt);
    EXPECT_EQ(result.exit_code, 1) << spoilt;
    EXPECT_EQ(result.error_line_count(), 1) << spoilt << result.err;
    EXPECT_FALSE(fs::exists(folder_ / "out.mp4")) << spoilt;
  }
}

TEST_F(ArticleTest, SkipsAndAveragesTheFramesOfTheVideo) {
  WriteHuman36mStandIn(folder_ / "data", 40);
  WriteVideoStandIn(folder_ / "grey.mp4", 100, 100, 50, 40);
  const auto result =
      Run("run -c checkpoint --evaluate pretrained_h36m_cpn.bin --render --viz-subject S11 "
          "--viz-action Walking --viz-video grey.mp4 --viz-output out/ --viz-size 1 --viz-skip 10 "
          "--viz-downsample 4 --viz-limit 5");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  VideoReader reader(folder_ / "out");
  Image image;
  for (int k = 0; k < 5; ++k) {
    ASSERT_TRUE(reader.Read(image));
    // The lower right corner of the input panel, without a person, shows the mean of four frames:
    // 20 + 5 (10 + 4 k + 1.5). H.264 changes a level by 1 or 2.
    EXPECT_NEAR(image.row(95)[95 * Image::kBytesPerPixel], 20 + 5 * (11.5 + 4 * k), 2) << k;
  }
  EXPECT_FALSE(reader.Read(image));
}

TEST_F(ArticleTest, AVideoOfAnotherShapeIsStretchedWithAWarning) {
  WriteHuman36mStandIn(folder_ / "data", 12);
  WriteVideoStandIn(folder_ / "wide.mp4", 320, 180, 50, 12);
  const auto result =
      Run("run -c checkpoint --evaluate pretrained_h36m_cpn.bin --render --viz-subject S11 "
          "--viz-action Walking --viz-video wide.mp4 --viz-output out.mp4 --viz-size 1");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.error_line_count(), 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("320 x 180"), HasSubstr("1000 x 1002")));
}

TEST(RunTest, WrongUsageIsRefusedAtTheStart) {
  for (const char* command : {"run -arc 3,4,3 --evaluate x",
                              "run -arc 3,x --evaluate x",
                              "run -b 0",
                              "run -drop 1",
                              "run -drop -0.5",
                              "run -ch 0",
                              "run -e 0",
                              "run -s 0",
                              "run -lr 0",
                              "run -lrd -1",
                              "run --subset 0",
                              "run --subset 1.5",
                              "run --downsample 0",
                              "run -b 8 -s 16",
                              "run --resume a --evaluate b",
                              "run --export-training-curves --no-eval",
                              "run --evaluate x --render",
                              "run --evaluate x --render --viz-subject S1 --viz-action W",
                              "run --evaluate x --viz-output x.mp4",
                              "run --viz-size 0",
                              "run --viz-bitrate x",
                              "run --viz-s 3",
                              "run -ch",
                              "run --causal=1",
                              "run --nonsense",
                              "run stray"}) {
    const auto result = RunVideopose(Words(command));
    EXPECT_EQ(result.exit_code, 2) << command << result.err;
    EXPECT_EQ(result.error_line_count(), 1) << command << result.err;
  }
}

TEST(RunTest, CustomVideosFromOurOwnKeypoints) {
  const fs::path folder = EmptyFolder("custom");
  fs::create_directories(folder / "detected");
  WriteKeypoints(folder / "detected/figure.npz", Figure().keypoints);
  const std::vector<std::string> prepare = {"prepare", "custom",     folder / "detected", "-o",
                                            "mine",    "--data-dir", folder / "data"};
  const auto prepared = RunVideopose(prepare);
  ASSERT_EQ(prepared.exit_code, 0) << prepared.err;
  EXPECT_THAT(prepared.out, HasSubstr("figure: 640 x 360"));
  EXPECT_EQ(RunVideopose(prepare).exit_code, 1) << "is there already";
  std::vector<std::string> forced = prepare;
  forced.emplace_back("--force");
  EXPECT_EQ(RunVideopose(forced).exit_code, 0);

  // The lifter that comes along is a checkpoint like any other; the figure's clip has 25 fps.
  const std::vector<std::string> run = {"run",
                                        "-d",
                                        "custom",
                                        "-k",
                                        "mine",
                                        "--data-dir",
                                        folder / "data",
                                        "-c",
                                        SourceFile("models"),
                                        "--evaluate",
                                        "lifter.bin",
                                        "--render",
                                        "--viz-subject",
                                        "figure",
                                        "--viz-action",
                                        "custom",
                                        "--viz-video",
                                        FigureClip(),
                                        "--viz-output",
                                        folder / "a.mp4",
                                        "--viz-size",
                                        "2",
                                        "--viz-export",
                                        folder / "a.npy"};
  const auto result = RunVideopose(run);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  const RenderedVideo rendered = Look(folder / "a.mp4");
  EXPECT_EQ(rendered.frames, 50);
  EXPECT_DOUBLE_EQ(rendered.info.frame_rate.per_second(), 25);
  EXPECT_EQ(rendered.info.width_px, 356 + 200);
  // A lower error than that of a body that does not move.
  const Tensor poses = ToTensor<float>(ReadNpy(folder / "a.npy"), "poses");
  ASSERT_EQ(poses.shape, (std::vector<int64_t>{50, 17, 3}));
  double error_m = 0;
  const JointTrack<Vec3f>& truth = Figure().motion.people[0].joints_in_cam;
  for (size_t i = 0; i < truth.size(); ++i) {
    const float* p = poses.data() + 3 * i;
    error_m += Norm(Vec3f{p[0], p[1], p[2]} - truth[i]) / static_cast<double>(truth.size());
  }
  EXPECT_LT(error_m, 0.15);

  // Without truth there is nothing to evaluate.
  const auto evaluated =
      RunVideopose({"run", "-d", "custom", "-k", "mine", "--data-dir", folder / "data", "-c",
                    SourceFile("models"), "--evaluate", "lifter.bin", "-ste", "figure"});
  EXPECT_EQ(evaluated.exit_code, 1);
  EXPECT_EQ(evaluated.error_line_count(), 1) << evaluated.err;
}

TEST(PrepareTest, DetectronsFilesBecomeWhatTheReferenceMakesOfThem) {
  const fs::path raw = TestData("golden_raw");
  const fs::path folder = EmptyFolder("prepare");
  // The reference takes files in directory order; here they are named in that order.
  const auto result =
      RunVideopose({"prepare", "custom", raw / "custom_in/phone clip.mov.npz",
                    raw / "custom_in/dance.mp4.npz", "-o", "myvideos", "--data-dir", folder});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(NamesIn(folder), Each(std::string("data_2d_custom_myvideos.npz")));
  const KeypointFile found = KeypointFile::Read(folder / "data_2d_custom_myvideos.npz");
  const KeypointFile wanted = KeypointFile::Read(raw / "out/custom/data_2d_custom_myvideos.npz");
  EXPECT_EQ(found.layout_name, wanted.layout_name);
  EXPECT_EQ(found.mirrored, wanted.mirrored);
  ASSERT_EQ(found.subjects.size(), wanted.subjects.size());
  for (size_t s = 0; s < wanted.subjects.size(); ++s) {
    EXPECT_EQ(found.subjects[s].name, wanted.subjects[s].name);
    EXPECT_EQ(found.video_sizes[s].name, wanted.video_sizes[s].name);
    EXPECT_EQ(found.video_sizes[s].value, wanted.video_sizes[s].value);
    ASSERT_EQ(found.subjects[s].value.size(), 1U);
    EXPECT_EQ(found.subjects[s].value[0].name, wanted.subjects[s].value[0].name);
    const NpyArray& x = found.subjects[s].value[0].value.at(0);
    const NpyArray& y = wanted.subjects[s].value[0].value.at(0);
    EXPECT_EQ(Describe(x), Describe(y));
    const Tensor a = ToTensor<float>(x, "found"), b = ToTensor<float>(y, "wanted");
    for (size_t i = 0; i < b.values.size(); ++i) ASSERT_NEAR(a.values[i], b.values[i], 1e-3);
  }
}

TEST(RunTest, HelpExplainsEveryFlag) {
  const auto help = RunVideopose({"run", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* flag : {"-d,--dataset",
                           "-k,--keypoints",
                           "-str,--subjects-train",
                           "-ste,--subjects-test",
                           "-sun,--subjects-unlabeled",
                           "-a,--actions",
                           "-c,--checkpoint",
                           "--checkpoint-frequency",
                           "-r,--resume",
                           "--evaluate",
                           "--render",
                           "--by-subject",
                           "--export-training-curves",
                           "-s,--stride",
                           "-e,--epochs",
                           "-b,--batch-size",
                           "-drop,--dropout",
                           "-lr,--learning-rate",
                           "-lrd,--lr-decay",
                           "-no-da,--no-data-augmentation",
                           "-no-tta,--no-test-time-augmentation",
                           "-arc,--architecture",
                           "--causal",
                           "-ch,--channels",
                           "--subset",
                           "--downsample",
                           "--warmup",
                           "--no-eval",
                           "--dense",
                           "--disable-optimizations",
                           "--linear-projection",
                           "--no-bone-length",
                           "--no-proj",
                           "--viz-subject",
                           "--viz-action",
                           "--viz-camera",
                           "--viz-video",
                           "--viz-skip",
                           "--viz-output",
                           "--viz-export",
                           "--viz-bitrate",
                           "--viz-no-ground-truth",
                           "--viz-limit",
                           "--viz-downsample",
                           "--viz-size",
                           "--data-dir",
                           "--threads",
                           "--seed",
                           "--report"}) {
    EXPECT_THAT(help.out, HasSubstr(std::string("  ") + flag + " ")) << flag;
  }
}

}  // namespace videopose::internal::run_test
