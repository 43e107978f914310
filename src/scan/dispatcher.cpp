#include "cecropia/scan/dispatcher.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/mail.hpp"

namespace cecropia::scan {
namespace {

// Letters to rank 0: "r" ready, "d" and a result, "s" stopped. Answers: "o" and an order, "e" end.
constexpr char ready = 'r', done = 'd', stopped = 's', order_letter = 'o', end_letter = 'e';

std::string letter(char kind, const std::string& text = {}) { return kind + text; }

/// Never asked.
class NoCounter : public Counter {
 public:
  std::optional<std::string> next() override { throw InternalError("a rank other than 0 was asked for orders"); }
  bool may_come() override { return false; }
  void take(const std::string&, const std::string&) override {
    throw InternalError("a rank other than 0 was given a result");
  }
};

/// Rank 0: takes results and answers, without ever waiting.
class Desk {
 public:
  Desk(const parallel::Mail& mail, Counter& counter, const parallel::StopRequest& stop, int n_others)
      : mail_(mail), counter_(counter), stop_(stop), at_work_(n_others) {}

  void serve() {
    while (const auto got = mail_.look()) {
      const char kind = got->text.front();
      if (kind == done) {
        const auto order = orders_.extract(got->from);
        counter_.take(order.mapped(), got->text.substr(1));
      }
      if (kind == stopped)
        --at_work_;
      else
        waiting_.push_back(got->from);
    }
    while (!waiting_.empty()) {
      std::optional<std::string> order;
      if (!stop_.asked()) {
        order = counter_.next();
        if (!order && counter_.may_come()) return;
      }
      const int to = waiting_.front();
      waiting_.pop_front();
      if (order) {
        mail_.send(to, letter(order_letter, *order));
        orders_[to] = *order;
      } else {
        mail_.send(to, letter(end_letter));
        --at_work_;
      }
    }
  }
  int at_work() const { return at_work_; }

 private:
  const parallel::Mail& mail_;
  Counter& counter_;
  const parallel::StopRequest& stop_;
  int at_work_;  // groups that have not left
  std::deque<int> waiting_;
  std::map<int, std::string> orders_;  // of the groups at work
};

/// The order for the whole group; nothing at the end.
std::optional<std::string> tell(const parallel::Communicator& group, std::optional<std::string> order) {
  const std::string text = group.broadcast(order ? letter(order_letter, *order) : letter(end_letter));
  if (text.front() == end_letter) return std::nullopt;
  return text.substr(1);
}

}  // namespace

Counter& no_counter() {
  static NoCounter none;
  return none;
}

void dispatch(const parallel::Communicator& world, const ProcessGrid& grid, Counter& counter, const Work& work,
              const parallel::StopRequest& stop) {
  const parallel::Mail mail(world);
  const parallel::Communicator& group = grid.group();
  bool was_stopped = false;
  if (grid.is_idle()) {
    // nothing to do but to wait for the others
  } else if (grid.group_index() == 0) {
    std::optional<Desk> desk;
    if (world.is_root()) desk.emplace(mail, counter, stop, grid.n_groups() - 1);
    const auto breathe = [&] {
      if (desk) desk->serve();
    };
    for (;;) {
      std::optional<std::string> order;
      while (desk) {
        desk->serve();
        if (stop.asked()) break;
        order = counter.next();
        if (order || !counter.may_come()) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      order = tell(group, std::move(order));
      if (!order) break;
      try {
        const std::string result = work(*order, breathe);
        if (desk) counter.take(*order, result);
      } catch (const StopRequested&) {
        was_stopped = true;
        break;
      }
    }
    while (desk && desk->at_work() > 0) {
      desk->serve();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  } else {
    std::string report = letter(ready);
    for (;;) {
      std::optional<std::string> order;
      if (group.is_root()) {
        mail.send(0, report);
        const std::string answer = mail.wait_for(0);
        if (answer.front() == order_letter) order = answer.substr(1);
      }
      order = tell(group, std::move(order));
      if (!order) break;
      try {
        report = letter(done, work(*order, [] {}));
      } catch (const StopRequested&) {
        was_stopped = true;
        if (group.is_root()) mail.send(0, letter(stopped));
        break;
      }
    }
  }
  const bool left_over = world.is_root() && (counter.next() || counter.may_come());
  if (world.any(was_stopped || left_over)) throw StopRequested("stopped on request");
}

}  // namespace cecropia::scan
