# cmake -Dsource=DIR -Dversion=X.Y.Z -Doutput=FILE -P WriteVersion.cmake: writes FILE when its content changes, and only then.
set(revision unknown)
find_program(git_program git)
if(git_program AND EXISTS ${source}/.git)
  # safe.directory: a build by root in a container may belong to another user than the checkout.
  execute_process(COMMAND ${git_program} -c safe.directory=* describe --always --dirty --abbrev=12
    WORKING_DIRECTORY ${source} OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND described)
    set(revision ${described})
  endif()
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/version.cpp.in ${output} @ONLY)
