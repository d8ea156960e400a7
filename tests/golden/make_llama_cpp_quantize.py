# SPDX-License-Identifier: Apache-2.0
"""Makes llama_cpp_quantize.json: the sums of what llama.cpp's llama-quantize writes.

Run with gguf-py and llama-quantize installed, without an importance matrix:

    python3 make_llama_cpp_quantize.py OUT.json zoo=zoo-f32.gguf stories260K=stories260K-f32.gguf \
        stories260K_q8_0=stories260K-Q8_0.gguf

The inputs are files of the shared test data. For each input and file type: the sum of the whole file, and
type and sum of every tensor's bytes.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile

import gguf

FILE_TYPES = ["F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K"]
# Of inputs that are quantised already.
FILE_TYPES_AGAIN = ["F16", "Q4_0", "Q4_K_M"]


def quantised(source, file_type, folder):
    path = os.path.join(folder, file_type + ".gguf")
    subprocess.run(["llama-quantize", "--allow-requantize", source, path, file_type, "1"], check=True, capture_output=True)
    with open(path, "rb") as file:
        whole = hashlib.sha256(file.read()).hexdigest()
    tensors = {
        tensor.name: {
            "type": tensor.tensor_type.name.lower(),
            "sha256": hashlib.sha256(tensor.data.tobytes()).hexdigest(),
        }
        for tensor in gguf.GGUFReader(path).tensors
    }
    return {"file_sha256": whole, "tensors": tensors}


def main():
    out, *inputs = sys.argv[1:]
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        for item in inputs:
            name, source = item.split("=", 1)
            types = FILE_TYPES_AGAIN if name.endswith("q8_0") else FILE_TYPES
            result[name] = {file_type.lower(): quantised(source, file_type, folder) for file_type in types}
    with open(out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=0, sort_keys=True)
        file.write("\n")


main()
