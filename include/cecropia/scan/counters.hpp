#pragma once
/// \file  Where the orders of a scan come from: the points of a design, or questions that arrive through a pipe.
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/scan/dispatcher.hpp"
#include "cecropia/scan/ledger.hpp"
#include "cecropia/scan/resolver.hpp"

namespace cecropia::scan {

/// A point as an order for a group, and back.
std::string order_of(const Point& point);
Point point_of(const std::string& order);

/// What a group answers: the line of the ledger, what its numbers mean (columns_json), and words for the log. A point
/// that cannot be computed has no line, but an error.
struct Answer {
  nlohmann::ordered_json entry, columns;
  std::vector<std::string> notes{};
  std::optional<Complaint> error{};
};
std::string text_of(const Answer& answer);
Answer answer_of(const std::string& text);

/// The points of a design that the ledger has not all of, the most expensive first; results go into the ledger. Points
/// that cannot be computed are noted, and the others go on.
class DesignCounter : public Counter {
 public:
  /// Points that were prepared; `cost` of each, in any unit; `again` for those that are computed even if they are
  /// there. `before_writing` sees every answer before its line is written, `after` the place of the point afterwards.
  /// The others must outlive the object.
  DesignCounter(const std::vector<Point>& points, const std::vector<double>& cost, const std::vector<bool>& again,
                Ledger& ledger, std::function<void(const Answer&)> before_writing,
                std::function<void(std::int64_t)> after);
  std::optional<std::string> next() override;
  bool may_come() override { return false; }
  void take(const std::string& order, const std::string& result) override;
  std::size_t n_waiting() const { return waiting_.size(); }
  /// Of the points that could not be computed; each says which.
  const std::vector<Complaint>& failures() const { return failures_; }

 private:
  Ledger& ledger_;
  std::function<void(const Answer&)> before_writing_;
  std::function<void(std::int64_t)> after_;
  std::deque<const Point*> waiting_;
  std::vector<Complaint> failures_;
};

/// Questions of a sampler: one JSON object per line, { "id": anything, "section.key": value, ... }; for each an answer
/// in one line, { "id": the same, "log10_all": -0.3, "log10_csfh": ..., ... }, in the order in which they are ready. A
/// likelihood that does not exist is the string "-inf"; a point that cannot be computed is answered with all of them
/// "-inf" and an "error". Points that were computed before, in this or an earlier session, are answered from the
/// ledger.
class PipeCounter : public Counter {
 public:
  /// Reads from the file descriptor `in` without waiting; `say` gets the answers, with their end of line; `own_terms`
  /// are the names of the base's own likelihoods (OBS-19), which an error names as well. The others must outlive the
  /// object.
  PipeCounter(int in, std::function<void(const std::string&)> say, const Resolver& resolver, Ledger& ledger,
              std::vector<std::string> own_terms = {});
  std::optional<std::string> next() override;
  bool may_come() override { return !ended_; }
  void take(const std::string& order, const std::string& result) override;
  std::int64_t n_answered() const { return n_answered_; }

 private:
  void read_what_is_there();
  void answer(const nlohmann::ordered_json& tag, const nlohmann::ordered_json& likelihood, const std::string& error);

  int in_;
  std::function<void(const std::string&)> say_;
  const Resolver& resolver_;
  Ledger& ledger_;
  std::vector<std::string> own_terms_;
  std::string buffer_;
  std::size_t n_lines_ = 0;
  bool ended_ = false;
  std::deque<std::pair<std::size_t, std::string>> lines_;  // number and text
  struct Asked {
    std::string key;
    std::vector<nlohmann::ordered_json> tags;  // who wants to know: the same point may be asked for twice
  };
  std::map<std::int64_t, Asked> asked_;            // orders under way, by their number
  std::map<std::string, std::int64_t> number_of_;  // by key
  std::int64_t next_number_ = 0, n_answered_ = 0;
};

}  // namespace cecropia::scan
