# SPDX-License-Identifier: Apache-2.0
# GGUF, its block formats and recipes, and llama2.c files.
target_sources(lapilli_io PRIVATE
  convert_tensor.cpp
  ggml_blocks.cpp
  ggml_decode.cpp
  ggml_encode.cpp
  ggml_encode_k.cpp
  gguf_lora.cpp
  gguf_metadata.cpp
  gguf_parse.cpp
  gguf_reader.cpp
  gguf_types.cpp
  gguf_writer.cpp
  llama2c.cpp
  quantize_recipe.cpp
)
