// What the follower saw, kept per track until the clip is over; only then it is known who was
// somebody, and who the most prominent of them.

#ifndef VIDEOPOSE_TRACK_TRACK_RECORDS_H_
#define VIDEOPOSE_TRACK_TRACK_RECORDS_H_

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "videopose/detect.h"
#include "videopose/pose.h"
#include "videopose/track/clothing.h"
#include "videopose/track/people_follower.h"

namespace videopose {

class TrackRecords {
 public:
  // `person` was seen in this frame; frames of one track must increase.
  void Add(int64_t frame, const FollowedPerson& person);

  // Fills in people and tracks. `detected` says already how many frames there are, and how fast.
  //
  // Left out are, where options say so, doubtful frames and all of a track that is doubtful for the
  // most part; and whoever is seen for less than 0.4 seconds, or half of a shorter clip. A track
  // that ends and one that begins within ten seconds near where it ended, in the same clothes and
  // of the same size, are one person's. So are one that ends and one that begins within a second of
  // it, no farther away than somebody may leap or fall, in clothes that are not quite different,
  // if both happens inside the picture and beside nobody else, and only they could be each other.
  void Finish(const DetectKeypointsOptions& options, DetectedKeypoints& detected);

 private:
  struct Frame {
    int64_t index;
    float presence;
    std::array<Landmark, 33> landmarks;
  };
  struct Record {
    std::vector<Frame> frames;
    Clothing clothing;  // the mean
  };

  static bool IsSamePerson(const Record& before, const Record& after, double fps);
  static TrackSummary Summarize(const Record& record);
  static PersonKeypoints Write(const Record& record, const KeypointSequence& sequence);
  void DropDoubtful(double fps);
  void DropBrief(const KeypointSequence& sequence);
  void Reunite(double fps);
  void ReuniteLeapers(const KeypointSequence& sequence);
  bool CouldLeap(const Record& before, const Record& after, const KeypointSequence& sequence) const;
  bool IsBesideAnother(const Frame& frame, const Record& of) const;
  static float TypicalScale(const Record& record);
  void Join(int earlier, int later);

  std::map<int, Record> records_;  // by track
};

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_TRACK_RECORDS_H_
