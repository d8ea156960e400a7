# SPDX-License-Identifier: Apache-2.0
"""Makes the expected ids, labels and orders beside this script.

Usage: make_training_labels.py LLAMA-TOKENIZER.model LLAVA-MIX-500.jsonl   (needs transformers 5 and torch)
  mix500.json   for each record (by its index; the texts stay where they are) and each way of reading it:
                [ids, hash of ids, hash of labels, spliced ids, hash of spliced ids, hash of spliced labels]
  cases.json    small awkward conversations, complete, with the vocabulary ../tokenizer/tiny.model
  order.json    the sampler's order for lengths and torch's permutations
A hash is the start of the SHA-256 of the numbers as little-endian int32.
"""
import array
import hashlib
import json
import pathlib
import sys

import torch

import original_rules as rules

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tokenizer"))
from slow_llama import SlowLlama  # noqa: E402

ROWS, LONG, SHORT = 576, 2048, 640


def digest(numbers):
    return hashlib.sha256(array.array("i", numbers).tobytes()).hexdigest()[:16]


def read(call, way, turns):
    """ids, labels, agreed, maximum length."""
    bare = [(who, value.replace("<image>\n", "").replace("\n<image>", "")) for who, value in turns]
    if way == "plain":
        return *rules.plain(call, turns[:2]), LONG
    if way in ("v1", "v1_short"):
        limit = LONG if way == "v1" else SHORT
        return *rules.v1(call, turns, True, limit), limit
    limit = LONG if way == "text" else SHORT
    return *rules.v1(call, bare, False, limit), limit


def row(call, way, turns):
    ids, labels, _, limit = read(call, way, turns)
    spliced = rules.splice(ids, labels, ROWS, limit)
    return [len(ids), digest(ids), digest(labels), len(spliced[0]), digest(spliced[0]), digest(spliced[1])]


def dump(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("],[", "],\n[").replace("},{", "},\n{")
    (HERE / name).write_text(text + "\n")


def mix500(vocabulary, data):
    call = SlowLlama(vocabulary).call
    records = [json.loads(line) for line in open(data, encoding="utf-8")]
    conversations = [[(t["from"], t["value"]) for t in r["conversations"]] for r in records]
    ways = ("v1", "v1_short", "text", "text_short", "plain")
    complete = {way: [] for way in ways}
    for way in ways:
        for index in (0, 3):
            ids, labels, agreed, _ = read(call, way, conversations[index])
            complete[way].append({"record": index, "ids": ids, "labels": labels, "agreed": agreed})
    dump("mix500.json", {
        "rows": ROWS, "max_length": LONG, "max_length_short": SHORT,
        "words": [rules.words(turns, "image" in r) for turns, r in zip(conversations, records)],
        "agreed": {way: sum(read(call, way, turns)[2] for turns in conversations) for way in ways},
        "ways": {way: [row(call, way, turns) for turns in conversations] for way in ways}, "complete": complete})


H, G = "human", "gpt"
CASES = [
    (True, [(H, "<image>\nWhat is it?"), (G, "A stone.")]),
    (True, [(H, "What is it?\n<image>"), (G, "A stone.")]),
    (True, [(H, "  <image>  "), (G, "A stone.")]),
    (True, [(H, "\u00a0<image>\u2003What?\u3000\x1f"), (G, " A stone. ")]),
    (True, [(H, "One <image> in the middle"), (G, "Yes"), (H, "And?"), (G, "No")]),
    (True, [(H, "<image>two marks<image>"), (G, "Yes")]),
    (True, [(H, "<image>\nWhat?"), (G, "")]),
    (True, [(H, "<image>\nWhat?"), (G, "Yes"), (H, "More?"), (G, "")]),
    (True, [(H, "<image>\nWhat?"), (G, ""), (H, "More?"), (G, "Yes")]),
    (True, [(H, "<image>\nWhat?"), (G, "Yes"), (H, "Left open")]),
    (True, [(G, "Hello"), (H, "<image>\nWhat?"), (G, "Yes")]),
    (True, [(H, "<image>\nWhat?"), (G, "A </s> inside"), (H, "More?"), (G, "Yes")]),
    (True, [(H, "<image>\nWhat?"), (G, "I say ASSISTANT: so"), (H, "More?"), (G, "Yes")]),
    (True, [(H, "<image>\nWhat?"), (G, "an <unk> word"), (H, "More?"), (G, "Yes")]),
    (True, [(H, "<image>\nWhat?"), (G, "<s>"), (H, " "), (G, " ")]),
    (True, [(H, "<image>\nWhat?"), (G, "\n"), (H, "\n"), (G, "two\n\nlines\n")]),
    (True, [(H, "<image>"), (G, "世界 🙂 größer"), (H, "1 2 3"), (G, "[0.1, 0.25]")]),
    (True, [(H, "<image>\nWhat?"), (G, "▁odd▁")]),
    (True, [(H, "<image>\nWhat?"), (G, "see <image> there")]),
    (True, [(H, "<image>\nLong " * 1 + "word " * 60), (G, "Yes " * 20)]),
    (False, [(H, "Hi"), (G, "Hello!")]),
    (False, [(H, "Hi"), (G, "Hello!"), (H, "How are you?"), (G, "Very well, thank you.")]),
    (False, [(H, "A literal <image> here"), (G, "Hello!")]),
    (False, [(H, "Hi " * 100), (G, "Hello! " * 20)]),
    (False, [(G, "Hello"), (H, "Hi"), (G, "")]),
    (False, [(H, ""), (G, "Hello")]),
    (False, [(H, "Hi"), (G, "a</s>"), (H, "b"), (G, "c")]),
]


def cases():
    call = SlowLlama(str(HERE.parent / "tokenizer" / "tiny.model")).call
    rows, limit = 5, 200
    result = []
    for has_image, turns in CASES:
        case = {"image": has_image, "turns": turns, "words": rules.words(turns, has_image)}
        ids, labels, agreed = rules.v1(call, turns, has_image, limit)
        spliced = rules.splice(ids, labels, rows, limit)
        case["v1"] = {"ids": ids, "labels": labels, "agreed": agreed, "spliced_ids": spliced[0], "spliced_labels": spliced[1]}
        if has_image and len(turns) == 2 and turns[0][0] == H and "<image>" not in turns[1][1]:
            ids, labels, _ = rules.plain(call, turns)
            case["plain"] = {"ids": ids, "labels": labels}
        result.append(case)
    dump("cases.json", {"rows": rows, "max_length": limit, "cases": result})


def orders():
    generator = torch.Generator().manual_seed(42)
    result = []
    for pictures, texts, batch, world in ((61, 43, 4, 4), (50, 7, 3, 5), (32, 32, 4, 4), (37, 0, 4, 3), (0, 29, 2, 4),
                                          (5, 3, 4, 4), (113, 29, 16, 1), (64, 1, 1, 8)):
        lengths = torch.randint(1, 40, (pictures + texts,), generator=generator).tolist()
        signs = torch.randperm(pictures + texts, generator=generator).tolist()
        lengths = [l if s < pictures else -l for l, s in zip(lengths, signs)]
        permutations = []

        def permutation(n):
            permutations.append(torch.randperm(n, generator=generator).tolist())
            return permutations[-1]

        order = rules.modality_grouped(lengths, batch, world, permutation)
        result.append({"lengths": lengths, "batch": batch, "world": world, "permutations": permutations, "order": order})
    dump("order.json", result)


if __name__ == "__main__":
    mix500(sys.argv[1], sys.argv[2])
    cases()
    orders()
