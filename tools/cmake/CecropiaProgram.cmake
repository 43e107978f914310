# The executable build/bin/cecropia.
if(EXISTS ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  add_executable(cecropia ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  target_link_libraries(cecropia PRIVATE cecropia::app cecropia_flags)
endif()
# Beside the executables of a build: where params/ and trees/ are (include/cecropia/core/paths.hpp).
file(CONFIGURE OUTPUT ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/cecropia.data CONTENT "${PROJECT_SOURCE_DIR}\n")
