// SPDX-License-Identifier: Apache-2.0

// The whole library. Each header can be included by itself, too; docs/library.md says which
// component has its functions.
//
//   const auto lifter = videopose::Lifter::Load("models/lifter.bin");
//   const videopose::KeypointSequence keypoints = videopose::ReadKeypoints("clip.npz");
//   const videopose::Motion motion = lifter.Lift(keypoints, {.average_flip = true});
//   videopose::RenderVideo(motion, "clip_3d.mp4", {.fps = 25});

#ifndef VIDEOPOSE_VIDEOPOSE_H_
#define VIDEOPOSE_VIDEOPOSE_H_

#include "videopose/base.h"
#include "videopose/data.h"
#include "videopose/detect.h"
#include "videopose/files.h"
#include "videopose/geometry.h"
#include "videopose/ground.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/metrics.h"
#include "videopose/pose.h"
#include "videopose/process.h"
#include "videopose/render.h"

#endif  // VIDEOPOSE_VIDEOPOSE_H_
