#include "cecropia/scan/counters.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <numeric>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/observe/results.hpp"

namespace cecropia::scan {

using Json = nlohmann::ordered_json;

// Names of files are bytes, which need not be UTF-8: a letter between ranks shows them with question marks.
std::string order_of(const Point& point) {
  return Json{{"id", point.id}, {"where", point.where}, {"values", point.values}, {"key", point.key}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

Point point_of(const std::string& order) {
  const Json json = Json::parse(order);
  return {json.at("id").get<std::int64_t>(), json.at("values"), json.at("where").get<std::string>(),
          json.at("key").get<std::string>()};
}

std::string text_of(const Answer& answer) {
  Json json{{"entry", answer.entry}, {"columns", answer.columns}, {"notes", answer.notes}};
  if (const auto& error = answer.error) json["error"] = {error->what, error->where, error->expected, error->fix};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Answer answer_of(const std::string& text) {
  Json json = Json::parse(text);
  Answer answer{std::move(json.at("entry")), std::move(json.at("columns")),
                json.at("notes").get<std::vector<std::string>>()};
  if (const auto error = json.find("error"); error != json.end()) {
    const auto parts = error->get<std::array<std::string, 4>>();
    answer.error = Complaint{parts[0], parts[1], parts[2], parts[3]};
  }
  return answer;
}

DesignCounter::DesignCounter(const std::vector<Point>& points, const std::vector<double>& cost,
                             const std::vector<bool>& again, Ledger& ledger,
                             std::function<void(const Answer&)> before_writing, std::function<void(std::int64_t)> after)
    : ledger_(ledger), before_writing_(std::move(before_writing)), after_(std::move(after)) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  for (const std::size_t i : order)
    if (again[i] || !ledger.has_all_of(points[i].key)) waiting_.push_back(&points[i]);
}

std::optional<std::string> DesignCounter::next() {
  if (waiting_.empty()) return std::nullopt;
  const Point* point = waiting_.front();
  waiting_.pop_front();
  return order_of(*point);
}

void DesignCounter::take(const std::string& order, const std::string& result) {
  const Answer answer = answer_of(result);
  const Point point = point_of(order);
  before_writing_(answer);
  if (answer.error)
    failures_.push_back(*answer.error);
  else
    ledger_.append({point.key, answer.entry});
  after_(point.id);
}

PipeCounter::PipeCounter(int in, std::function<void(const std::string&)> say, const Resolver& resolver, Ledger& ledger,
                         std::vector<std::string> own_terms)
    : in_(in), say_(std::move(say)), resolver_(resolver), ledger_(ledger), own_terms_(std::move(own_terms)) {}

void PipeCounter::read_what_is_there() {
  pollfd waiting{in_, POLLIN, 0};
  while (!ended_ && ::poll(&waiting, 1, 0) > 0 && (waiting.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
    char block[65536];
    const ssize_t n = ::read(in_, block, sizeof block);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) break;
    if (n <= 0) {
      ended_ = true;
      if (!buffer_.empty()) buffer_ += '\n';  // a last line without an end is a line
    } else {
      buffer_.append(block, static_cast<std::size_t>(n));
    }
    std::size_t begin = 0;
    for (std::size_t end; (end = buffer_.find('\n', begin)) != std::string::npos; begin = end + 1) {
      ++n_lines_;
      if (const std::string line = buffer_.substr(begin, end - begin);
          line.find_first_not_of(" \t\r") != std::string::npos)
        lines_.emplace_back(n_lines_, line);
    }
    buffer_.erase(0, begin);
  }
}

void PipeCounter::answer(const Json& tag, const Json& likelihood, const std::string& error) {
  Json line = Json::object();
  if (!tag.is_null()) line["id"] = tag;
  for (const auto& [name, unused] : observe::Likelihoods{}.list()) {
    const Json value = likelihood.is_object() ? likelihood.value("log10_" + name, Json()) : Json();
    line["log10_" + name] = value.is_number() ? value : Json("-inf");  // JSON has no infinity
  }
  if (likelihood.is_object()) {  // those of the index of observations, which may be the point's own
    for (const auto& [name, value] : likelihood.items())
      if (!line.contains(name) && name != "reason") line[name] = value.is_number() ? value : Json("-inf");
  } else {
    for (const std::string& name : own_terms_) line["log10_" + name] = "-inf";
  }
  if (!error.empty()) line["error"] = error;
  ++n_answered_;
  say_(line.dump() + "\n");
}

std::optional<std::string> PipeCounter::next() {
  read_what_is_there();
  while (!lines_.empty()) {
    const auto [number, text] = std::move(lines_.front());
    lines_.pop_front();
    Json tag;
    try {
      AskedPoint question = parse_point(text, fmt::format("standard input, line {}", number));
      tag = question.tag;
      resolver_.prepare(question.point);
      const std::string& key = question.point.key;
      if (ledger_.has(key)) {
        answer(tag, ledger_.content(key).at("likelihood"), "");
        continue;
      }
      if (const auto under_way = number_of_.find(key); under_way != number_of_.end()) {
        asked_.at(under_way->second).tags.push_back(tag);
        continue;
      }
      question.point.id = next_number_++;
      asked_[question.point.id] = {key, {tag}};
      number_of_[key] = question.point.id;
      return order_of(question.point);
    } catch (const InputError& error) {
      answer(tag, Json(), error.complaint().what);
    }
  }
  return std::nullopt;
}

void PipeCounter::take(const std::string& order, const std::string& result) {
  const Answer answer_now = answer_of(result);
  const auto asked = asked_.extract(point_of(order).id);
  number_of_.erase(asked.mapped().key);
  if (const auto& error = answer_now.error) {
    for (const Json& tag : asked.mapped().tags) answer(tag, Json(), error->what);
    return;
  }
  Json slim = Json::object();  // a chain asks a hundred thousand times
  for (const char* part : {"point", "key", "values", "likelihood", "cost"}) slim[part] = answer_now.entry.at(part);
  ledger_.append({asked.mapped().key, slim});
  for (const Json& tag : asked.mapped().tags) answer(tag, slim.at("likelihood"), "");
}

}  // namespace cecropia::scan
