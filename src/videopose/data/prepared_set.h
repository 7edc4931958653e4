// SPDX-License-Identifier: Apache-2.0

// Shared by all conversions of raw data sets: options, checks and writing.

#ifndef VIDEOPOSE_DATA_PREPARED_SET_H_
#define VIDEOPOSE_DATA_PREPARED_SET_H_

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/arrays/npy_array.h"
#include "videopose/base.h"
#include "videopose/base/atomic_file.h"
#include "videopose/data/named.h"

namespace videopose::internal {

struct PrepareOptions {
  std::filesystem::path input;              // a folder or an archive
  std::filesystem::path data_dir = "data";  // created if missing
  bool partial = false;                     // go on without what is missing or surplus
  bool force = false;                       // replace files that are there
  int64_t max_unpacked_gib = 16;            // limit for unpacking an archive
  WorkMonitor monitor;
};

struct PreparedSet {
  std::vector<std::filesystem::path> written;
  std::vector<std::string> left_out;  // what is missing or surplus, with `partial`
};

// subject -> action -> (T, J, 3) metres; and one (T, J, 2) in pixels for each camera.
using Positions3d = NamedList<NamedList<NpyArray>>;
using Positions2d = NamedList<NamedList<std::vector<NpyArray>>>;

// The value of that name; a missing one is appended.
template <typename T>
T& FindOrAdd(NamedList<T>& list, std::string_view name) {
  for (Named<T>& item : list) {
    if (item.name == name) return item.value;
  }
  return list.emplace_back(Named<T>{std::string(name), {}}).value;
}

// Metadata of 2D joints: "coco", 17, the left and the right ones. Empty name: not written.
struct LayoutMetadata {
  std::string name;
  int joint_count = 0;
  std::vector<int> left, right;
};

// The layout which the name of a set of keypoints must contain: "cpn_ft_h36m_dbb" -> h36m,
// "detectron_pt_coco" -> coco. Throws Error if it contains none.
LayoutMetadata LayoutOfName(std::string_view keypoints_name);
LayoutMetadata LayoutCalled(std::string_view layout_name);

// The output files of one command: all of them appear, or none.
class PreparedFiles {
 public:
  // The data folder, which is created if it is missing, and `force` are taken from the options.
  explicit PreparedFiles(const PrepareOptions& options);

  // Announces the file <data_dir>/<name>; returns the temporary path to write it to.
  // Throws Error if it is there already and `force` is not set.
  std::filesystem::path Add(const std::string& name);
  // Moves all files to their places and returns these. If one move fails, all are undone and Error
  // is thrown.
  std::vector<std::filesystem::path> Commit();

 private:
  std::filesystem::path data_dir_;
  bool force_ = false;
  AtomicFiles files_;
  std::vector<std::filesystem::path> targets_;
};

void WritePositions3d(const std::filesystem::path& path, const Positions3d& positions);
void WritePositions2d(const std::filesystem::path& path, const LayoutMetadata& layout,
                      const Positions2d& positions);

// Of `joints` (T, J, C), in millimetres where C is 3, else in pixels. Throws Error, naming the
// frame (that of joints[0] is `first_frame`), for NaN and Inf, bodies that are not between 0.3 and
// 10 metres long, places beyond 100,000 pixels; and for a recording that is not 10 pixels wide.
template <typename T>
void CheckJoints(const BasicTensor<T>& joints, const std::string& what, int64_t first_frame = 0);

// Checks that there are two takes of each of Human3.6M's actions ("Photo 1"): a problem for each
// missing, surplus or unknown take, the latter two also in `unknown`. One problem for a subject
// without takes.
std::vector<std::string> CheckTakes(std::string_view subject, const std::vector<std::string>& takes,
                                    std::vector<std::string>& unknown);

// Human3.6M's actions under the names that VideoPose3D gives them: TakingPhoto -> Photo,
// WalkingDog -> WalkDog, with the number of the take: "Photo 1".
std::string Human36mActionName(std::string_view raw_name);
std::span<const std::string_view> Human36mSubjects();  // those with motion capture
std::span<const std::string_view> Human36mActions();   // without takes

// Throws one Error with all problems, unless `partial` is set.
void RequireComplete(const std::vector<std::string>& problems, const PrepareOptions& options);
// Throws Error if `partial` has left nothing.
void RequireAny(bool is_any_left, const PrepareOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_PREPARED_SET_H_
