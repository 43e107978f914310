# cecropia::version() and cecropia::git_revision(): one generated source in the room core. The revision is looked up at
# every build (a commit needs no new configuration), the file is rewritten only when it changed.
set(cecropia_version_file ${PROJECT_BINARY_DIR}/generated/version.cpp)
set(write_version ${CMAKE_COMMAND} -Dsource=${PROJECT_SOURCE_DIR} -Dversion=${PROJECT_VERSION}
    -Doutput=${cecropia_version_file} -P ${PROJECT_SOURCE_DIR}/tools/cmake/WriteVersion.cmake)
execute_process(COMMAND ${write_version} COMMAND_ERROR_IS_FATAL ANY)
add_custom_target(cecropia_version COMMAND ${write_version} BYPRODUCTS ${cecropia_version_file}
                  COMMENT "Looking up the git revision")
target_sources(cecropia_core PRIVATE ${cecropia_version_file})
add_dependencies(cecropia_core cecropia_version)
