#include "cecropia/core/printable.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {
using cecropia::printable;

TEST(Printable, ShowsWhatATerminalWouldObeyAsQuestionMarks) {
  EXPECT_EQ(printable("\x1b]0;owned\x07"), "?]0;owned?");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "a?b");
  EXPECT_EQ(printable("a\rb\x7f"), "a?b?");
  EXPECT_EQ(printable("a\xc2\x9b"
                      "2Jb\xc2\x80"),
            "a?2Jb?");  // C1 in UTF-8
  EXPECT_EQ(printable("a\x9b"
                      "2J"),
            "a?2J");  // and in 8 bits
}

TEST(Printable, LeavesTextAsItIs) {
  const std::string text = "a line\n\tα_out, Mₒ, é, \xc2\xa0 and \xe9 of another encoding, \xc2";
  EXPECT_EQ(printable(text), text);
}

}  // namespace
