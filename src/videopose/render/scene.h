// The 3D panel: people on the floor, seen by a viewer who follows them.

#ifndef VIDEOPOSE_RENDER_SCENE_H_
#define VIDEOPOSE_RENDER_SCENE_H_

#include <vector>

#include "videopose/pose.h"
#include "videopose/render.h"
#include "videopose/render/body.h"
#include "videopose/render/shading.h"
#include "videopose/render/staging.h"
#include "videopose/render/theme.h"
#include "videopose/render/tile.h"
#include "videopose/render/view.h"

namespace videopose {

class Scene {
 public:
  // `keypoints` may be null. `motion` must outlive the scene.
  Scene(const Motion& motion, const KeypointSequence* keypoints, const RenderOptions& options,
        int width_px);

  // People [begin, end) of the motion.
  struct People {
    size_t begin = 0, end = 0;
  };

  // Thread-safe. The tile has the panel's size.
  void Draw(int64_t t, Tile tile) const { Draw(t, tile, {0, motion_.people.size()}); }
  void Draw(int64_t t, Tile tile, People people) const;

  View ViewAt(int64_t t) const;
  const Staging& staging() const { return staging_; }
  const Identities& identities() const { return identities_; }

 private:
  double FittingDistance() const;
  // Those of `people` who have a pose in frame t.
  std::vector<size_t> PresentAt(int64_t t, People people) const;
  std::vector<LitCone> SeenBy(const View& view, const std::vector<RoundCone>& flesh,
                              const BodyColours& colours) const;
  void DrawNameTags(int64_t t, Tile tile, const View& view,
                    const std::vector<size_t>& people) const;

  const Motion& motion_;
  const Palette& palette_;
  const Identities identities_;
  double turntable_deg_per_s_;
  std::vector<Body> bodies_;  // one for each person
  Staging staging_;
  ViewOptions view_options_;
  Image empty_;  // backdrop, and the floor too if the viewer never moves
  bool viewer_moves_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_SCENE_H_
