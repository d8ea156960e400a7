# SPDX-License-Identifier: Apache-2.0
"""Writes the PyTorch files beside this script and what PyTorch itself reads in them (expected.json).

Run with any PyTorch >= 2.0: python make.py
"""
import json
import pathlib
from collections import OrderedDict

import torch

here = pathlib.Path(__file__).parent


def values(tensor):
    return tensor.detach().to(torch.float32).flatten().tolist()


def save(name, content, tensors, **options):
    torch.save(content, here / name, **options)
    return {key: {"type": str(t.dtype).removeprefix("torch."), "shape": list(t.shape), "values": values(t)}
            for key, t in tensors.items()}


torch.manual_seed(7)
base = torch.randn(4, 6)
expected = {}

plain = OrderedDict(a=torch.randn(3, 4).half(), b=torch.randn(5).bfloat16(), c=torch.randn(2, 2), d=torch.tensor(1.5),
                    e=torch.arange(4), f=torch.empty(0, 3), g=torch.randn(3).double())
expected["types.bin"] = save("types.bin", plain, plain)

views = {"transposed": base.t(), "slice": base[1:3, 2:5], "every_second": base[:, ::2], "expanded": base[0, :1].expand(3, 2),
         "rows": base[2:], "one_wide": base[:, 3:4].t()}
expected["views.bin"] = save("views.bin", views, views)

tied = {"embed": base, "head": base}
expected["tied.bin"] = save("tied.bin", tied, tied)

parameters = {"weight": torch.nn.Parameter(torch.randn(2, 3).half())}
expected["parameter.bin"] = save("parameter.bin", parameters, parameters)

module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.GELU(), torch.nn.Linear(2, 1))
nested = {"state_dict": module.state_dict(), "epoch": 3, "loss": 0.25, "note": "nested", "done": True, "nothing": None}
expected["nested.bin"] = save("nested.bin", nested, module.state_dict())

save("legacy.bin", {"a": base}, {}, _use_new_zipfile_serialization=False)
save("module.bin", module, {})
save("list.bin", [base], {})

(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
