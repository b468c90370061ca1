# SPDX-License-Identifier: Apache-2.0
#
# pqpack_room(NAME) makes, from the files of src/NAME and the line of NAME in tools/rooms.txt:
#   pqpack_NAME   a static library of every *.cc that is no test, tool, benchmark, fuzzer or main
#   NAME_test     one GoogleTest program of every *_test.cc and *_testing.cc (helpers of tests)
#   foo_tool      a program of foo_tool.cc or foo_tool/main.cc, by which the tests in test/ reach into
#                 the room
# A room may still be empty or have headers only.  A text that is part of the program (foo.html with
# foo.cc.in) becomes a *.cc.

set(PQPACK_ROOMS_FILE ${PROJECT_SOURCE_DIR}/tools/rooms.txt)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PQPACK_ROOMS_FILE})

# Names of tools/rooms.txt -> CMake targets.
set(PQPACK_LIBRARY_arrow pqpack::arrow)
set(PQPACK_LIBRARY_arrow_s3 pqpack::arrow_s3)
set(PQPACK_LIBRARY_crypto OpenSSL::Crypto)
set(PQPACK_LIBRARY_curl CURL::libcurl)
set(PQPACK_LIBRARY_fmt fmt::fmt)
set(PQPACK_LIBRARY_json nlohmann_json::nlohmann_json)
set(PQPACK_LIBRARY_parquet pqpack::parquet)
set(PQPACK_LIBRARY_pugixml pugixml::pugixml)
set(PQPACK_LIBRARY_threads Threads::Threads)
set(PQPACK_LIBRARY_xxhash pqpack::xxhash)

# Sets PQPACK_ROOMS (in order) and, per room, PQPACK_DEPS_<room>: rooms, then libraries.
function(pqpack_read_rooms)
  file(STRINGS ${PQPACK_ROOMS_FILE} lines REGEX "^[a-z]+:")
  foreach(line IN LISTS lines)
    if(NOT line MATCHES "^([a-z]+):([a-z ]*)\\|([a-z0-9_ ]*)$")
      message(FATAL_ERROR "${PQPACK_ROOMS_FILE}: not 'room: rooms | libraries': ${line}")
    endif()
    set(room ${CMAKE_MATCH_1})
    separate_arguments(below UNIX_COMMAND "${CMAKE_MATCH_2}")
    separate_arguments(libraries UNIX_COMMAND "${CMAKE_MATCH_3}")
    set(deps "")
    foreach(name IN LISTS below)
      list(APPEND deps pqpack_${name})
    endforeach()
    foreach(name IN LISTS libraries)
      if(NOT DEFINED PQPACK_LIBRARY_${name})
        message(FATAL_ERROR "${PQPACK_ROOMS_FILE}: ${room} names an unknown library: ${name}")
      endif()
      list(APPEND deps ${PQPACK_LIBRARY_${name}})
    endforeach()
    if(room STREQUAL "any")
      set(any ${deps})
    else()
      list(APPEND rooms ${room})
      set(PQPACK_DEPS_${room} ${deps} ${any} PARENT_SCOPE)
    endif()
  endforeach()
  set(PQPACK_ROOMS ${rooms} PARENT_SCOPE)
endfunction()

# Adds to the list of that name a foo.cc made of each foo.cc.in: it has foo.html, as it is, where it says
# @PQPACK_TEXT@.
function(pqpack_texts list)
  file(GLOB_RECURSE templates CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc.in)
  foreach(template IN LISTS templates)
    string(REGEX REPLACE "\\.cc\\.in$" "" stem ${template})
    cmake_path(GET stem FILENAME file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${stem}.html)
    file(READ ${stem}.html PQPACK_TEXT)
    configure_file(${template} ${CMAKE_CURRENT_BINARY_DIR}/${file}.cc @ONLY)
    list(APPEND ${list} ${CMAKE_CURRENT_BINARY_DIR}/${file}.cc)
  endforeach()
  set(${list} ${${list}} PARENT_SCOPE)
endfunction()

function(pqpack_room name)
  set(deps pqpack_options)
  foreach(dep IN LISTS PQPACK_DEPS_${name})
    if(TARGET ${dep})
      list(APPEND deps ${dep})
    elseif(dep MATCHES "::")
      message(FATAL_ERROR "src/${name} needs ${dep}, which was not found; run tools/setup build")
    endif()
  endforeach()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_(test|testing)\\.cc$")
  set(tools ${sources})
  list(FILTER tools INCLUDE REGEX "_tool(/main)?\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|_testing|_tool|_bench|_fuzz|/main)\\.cc$")

  pqpack_texts(sources)
  if(sources)
    add_library(pqpack_${name} STATIC ${sources})
    target_link_libraries(pqpack_${name} PUBLIC ${deps})
  else()
    add_library(pqpack_${name} INTERFACE)
    target_link_libraries(pqpack_${name} INTERFACE ${deps})
  endif()

  if(NOT PQPACK_TESTS)
    return()
  endif()
  foreach(tool IN LISTS tools)
    string(REGEX MATCH "([a-z0-9_]+_tool)(/main)?\\.cc$" matched ${tool})
    set(tool_name ${CMAKE_MATCH_1})
    add_executable(${tool_name} ${tool})
    target_link_libraries(${tool_name} PRIVATE pqpack_program pqpack_${name})
  endforeach()
  if(tests)
    add_executable(${name}_test ${tests})
    if(PQPACK_SANITIZE MATCHES "undefined")
      # It is the library that is looked at; the checks double what a test takes to compile.
      set_source_files_properties(${tests} PROPERTIES COMPILE_OPTIONS -fno-sanitize=undefined)
    endif()
    target_link_libraries(${name}_test PRIVATE pqpack_program pqpack_${name} GTest::gmock
                          GTest::gtest_main rapidcheck rapidcheck_gtest)
    # One ctest entry per room: a process per test case would load Arrow's 100 MB each time.
    add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
endfunction()
