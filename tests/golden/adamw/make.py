# SPDX-License-Identifier: Apache-2.0
"""Writes steps.json beside this script: what torch.optim.AdamW does to two parameters in twelve steps.

Run with any PyTorch >= 2.0: python make.py
"""
import json
import pathlib

import torch

STEPS = 12
BETAS = (0.9, 0.999)
EPSILON = 1e-8
WEIGHT_DECAY = 0.1

torch.manual_seed(5)
parameters = [torch.nn.Parameter(torch.randn(3, 5)), torch.nn.Parameter(0.1 * torch.randn(7))]
optimizer = torch.optim.AdamW(parameters, lr=1.0, betas=BETAS, eps=EPSILON, weight_decay=WEIGHT_DECAY, foreach=False)


def values(tensors):
    return [t.detach().flatten().tolist() for t in tensors]


result = {"beta1": BETAS[0], "beta2": BETAS[1], "epsilon": EPSILON, "weight_decay": WEIGHT_DECAY,
          "shapes": [list(p.shape) for p in parameters], "start": values(parameters), "steps": []}
for step in range(STEPS):
    rate = 1e-2 * (step + 1) / STEPS
    optimizer.param_groups[0]["lr"] = rate
    for p in parameters:
        p.grad = torch.randn_like(p) * 10.0 ** torch.randint(-4, 2, p.shape)
    gradients = values([p.grad for p in parameters])
    optimizer.step()
    result["steps"].append({
        "learning_rate": rate,
        "gradients": gradients,
        "parameters": values(parameters),
        "first_moments": values([optimizer.state[p]["exp_avg"] for p in parameters]),
        "second_moments": values([optimizer.state[p]["exp_avg_sq"] for p in parameters]),
    })
(pathlib.Path(__file__).parent / "steps.json").write_text(json.dumps(result, indent=1) + "\n")
