# SPDX-License-Identifier: Apache-2.0
"""What the original's training code makes of a conversation, and the order in which its sampler visits the data.

Written from the description of LLaVA 1.2 (train.py, llava_trainer.py, llava_arch.py), independent of the C++ code.
"""
IGNORE, IMAGE, PAD = -100, -200, 0
MARK = "<image>"
SYSTEM = ("A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, "
          "and polite answers to the user's questions.")


def image_ids(call, text):
    chunks = [call(chunk) for chunk in text.split(MARK)]
    ids = list(chunks[0])
    for chunk in chunks[1:]:
        ids += [IMAGE] + chunk[1:]
    return ids


def move_marks(turns):
    """preprocess_multimodal."""
    moved = []
    for who, value in turns:
        if MARK in value:
            value = (MARK + "\n" + value.replace(MARK, "").strip()).strip()
        moved.append((who, value))
    return moved


def v1(call, turns, has_image, max_length):
    """preprocess_v1: ids, labels, whether the lengths agreed."""
    if has_image:
        turns = move_marks(turns)
    if turns[0][0] != "human":
        turns = turns[1:]
    text = SYSTEM + " "
    for i, (who, value) in enumerate(turns):
        assert who == ("human", "gpt")[i % 2]
        role = ("USER", "ASSISTANT")[i % 2]
        text += role + ": " + value + (" ", "</s>")[i % 2] if value else role + ":"
    tokenize = (lambda s: image_ids(call, s)) if has_image else call
    ids = tokenize(text)
    if not has_image:
        ids = ids[:max_length]
    labels = list(ids)
    total = sum(i != PAD for i in ids)
    labels[0] = IGNORE
    at = 1
    for i, part in enumerate(text.split("</s>")):
        if part == "":
            break
        halves = part.split(" ASSISTANT: ")
        if len(halves) != 2:
            break
        length = len(tokenize(part))
        question = len(tokenize(halves[0] + " ASSISTANT: ")) - 2
        if i != 0:
            length -= 1
            question -= 1
        for k in range(at, min(at + question, len(labels))):
            labels[k] = IGNORE
        at += length
    for k in range(at, len(labels)):
        labels[k] = IGNORE
    agreed = not (at < max_length and at != total)
    return ids, labels if agreed else [IGNORE] * len(labels), agreed


def plain(call, turns):
    """preprocess_plain."""
    turns = move_marks(turns)
    assert len(turns) == 2 and MARK in turns[0][1]
    ids = image_ids(call, MARK + turns[1][1] + "\n")
    ignored = len(image_ids(call, MARK))
    return ids, [IGNORE] * ignored + ids[ignored:], True


def splice(ids, labels, rows, max_length):
    """The collator's cut and mask, then prepare_inputs_labels_for_multimodal."""
    kept = [(i, l) for i, l in zip(ids[:max_length], labels[:max_length]) if i != PAD]
    out_ids, out_labels = [], []
    for i, l in kept:
        out_ids += [IMAGE] * rows if i == IMAGE else [i]
        out_labels += [IGNORE] * rows if i == IMAGE else [l]
    return out_ids[:max_length], out_labels[:max_length]


def words(turns, has_image):
    """modality_lengths."""
    total = sum(len(value.split()) for _, value in turns)
    return total if has_image else -total


def even_chunks(indices, lengths, count):
    """split_to_even_chunks."""
    if len(indices) % count != 0:
        return [indices[i::count] for i in range(count)]
    room = len(indices) // count
    chunks = [[] for _ in range(count)]
    sums = [0] * count
    for index in indices:
        chosen = sums.index(min(sums))
        chunks[chosen].append(index)
        sums[chosen] += lengths[index]
        if len(chunks[chosen]) == room:
            sums[chosen] = float("inf")
    return chunks


def length_grouped(lengths, batch, world, permutation):
    """get_length_grouped_indices."""
    order = permutation(len(lengths))
    mega = batch * world
    result = []
    for start in range(0, len(lengths), mega):
        group = sorted(order[start:start + mega], key=lambda i: lengths[i], reverse=True)
        for chunk in even_chunks(group, lengths, world):
            result += chunk
    return result


def modality_grouped(lengths, batch, world, permutation):
    """get_modality_length_grouped_indices; `permutation` is asked for pictures, texts, then batches."""
    if all(l > 0 for l in lengths) or all(l < 0 for l in lengths):
        return length_grouped(lengths, batch, world, permutation)
    mega = batch * world
    pieces = []
    for sign in (1, -1):
        members = [i for i, l in enumerate(lengths) if l * sign > 0]
        order = [members[i] for i in length_grouped([lengths[i] * sign for i in members], batch, world, permutation)]
        pieces.append([order[i:i + mega] for i in range(0, len(order), mega)])
    rest = sorted(pieces[0][-1] + pieces[1][-1])
    full = pieces[0][:-1] + pieces[1][:-1]
    return [i for k in permutation(len(full)) for i in full[k]] + rest
