#include "cecropia/app/command_line.hpp"

#include <gmock/gmock.h>

#include "cecropia/core/error.hpp"

namespace cecropia::app {
namespace {
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

CommandLine parse(std::vector<const char*> words) {
  words.insert(words.begin(), "cecropia");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}
std::string complaint(const std::vector<const char*>& words) {
  try {
    parse(words);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

TEST(CommandLine, ListsParametersInThreeForms) {
  EXPECT_EQ(parse({"params", "list"}).task, Task::list_parameters);
  EXPECT_EQ(parse({"params", "list"}).format, Format::text);
  EXPECT_EQ(parse({"params", "list", "--markdown"}).format, Format::markdown);
  EXPECT_EQ(parse({"params", "list", "--json"}).format, Format::json);
}

TEST(CommandLine, ChecksSeveralFilesWithSeveralAssignments) {
  const CommandLine c =
      parse({"params", "check", "--set", "a.b=[1,2]", "--set", "c.d=x y", "one.json", "two.json", "-v"});
  EXPECT_EQ(c.task, Task::check_parameters);
  EXPECT_THAT(c.files, ElementsAre("one.json", "two.json"));
  EXPECT_THAT(c.assignments, ElementsAre("a.b=[1,2]", "c.d=x y"));
  EXPECT_EQ(c.verbosity, Verbosity::verbose);
}

TEST(CommandLine, RunsOneParameterFile) {
  const CommandLine c = parse({"run", "params/a.json", "--trees", "t", "--out", "o", "--set", "a.b=1", "-q"});
  EXPECT_EQ(c.task, Task::run);
  EXPECT_THAT(c.files, ElementsAre("params/a.json"));
  EXPECT_EQ(c.trees, "t");
  EXPECT_EQ(c.out, "o");
  EXPECT_EQ(c.verbosity, Verbosity::quiet);
  EXPECT_THAT(complaint({"run"}), HasSubstr("PARAMS.json is required"));
  EXPECT_THAT(complaint({"run", "a.json", "b.json"}), HasSubstr("b.json"));
  EXPECT_FALSE(c.resume);
  EXPECT_TRUE(parse({"run", "a.json", "--resume"}).resume);
}

TEST(CommandLine, AMisspeltOptionWithAValueIsNotCalledOneFileTooMany) {
  EXPECT_THAT(complaint({"run", "a.json", "--oot", "x"}),
              AllOf(HasSubstr("'--oot' is not an option"), HasSubstr("'--out'")));
  EXPECT_THAT(complaint({"run", "--oot=x", "a.json"}), HasSubstr("'--oot=x' is not an option"));
}

TEST(CommandLine, ASecondValueBehindSetIsToldToRepeatIt) {
  const std::string words = complaint({"run", "p.json", "--set", "a.b=1", "c.d=2"});
  EXPECT_THAT(words, AllOf(HasSubstr("'c.d=2' stands without --set"), HasSubstr("repeat --set for each value")));
  EXPECT_EQ(words.find("At Most"), std::string::npos) << words;
  EXPECT_THAT(complaint({"scan", "--set", "a.b=1", "c.d=2", "s.json"}), HasSubstr("--set c.d=2"));
  EXPECT_THAT(complaint({"run", "p.json", "q.json"}), testing::Not(HasSubstr("repeat")));
}

TEST(CommandLine, CountsOfNodesAndRanksHaveARangeThatCanBeRead) {
  for (const char* option : {"--nodes", "--ranks-per-node", "--memory"}) {
    const std::string words = complaint({"plan", "p.json", option, "0"});
    EXPECT_THAT(words, HasSubstr(option));
    EXPECT_LT(words.size(), 300u) << words;
  }
  EXPECT_THAT(complaint({"scan", "s.json", "--group-size", "0"}), HasSubstr("1 to 1000000"));
  EXPECT_EQ(parse({"plan", "p.json", "--nodes", "1000000"}).nodes, 1000000);
}

TEST(CommandLine, TreesComeFromAFileTheOptionsOrTheDefaults) {
  EXPECT_EQ(parse({"trees", "info"}).task, Task::show_trees);
  EXPECT_TRUE(parse({"trees", "info"}).files.empty());
  const CommandLine c = parse({"trees", "check", "a.json", "--trees", "folder", "--set", "eps.z_min=5"});
  EXPECT_EQ(c.task, Task::check_trees);
  EXPECT_THAT(c.files, ElementsAre("a.json"));
  EXPECT_EQ(c.trees, "folder");
  EXPECT_EQ(parse({"trees", "draw", "--halo", "17"}).halo, 17);
  EXPECT_FALSE(parse({"trees", "draw"}).halo.has_value());
  EXPECT_THAT(complaint({"trees", "draw", "--halo", "x"}), HasSubstr("--halo"));
  EXPECT_TRUE(parse({"trees", "info", "--read"}).read_halos);
  EXPECT_FALSE(parse({"trees", "info"}).read_halos);
  EXPECT_EQ(parse({"trees", "check", "--json", "r.json"}).json_file, "r.json");
  EXPECT_FALSE(parse({"trees", "check"}).json_file.has_value());
  EXPECT_EQ(parse({"trees", "draw", "--out", "t.svg"}).out, "t.svg");
  EXPECT_EQ(parse({"trees", "draw", "--format", "dot", "--branches", "5"}).picture, "dot");
  EXPECT_EQ(parse({"trees", "draw", "--format", "dot", "--branches", "5"}).branches, 5);
  EXPECT_THAT(complaint({"trees", "draw", "--format", "png"}), HasSubstr("png"));
  EXPECT_THAT(complaint({"trees", "draw", "--branches", "0"}), HasSubstr("--branches"));
}

TEST(CommandLine, TablesAreBuiltIntoTheCacheOrAFile) {
  EXPECT_EQ(parse({"tables", "build"}).task, Task::build_tables);
  EXPECT_FALSE(parse({"tables", "build"}).out.has_value());
  EXPECT_EQ(parse({"tables", "build", "--out", "t.h5", "--set", "stars.f_mix=0"}).out, "t.h5");
  EXPECT_EQ(parse({"tables", "info", "--file", "t.h5"}).tables, "t.h5");
}

TEST(CommandLine, TablesAreImportedFromAProductAndExported) {
  const CommandLine c = parse({"tables", "import", "ejecta", "photons", "--out", "t.h5", "--format", "parsec", "--fill",
                               "none", "--set", "import.max_imbalance=1e-3"});
  EXPECT_EQ(c.task, Task::import_tables);
  EXPECT_THAT(c.files, ElementsAre("ejecta", "photons"));
  EXPECT_EQ(c.out, "t.h5");
  EXPECT_EQ(c.layout, "parsec");
  EXPECT_EQ(c.fill, "none");
  EXPECT_THAT(c.assignments, ElementsAre("import.max_imbalance=1e-3"));
  EXPECT_EQ(parse({"tables", "import", "x", "--out", "t.h5"}).layout, "auto");
  EXPECT_EQ(parse({"tables", "import", "x", "--out", "t.h5"}).fill, "standard");
  EXPECT_THAT(complaint({"tables", "import", "x"}), HasSubstr("--out is required"));
  EXPECT_THAT(complaint({"tables", "import", "x", "--out", "t.h5", "--format", "fits"}), HasSubstr("fits"));
  EXPECT_EQ(parse({"tables", "export", "--file", "t.h5", "--out", "t.csv"}).task, Task::export_tables);
  EXPECT_EQ(parse({"tables", "export", "--file", "t.h5", "--out", "t.csv"}).out, "t.csv");
}

TEST(CommandLine, VerbosityStandsBeforeOrBehindTheCommand) {
  EXPECT_EQ(parse({"-q", "params", "list"}).verbosity, Verbosity::quiet);
  EXPECT_EQ(parse({"params", "list", "-q"}).verbosity, Verbosity::quiet);
  EXPECT_EQ(parse({"params", "list"}).verbosity, Verbosity::normal);
}

TEST(CommandLine, HelpAndVersionAreAnswers) {
  EXPECT_EQ(parse({"--help"}).task, Task::say);
  EXPECT_THAT(parse({"--help"}).answer, AllOf(HasSubstr("params"), HasSubstr("Exit codes: 0 done")));
  EXPECT_THAT(parse({"params", "check", "--help"}).answer, HasSubstr("--set"));
  EXPECT_THAT(parse({"--version"}).answer, HasSubstr("cecropia "));
}

TEST(CommandLine, MisspeltWordsNameTheNearestOne) {
  EXPECT_THAT(complaint({"parms", "list"}),
              AllOf(HasSubstr("'parms' is not a command"), HasSubstr("did you mean 'params'?")));
  EXPECT_THAT(complaint({"params", "lsit"}),
              AllOf(HasSubstr("'lsit' is not a command"), HasSubstr("did you mean 'list'?")));
  EXPECT_THAT(complaint({"params", "list", "--markdwon"}), HasSubstr("did you mean '--markdown'?"));
}

TEST(CommandLine, WhatDoesNotFitTogetherIsRefused) {
  EXPECT_THAT(complaint({}), HasSubstr("subcommand is required"));
  EXPECT_THAT(complaint({"params"}), HasSubstr("subcommand is required"));
  EXPECT_THAT(complaint({"params", "check"}), HasSubstr("FILE is required"));
  EXPECT_THAT(complaint({"params", "list", "--json", "--markdown"}), HasSubstr("excludes"));
  EXPECT_THAT(complaint({"-q", "-v", "params", "list"}), HasSubstr("excludes"));
  EXPECT_THAT(complaint({"params", "check", "a.json", "--set"}), HasSubstr("--set"));
}

TEST(CommandLine, TimeLimitsAreSecondsMinutesOrHours) {
  EXPECT_EQ(parse({"scan", "x.json", "--time-limit", "90"}).time_limit_s, 90.0);
  EXPECT_EQ(parse({"scan", "x.json", "--time-limit", "2:30"}).time_limit_s, 150.0);
  EXPECT_EQ(parse({"scan", "x.json", "--time-limit", "1:00:01.5"}).time_limit_s, 3601.5);
  for (const char* wrong : {"", "x", "1:", "1:2:3:4", "-5", "0", "nan", "inf"})
    EXPECT_THAT(complaint({"scan", "x.json", "--time-limit", wrong}), HasSubstr("is no time")) << wrong;
  EXPECT_EQ(parse({"run", "x.json", "--time-limit", "90"}).time_limit_s, 90.0);
  EXPECT_EQ(parse({"run", "x.json"}).checkpoint_every_s, 600.0);
  EXPECT_EQ(parse({"scan", "x.json", "--checkpoint-every", "2:00"}).checkpoint_every_s, 120.0);
  EXPECT_EQ(parse({"run", "x.json", "--checkpoint-every", "0"}).checkpoint_every_s,
            std::numeric_limits<double>::infinity());
  EXPECT_THAT(complaint({"run", "x.json", "--checkpoint-every", "often"}), HasSubstr("--checkpoint-every"));
}

TEST(CommandLine, AShardIsItsNumberAndHowManyThereAre) {
  const auto shard = parse({"scan", "x.json", "--shard", "2/8"}).shard;
  ASSERT_TRUE(shard.has_value());
  EXPECT_EQ(shard->number, 2);
  EXPECT_EQ(shard->of, 8);
  for (const char* wrong : {"8/8", "-1/8", "2", "2/", "2/8x", "1/0"})
    EXPECT_THAT(complaint({"scan", "x.json", "--shard", wrong}), HasSubstr("is no shard")) << wrong;
}

}  // namespace
}  // namespace cecropia::app
