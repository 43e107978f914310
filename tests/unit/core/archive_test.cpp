// Values as bytes and back.
#include "cecropia/core/archive.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace {
using namespace cecropia;

struct Inner {
  double x = 0;
  char flag = 0;  // padding follows
  bool operator==(const Inner&) const = default;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.x, self.flag);
  }
};

struct Outer {
  std::vector<Inner> list;
  std::array<float, 3> three{};
  std::int64_t limbs[2] = {};
  std::vector<std::int64_t> numbers;
  bool yes = false;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.list, self.three, self.limbs, self.numbers, self.yes);
  }
};

std::string bytes_of(const Outer& o) {
  ByteWriter writer;
  writer(o);
  return writer.take();
}

TEST(Archive, WhatWasWrittenComesBackToTheLastBit) {
  Outer o{{{0.1 + 0.2, 'a'}, {-0.0, 'b'}}, {1.5f, 0.0f, 3e38f}, {-1, 7}, {1, -2, 3}, true};
  o.list.push_back({std::numeric_limits<double>::quiet_NaN(), 'c'});
  const std::string bytes = bytes_of(o);
  Outer back;
  back.numbers = {9, 9, 9, 9, 9};
  ByteReader reader(bytes, "test");
  reader(back);
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(bytes_of(back), bytes);
  EXPECT_EQ(back.list[0], o.list[0]);
  EXPECT_EQ(back.numbers, o.numbers);
}

TEST(Archive, PaddingIsNotWritten) {
  EXPECT_EQ(bytes_of({{{1.0, 'a'}}, {}, {}, {}, false}).size(), 8u + 9u + 12u + 16u + 8u + 1u);
}

TEST(Archive, BytesThatEndTooEarlyAreRefusedWhereverTheyEnd) {
  const std::string bytes = bytes_of({{{1.0, 'a'}}, {}, {}, {1, 2}, true});
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    Outer back;
    ByteReader reader(std::string_view(bytes).substr(0, n), "test");
    EXPECT_THROW(reader(back), InputError) << n;
  }
}

// The bug: any byte became a bool, which is undefined for all but two of them.
TEST(Archive, BugAByteThatIsNeitherTrueNorFalseWasTakenForABool) {
  std::string bytes = bytes_of({{}, {}, {}, {}, true});
  bytes.back() = 2;
  Outer back;
  ByteReader reader(bytes, "test");
  try {
    reader(back);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("a byte is neither true nor false"));
  }
}

TEST(Archive, AnAbsurdLengthIsRefusedBeforeMemoryIsTaken) {
  ByteWriter writer;
  writer(std::numeric_limits<std::uint64_t>::max() / 4, std::int64_t{1});
  std::vector<std::int64_t> back;
  ByteReader reader(writer.bytes(), "test");
  EXPECT_THROW(reader(back), InputError);
}

}  // namespace
