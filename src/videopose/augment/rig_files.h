// SPDX-License-Identifier: Apache-2.0

// The maps of known rigs, models/training/rigs/*.json, which cmake/embed.cmake turns into literals.

#ifndef VIDEOPOSE_AUGMENT_RIG_FILES_H_
#define VIDEOPOSE_AUGMENT_RIG_FILES_H_

#include <string_view>

namespace videopose::internal::rigs {

// CMU's motion capture in BVH. The rig leaves out one segment of the spine: from hips to shoulders
// it is a fifth to a quarter shorter than people of its leg length are.
extern const std::string_view k_cmu_json;
// DeepMimic's.
extern const std::string_view k_deepmimic_json;
// Acclaim's: a joint has the name of the bone that begins in it (motion_files/amc.h).
extern const std::string_view k_asf_json;

}  // namespace videopose::internal::rigs

#endif  // VIDEOPOSE_AUGMENT_RIG_FILES_H_
