# SPDX-License-Identifier: Apache-2.0

# What the components in `videopose_components` need: of core, video, data (cmake/install.cmake) and
# program. Debian packages only; what each is for stands in docs/dependencies.md, the list to
# install in tools/packages.txt.
find_package(PkgConfig REQUIRED)
find_package(OpenMP REQUIRED)
find_package(fmt REQUIRED)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(YAMLCPP REQUIRED IMPORTED_TARGET yaml-cpp)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)

# Debian 12 ships these without a CMake package that works (oneDNN's asks for OpenCL, which we do
# not use).
set(videopose_plain_libraries pthreadpool dnnl onnx_proto protobuf)

if("video" IN_LIST videopose_components)
  pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET
                    libavdevice libavformat libavcodec libavfilter libavutil libswscale libswresample)
  pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo)
  pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
  if(VIDEOPOSE_ONNX)
    find_package(onnxruntime CONFIG REQUIRED)
  endif()
  list(APPEND videopose_plain_libraries XNNPACK opencv_core opencv_imgproc opencv_video)
endif()
if("data" IN_LIST videopose_components)
  pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
  pkg_check_modules(MATIO REQUIRED IMPORTED_TARGET matio)
  pkg_check_modules(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial)
  pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
endif()
if("program" IN_LIST videopose_components)
  find_package(CLI11 REQUIRED)
  # Header-only libraries, compiled into the archives.
  find_package(Eigen3 REQUIRED NO_MODULE)
  find_package(nlohmann_json REQUIRED)
endif()

foreach(name IN LISTS videopose_plain_libraries)
  if(NOT TARGET ${name}::${name})
    find_library(${name}_LIBRARY ${name} REQUIRED)
    add_library(${name}::${name} UNKNOWN IMPORTED)
    set_target_properties(${name}::${name} PROPERTIES IMPORTED_LOCATION ${${name}_LIBRARY})
    if(name MATCHES "^opencv_")
      # Its CMake package comes with all of OpenCV, the graphical parts included.
      find_path(opencv_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
      set_target_properties(${name}::${name} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${opencv_INCLUDE_DIR})
    endif()
  endif()
endforeach()
