# SPDX-License-Identifier: Apache-2.0
find_package(ZLIB REQUIRED)
lapilli_test(unit_image LABELS quick unit
  SOURCES image_test.cpp image_golden_test.cpp image_mutation_test.cpp image_shared_test.cpp preprocess_test.cpp
    ${PROJECT_SOURCE_DIR}/tests/support/picture_zoo.cpp
  LINK lapilli_io ZLIB::ZLIB)
target_compile_definitions(unit_image PRIVATE LAPILLI_PICTURE_ZOO="${PROJECT_SOURCE_DIR}/tests/golden/images/pictures.json")
