#include "cecropia/parallel/mail.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "cecropia/core/error.hpp"

namespace cecropia::parallel {
namespace {

constexpr int tag = 1;

std::optional<Letter> probe(MPI_Comm handle, int from) {
  int is_there = 0;
  MPI_Message message{};
  MPI_Status status{};
  check(MPI_Improbe(from, tag, handle, &is_there, &message, &status), "MPI_Improbe");
  if (!is_there) return std::nullopt;
  int bytes = 0;
  check(MPI_Get_count(&status, MPI_CHAR, &bytes), "MPI_Get_count");
  Letter letter{status.MPI_SOURCE, std::string(static_cast<std::size_t>(bytes), '\0')};
  check(MPI_Mrecv(letter.text.data(), bytes, MPI_CHAR, &message, MPI_STATUS_IGNORE), "MPI_Mrecv");
  return letter;
}

}  // namespace

Mail::Mail(const Communicator& ranks) : ranks_(ranks.split(0)) {}

void Mail::send(int to, std::string_view text) const {
  if (text.size() > std::size_t{1} << 30) throw InternalError("a letter of more than 1 GiB");
  check(MPI_Send(text.data(), static_cast<int>(text.size()), MPI_CHAR, to, tag, ranks_.handle()), "MPI_Send");
}

std::optional<Letter> Mail::look() const { return probe(ranks_.handle(), MPI_ANY_SOURCE); }

std::string Mail::wait_for(int from) const {
  for (int pause_us = 10;; pause_us = std::min(2 * pause_us, 1000)) {
    if (auto letter = probe(ranks_.handle(), from)) return std::move(letter->text);
    std::this_thread::sleep_for(std::chrono::microseconds(pause_us));
  }
}

}  // namespace cecropia::parallel
