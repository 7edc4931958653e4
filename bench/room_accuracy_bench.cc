// How right the room is, on scenes where everything is known: docs/room.md holds the table.
//
//   room_accuracy_bench            lifted poses imitated: the truth with lasting errors
//   room_accuracy_bench lift       keypoints with noise through models/lifter.bin
//   room_accuracy_bench eval       roots on the yardstick /work/shared/golden/lift_eval.npz

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "videopose/base/error.h"
#include "videopose/io/npz.h"
#include "videopose/lift/lifter.h"
#include "videopose/room/room.h"
#include "videopose/room/test_scenes.h"

namespace videopose {
namespace {

void PrintHead() {
  fmt::print(
      "| scene | root, % of distance | tilt, degrees | skating raw -> locked, mm/s | less | joints "
      "raw -> locked, mm | more |\n|---|---|---|---|---|---|---|\n");
}

void PrintScenes(const Lifter* lifter) {
  PrintHead();
  for (const Scene& scene : AllScenes()) {
    const TestScene made = MakeTestScene(scene, 1);
    const Motion lifted = lifter == nullptr ? made.lifted : lifter->Lift(made.clip.keypoints);
    RoomOptions options;
    options.focal_px = made.clip.camera.focal_px;
    if (lifter != nullptr) options.height_m = 1.74;
    const auto place = [&](bool lock_feet) {
      Motion motion = lifted;
      options.lock_feet = lock_feet;
      PlaceInRoom(made.clip.keypoints, options, motion);
      return MeasureRoom(made.clip, motion);
    };
    const RoomErrors raw = place(false), locked = place(true);
    fmt::print(
        "| {} | {:.1f} | {:.1f} | {:.0f} -> {:.0f} | {:.0f}% | {:.1f} -> {:.1f} | {:+.1f}% | raw "
        "{:.1f}%, {:.1f} deg, ankle {:.3f} m\n",
        scene.name, 100 * locked.root_share, locked.tilt_deg, 1000 * raw.skating_m_s,
        1000 * locked.skating_m_s, 100 * (1 - locked.skating_m_s / raw.skating_m_s),
        1000 * raw.joint_m, 1000 * locked.joint_m, 100 * (locked.joint_m / raw.joint_m - 1),
        100 * raw.root_share, raw.tilt_deg, locked.ankle_height_m);
  }
}

}  // namespace
}  // namespace videopose

int main(int argc, char** argv) {
  using namespace videopose;
  try {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what.empty()) {
      PrintScenes(nullptr);
    } else if (what == "lift") {
      const Lifter lifter = Lifter::Load(VIDEOPOSE_SOURCE_DIR "/models/lifter.bin");
      PrintScenes(&lifter);
    }
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
