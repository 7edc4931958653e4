// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <optional>

#include "support/models.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/detect.h"

namespace videopose::internal::model_store_test {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Property;
using testing::Throws;
using testing::ThrowsMessage;

// Sets an environment variable for one test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    if (value != nullptr) {
      setenv(name, value, 1);
    } else {
      unsetenv(name);
    }
  }
  ~ScopedVariable() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

void WriteAllFiles(const fs::path& folder) {
  for (const ModelFile& file : ModelFiles()) std::ofstream(folder / file.name) << "not a model";
}

TEST(ModelStoreTest, FolderFromTheEnvironment) {
  const ScopedVariable home("HOME", "/h");
  {
    const ScopedVariable models("VIDEOPOSE_MODELS", "/m"), cache("XDG_CACHE_HOME", "/c");
    EXPECT_EQ(DefaultModelsDir(), "/m");
  }
  const ScopedVariable models("VIDEOPOSE_MODELS", nullptr);
  {
    const ScopedVariable cache("XDG_CACHE_HOME", "/c");
    EXPECT_EQ(DefaultModelsDir(), "/c/videopose/models");
  }
  const ScopedVariable cache("XDG_CACHE_HOME", nullptr);
  EXPECT_EQ(DefaultModelsDir(), "/h/.cache/videopose/models");
}

TEST(ModelStoreTest, NamesWhatIsMissing) {
  const fs::path dir = EmptyFolder("missing");
  EXPECT_THAT(MissingModels(dir, BlazePoseSize::kLite),
              ElementsAre("pose_solution_packed_assets.data", "pose_landmark_lite.tflite"));
  std::ofstream(dir / "pose_landmark_lite.tflite") << "x";
  EXPECT_THAT(MissingModels(dir, BlazePoseSize::kLite),
              ElementsAre("pose_solution_packed_assets.data"));
  EXPECT_FALSE(HasIntactModel(dir, LandmarkFile(BlazePoseSize::kLite)));
}

TEST(ModelStoreTest, DetectorSaysWhichFileIsMissingWhereAndWhatToDo) {
  const fs::path dir = EmptyFolder("no_models");
  EXPECT_THAT([&] { BlazePose({.models_dir = dir}); },
              Throws<Error>(
                  AllOf(Property(&Error::what, AllOf(HasSubstr("pose_solution_packed_assets.data"),
                                                     HasSubstr(dir.string()))),
                        Property(&Error::code, ErrorCode::kModelMissing))));
}

TEST(ModelStoreTest, DetectorRefusesWhatIsNoModel) {
  const fs::path dir = EmptyFolder("bad_models");
  WriteAllFiles(dir);
  EXPECT_THROW(BlazePose({.models_dir = dir}), Error);
}

TEST(ModelStoreTest, ADamagedModelIsNoticedBeforeItIsUsed) {
  const fs::path models = DefaultModelsDir(), dir = EmptyFolder("damaged");
  SKIP_WITHOUT_MODELS();
  const ModelFile& file = LandmarkFile(BlazePoseSize::kLite);
  for (const ModelFile* each : {&PersonDetectorFile(), &file}) {
    fs::copy_file(models / each->name, dir / each->name);
  }
  EXPECT_TRUE(HasIntactModel(dir, file));
  EXPECT_TRUE(HasIntactModel(dir, file)) << "as noted";
  EXPECT_NO_THROW(BlazePose({.size = BlazePoseSize::kLite, .models_dir = dir}));
  std::fstream(dir / file.name, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(file.bytes / 2)
      .put('!');
  EXPECT_FALSE(HasIntactModel(dir, file));
  EXPECT_THAT([&] { BlazePose({.size = BlazePoseSize::kLite, .models_dir = dir}); },
              ThrowsMessage<Error>(
                  AllOf(HasSubstr("pose_landmark_lite.tflite: damaged"), HasSubstr("SHA-256"))));
}

TEST(ModelStoreTest, WrongContentIsNamedWithBothHashesAndNothingIsStored) {
  const fs::path source = EmptyFolder("wrong_source"), dir = EmptyFolder("wrong_target") / "new";
  WriteAllFiles(source);
  EXPECT_THAT([&] { StoreModels(source, dir); },
              ThrowsMessage<Error>(AllOf(HasSubstr("pose_landmark_lite.tflite"),
                                         HasSubstr("f17bfbecadb61c3b"), HasSubstr("SHA-256 is"))));
  EXPECT_FALSE(fs::exists(dir));
}

TEST(ModelStoreTest, AFolderWithoutAllOfThemIsNone) {
  EXPECT_THAT([] { StoreModels(EmptyFolder("empty_source"), EmptyFolder("no_source")); },
              Throws<Error>(Property(&Error::code, ErrorCode::kModelMissing)));
}

TEST(ModelStoreTest, ThePackagesComeOneByOne) {
  const fs::path models = DefaultModelsDir();
  const ModelFile& boxes = BoxDetectorFile();
  SKIP_WITHOUT_MODELS();
  const fs::path source = EmptyFolder("one_package"), dir = EmptyFolder("one_stored");
  fs::create_symlink(models / boxes.name, source / boxes.name);
  StoreModels(source, dir);
  EXPECT_TRUE(HasIntactModel(dir, boxes));
  EXPECT_FALSE(fs::exists(dir / PersonDetectorFile().name));
  // Of a package that is begun, all files are needed.
  fs::create_symlink(models / PersonDetectorFile().name, source / PersonDetectorFile().name);
  EXPECT_THAT([&] { StoreModels(source, dir); },
              ThrowsMessage<Error>(HasSubstr("needs all files of @mediapipe/pose")));
}

TEST(ModelStoreTest, StoresWhatIsIntact) {
  const fs::path models = DefaultModelsDir();
  SKIP_WITHOUT_MODELS();
  const fs::path dir = EmptyFolder("stored");
  StoreModels(models, dir / "a/b");
  for (const ModelFile& file : ModelFiles()) {
    EXPECT_TRUE(HasIntactModel(dir / "a/b", file)) << file.name;
  }
  EXPECT_THAT(MissingModels(dir / "a/b", BlazePoseSize::kHeavy), IsEmpty());
  fs::remove_all(dir);
}

}  // namespace videopose::internal::model_store_test
