// SPDX-License-Identifier: Apache-2.0

// Pieces of work that several processes divide among themselves, on one machine or on many that
// share a folder. They need no server and no network but that folder:
//
//   FOLDER/.videopose/workers/HOST-PID-RANDOM   one file a process; its time is the heartbeat
//   FOLDER/.videopose/claims/NAME.N             the N-th claim on a piece: holds a worker's name
//   FOLDER/.videopose/done/NAME                 the record of a finished piece, which has no claims
//
// A claim counts as long as its worker lives. A worker is dead where its file is gone, or was not
// touched for `dead_after`, or where it ran on this machine and its process is gone. Then the piece
// can be claimed anew, as N + 1. Files of claims are made with O_EXCL, so only one of several
// processes that want the same piece at the same time gets it; NFS (version 3 and later), Lustre
// and other shared file systems keep that promise.
//
// All times are those of the file system: each process touches a file of its own and reads what
// time it got. Clocks of machines may differ.
//
// The last worker that leaves removes .videopose.

#ifndef VIDEOPOSE_CLUSTER_CLAIMS_H_
#define VIDEOPOSE_CLUSTER_CLAIMS_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace videopose::internal {

inline constexpr std::chrono::milliseconds kDeadAfter{60000};

class Claims {
 public:
  // Joins the work in `folder`, which exists. The heart beats six times in `dead_after`, which all
  // workers must have in common. Throws Error where the folder cannot be written to.
  explicit Claims(const std::filesystem::path& folder,
                  std::chrono::milliseconds dead_after = kDeadAfter);
  ~Claims();  // leaves: what was claimed and is not finished is free
  Claims(const Claims&) = delete;
  Claims& operator=(const Claims&) = delete;

  const std::string& worker() const { return worker_; }

  // Claims the first of `names` that no living worker holds and this run has no record of; nothing
  // where there is none. Names are names of files. Throws Error where a claim cannot be written.
  std::optional<std::string> Take(std::span<const std::string> names);

  // Whether this worker still has what it took. It may not: a process that was stopped for longer
  // than `dead_after` (a suspended machine) is dead to the others.
  bool Holds(const std::string& name) const;

  // Which pieces living workers hold, this one included, and which worker that is.
  std::map<std::string, std::string> Held() const;

  // Keeps the record of a piece, for all workers to see, and gives the claim back.
  void Finish(const std::string& name, const std::string& record);

  // Records of this run: made since it began. A run begins when a worker joins and finds no other
  // living one; who joins later belongs to it. So a piece that failed is tried again by the next
  // run, and not by each worker of this one.
  const std::map<std::string, std::string>& Records();

  // Since the run began.
  double elapsed_s() const;

 private:
  using Nanoseconds = int64_t;
  struct Claim {
    int64_t number = 0;
    std::string worker;  // empty: not written yet
    bool is_alive = false;
  };
  using Listing = std::map<std::string, std::vector<Claim>>;

  std::filesystem::path WorkerFile(const std::string& worker) const;
  std::filesystem::path ClaimFile(const std::string& name, int64_t number) const;
  void MakeFolders() const;
  void Register() const;
  void Beat();
  Nanoseconds Now() const;  // by the clock of the file system
  bool IsAlive(const std::string& worker) const;
  std::vector<std::string> OtherWorkers() const;
  Listing List() const;
  bool TakeOne(const std::string& name, const std::vector<Claim>& earlier);
  bool IsUndisputed(const std::string& name);
  void CleanUp() const;

  std::filesystem::path folder_;  // FOLDER/.videopose
  std::chrono::milliseconds dead_after_;
  std::string worker_;
  Nanoseconds since_ = std::numeric_limits<Nanoseconds>::max();  // not known yet
  std::map<std::string, int64_t> taken_;
  std::map<std::string, std::string> records_;
  std::mutex mutex_;
  std::condition_variable leaving_;
  bool is_leaving_ = false;
  std::thread heart_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLUSTER_CLAIMS_H_
