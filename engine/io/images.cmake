# SPDX-License-Identifier: Apache-2.0
# Picture formats. The first five libraries are required; HEIF, AVIF and JPEG XL are read where theirs are found.
find_package(PkgConfig REQUIRED)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp libwebpdemux)
pkg_check_modules(TIFF REQUIRED IMPORTED_TARGET libtiff-4>=4.5)
pkg_check_modules(EXIF REQUIRED IMPORTED_TARGET libexif)

target_sources(lapilli_io PRIVATE
  image.cpp image_bmp.cpp image_decode.cpp image_gif.cpp image_jpeg.cpp image_png.cpp image_png_write.cpp
  image_tiff.cpp image_webp.cpp orientation.cpp preprocess.cpp resize.cpp tiff_layout.cpp)
target_link_libraries(lapilli_io PRIVATE JPEG::JPEG PNG::PNG PkgConfig::WEBP PkgConfig::TIFF PkgConfig::EXIF)

# lapilli_optional_format(HEIF libheif image_heif.cpp): cache option LAPILLI_HEIF, definition LAPILLI_HAVE_HEIF.
function(lapilli_optional_format name module source)
  option(LAPILLI_${name} "Read ${name} pictures where ${module} is found" ON)
  if(NOT LAPILLI_${name})
    return()
  endif()
  pkg_check_modules(${name} QUIET IMPORTED_TARGET ${module})
  if(${name}_FOUND)
    target_sources(lapilli_io PRIVATE ${source})
    target_compile_definitions(lapilli_io PRIVATE LAPILLI_HAVE_${name})
    target_link_libraries(lapilli_io PRIVATE PkgConfig::${name})
  else()
    message(STATUS "${name} pictures are not read: ${module} was not found")
  endif()
endfunction()

lapilli_optional_format(HEIF libheif image_heif.cpp)
lapilli_optional_format(AVIF libavif image_avif.cpp)
lapilli_optional_format(JXL libjxl image_jxl.cpp)
