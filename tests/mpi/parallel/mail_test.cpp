#include "cecropia/parallel/mail.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace {
using cecropia::parallel::Communicator;
using cecropia::parallel::Mail;

TEST(Mail, EveryLetterArrivesWholeWhateverItsLength) {
  const auto world = Communicator::world();
  const Mail mail(world);
  if (world.rank() != 0) {
    for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{100000}, std::size_t{3000000}})
      mail.send(0, std::string(length, static_cast<char>('a' + world.rank())));
    EXPECT_EQ(mail.wait_for(0), "thank you");
    return;
  }
  std::map<int, std::size_t> bytes, letters;
  while (static_cast<int>(letters.size()) < world.size() - 1 ||
         std::any_of(letters.begin(), letters.end(), [](const auto& l) { return l.second < 4; })) {
    const auto letter = mail.look();
    if (!letter) continue;
    EXPECT_EQ(letter->text.find_first_not_of(static_cast<char>('a' + letter->from)), std::string::npos);
    bytes[letter->from] += letter->text.size();
    if (++letters[letter->from] == 4) mail.send(letter->from, "thank you");
  }
  for (const auto& [from, n] : bytes) EXPECT_EQ(n, 3100001u) << from;
}

TEST(Mail, LookingForALetterThatIsNotThereDoesNotWait) {
  const Mail mail(Communicator::world());
  EXPECT_FALSE(mail.look().has_value());
}

}  // namespace
