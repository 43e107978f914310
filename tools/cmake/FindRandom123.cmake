# Random123 (counter-based random numbers) is headers only and ships no CMake files: target random123.
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Random123 REQUIRED_VARS RANDOM123_INCLUDE_DIR)
if(Random123_FOUND AND NOT TARGET random123)
  add_library(random123 INTERFACE IMPORTED)
  target_include_directories(random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})
endif()
mark_as_advanced(RANDOM123_INCLUDE_DIR)
