#include "cecropia/io/atomic_file.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/io/left_over.hpp"
#include "unit/io/scratch.hpp"

namespace {
using namespace cecropia;
using cecropia::testing_io::complaint_of;
using cecropia::testing_io::Scratch;
using testing::HasSubstr;

/// A small disk: no file of this process may become longer. The old limit comes back at the end.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limit = old_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &old_); }

 private:
  rlimit old_{};
};

TEST(AtomicFile, ReplacesTheOldContentAtOnceAndLeavesNothingElse) {
  Scratch scratch;
  io::write_atomically(scratch / "run.json", "{}\n");
  {
    io::AtomicFile file(scratch / "run.json");
    file.write("{ \"schema\"");
    EXPECT_EQ(io::read_file(scratch / "run.json"), "{}\n");
    file.write(": 1 }\n");
    file.commit();
  }
  EXPECT_EQ(io::read_file(scratch / "run.json"), "{ \"schema\": 1 }\n");
  EXPECT_EQ(scratch.n_entries(), 1U);
}

TEST(AtomicFile, KeepsTheOldFileWhenTheDiskTakesNoMore) {
  Scratch scratch;
  io::write_atomically(scratch / "run.json", "old");
  {
    const FileSizeLimit limit(1000);
    const Complaint c = complaint_of([&] { io::write_atomically(scratch / "run.json", std::string(5000, 'x')); });
    EXPECT_THAT(c.what, HasSubstr("File too large"));
    EXPECT_THAT(c.where, HasSubstr("run.json"));
    EXPECT_THAT(c.fix, HasSubstr("ulimit"));
  }
  EXPECT_EQ(io::read_file(scratch / "run.json"), "old");
  EXPECT_EQ(scratch.n_entries(), 1U);
}

TEST(AtomicFile, KeepsTheOldTableWhenTheDiskTakesNoMore) {
  Scratch scratch;
  io::write_atomically(scratch / "tables.h5", "old");
  {
    const FileSizeLimit limit(10000);
    const Complaint c = complaint_of([&] {
      io::SerialFile file = io::SerialFile::create(scratch / "tables.h5");
      file.write("/x", std::vector<double>(10000, 1.5), "-", "Too long.");
      file.commit();
    });
    EXPECT_THAT(c.what, HasSubstr("File too large"));
  }
  EXPECT_EQ(io::read_file(scratch / "tables.h5"), "old");
  EXPECT_EQ(scratch.n_entries(), 1U);
}

TEST(AtomicFile, RefusesAPlaceThatIsNotThereOrIsAFolderOrIsAFile) {
  Scratch scratch;
  const Complaint missing = complaint_of([&] { io::write_atomically(scratch / "no/run.json", "x"); });
  EXPECT_THAT(missing.what, HasSubstr("No such file or directory"));
  EXPECT_THAT(missing.fix, HasSubstr("mkdir"));
  std::filesystem::create_directory(scratch / "run.json");
  EXPECT_THAT(complaint_of([&] { io::write_atomically(scratch / "run.json", "x"); }).what,
              HasSubstr("name of a folder"));
  std::ofstream(scratch / "plain") << "x";
  EXPECT_THAT(complaint_of([&] { io::write_atomically(scratch / "plain/run.json", "x"); }).what,
              HasSubstr("Not a directory"));
  EXPECT_THAT(complaint_of([&] { io::make_folder(scratch / "plain"); }).what, HasSubstr("name of a file"));
  EXPECT_THAT(complaint_of([&] { io::make_folder("/proc/no/such/place"); }).what,
              HasSubstr("making the folder failed"));
}

TEST(AtomicFile, RefusesAFolderThatIsNotWritable) {
  // /proc refuses new files even to root, for whom permissions do not count.
  const Complaint c = complaint_of([] { io::write_atomically("/proc/run.json", "x"); });
  EXPECT_THAT(c.where, HasSubstr("/proc/run.json"));
  EXPECT_THAT(c.expected, HasSubstr("may write"));
}

TEST(AtomicTarget, ReservesWhatFitsAndRefusesWhatDoesNotWithoutChangingTheSize) {
  Scratch scratch;
  io::AtomicTarget target(scratch / "run.h5");
  target.reserve(0, 1 << 20);
  EXPECT_EQ(std::filesystem::file_size(target.temporary()), 0U);
  struct statvfs space {};
  ASSERT_EQ(::statvfs(scratch.path().c_str(), &space), 0);
  const auto available = static_cast<std::uintmax_t>(space.f_bavail) * space.f_frsize;
  EXPECT_THAT(complaint_of([&] { target.reserve(0, available + (std::uintmax_t{1} << 40)); }).what,
              HasSubstr("reserving"));
  const FileSizeLimit limit(1 << 16);
  EXPECT_THAT(complaint_of([&] { target.reserve(60000, 6000); }).what, HasSubstr("File too large"));
}

TEST(AtomicTarget, TwoJobsOnOneTargetDoNotMeetAndTheLastOneWins) {
  Scratch scratch;
  io::AtomicFile a(scratch / "x"), b(scratch / "x");
  a.write("from a");
  b.write("from b");
  a.commit();
  EXPECT_EQ(io::read_file(scratch / "x"), "from a");
  b.commit();
  EXPECT_EQ(io::read_file(scratch / "x"), "from b");
}

TEST(AtomicTarget, IsForNobodyElseUntilItIsWhole) {
  Scratch scratch;
  namespace fs = std::filesystem;
  io::AtomicTarget file(scratch / "run.json");
  EXPECT_EQ(fs::status(file.temporary()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  file.write_and_commit("{}\n");
  const mode_t mask = ::umask(0);
  ::umask(mask);
  EXPECT_EQ(static_cast<mode_t>(fs::status(scratch / "run.json").permissions()), 0666 & ~mask);
}

TEST(AtomicTarget, TakesThePlaceOfALinkAndLeavesWhatItPointsTo) {
  Scratch scratch;
  io::write_atomically(scratch / "somebodys", "work\n");
  std::filesystem::create_symlink(scratch / "somebodys", scratch / "run.json");
  io::write_atomically(scratch / "run.json", "{}\n");
  EXPECT_EQ(io::read_file(scratch / "somebodys"), "work\n");
  EXPECT_FALSE(std::filesystem::is_symlink(scratch / "run.json"));
}

TEST(AtomicFile, ALinkBelowAFolderOfResultsIsNoWayOutOfIt) {
  Scratch scratch;
  io::make_folder(scratch / "out/points");
  io::make_folder(scratch / "elsewhere");
  std::filesystem::create_directory_symlink(scratch / "elsewhere", scratch / "out/checkpoints");
  std::filesystem::create_directory_symlink(scratch / "out", scratch / "by_link");
  EXPECT_NO_THROW(io::stay_inside(scratch / "out", scratch / "out/points/0001"));
  EXPECT_NO_THROW(io::stay_inside(scratch / "by_link", scratch / "by_link/points"));
  EXPECT_THAT(complaint_of([&] { io::stay_inside(scratch / "out", scratch / "out/checkpoints/a.h5"); }).what,
              HasSubstr("symbolic link"));
}

TEST(AtomicFile, WhatKilledProcessesLeftGoesAwayAndNothingElse) {
  Scratch scratch;
  namespace fs = std::filesystem;
  fs::create_directories(scratch / "below");
  const fs::path left = scratch / "run.h5.partial-0123456789abcdef";
  const fs::path of_others = scratch / "below" / "run.h5.partial-0123456789abcdef";
  for (const char* name :
       {"run.h5", "run.h5.partial-", "run.h5.partial-0123456789abcdeX", "a.partial-0123456789abcdef0"})
    std::ofstream(scratch / name) << "mine";
  std::ofstream(left) << "left";
  std::ofstream(of_others) << "they are at work";
  EXPECT_EQ(io::remove_temporaries(scratch / ".", true), 1U);
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(of_others));
  EXPECT_EQ(scratch.n_entries(), 5U);
  EXPECT_EQ(io::remove_temporaries(scratch / "none", true), 0U);
}

TEST(AtomicFile, WhatADeadProcessOfThisMachineLeftGoesAwayAndWhatOthersMakeStays) {
  Scratch scratch;
  namespace fs = std::filesystem;
  const pid_t other = ::fork();
  if (other == 0) {
    const io::AtomicTarget trees(scratch / "trees.h5"), neighbour(scratch / "trees_2.h5");
    fs::create_directories(io::temporary_beside(scratch / "trees.h5") / "below");  // of a set of files
    ::_exit(0);  // as a killed process: without destructors
  }
  ASSERT_EQ(::waitpid(other, nullptr, 0), other);
  EXPECT_EQ(scratch.n_entries(), 3U);
  const io::AtomicTarget mine(scratch / "trees.h5");
  const fs::path elsewhere = scratch / "trees.h5.partial-0123456789abcdef";  // of a process of another machine
  std::ofstream(elsewhere) << "it is at work";
  EXPECT_EQ(io::remove_left_over(scratch / "trees.h5"), 2U);
  EXPECT_TRUE(fs::exists(mine.temporary()));
  EXPECT_TRUE(fs::exists(elsewhere));
  EXPECT_EQ(scratch.n_entries(), 3U);
  EXPECT_EQ(io::remove_temporaries(scratch / ".", false), 1U) << "of trees_2.h5: others may be at work in the folder";
  EXPECT_TRUE(fs::exists(mine.temporary()));
  EXPECT_TRUE(fs::exists(elsewhere));
}

TEST(AtomicFile, ACopyIsThereWholeOrNotAtAll) {
  Scratch scratch;
  std::ofstream(scratch / "from") << "new";
  std::ofstream(scratch / "to") << "longer and older";
  io::copy_atomically(scratch / "from", scratch / "to");
  EXPECT_EQ(io::read_file(scratch / "to"), "new");
  EXPECT_THAT(complaint_of([&] { io::copy_atomically(scratch / "none", scratch / "to"); }).what,
              AllOf(HasSubstr("copying '"), HasSubstr("none' failed: No such file")));
  EXPECT_EQ(io::read_file(scratch / "to"), "new");
  EXPECT_EQ(scratch.n_entries(), 2U);
}

// The bug: Open MPI makes a file of its own beside the one it opens, to see whether locks work. When a rank was killed
// just then, that file stayed, and nobody swept it away: its name is longer than that of a temporary.
TEST(AtomicFile, BugAFileThatMpiKeptBesideATemporaryStayedForEver) {
  Scratch scratch;
  const pid_t other = ::fork();
  if (other == 0) {
    const io::AtomicTarget theirs(scratch / "trees.h5");
    std::ofstream(theirs.temporary().string() + ".locktest.0") << "";
    ::_exit(0);  // as a killed process: without destructors
  }
  ASSERT_EQ(::waitpid(other, nullptr, 0), other);
  std::ofstream(scratch / "run.h5.partial-0123456789abcdef.locktest.3") << "of a killed rank of another machine";
  EXPECT_EQ(io::remove_left_over(scratch / "trees.h5"), 2U);
  EXPECT_EQ(scratch.n_entries(), 1U);
  EXPECT_EQ(io::remove_temporaries(scratch / ".", true), 1U);
  EXPECT_EQ(scratch.n_entries(), 0U);
}

// The bug: a rank that was killed with its launcher stays a zombie until somebody asks for its exit code, and counted
// as alive.
TEST(AtomicFile, BugFilesOfAZombieWereTakenForThoseOfALivingProcess) {
  Scratch scratch;
  const pid_t other = ::fork();
  if (other == 0) {
    const io::AtomicTarget theirs(scratch / "trees.h5");
    std::_Exit(0);  // without its destructor
  }
  siginfo_t facts{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(other), &facts, WEXITED | WNOWAIT), 0);  // dead, and left as it is
  EXPECT_EQ(::kill(other, 0), 0) << "its number is still taken";
  EXPECT_EQ(io::remove_left_over(scratch / "trees.h5"), 1U);
  EXPECT_EQ(scratch.n_entries(), 0U);
  ASSERT_EQ(::waitpid(other, nullptr, 0), other);
}

}  // namespace
