# SPDX-License-Identifier: Apache-2.0
"""Writes penalised.json beside this script: what transformers' repetition penalty makes of the small LLaVA's answer.

Needs torch, transformers 5, numpy and sentencepiece: python make_penalised.py
The prompt is that of expected.json; the penalty counts all ids before the one that is chosen, the prompt's too.
"""
import json
import math
import pathlib

import numpy as np
import torch
from transformers import LlavaForConditionalGeneration
from transformers.generation.logits_process import RepetitionPenaltyLogitsProcessor

HERE = pathlib.Path(__file__).parent
PENALTY, TOKENS, ROWS = 1.5, 24, 4
known = json.loads((HERE / "expected.json").read_text())
IMAGE = known["image_token"]
before, after = known["base"]["ids_before"], known["base"]["ids_after"]
model = LlavaForConditionalGeneration.from_pretrained(HERE / "model", dtype=torch.float32).eval()
pixels = torch.tensor(np.load(HERE / "pixels.npy"))[None]
penalty = RepetitionPenaltyLogitsProcessor(penalty=PENALTY)


def answer(counts_prompt):
    ids = before + [IMAGE] * ROWS + after
    first = len(ids)
    margin = 1e9
    with torch.no_grad():
        while len(ids) < first + TOKENS:
            logits = model(input_ids=torch.tensor([ids]), pixel_values=pixels).logits[0, -1:]
            seen = ids if counts_prompt else ids[first:] or [IMAGE]
            scores = penalty(torch.tensor([seen]), logits.clone())[0]
            scores[IMAGE:] = -math.inf  # ids that are no text
            best = scores.topk(2)
            margin = min(margin, float(best.values[0] - best.values[1]))
            ids.append(int(best.indices[0]))
    return ids[first:], margin


ids, margin = answer(True)
assert ids != answer(False)[0], "the prompt makes no difference, so the values prove nothing"
assert margin > 1e-3, "the order of sums could decide"
(HERE / "penalised.json").write_text(json.dumps({"penalty": PENALTY, "ids": ids, "margin": margin}) + "\n")
