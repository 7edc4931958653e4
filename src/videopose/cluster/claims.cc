// SPDX-License-Identifier: Apache-2.0

#include "videopose/cluster/claims.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <utility>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSecond_ns = 1'000'000'000;

// Empty where it cannot be read.
std::string TextOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> NamesInFolder(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename());
  }
  return names;
}

// The machine as processes see it: since when it runs, and which processes this one can see.
// Containers may share a host's name, and a number of a process in one is another in the next.
std::string ThisMachine() {
  std::string boot = TextOf("/proc/sys/kernel/random/boot_id");
  std::error_code error;
  const fs::path processes = fs::read_symlink("/proc/self/ns/pid", error);
  if (boot.empty() || error) return "";
  boot.erase(boot.find_last_not_of('\n') + 1);
  return boot + " " + processes.string();
}

// When a process began, in the kernel's ticks since the start of the machine: a number that another
// process with the same number does not have. Empty where there is no such process.
std::string StartOf(int64_t process) {
  const std::string text = TextOf(fmt::format("/proc/{}/stat", process));
  const size_t name_end = text.rfind(')');  // names may hold anything
  if (name_end == std::string::npos) return "";
  std::istringstream fields(text.substr(name_end + 1));
  constexpr int kStateField = 3, kStartField = 22;
  std::string field;
  for (int i = kStateField; i <= kStartField; ++i) fields >> field;
  return field;
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "host";
  std::string text = name.data();
  std::ranges::replace(text, '/', '_');
  return text;
}

// The time of a file as its file system has it. Opened first: NFS asks the server anew then.
std::optional<int64_t> TimeOf(const fs::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat status {};
  const bool is_known = fstat(fd, &status) == 0;
  close(fd);
  if (!is_known) return std::nullopt;
  return status.st_mtim.tv_sec * kSecond_ns + status.st_mtim.tv_nsec;
}

// Sets it to the file system's "now".
bool Touch(const fs::path& path) { return utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0; }

// "clip.12" is the claim number 12 on "clip".
std::optional<std::pair<std::string, int64_t>> ParseClaim(const std::string& name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos) return std::nullopt;
  int64_t number = 0;
  const char* const last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + dot + 1, last, number);
  if (error != std::errc() || end != last) return std::nullopt;
  return std::pair(name.substr(0, dot), number);
}

}  // namespace

Claims::Claims(const fs::path& folder, std::chrono::milliseconds dead_after)
    : folder_(folder / ".videopose"), dead_after_(dead_after) {
  std::random_device random;
  worker_ = fmt::format("{}-{}-{:06x}", HostName(), getpid(), random() & 0xFFFFFFU);
  Register();
  since_ = Now();
  for (const std::string& other : OtherWorkers()) {
    if (!IsAlive(other)) continue;
    const auto json = nlohmann::json::parse(TextOf(WorkerFile(other)), nullptr, false);
    if (json.is_object()) since_ = std::min(since_, json.value("since_ns", since_));
  }
  Register();
  heart_ = std::thread([this] { Beat(); });
}

Claims::~Claims() {
  {
    const std::lock_guard guard(mutex_);
    is_leaving_ = true;
  }
  leaving_.notify_all();
  heart_.join();
  try {
    std::error_code ignored;
    fs::remove(WorkerFile(worker_), ignored);
    const std::vector<std::string> others = OtherWorkers();
    if (std::ranges::none_of(others, [&](const auto& other) { return IsAlive(other); })) CleanUp();
  } catch (const std::exception&) {  // no memory, or the folder is gone: the next run cleans up
  }
}

fs::path Claims::WorkerFile(const std::string& worker) const {
  return folder_ / "workers" / worker;
}

fs::path Claims::ClaimFile(const std::string& name, int64_t number) const {
  return folder_ / "claims" / fmt::format("{}.{}", name, number);
}

void Claims::MakeFolders() const {
  for (const char* name : {"workers", "claims", "done"}) {
    std::error_code error;
    fs::create_directories(folder_ / name, error);
    if (error) {
      FailAt(folder_ / name, ErrorCode::kCannotWrite, "cannot make this folder: {}",
             error.message());
    }
  }
}

void Claims::Register() const {
  MakeFolders();
  const nlohmann::json json = {{"machine", ThisMachine()},
                               {"process", getpid()},
                               {"start", StartOf(getpid())},
                               {"since_ns", since_}};
  WriteFileAtomically(WorkerFile(worker_), json.dump());
}

void Claims::Beat() {
  std::unique_lock lock(mutex_);
  while (!leaving_.wait_for(lock, dead_after_ / 6, [&] { return is_leaving_; })) {
    // A worker that was stopped for long is dead to the others, and its file may be removed.
    if (Touch(WorkerFile(worker_)) || errno != ENOENT) continue;
    try {
      Register();
    } catch (const Error&) {  // the file system may come back
    }
  }
}

Claims::Nanoseconds Claims::Now() const {
  Touch(WorkerFile(worker_));
  return TimeOf(WorkerFile(worker_)).value_or(since_);
}

bool Claims::IsAlive(const std::string& worker) const {
  const std::optional<Nanoseconds> beat = TimeOf(WorkerFile(worker));
  if (!beat) return false;
  const std::chrono::nanoseconds silence(Now() - *beat);
  if (silence > dead_after_) return false;
  const auto json = nlohmann::json::parse(TextOf(WorkerFile(worker)), nullptr, false);
  if (!json.is_object()) return true;
  const std::string machine = json.value("machine", "");
  if (machine.empty() || machine != ThisMachine()) return true;
  return json.value("start", "") == StartOf(json.value("process", int64_t{0}));
}

std::vector<std::string> Claims::OtherWorkers() const {
  std::vector<std::string> names = NamesInFolder(folder_ / "workers");
  std::erase_if(names, [&](const auto& name) { return name == worker_ || name.starts_with("."); });
  return names;
}

Claims::Listing Claims::List() const {
  std::map<std::string, bool> alive;
  Listing listing;
  for (const std::string& file : NamesInFolder(folder_ / "claims")) {
    const auto parsed = ParseClaim(file);
    if (!parsed) continue;
    const auto& [name, number] = *parsed;
    Claim claim{.number = number, .worker = TextOf(ClaimFile(name, number))};
    if (claim.worker.empty()) {
      const std::optional<Nanoseconds> made = TimeOf(ClaimFile(name, number));
      claim.is_alive = made && std::chrono::nanoseconds(Now() - *made) <= dead_after_;
    } else {
      const auto [known, is_new] = alive.try_emplace(claim.worker, false);
      if (is_new) known->second = IsAlive(claim.worker);
      claim.is_alive = known->second;
    }
    listing[name].push_back(std::move(claim));
  }
  return listing;
}

std::optional<std::string> Claims::Take(std::span<const std::string> names) {
  Listing listing = List();
  for (const std::string& name : names) {
    const std::vector<Claim>& earlier = listing[name];
    if (std::ranges::none_of(earlier, &Claim::is_alive) && TakeOne(name, earlier)) return name;
  }
  return std::nullopt;
}

bool Claims::TakeOne(const std::string& name, const std::vector<Claim>& earlier) {
  int64_t number = 0;
  for (const Claim& claim : earlier) number = std::max(number, claim.number + 1);
  const fs::path file = ClaimFile(name, number);
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0 && (errno == EEXIST || errno == ENOENT)) {
    MakeFolders();  // where the last worker of an earlier run has just removed them
    return false;
  }
  if (fd < 0) FailAt(file, ErrorCode::kCannotWrite, "cannot write: {}", std::strerror(errno));
  const bool is_written =
      write(fd, worker_.data(), worker_.size()) == static_cast<ssize_t>(worker_.size());
  const int reason = errno;
  if (close(fd) != 0 || !is_written) {
    unlink(file.c_str());
    FailAt(file, ErrorCode::kCannotWrite, "cannot write: {}", std::strerror(reason));
  }
  if (!IsUndisputed(name)) {
    unlink(file.c_str());
    return false;
  }
  taken_[name] = number;
  return true;
}

// Claims vanish between two looks where a worker finishes its piece, or cleans up after an earlier
// run. Then another worker may have taken another number, or there is a record by now.
bool Claims::IsUndisputed(const std::string& name) {
  const Listing listing = List();
  const auto found = listing.find(name);
  const bool is_alone =
      found != listing.end() && std::ranges::none_of(found->second, [&](const Claim& claim) {
        return claim.is_alive && claim.worker != worker_;
      });
  return is_alone && !Records().contains(name);
}

bool Claims::Holds(const std::string& name) const {
  const auto taken = taken_.find(name);
  if (taken == taken_.end() || TextOf(ClaimFile(name, taken->second)) != worker_) return false;
  return !fs::exists(ClaimFile(name, taken->second + 1));
}

std::map<std::string, std::string> Claims::Held() const {
  std::map<std::string, std::string> held;
  for (const auto& [name, claims] : List()) {
    for (const Claim& claim : claims) {
      if (claim.is_alive) held[name] = claim.worker;
    }
  }
  return held;
}

void Claims::Finish(const std::string& name, const std::string& record) {
  const fs::path file = folder_ / "done" / name;
  WriteFileAtomically(file, record);
  Touch(file);
  std::error_code ignored;
  for (int64_t number = taken_.at(name); number >= 0; --number) {
    fs::remove(ClaimFile(name, number), ignored);
  }
  taken_.erase(name);
}

const std::map<std::string, std::string>& Claims::Records() {
  for (const std::string& name : NamesInFolder(folder_ / "done")) {
    if (name.starts_with(".videopose") || records_.contains(name)) continue;
    const fs::path file = folder_ / "done" / name;
    const std::optional<Nanoseconds> time = TimeOf(file);
    if (time && *time >= since_) records_[name] = TextOf(file);
  }
  return records_;
}

double Claims::elapsed_s() const {
  return static_cast<double>(Now() - since_) / static_cast<double>(kSecond_ns);
}

// A worker may join at this moment: its files stay, and so do their folders.
void Claims::CleanUp() const {
  std::error_code ignored;
  for (const auto& [name, claims] : List()) {
    for (const Claim& claim : claims) {
      if (!claim.is_alive) fs::remove(ClaimFile(name, claim.number), ignored);
    }
  }
  for (const std::string& name : OtherWorkers()) {
    if (!IsAlive(name)) fs::remove(WorkerFile(name), ignored);
  }
  fs::remove_all(folder_ / "done", ignored);
  for (const char* name : {"workers", "claims", ""}) fs::remove(folder_ / name, ignored);
}

}  // namespace videopose::internal
