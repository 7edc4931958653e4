// What all conversions of raw data sets share: their options, what they check and how they write.

#ifndef VIDEOPOSE_DATA_PREPARED_SET_H_
#define VIDEOPOSE_DATA_PREPARED_SET_H_

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/base/progress.h"
#include "videopose/base/tensor.h"
#include "videopose/data/named.h"
#include "videopose/io/npy_array.h"

namespace videopose {

struct PrepareOptions {
  std::filesystem::path input;              // a folder or an archive
  std::filesystem::path data_dir = "data";  // made where it is missing
  bool partial = false;                     // go on without what is missing or surplus
  bool force = false;                       // replace files that are there
  int64_t max_unpacked_gib = 16;            // what may come out of an archive
  WorkMonitor monitor;
};

struct PreparedSet {
  std::vector<std::filesystem::path> written;
  std::vector<std::string> left_out;  // what is missing or surplus, with `partial`
};

// subject -> action -> (T, J, 3) metres; and one (T, J, 2) in pixels for each camera.
using Positions3d = NamedList<NamedList<NpyArray>>;
using Positions2d = NamedList<NamedList<std::vector<NpyArray>>>;

// The value of that name, which is added at the end where there is none.
template <typename T>
T& FindOrAdd(NamedList<T>& list, std::string_view name) {
  for (Named<T>& item : list) {
    if (item.name == name) return item.value;
  }
  return list.emplace_back(Named<T>{std::string(name), {}}).value;
}

// What is known of 2D joints: "coco", 17, the left and the right ones. Empty name: not written.
struct LayoutMetadata {
  std::string name;
  int joint_count = 0;
  std::vector<int> left, right;
};

// The layout which the name of a set of keypoints must contain: "cpn_ft_h36m_dbb" -> h36m,
// "detectron_pt_coco" -> coco. Throws Error where it has none.
LayoutMetadata LayoutOfName(std::string_view keypoints_name);
LayoutMetadata LayoutCalled(std::string_view layout_name);

// Throws Error if the file is there and `force` is not set. Makes its folder.
void RequireNew(const std::filesystem::path& path, bool force);

void WritePositions3d(const std::filesystem::path& path, const Positions3d& positions);
void WritePositions2d(const std::filesystem::path& path, const LayoutMetadata& layout,
                      const Positions2d& positions);

// Throws Error, naming the frame, for NaN, Inf and, in 3D, bodies that are no metre high or so: of
// `joints` (T, J, C), in millimetres where C is 3.
void CheckJoints(const BasicTensor<double>& joints, const std::string& what);

// Whether takes of Human3.6M's actions ("Photo 1") are the two of each that there should be; a
// problem for each that is missing, surplus or unknown, and in `unknown` those of the latter kinds.
std::vector<std::string> CheckTakes(std::string_view subject, const std::vector<std::string>& takes,
                                    std::vector<std::string>& unknown);

// Human3.6M's actions under the names that VideoPose3D gives them: TakingPhoto -> Photo,
// WalkingDog -> WalkDog, with the number of the take: "Photo 1".
std::string Human36mActionName(std::string_view raw_name);
std::span<const std::string_view> Human36mSubjects();  // those with motion capture
std::span<const std::string_view> Human36mActions();   // without takes

// Throws one Error with all problems, unless `partial` is set.
void RequireComplete(const std::vector<std::string>& problems, const PrepareOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_DATA_PREPARED_SET_H_
