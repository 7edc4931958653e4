// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/atomic_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::atomic_file_test {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> FilesIn(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

mode_t ModeOf(const fs::path& path) {
  struct stat status {};
  stat(path.c_str(), &status);
  return status.st_mode & 0777;
}

TEST(AtomicFileTest, ALinkStaysAndWhatItLeadsToIsReplaced) {
  const fs::path folder = EmptyFolder("links"), elsewhere = EmptyFolder("elsewhere");
  std::ofstream(elsewhere / "real.txt") << "old";
  fs::create_symlink("../elsewhere/real.txt", folder / "near.txt");
  fs::create_symlink(folder / "near.txt", folder / "far.txt");
  WriteFileAtomically(folder / "far.txt", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "far.txt"));
  EXPECT_TRUE(fs::is_symlink(folder / "near.txt"));
  EXPECT_EQ(Contents(elsewhere / "real.txt"), "new");
  EXPECT_THAT(FilesIn(elsewhere), ElementsAre("real.txt"));
  fs::create_symlink(elsewhere / "made.txt", folder / "to_nothing.txt");
  WriteFileAtomically(folder / "to_nothing.txt", "made");
  EXPECT_EQ(Contents(elsewhere / "made.txt"), "made");
  fs::create_symlink("round.txt", folder / "round.txt");
  EXPECT_THAT(ErrorOf([&] { WriteFileAtomically(folder / "round.txt", "x"); }),
              HasSubstr("round.txt: cannot write"));
}

TEST(AtomicFileTest, AReplacedFileKeepsItsMode) {
  const fs::path folder = EmptyFolder("mode");
  const mode_t usual = umask(022);
  for (const mode_t mode : {0600U, 0664U, 0444U}) {
    const fs::path path = folder / "a.txt";
    std::ofstream(path) << "old";
    chmod(path.c_str(), mode);
    WriteFileAtomically(path, "new");
    EXPECT_EQ(ModeOf(path), mode);
    EXPECT_EQ(Contents(path), "new");
    fs::remove(path);
  }
  WriteFileAtomically(folder / "new.txt", "new");
  EXPECT_EQ(ModeOf(folder / "new.txt"), 0644U);
  umask(usual);
}

TEST(AtomicFileTest, AFifoGetsTheBytesAndStays) {
  const fs::path fifo = EmptyFolder("fifo") / "out.txt";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  std::string read;
  std::jthread reader([&] { read = Contents(fifo); });
  WriteFileAtomically(fifo, "through the pipe");
  reader.join();
  EXPECT_EQ(read, "through the pipe");
  EXPECT_TRUE(fs::is_fifo(fifo));
  EXPECT_THAT(FilesIn(fifo.parent_path()), ElementsAre("out.txt"));
}

TEST(AtomicFileTest, ADeviceIsWrittenToAndNeverReplaced) {
  const fs::path folder = EmptyFolder("device"), null = folder / "null", full = folder / "full";
  // Nodes of its own: a defect here must not cost the machine its /dev/null.
  if (mknod(null.c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0 ||
      mknod(full.c_str(), S_IFCHR | 0666, makedev(1, 7)) != 0 || !std::ofstream(null).is_open()) {
    GTEST_SKIP() << "no device can be made here";
  }
  WriteFileAtomically(null, "gone");
  EXPECT_TRUE(fs::is_character_file(null));
  EXPECT_THAT(ErrorOf([&] { WriteFileAtomically(full, "no room"); }),
              HasSubstr("full: cannot write: No space left"));
  EXPECT_TRUE(fs::is_character_file(full));
  EXPECT_THAT(FilesIn(folder), UnorderedElementsAre("null", "full"));
}

// As for --report /dev/stdout where a shell has opened a file for it.
TEST(AtomicFileTest, ADescriptorOfThisProcessIsWrittenToWhereItStands) {
  const fs::path log = EmptyFolder("descriptor") / "log.txt";
  const int fd = open(log.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_EQ(write(fd, "before ", 7), 7);
  WriteFileAtomically(fs::path("/dev/fd") / std::to_string(fd), "report");
  close(fd);
  EXPECT_EQ(Contents(log), "before report");
}

TEST(AtomicFileTest, NoNameCanBeForeseen) {
  const fs::path target = EmptyFolder("names") / "a.mp4";
  const AtomicFile one(target), other(target);
  EXPECT_NE(one.temporary_path(), other.temporary_path());
  EXPECT_EQ(one.temporary_path().filename(), "a.mp4");
  EXPECT_EQ(ModeOf(one.temporary_path().parent_path()), 0700U);
}

TEST(AtomicFileTest, LeftoversOfKilledRunsAreRemovedAndOthersStay) {
  const fs::path folder = EmptyFolder("leftovers");
  const fs::path dead = folder / ".videopose.partial-deadAA",
                 alive = folder / ".videopose.partial-liveAA";
  for (const fs::path& path : {dead, alive, folder / "mine.partial"}) fs::create_directory(path);
  std::ofstream(dead / "clip.mp4") << "half";
  const int lock = open(alive.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(flock(lock, LOCK_EX | LOCK_NB), 0);
  WriteFileAtomically(folder / "a.txt", "new");
  close(lock);
  EXPECT_THAT(FilesIn(folder), UnorderedElementsAre(alive.filename(), "mine.partial", "a.txt"));
}

TEST(AtomicFileTest, AProcessThatEndsAtOnceCanCleanUp) {
  const fs::path folder = EmptyFolder("at_once");
  const AtomicFile file(folder / "a.txt");
  std::ofstream(file.temporary_path()) << "half";
  RemoveUnfinishedFiles();
  EXPECT_THAT(FilesIn(folder), IsEmpty());
}

TEST(AtomicFileTest, AFolderIsNoPlaceForAFile) {
  const fs::path folder = EmptyFolder("folder");
  EXPECT_THAT(ErrorOf([&] { WriteFileAtomically(folder, "x"); }), HasSubstr("Is a directory"));
  EXPECT_THAT(ErrorOf([&] { WriteFileAtomically(folder / "", "x"); }), HasSubstr("Is a directory"));
}

TEST(CommitTogetherTest, AllAppearAtOnceOrNone) {
  const fs::path folder = EmptyFolder("together");
  std::ofstream(folder / "b.txt") << "old";
  {
    CommitTogether outputs;
    WriteFileAtomically(folder / "a.txt", "new");
    WriteFileAtomically(folder / "b.txt", "new");
    EXPECT_FALSE(fs::exists(folder / "a.txt"));
    EXPECT_EQ(Contents(folder / "b.txt"), "old");
  }
  EXPECT_THAT(FilesIn(folder), ElementsAre("b.txt"));
  EXPECT_EQ(Contents(folder / "b.txt"), "old");
  CommitTogether outputs;
  WriteFileAtomically(folder / "a.txt", "new");
  WriteFileAtomically(folder / "b.txt", "new");
  outputs.Commit();
  EXPECT_EQ(Contents(folder / "a.txt") + Contents(folder / "b.txt"), "newnew");
  EXPECT_THAT(FilesIn(folder), UnorderedElementsAre("a.txt", "b.txt"));
}

TEST(CommitTogetherTest, OneThatCannotBePlacedTakesBackTheOthers) {
  const fs::path folder = EmptyFolder("taken_back");
  std::ofstream(folder / "a.txt") << "old";
  CommitTogether outputs;
  WriteFileAtomically(folder / "a.txt", "new");
  WriteFileAtomically(folder / "b.txt", "new");
  WriteFileAtomically(folder / "c.txt", "new");
  fs::create_directories(folder / "c.txt/inside");
  EXPECT_THAT(ErrorOf([&] { outputs.Commit(); }), HasSubstr("c.txt: cannot write"));
  EXPECT_EQ(Contents(folder / "a.txt"), "old");
  EXPECT_THAT(FilesIn(folder), UnorderedElementsAre("a.txt", "c.txt"));
}

}  // namespace videopose::internal::atomic_file_test
