// All of the library that programs need.
//
//   const auto lifter = videopose::Lifter::Load("models/lifter.bin");
//   const videopose::KeypointSequence keypoints = videopose::ReadKeypoints("clip.npz");
//   const videopose::Motion motion = lifter.Lift(keypoints, {.average_flip = true});
//   videopose::RenderVideo(motion, "clip_3d.mp4", {.fps = 25});

#ifndef VIDEOPOSE_VIDEOPOSE_H_
#define VIDEOPOSE_VIDEOPOSE_H_

#include "videopose/base/error.h"
#include "videopose/base/parallel.h"
#include "videopose/base/progress.h"
#include "videopose/detect/detector.h"
#include "videopose/detect/model_store.h"
#include "videopose/engine/file_driver.h"
#include "videopose/engine/video_to_pose.h"
#include "videopose/lift/lifter.h"
#include "videopose/media/video_reader.h"
#include "videopose/media/video_writer.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"
#include "videopose/pose/skeleton.h"
#include "videopose/pose_files/pose_file.h"
#include "videopose/render/video_renderer.h"

#endif  // VIDEOPOSE_VIDEOPOSE_H_
