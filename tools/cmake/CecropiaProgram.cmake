# The executable build/bin/cecropia.
if(EXISTS ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  add_executable(cecropia ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  target_link_libraries(cecropia PRIVATE cecropia::app cecropia_flags)
endif()
