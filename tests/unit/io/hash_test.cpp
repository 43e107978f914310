#include "cecropia/io/hash.hpp"

#include <gtest/gtest.h>

namespace {
using namespace cecropia::io;

TEST(Hash, IsThePublishedXxh3) {
  // XXH3 of the empty text and of "a" with seed 0, as the reference program xxhsum -H3 / -H2 prints them.
  EXPECT_EQ(hex(hash64("")), "2d06800538d394c2");
  EXPECT_EQ(hex(hash64("a")), "e6c632b61e964e1f");
  EXPECT_EQ(hash128_hex(""), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, HexadecimalTextKeepsLeadingZeros) { EXPECT_EQ(hex(0xabc), "0000000000000abc"); }

}  // namespace
