// Orders of a design, and the dialogue with a sampler through a pipe.
#include "cecropia/scan/counters.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "cecropia/scan/settings.hpp"

namespace {
using namespace cecropia;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

class Counters : public testing::Test {
 protected:
  Counters() : folder_(fs::temp_directory_path() / ("counters-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    settings_.trees.path = "eps";
    resolver_.emplace(scan::document(settings_));
    ledger_.emplace(folder_);
  }
  ~Counters() override { fs::remove_all(folder_); }

  std::string result(const std::string& order, double log10_all) const {
    const scan::Point p = scan::point_of(order);
    const Json likelihood{{"log10_all", log10_all}, {"log10_csfh", nullptr}};
    return scan::text_of({{{"point", p.id},
                           {"key", p.key},
                           {"values", p.values},
                           {"likelihood", likelihood},
                           {"history", {1, 2, 3}},
                           {"likelihood_max", Json::object()},
                           {"cost", Json::object()}},
                          {{"history", Json::array()}}});
  }
  /// A sampler at the other end of a pipe.
  struct Dialogue {
    explicit Dialogue(Counters& test)
        : counter(opened(ends), [this](const std::string& line) { said.push_back(Json::parse(line)); }, *test.resolver_,
                  *test.ledger_, {"mine"}) {}
    ~Dialogue() {
      ::close(ends[0]);
      if (!hung_up) ::close(ends[1]);
    }
    static int opened(int (&both)[2]) {
      EXPECT_EQ(::pipe(both), 0);
      return both[0];
    }
    void write(const std::string& text) const {
      ASSERT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    void hang_up() {
      ::close(ends[1]);
      hung_up = true;
    }
    int ends[2] = {-1, -1};
    bool hung_up = false;
    std::vector<Json> said;
    scan::PipeCounter counter;
  };
  fs::path folder_;
  scan::Settings settings_;
  std::optional<scan::Resolver> resolver_;
  std::optional<scan::Ledger> ledger_;
};

TEST_F(Counters, ADesignGivesThePointsThatAreNotFinishedTheDearestFirst) {
  auto points = scan::grid({{.name = "feedback.alpha_out", .values = {0.0, 0.5, 1.0, 1.5}}}, "test");
  std::vector<std::string> keys;
  for (auto& p : points) {
    resolver_->prepare(p);
    keys.push_back(p.key);
  }
  const Json whole{{"key", keys[2]}, {"history", Json::object()}, {"likelihood_max", Json::object()}};
  ledger_->append({keys[2], whole});
  ledger_->append({keys[0], {{"key", keys[0]}, {"history", Json::object()}}});  // of a program that kept less
  ledger_->append({keys[1], {{"key", keys[1]}}});                               // what answered a sampler is not enough
  int columns = 0, after = 0;
  scan::DesignCounter counter(
      points, {1.0, 3.0, 9.0, 3.0}, {false, false, false, false}, *ledger_, [&](const scan::Answer&) { ++columns; },
      [&](std::int64_t) { ++after; });
  EXPECT_EQ(counter.n_waiting(), 3u);
  std::vector<std::int64_t> order;
  while (const auto next = counter.next()) {
    order.push_back(scan::point_of(*next).id);
    counter.take(*next, result(*next, -1));
  }
  EXPECT_EQ(order, (std::vector<std::int64_t>{1, 3, 0}));
  EXPECT_EQ(columns, 3);
  EXPECT_EQ(after, 3);
  for (const auto& key : keys) EXPECT_TRUE(ledger_->has(key));
}

std::string failure(const std::string& order) {
  scan::Answer answer;
  answer.error = Complaint{"the table is rubbish", scan::point_of(order).where, "a table", "write one"};
  return scan::text_of(answer);
}

TEST_F(Counters, APointThatCannotBeComputedIsNotedAndTheOthersGoOn) {
  auto points = scan::grid({{.name = "feedback.alpha_out", .values = {0.0, 0.5, 1.0}}}, "test");
  for (auto& p : points) resolver_->prepare(p);
  int after = 0;
  scan::DesignCounter counter(
      points, {1.0, 1.0, 1.0}, {false, false, false}, *ledger_, [](const scan::Answer&) {},
      [&](std::int64_t) { ++after; });
  while (const auto next = counter.next())
    counter.take(*next, scan::point_of(*next).id == 1 ? failure(*next) : result(*next, -1));
  EXPECT_EQ(after, 3);
  EXPECT_TRUE(ledger_->has(points[0].key) && ledger_->has(points[2].key));
  EXPECT_FALSE(ledger_->has(points[1].key)) << "it is computed again when the cause is repaired";
  ASSERT_EQ(counter.failures().size(), 1u);
  EXPECT_EQ(counter.failures()[0].what, "the table is rubbish");
  EXPECT_EQ(counter.failures()[0].where, "point 1 of test");
  EXPECT_EQ(counter.failures()[0].fix, "write one");
}

TEST_F(Counters, APipeIsToldOfAPointThatCannotBeComputed) {
  Dialogue sampler(*this);
  scan::PipeCounter& pipe = sampler.counter;
  const std::vector<Json>& said = sampler.said;
  const std::string question = "{\"id\": 7, \"feedback.alpha_out\": 0.5}\n";
  sampler.write(question);
  const auto order = pipe.next();
  ASSERT_TRUE(order.has_value());
  pipe.take(*order, failure(*order));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].at("id"), 7);
  EXPECT_EQ(said[0].at("log10_all"), "-inf");
  EXPECT_EQ(said[0].at("log10_mine"), "-inf") << "a sampler may ask for any of them";
  EXPECT_EQ(said[0].at("error"), "the table is rubbish");
  EXPECT_EQ(ledger_->size(), 0u);
  sampler.write(question);
  EXPECT_TRUE(pipe.next().has_value()) << "asked again it is tried again";
}

TEST_F(Counters, APipeAnswersEveryLineOnceAndTheSamePointIsComputedOnce) {
  Dialogue sampler(*this);
  scan::PipeCounter& pipe = sampler.counter;
  const std::vector<Json>& said = sampler.said;
  EXPECT_FALSE(pipe.next().has_value());
  EXPECT_TRUE(pipe.may_come());
  sampler.write(
      "{\"id\": \"a\", \"feedback.alpha_out\": 0.5}\n{\"id\": 2, \"feedback.alpha_out\": 0.5}\n{\"feedback.al");
  const auto first = pipe.next();
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(pipe.next().has_value()) << "the same question is under way, the third has no end yet";
  sampler.write("pha_out\": -7}\nrubbish\n{\"id\": 3, \"feedback.alpha_out\": 0.25}");
  EXPECT_FALSE(pipe.next().has_value());
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].at("log10_all"), "-inf");
  EXPECT_THAT(said[0].at("error").get<std::string>(), testing::HasSubstr("alpha_out"));
  EXPECT_THAT(said[1].at("error").get<std::string>(), testing::HasSubstr("JSON"));
  pipe.take(*first, result(*first, -0.25));
  ASSERT_EQ(said.size(), 4u);
  EXPECT_EQ(said[2].at("id"), "a");
  EXPECT_EQ(said[3].at("id"), 2);
  EXPECT_EQ(said[3].at("log10_all"), -0.25);
  EXPECT_EQ(said[3].at("log10_csfh"), "-inf") << "a likelihood that does not exist";
  sampler.hang_up();
  const auto last = pipe.next();
  ASSERT_TRUE(last.has_value()) << "a last line without an end is a line";
  EXPECT_FALSE(pipe.may_come());
  EXPECT_FALSE(ledger_->content(scan::point_of(*first).key).contains("history"));

  Dialogue later(*this);  // another session
  later.write("{\"id\": 9, \"feedback.alpha_out\": 0.5}\n");
  later.hang_up();
  EXPECT_FALSE(later.counter.next().has_value());
  ASSERT_EQ(later.said.size(), 1u);
  EXPECT_EQ(later.said[0].at("log10_all"), -0.25);
}

}  // namespace
