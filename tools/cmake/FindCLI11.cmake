# CLI11 is headers only. They are taken from the first folder that has them, so that those of a prefix win over a CMake package
# of the system: target CLI11::CLI11.
find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp)
if(CLI11_INCLUDE_DIR)
  foreach(header Version.hpp CLI.hpp) # the single header has all in CLI.hpp
    if(EXISTS ${CLI11_INCLUDE_DIR}/CLI/${header} AND NOT CLI11_VERSION)
      file(STRINGS ${CLI11_INCLUDE_DIR}/CLI/${header} line REGEX "define CLI11_VERSION +\"" LIMIT_COUNT 1)
      string(REGEX MATCH "[0-9]+(\\.[0-9]+)+" CLI11_VERSION "${line}")
    endif()
  endforeach()
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CLI11 REQUIRED_VARS CLI11_INCLUDE_DIR VERSION_VAR CLI11_VERSION)
if(CLI11_FOUND AND NOT TARGET CLI11::CLI11)
  add_library(CLI11::CLI11 INTERFACE IMPORTED)
  target_include_directories(CLI11::CLI11 SYSTEM INTERFACE ${CLI11_INCLUDE_DIR})
endif()
mark_as_advanced(CLI11_INCLUDE_DIR)
