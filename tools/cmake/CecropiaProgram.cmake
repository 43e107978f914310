# The executable build/bin/cecropia. Installed, it still finds the libraries it was linked with (MPI and HDF5 of a module,
# shared libraries of a prefix), whatever is loaded when it runs.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
if(EXISTS ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  add_executable(cecropia ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  target_link_libraries(cecropia PRIVATE cecropia::app cecropia_flags)
endif()
# Beside the executables of a build: where params/ and trees/ are (include/cecropia/core/paths.hpp).
file(CONFIGURE OUTPUT ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/cecropia.data CONTENT "${PROJECT_SOURCE_DIR}\n")
