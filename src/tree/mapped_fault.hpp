#pragma once
/// \file  A last word when a disk fails under a mapped file. Such a page is no error code but a SIGBUS: the process
/// cannot go on, and without this nobody would know why.
#include <cstddef>
#include <string>

namespace cecropia::tree {

/// From now on a SIGBUS at one of these `bytes` bytes, those of the tree file `path`, ends the process with exit code 2
/// and a message that names the file. A few dozen files at a time; further ones go without.
void watch_mapping(const char* begin, std::size_t bytes, const std::string& path);

/// Before the mapping that begins here goes away.
void forget_mapping(const char* begin);

}  // namespace cecropia::tree
