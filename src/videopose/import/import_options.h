// What a user may say about a file of keypoints that the file does not say itself.

#ifndef VIDEOPOSE_IMPORT_IMPORT_OPTIONS_H_
#define VIDEOPOSE_IMPORT_IMPORT_OPTIONS_H_

#include <optional>
#include <string>

namespace videopose {

struct ImportOptions {
  // Which joints the points are: a name of KnownLayouts() (joint_layouts.h), or the joints' names
  // with commas between them. None: what the file says, else what fits the number of points.
  std::optional<std::string> layout;
  // 0: what the file says, else 25.
  double fps = 0;
  // Of the pictures. 0: what the file says, else the smallest usual size of videos that holds all
  // points. Both or none.
  int width_px = 0, height_px = 0;
};

}  // namespace videopose

#endif  // VIDEOPOSE_IMPORT_IMPORT_OPTIONS_H_
