// BlazePose's model files: which there are and where they lie. They come from Google's npm package
// (Apache-2.0) and are not part of this project; downloading it is the program's
// (cli/fetch_models.h).

#ifndef VIDEOPOSE_DETECT_MODEL_STORE_H_
#define VIDEOPOSE_DETECT_MODEL_STORE_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/base/progress.h"
#include "videopose/detect/detector.h"

namespace videopose {

struct ModelFile {
  std::string_view name;
  std::string_view sha256;  // 64 hexadecimal digits
  int64_t bytes = 0;
};

inline constexpr std::string_view kModelPackage = "@mediapipe/pose@0.5.1675469404";

// All files that StoreModels stores.
const std::vector<ModelFile>& ModelFiles();
const ModelFile& PersonDetectorFile();
const ModelFile& LandmarkFile(BlazePoseSize size);

// $VIDEOPOSE_MODELS, else $XDG_CACHE_HOME/videopose/models, else ~/.cache/videopose/models.
std::filesystem::path DefaultModelsDir();

// The names of the files that BlazePose of this size needs and `dir` does not have.
std::vector<std::string> MissingModels(const std::filesystem::path& dir, BlazePoseSize size);

// Whether `dir` has the file with the right content.
bool HasIntactModel(const std::filesystem::path& dir, const ModelFile& file);

// Copies all model files from the folder `from` (that of the unpacked npm package, say) to `dir`,
// which is made if need be. Throws Error, and stores nothing, unless all are there with the known
// SHA-256. Stage of the progress: "store models".
void StoreModels(const std::filesystem::path& from, const std::filesystem::path& dir,
                 const WorkMonitor& monitor = {});

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_MODEL_STORE_H_
