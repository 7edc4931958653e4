// What the viewer of the 3D panel looks at.

#ifndef VIDEOPOSE_RENDER_AIM_H_
#define VIDEOPOSE_RENDER_AIM_H_

#include <vector>

#include "videopose/pose.h"
#include "videopose/render/body.h"
#include "videopose/render/staging.h"

namespace videopose {

// A motion's rate, or a plain one where it does not say.
double FpsOf(const Motion& motion);

// Whether there is more than one ID: a reconstruction and its truth are one person.
bool AreSeveral(const Motion& motion);

// The part of the frames in which everybody must be in the picture whole. Of several people and in
// a room, somebody who walks right past the lens or is lifted wrongly for a moment may be cut off,
// lest all be small all the time.
double ShareOfFramesToFit(const Motion& motion);

// The value that this share of the values does not exceed; not of none.
float Quantile(std::vector<float> values, double share);

// Sets the focus from where everybody is: in the middle of those who are there, at half the height
// people reach. The viewer stands still where people stay within a few steps, and else goes along
// without haste.
void AimAtPeople(const Motion& motion, const std::vector<Body>& bodies, Staging& staging);

// Whom nobody has said from where to look at, seen well: see RenderOptions.
struct ViewAngles {
  double azimuth_deg = 20, elevation_deg = 15;
};
ViewAngles GoodAngles(const Motion& motion, const Staging& staging);

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_AIM_H_
