// Parts of text files: whole lines, wherever the blocks end; many files; files that cannot be unpacked into memory.
#include "cecropia/tree/text_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "cecropia/core/error.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string lines_of(const TextParts& text, std::size_t file, std::int64_t begin, std::int64_t end) {
  std::string all;
  text.lines(file, begin, end, [&](std::string_view block, std::int64_t offset) {
    EXPECT_EQ(offset, begin + static_cast<std::int64_t>(all.size()));
    EXPECT_TRUE(block.back() == '\n' || offset + static_cast<std::int64_t>(block.size()) == end);
    all += block;
    return true;
  });
  return all;
}

TEST(TextParts, BlocksAreWholeLinesAlsoOfFilesLongerThanABlock) {
  const Folder folder;
  std::string text;
  for (int i = 0; text.size() < (5 << 19); ++i) text += std::string(static_cast<std::size_t>(i % 3000), 'x') + "\n";
  text += "no line end";
  const std::string plain = folder.write("plain", text), packed = folder.write_gzip("packed", text);
  const TextParts parts({plain, packed}, 1 << 30);
  for (const std::size_t file : {0u, 1u}) {
    const auto size = static_cast<std::int64_t>(text.size());
    EXPECT_EQ(parts.size(file), size);
    EXPECT_TRUE(lines_of(parts, file, 0, size) == text);
    const auto begin = static_cast<std::int64_t>(text.find('\n', 1000000)) + 1;
    EXPECT_TRUE(lines_of(parts, file, begin, size) == text.substr(static_cast<std::size_t>(begin)));
    EXPECT_EQ(parts.bytes(file, begin - 1, begin), "\n");
    EXPECT_EQ(parts.lines_before(file, begin), std::count(text.begin(), text.begin() + begin, '\n'));
  }
}

TEST(TextParts, PaddingBehindAPackedFileIsNoText) {
  const Folder folder;
  const std::string packed = cecropia::testing::read_text(folder.write_gzip("packed", "one\ntwo\n"));
  const TextParts parts({folder.write("padded", packed + std::string(512, '\0'))}, 1 << 20);
  EXPECT_EQ(lines_of(parts, 0, 0, parts.size(0)), "one\ntwo\n");
}

TEST(TextParts, ReadingStopsWhenAskedTo) {
  const Folder folder;
  const TextParts parts({folder.write("file", std::string(3 << 20, '\n'))}, 0);
  int blocks = 0;
  parts.lines(0, 0, parts.size(0), [&](std::string_view, std::int64_t) { return ++blocks < 2; });
  EXPECT_EQ(blocks, 2);
}

TEST(TextParts, MoreFilesThanAProcessMayKeepOpenAreRead) {
  const Folder folder;
  std::vector<std::string> paths;
  for (int i = 0; i < 300; ++i) paths.push_back(folder.write(fmt::format("f{}", i), fmt::format("text {}\n", i)));
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
  rlimit few = usual;
  few.rlim_cur = 256;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  const TextParts parts(paths, 0);
  for (const std::size_t file : {0u, 299u, 0u})
    for (std::size_t i = 0; i < 300; ++i) {
      const std::size_t f = (i + file) % 300;
      EXPECT_EQ(parts.bytes(f, 0, parts.size(f)), fmt::format("text {}\n", f));
    }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &usual), 0);
}

TEST(TextParts, PackedFilesBeyondTheLimitAreRefusedAndSayWhatToDo) {
  const Folder folder;
  const std::string a = folder.write_gzip("a", std::string(1000, '\n')),
                    b = folder.write_gzip("b", std::string(1000, '\n'));
  EXPECT_EQ(TextParts({a, b}, 2000).n_files(), 2u);
  EXPECT_THAT(
      cecropia::testing::refusal([&] {
        TextParts({a, b}, 1999);
      }),
      AllOf(HasSubstr("the packed tree files hold more than 1999 bytes of text"), HasSubstr("gunzip"), HasSubstr(b)));
}

TEST(TextParts, AFileWithoutLinesIsNotTakenIntoMemory) {
  const Folder folder;
  const TextParts parts({folder.write("file", std::string(80 << 20, 'x') + "\n")}, 0);
  EXPECT_THAT(cecropia::testing::refusal([&] { lines_of(parts, 0, 0, parts.size(0)); }),
              HasSubstr("' has a line of more than 67108864 bytes"));
}

TEST(TextParts, AFileThatGoesAwayIsNamed) {
  const Folder folder;
  const std::string path = folder.write("file", "text\n");
  const TextParts parts({path}, 0);
  std::filesystem::remove(path);
  EXPECT_THROW(parts.bytes(0, 0, 5), InputError);
  EXPECT_THROW(TextParts({path}, 0), InputError);
}

}  // namespace
}  // namespace cecropia::tree
