// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/batch_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/base/sha256.h"
#include "videopose/cli/advice.h"
#include "videopose/cli/stop.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// What became of an item.
struct Outcome {
  std::string worker;
  std::string error;  // empty: done
  int64_t frames = 0;
  double elapsed_s = 0;

  std::string Text() const {
    return Json{{"worker", worker}, {"error", error}, {"frames", frames}, {"elapsed_s", elapsed_s}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  static Outcome Parse(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return {};
    return {.worker = json.value("worker", ""),
            .error = json.value("error", ""),
            .frames = json.value("frames", int64_t{0}),
            .elapsed_s = json.value("elapsed_s", 0.0)};
  }
};

class BatchRun {
 public:
  BatchRun(const std::vector<BatchItem>& items, const BatchRunOptions& options,
           const std::function<int64_t(const BatchItem&)>& work)
      : items_(items), options_(options), work_(work), claims_(options.folder, options.dead_after) {
    std::string names;
    for (const BatchItem& item : items) names += item.output.filename().string() + '\n';
    const std::span<const char> bytes(names);
    const auto* first = reinterpret_cast<const uint8_t*>(bytes.data());
    constexpr size_t kDigits = 16;
    summary_ = ".summary-" + Sha256({first, bytes.size()}).substr(0, kDigits);
  }

  int Run() {
    while (const std::optional<size_t> item = Next()) DoOne(items_[*item]);
    ReadRecords();
    if (Workers().size() > (own_count_ > 0 ? 1 : 0)) {
      Say("{}: did {} of {} videos, {} frames\n", claims_.worker(), own_count_, items_.size(),
          own_frames_);
    }
    // The last process says what all did. Others wait for that: mpirun ends all processes where one
    // of them ends with an error.
    while (!claims_.Records().contains(summary_)) {
      if (claims_.Take(std::span(&summary_, 1))) {
        SayWhole();
        claims_.Finish(summary_, claims_.worker());
      } else {
        Pause();
      }
    }
    WriteReport();  // each process, as one may have written a state before the last
    return failures_.empty() && !whole_failed_ ? 0 : 1;
  }

 private:
  template <typename... Args>
  void Say(fmt::format_string<Args...> format, Args&&... args) const {
    if (options_.quiet) return;
    fmt::print(format, std::forward<Args>(args)...);
    std::fflush(stdout);
  }

  static void Pause() {
    constexpr std::chrono::milliseconds kPause{200};
    std::this_thread::sleep_for(kPause);
    if (StopRequested()) throw Cancelled();
  }

  // Claims an item; waits while others are at work on the last ones. Nothing where all are done.
  std::optional<size_t> Next() {
    bool is_told = false;
    for (;; Pause()) {
      // In this order: who finishes an item makes its record before giving the claim back.
      const std::map<std::string, std::string> held = claims_.Held();
      ReadRecords();
      std::vector<std::string> free;
      size_t busy = 0;
      for (const BatchItem& item : items_) {
        if (outcomes_.contains(item.name) || before_.contains(item.name)) continue;
        if (held.contains(item.name)) {
          ++busy;
        } else if (!options_.force && item.IsDone()) {
          before_.insert(item.name);
        } else {
          free.push_back(item.name);
        }
      }
      if (free.empty() && busy == 0) return std::nullopt;
      if (const std::optional<std::string> name = claims_.Take(free)) return IndexOf(*name);
      if (!free.empty() || is_told) continue;
      Say("{}: waiting for {} of other processes\n", claims_.worker(),
          busy == 1 ? "the last video" : fmt::format("{} videos", busy));
      is_told = true;
    }
  }

  size_t IndexOf(const std::string& name) const {
    const auto found = std::ranges::find(items_, name, &BatchItem::name);
    return static_cast<size_t>(found - items_.begin());
  }

  void ReadRecords() {
    for (const auto& [name, record] : claims_.Records()) {
      if (!name.starts_with(".summary")) outcomes_.try_emplace(name, Outcome::Parse(record));
    }
  }

  void DoOne(const BatchItem& item) {
    Say("[{}/{}] {}\n", IndexOf(item.name) + 1, items_.size(), item.input.string());
    WriteReport();
    Outcome outcome{.worker = claims_.worker()};
    const auto start = std::chrono::steady_clock::now();
    try {
      outcome.frames = work_(item);
    } catch (const Error& failure) {
      outcome.error = WithAdvice(failure);
      fmt::print(stderr, "videopose: {}\n", outcome.error);
    }
    outcome.elapsed_s =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!claims_.Holds(item.name)) {
      fmt::print(stderr,
                 "videopose: {}: another process took this over, as this one was silent for more "
                 "than {} s\n",
                 item.input.string(),
                 std::chrono::duration_cast<std::chrono::seconds>(options_.dead_after).count());
      return;
    }
    if (!outcome.error.empty()) failures_.push_back(outcome.error);
    ++own_count_;
    own_frames_ += outcome.frames;
    claims_.Finish(item.name, outcome.Text());
    ReadRecords();
    WriteReport();
  }

  std::set<std::string> Workers() const {
    std::set<std::string> workers;
    for (const BatchItem& item : items_) {
      const auto found = outcomes_.find(item.name);
      if (found != outcomes_.end()) workers.insert(found->second.worker);
    }
    return workers;
  }

  std::vector<std::string> Failures() const {
    std::vector<std::string> failures;
    for (const BatchItem& item : items_) {
      const auto found = outcomes_.find(item.name);
      if (found == outcomes_.end() || found->second.error.empty()) continue;
      failures.push_back(found->second.error);
    }
    return failures;
  }

  void SayWhole() {
    const size_t workers = Workers().size();
    const std::vector<std::string> failures = Failures();
    whole_failed_ = !failures.empty();
    Say("{} of {} videos done{}{}\n", items_.size() - failures.size(), items_.size(),
        workers > 1 ? fmt::format(" by {} processes", workers) : "",
        before_.empty() ? ""
                        : fmt::format(" ({} before; --force does them again)", before_.size()));
    if (failures.empty()) return;
    fmt::print(stderr, "videopose: {} failed:\n", failures.size());
    for (const std::string& failure : failures) fmt::print(stderr, "  {}\n", failure);
  }

  // The state of the whole, whichever process writes it.
  void WriteReport() const {
    if (options_.report.empty()) return;
    const std::map<std::string, std::string> held = claims_.Held();
    Json failed = Json::array(), running = Json::array(), workers = Json::object();
    size_t done = before_.size();
    int64_t frames = 0;
    for (const BatchItem& item : items_) {
      const auto found = outcomes_.find(item.name);
      if (found == outcomes_.end()) {
        const auto holder = held.find(item.name);
        if (holder == held.end() || before_.contains(item.name)) continue;
        running.push_back({{"clip", item.input.string()}, {"worker", holder->second}});
        continue;
      }
      const Outcome& outcome = found->second;
      frames += outcome.frames;
      Json& worker = workers[outcome.worker];
      if (worker.is_null()) worker = Json::object();
      const auto add = [&](const char* key, auto value) {
        worker[key] = worker.value(key, decltype(value){}) + value;
      };
      add("clips", int64_t{1});
      add("frames", outcome.frames);
      add("elapsed_s", outcome.elapsed_s);
      if (outcome.error.empty()) {
        ++done;
      } else {
        failed.push_back({{"clip", item.input.string()}, {"error", outcome.error}});
      }
    }
    const Json report = {{"clips", items_.size()},
                         {"done", done},
                         {"done_before", before_.size()},
                         {"failed", failed},
                         {"running", running},
                         {"frames", frames},
                         {"elapsed_s", claims_.elapsed_s()},
                         {"workers", workers}};
    WriteFileAtomically(options_.report,
                        report.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

  const std::vector<BatchItem>& items_;
  const BatchRunOptions& options_;
  const std::function<int64_t(const BatchItem&)>& work_;
  Claims claims_;
  std::string summary_;                      // the name of a piece of work: printing the whole
  std::map<std::string, Outcome> outcomes_;  // of this run, by all processes
  std::set<std::string> before_;             // done before it
  std::vector<std::string> failures_;        // of this process
  size_t own_count_ = 0;
  int64_t own_frames_ = 0;
  bool whole_failed_ = false;
};

}  // namespace

int RunBatch(const std::vector<BatchItem>& items, const BatchRunOptions& options,
             const std::function<int64_t(const BatchItem&)>& work) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) {
    Fail(ErrorCode::kCannotWrite, "{}: cannot make this folder: {}", options.folder.string(),
         error.message());
  }
  if (!options.report.empty()) const AtomicFile attempt(options.report);
  return BatchRun(items, options, work).Run();
}

}  // namespace videopose::internal
