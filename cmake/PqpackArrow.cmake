# SPDX-License-Identifier: Apache-2.0
#
# Gives pqpack::arrow, pqpack::parquet and pqpack::arrow_s3: an installed Arrow >= 23 with S3 where
# there is one, else the pyarrow wheel in the project's .venv (tools/setup puts it there).
# docs/decisions/0001-build-and-dependencies.md says why.

set(PQPACK_ARROW "auto" CACHE STRING "where Arrow comes from: auto, system or wheel")
set_property(CACHE PQPACK_ARROW PROPERTY STRINGS auto system wheel)
set(PQPACK_VENV "${PROJECT_SOURCE_DIR}/.venv" CACHE PATH "virtual environment with the pyarrow wheel")
set(PQPACK_ARROW_MINIMUM 23)

# Sets PQPACK_ARROW_FOUND. Since Arrow 26 S3 is a package of its own; before, it was part of Arrow.
function(pqpack_system_arrow)
  find_package(Arrow CONFIG QUIET)
  find_package(Parquet CONFIG QUIET)
  find_package(ArrowS3 CONFIG QUIET)
  if(NOT TARGET Arrow::arrow_shared OR NOT TARGET Parquet::parquet_shared
     OR Arrow_VERSION VERSION_LESS PQPACK_ARROW_MINIMUM)
    return()
  endif()
  if(TARGET ArrowS3::arrow_s3_shared)
    set(s3 ArrowS3::arrow_s3_shared)
  elseif(ARROW_S3)
    set(s3 Arrow::arrow_shared)
  else()
    return()
  endif()
  foreach(pair arrow=Arrow::arrow_shared parquet=Parquet::parquet_shared arrow_s3=${s3})
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 name)
    list(GET pair 1 real)
    add_library(pqpack_${name}_import INTERFACE)
    target_link_libraries(pqpack_${name}_import INTERFACE ${real})
    add_library(pqpack::${name} ALIAS pqpack_${name}_import)
  endforeach()
  set(PQPACK_ARROW_FOUND "system ${Arrow_VERSION}" PARENT_SCOPE)
endfunction()

function(pqpack_wheel_arrow)
  file(GLOB folder "${PQPACK_VENV}/lib/python3*/site-packages/pyarrow")
  if(NOT folder)
    return()
  endif()
  file(STRINGS ${folder}/include/arrow/util/config.h line REGEX "define ARROW_VERSION_STRING")
  string(REGEX REPLACE ".*\"(.*)\".*" "\\1" version "${line}")
  foreach(name arrow parquet arrow_s3)
    file(GLOB library "${folder}/lib${name}.so.[0-9]*")
    if(NOT library)
      message(FATAL_ERROR "pyarrow ${version} in ${folder} has no lib${name}.so; "
                          "run tools/setup build to get the pinned version")
    endif()
    add_library(pqpack::${name} SHARED IMPORTED GLOBAL)
    # Imported targets' headers are SYSTEM headers: our warnings do not apply to them. CMake writes
    # the folder into the RUNPATH of what is built here.
    set_target_properties(pqpack::${name} PROPERTIES
      IMPORTED_LOCATION ${library}
      INTERFACE_INCLUDE_DIRECTORIES ${folder}/include)
  endforeach()
  target_link_libraries(pqpack::parquet INTERFACE pqpack::arrow)
  target_link_libraries(pqpack::arrow_s3 INTERFACE pqpack::arrow)
  set(PQPACK_ARROW_FOUND "pyarrow wheel ${version}" PARENT_SCOPE)
endfunction()

set(PQPACK_ARROW_FOUND "")
if(PQPACK_ARROW MATCHES "auto|system")
  pqpack_system_arrow()
endif()
if(NOT PQPACK_ARROW_FOUND AND PQPACK_ARROW MATCHES "auto|wheel")
  pqpack_wheel_arrow()
endif()
if(NOT PQPACK_ARROW_FOUND)
  message(FATAL_ERROR "No Arrow >= ${PQPACK_ARROW_MINIMUM} with Parquet and S3 was found (PQPACK_ARROW=${PQPACK_ARROW}). "
                      "Run tools/setup build, which puts the pinned pyarrow wheel into ${PQPACK_VENV}.")
endif()
message(STATUS "Arrow: ${PQPACK_ARROW_FOUND}")
