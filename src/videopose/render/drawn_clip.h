// SPDX-License-Identifier: Apache-2.0

// A motion as it is drawn: all people where ground has them in the world, and a viewpoint computed
// from the whole clip.

#ifndef VIDEOPOSE_RENDER_DRAWN_CLIP_H_
#define VIDEOPOSE_RENDER_DRAWN_CLIP_H_

#include <optional>
#include <vector>

#include "videopose/pose.h"
#include "videopose/render.h"
#include "videopose/render/aim.h"
#include "videopose/render/drawn_frame.h"
#include "videopose/render/theme.h"

namespace videopose::internal {

class DrawnClip {
 public:
  // `keypoints` may be null and must outlive the clip. A motion without grounding is grounded as
  // far as `keypoints` allow. `truth`, of the same skeleton and frames, may be null; one view
  // serves both.
  DrawnClip(const Motion& motion, const KeypointSequence* keypoints, const RenderOptions& options,
            const Motion* truth = nullptr);

  const DrawnSubject& subject() const { return subject_; }
  const Identities& identities() const { return identities_; }
  // The viewpoint of all frames, if there is only one.
  std::optional<ViewOptions> still_view() const;

  // Thread-safe. A frame after the last has no people.
  DrawnFrame At(int64_t t) const;

 private:
  int SceneShownAt(int64_t t) const;
  std::vector<DrawnPerson> PeopleAt(int64_t t, size_t begin, size_t end) const;

  const KeypointSequence* keypoints_;
  DrawnSubject subject_;
  Identities identities_;
  std::vector<DrawnTrack> tracks_;  // the truth's people after those of the motion
  size_t motion_people_;
  int64_t frame_count_;
  std::vector<FrameRange> scenes_;
  ClipView view_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_DRAWN_CLIP_H_
