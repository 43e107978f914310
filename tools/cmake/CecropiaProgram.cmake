# The executable build/bin/cecropia and what an installation holds: the program, its parameter files and job scripts.
if(EXISTS ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  add_executable(cecropia ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  target_link_libraries(cecropia PRIVATE cecropia::app cecropia_flags)
  install(TARGETS cecropia RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY params trees jobs DESTINATION ${CMAKE_INSTALL_DATADIR}/cecropia)
