// What every detector of people and their keypoints gives, whatever it is made of.

#ifndef VIDEOPOSE_DETECT_POSE_DETECTOR_H_
#define VIDEOPOSE_DETECT_POSE_DETECTOR_H_

#include <vector>

#include "videopose/detect/appearance.h"
#include "videopose/media/image.h"
#include "videopose/pose/keypoints.h"

namespace videopose {

// One person in one frame.
struct DetectedPerson {
  int track_id = 0;                      // the same for the same body in all frames
  float presence = 1;                    // 0..1: how sure it is that this is a person
  std::vector<Keypoint> keypoints;       // J of the detector's layout, pixels of the frame
  std::vector<ExtraPoint> extra_points;  // what it sees beyond the layout
  Appearance appearance;
};

class PoseDetector {
 public:
  virtual ~PoseDetector() = default;

  virtual const KeypointLayout& layout() const = 0;
  // The people in the next frame. time_s, when it is shown, must increase.
  virtual std::vector<DetectedPerson> Detect(const Image& frame, double time_s) = 0;
};

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_POSE_DETECTOR_H_
