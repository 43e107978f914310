#pragma once
/// \file  Which program wrote this? Both answers are compiled into one small generated file
/// (tools/cmake/version.cpp.in), so that a new commit recompiles that file only.
#include <string_view>

namespace cecropia {

/// Version of the program as set by project(... VERSION) in CMakeLists.txt, for example "0.1.0".
std::string_view version();

/// `git describe --always --dirty` of the source folder at the time of the build; "unknown" where the source is no git
/// checkout or git is not installed. It goes to run.json and the log, never into run.h5 (equal science, equal bytes).
std::string_view git_revision();

}  // namespace cecropia
