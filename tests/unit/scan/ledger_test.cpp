#include "cecropia/scan/ledger.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/parallel/memory.hpp"

namespace {
using namespace cecropia;
using scan::Ledger;
using testing::HasSubstr;
namespace fs = std::filesystem;

class LedgerOnDisk : public testing::Test {
 protected:
  LedgerOnDisk() : folder_(fs::temp_directory_path() / fs::path(std::string("ledger-") + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~LedgerOnDisk() override { fs::remove_all(folder_); }
  static scan::Entry entry(const std::string& key, double value) { return {key, {{"key", key}, {"value", value}}}; }
  std::string text() const { return io::read_file(folder_ / "scan.jsonl"); }
  void write(const std::string& content) const { std::ofstream(folder_ / "scan.jsonl") << content; }
  fs::path folder_;
};

TEST_F(LedgerOnDisk, KnowsWhatItWroteToTheLastBit) {
  const double value = 0.1 + 0.2;
  {
    Ledger ledger(folder_);
    ledger.append(entry("a", value));
    ledger.append(entry("b", 1e-300));
  }
  const Ledger again(folder_);
  EXPECT_EQ(again.size(), 2u);
  EXPECT_EQ(again.content("a").at("value").get<double>(), value);
  EXPECT_EQ(again.content("b").at("value").get<double>(), 1e-300);
  EXPECT_TRUE(again.repaired().empty());
}

TEST_F(LedgerOnDisk, ALineThatWasCutShortGoesAwayWithAWord) {
  const std::string whole = scan::ledger_line({{"key", "a"}}) + "\n";
  write(whole + "{\"key\":\"b\",\"val");
  {
    Ledger ledger(folder_);
    EXPECT_TRUE(ledger.has("a"));
    EXPECT_FALSE(ledger.has("b"));
    EXPECT_THAT(ledger.repaired(), HasSubstr("cut short"));
    ledger.append(entry("b", 2));
    EXPECT_EQ(ledger.content("b").at("value"), 2.0) << "found where the cut line began";
  }
  EXPECT_EQ(text(), whole + scan::ledger_line({{"key", "b"}, {"value", 2.0}}) + "\n");
}

// The bug: rank 0 kept the content of every finished point, 9 kB each, as long as the scan went on.
TEST_F(LedgerOnDisk, BugContentsOfFinishedPointsStayedInMemory) {
  Ledger ledger(folder_);
  const std::string large(1 << 20, 'x');
  ledger.append(entry("a", 1));
  const double before_mib = parallel::memory_use().rss_mib;
  for (int i = 0; i < 64; ++i) {
    scan::Entry e = entry(fmt::format("{:x}", 16 + i), i);
    e.content["text"] = large;
    ledger.append(e);
  }
  EXPECT_LT(parallel::memory_use().rss_mib - before_mib, 16.0) << "of 64";
  EXPECT_EQ(ledger.content("1f").at("value"), 15.0);
}

TEST_F(LedgerOnDisk, ALineThatSomebodyElseChangesIsNotTakenForAnother) {
  Ledger ledger(folder_);
  ledger.append(entry("a", 1));
  ledger.append(entry("b", 2));
  fs::resize_file(folder_ / "scan.jsonl", text().find('\n') + 10);
  EXPECT_EQ(ledger.content("a").at("value"), 1.0);
  try {
    static_cast<void>(ledger.content("b"));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("this file has lost what was written to it"));
  }
  write(scan::ledger_line({{"key", "c"}, {"value", 1.0}}) + "\n");
  try {
    static_cast<void>(ledger.content("a"));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no longer what was written"));
  }
}

TEST_F(LedgerOnDisk, AKeyThatIsAPathIsRefused) {
  write("{\"key\":\"../../somebodys\"}\n");
  EXPECT_THROW(Ledger ledger(folder_), InputError);
}

TEST_F(LedgerOnDisk, AnyOtherUnreadableLineIsRefusedWithItsNumberAndStays) {
  const std::string content =
      scan::ledger_line({{"key", "a"}}) + "\nrubbish\n" + scan::ledger_line({{"key", "c"}}) + "\n";
  write(content);
  try {
    Ledger ledger(folder_);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("line 2"));
  }
  EXPECT_EQ(text(), content);
}

// The bug: a likelihood that somebody had changed in the ledger went into scan.h5 without a word, and one that was no
// number any more was called a defect of the program.
TEST_F(LedgerOnDisk, BugANumberThatSomebodyHasChangedWasTakenForComputed) {
  {
    Ledger ledger(folder_);
    ledger.append(entry("a", -0.94));
  }
  const std::string was = text();
  for (const char* now : {"-0.04", "null", "{}"}) {
    std::string changed = was;
    changed.replace(changed.find("-0.94"), 5, now);
    write(changed);
    try {
      Ledger ledger(folder_);
      FAIL() << now;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("is not what the program wrote"));
      EXPECT_THAT(error.what(), HasSubstr("scan.jsonl, line 1"));
    }
    EXPECT_EQ(text(), changed);
  }
  write("{\"key\":\"a\",\"value\":-0.94}\n");
  EXPECT_THROW(Ledger ledger(folder_), InputError) << "a line without its check";
}

TEST_F(LedgerOnDisk, BugListsWithoutAnEndInALineEndedTheProgramWithASignal) {
  write("{\"key\":\"a\",\"value\":" + std::string(100000, '[') + std::string(100000, ']') + "}\n");
  EXPECT_THROW(Ledger ledger(folder_), InputError);
}

TEST_F(LedgerOnDisk, IsKeptByOneScanAtATime) {
  const Ledger mine(folder_);
  EXPECT_THROW(Ledger(folder_).size(), InputError);
}

TEST_F(LedgerOnDisk, TakesFromAnotherOnlyWhatItHasNot) {
  const fs::path other = folder_ / "shard";
  fs::create_directories(other);
  {
    Ledger shard(other);
    shard.append(entry("a", 7));
    shard.append(entry("b", 8));
  }
  Ledger ledger(folder_);
  ledger.append(entry("a", 1));
  EXPECT_EQ(ledger.take_from(other), 1u);
  EXPECT_EQ(ledger.content("a").at("value"), 1.0);
  EXPECT_EQ(ledger.content("b").at("value"), 8.0);
  EXPECT_EQ(ledger.take_from(other), 0u);
}

TEST(ScanHeader, DifferencesNameParametersAndLeavePathsAlone) {
  const scan::Header before{
      "0.1.0 (abc)",
      {{"feedback", {{"alpha_out", 0.0}}}, {"trees", {{"path", "a"}}}, {"output", {{"levels", "x"}}}},
      "1",
      "2"};
  scan::Header now = before;
  EXPECT_TRUE(scan::differences(before, now).empty());
  now.base["trees"]["path"] = "elsewhere";
  now.base["output"]["levels"] = "all";
  EXPECT_TRUE(scan::differences(before, now).empty());
  now.base["feedback"]["alpha_out"] = 0.5;
  now.forest_hash = "3";
  now.program = "0.2.0 (def)";
  const auto differ = scan::differences(before, now);
  ASSERT_EQ(differ.size(), 3u);
  EXPECT_THAT(differ[0], HasSubstr("the program was 0.1.0"));
  EXPECT_EQ(differ[1], "feedback.alpha_out was 0.0 and is 0.5");
  EXPECT_THAT(differ[2], HasSubstr("trees"));
}

TEST_F(LedgerOnDisk, TheHeaderIsReadAsItWasWritten) {
  const scan::Header header{"0.1.0 (abc)", {{"feedback", {{"alpha_out", 0.25}}}}, "1", "2", {{"history", nullptr}}};
  EXPECT_EQ(scan::read_header(folder_), nullptr);
  io::write_atomically(folder_ / "scan.json", scan::to_json(header).dump());
  const auto again = scan::read_header(folder_);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(scan::to_json(*again), scan::to_json(header));
  EXPECT_EQ(again->base, header.base);
  const auto refusal = [&](const nlohmann::ordered_json& json) -> std::string {
    std::ofstream(folder_ / "scan.json") << json.dump();
    try {
      scan::read_header(folder_);
    } catch (const InputError& error) {
      return error.complaint().what;
    }
    return "taken";
  };
  const auto refuses = [&](const nlohmann::ordered_json& json) { EXPECT_NE(refusal(json), "taken") << json; };
  nlohmann::ordered_json later = scan::to_json(header);
  later["schema"] = 7;
  EXPECT_EQ(refusal(later), "this description of a scan has schema 7");
  refuses({});
  refuses(nlohmann::ordered_json::object());
  refuses(3);
  const nlohmann::ordered_json right = scan::to_json(header);
  // Bug: what is not the description of a scan was called a defect of the program, or taken.
  for (const auto& [name, value] : right.items()) {
    nlohmann::ordered_json wrong = right;
    wrong[name] = 3;
    refuses(wrong);
    wrong.erase(name);
    refuses(wrong);
  }
  for (const char* name : {"program", "base", "forest_hash", "data_hash", "columns"}) {  // by somebody who knows how
    nlohmann::ordered_json forged = right;
    forged.erase("check");
    forged.erase(name);
    forged["check"] = io::hex(io::hash64(forged.dump()));
    refuses(forged);
  }
}

}  // namespace
