# SPDX-License-Identifier: Apache-2.0
#
# Gives pqpack_options, which every target of ours links: language, warnings, sanitizers; and
# pqpack_program, which every program links besides.

option(PQPACK_WERROR "treat warnings as errors" ON)
set(PQPACK_SANITIZE "" CACHE STRING "sanitizers for -fsanitize=, such as address,undefined or thread")
# In the asan preset null pointers are AddressSanitizer's to find, and alignment and object sizes, which
# with g++ take half of the time of a build (merge_pages.cc: 9.8 s of CPU, 4.0 s without), the fuzzers'.
# What is uninitialised the release build finds: under AddressSanitizer g++ 12 sees some that is not there
# (GCC's manual, -fsanitize=address).
set(PQPACK_SANITIZE_NOT "" CACHE STRING "checks of theirs that are left out, for -fno-sanitize=")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Paths are made relative to the checkout, so that a fresh clone finds what another one compiled.
find_program(PQPACK_CCACHE ccache)
if(PQPACK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${PQPACK_CCACHE})
endif()

add_library(pqpack_options INTERFACE)
target_include_directories(pqpack_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(pqpack_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
# File bytes are hostile: an index out of range stops the program instead of reading on.
target_compile_definitions(pqpack_options INTERFACE _GLIBCXX_ASSERTIONS)
if(PQPACK_WERROR)
  target_compile_options(pqpack_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlapping copies in std::string's operator+ that are not there (GCC bug 105329).
  target_compile_options(pqpack_options INTERFACE -Wno-restrict)
endif()
add_library(pqpack_program INTERFACE)
target_link_libraries(pqpack_program INTERFACE pqpack_options)
if(PQPACK_SANITIZE)
  target_sources(pqpack_program INTERFACE ${PROJECT_SOURCE_DIR}/tools/sanitizer_defaults.cc)
  target_compile_options(pqpack_options INTERFACE
    -fsanitize=${PQPACK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  if(PQPACK_SANITIZE_NOT)
    target_compile_options(pqpack_options INTERFACE -fno-sanitize=${PQPACK_SANITIZE_NOT})
  endif()
  target_link_options(pqpack_options INTERFACE -fsanitize=${PQPACK_SANITIZE})
endif()
