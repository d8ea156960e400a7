# SPDX-License-Identifier: Apache-2.0
"""Prints the known answer of the device test, as engine/runtime/device_test_answer.h has it.

Needs torch, transformers 5, gguf and numpy, and the model of the test as files:
  lapilli bench --shape tiny --type q4_k_m --save tiny.gguf
  python make.py tiny.gguf mmproj-tiny.gguf
The weights are dequantised by the gguf package and computed with by transformers, all in f32.
"""
import sys

import gguf
import torch
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration

DIM, FFN, LAYERS, HEADS, KV_HEADS, VOCAB = 256, 512, 2, 4, 2, 320
SIZE, PATCH, VISION_DIM, VISION_FFN, VISION_LAYERS, VISION_HEADS = 56, 14, 64, 128, 2, 4
BEFORE, PATCHES, AFTER, DECODED, EVERY = 4, (SIZE // PATCH) ** 2, 12, 8, 5
IMAGE = VOCAB - 1


def tensors(path):
    result = {}
    for tensor in gguf.GGUFReader(path).tensors:
        values = torch.tensor(gguf.quants.dequantize(tensor.data, tensor.tensor_type))
        result[tensor.name] = values.reshape([int(n) for n in reversed(tensor.shape)]).float()
    return result


def halves(weight, heads):
    """Rows of Q and K: pairs beside each other, as GGUF has them, to halves, as transformers wants them."""
    rows, cols = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, cols).swapaxes(1, 2).reshape(rows, cols)


def load(language, vision):
    names = {"model.language_model.embed_tokens.weight": language["token_embd.weight"],
             "model.language_model.norm.weight": language["output_norm.weight"],
             "lm_head.weight": language["output.weight"]}
    for layer in range(LAYERS):
        ours, theirs = f"blk.{layer}.", f"model.language_model.layers.{layer}."
        names[theirs + "self_attn.q_proj.weight"] = halves(language[ours + "attn_q.weight"], HEADS)
        names[theirs + "self_attn.k_proj.weight"] = halves(language[ours + "attn_k.weight"], KV_HEADS)
        for one, other in [("attn_v", "self_attn.v_proj"), ("attn_output", "self_attn.o_proj"), ("ffn_gate", "mlp.gate_proj"),
                           ("ffn_up", "mlp.up_proj"), ("ffn_down", "mlp.down_proj"), ("attn_norm", "input_layernorm"),
                           ("ffn_norm", "post_attention_layernorm")]:
            names[f"{theirs}{other}.weight"] = language[f"{ours}{one}.weight"]
    tower = "model.vision_tower."
    names[tower + "embeddings.class_embedding"] = vision["v.class_embd"].reshape(-1)
    names[tower + "embeddings.patch_embedding.weight"] = vision["v.patch_embd.weight"].reshape(VISION_DIM, 3, PATCH, PATCH)
    names[tower + "embeddings.position_embedding.weight"] = vision["v.position_embd.weight"]
    for kind in ["weight", "bias"]:
        names[f"{tower}pre_layrnorm.{kind}"] = vision[f"v.pre_ln.{kind}"]
        for layer in range(VISION_LAYERS):
            for one, other in [("attn_q", "self_attn.q_proj"), ("attn_k", "self_attn.k_proj"), ("attn_v", "self_attn.v_proj"),
                               ("attn_out", "self_attn.out_proj"), ("ln1", "layer_norm1"), ("ln2", "layer_norm2"),
                               ("ffn_down", "mlp.fc1"), ("ffn_up", "mlp.fc2")]:
                names[f"{tower}encoder.layers.{layer}.{other}.{kind}"] = vision[f"v.blk.{layer}.{one}.{kind}"]
        names[f"model.multi_modal_projector.linear_1.{kind}"] = vision[f"mm.0.{kind}"]
        names[f"model.multi_modal_projector.linear_2.{kind}"] = vision[f"mm.2.{kind}"]
    text = LlamaConfig(vocab_size=VOCAB, hidden_size=DIM, intermediate_size=FFN, num_hidden_layers=LAYERS,
                       num_attention_heads=HEADS, num_key_value_heads=KV_HEADS, max_position_embeddings=256, rms_norm_eps=1e-5,
                       rope_theta=10000.0)
    # One layer more than are run: the features are those before the last one.
    config = CLIPVisionConfig(hidden_size=VISION_DIM, intermediate_size=VISION_FFN, num_hidden_layers=VISION_LAYERS + 1,
                              num_attention_heads=VISION_HEADS, image_size=SIZE, patch_size=PATCH, projection_dim=VISION_DIM)
    model = LlavaForConditionalGeneration(LlavaConfig(text_config=text, vision_config=config, image_token_index=IMAGE))
    missing, unexpected = model.load_state_dict(names, strict=False)
    used = [name for name in missing if f"layers.{VISION_LAYERS}." not in name and "post_layernorm" not in name
            and "position_ids" not in name]
    assert not unexpected and not used, (used, unexpected)
    return model.float().eval()


def text_id(index):
    return (index * 79 + 3) % (VOCAB - 1)  # never the picture's


model = load(tensors(sys.argv[1]), tensors(sys.argv[2]))
pixels = torch.tensor([(index * 37 % 101) / 50 - 1 for index in range(3 * SIZE * SIZE)]).reshape(1, 3, SIZE, SIZE)
ids = [text_id(k) for k in range(BEFORE)] + [IMAGE] * PATCHES + [text_id(BEFORE + k) for k in range(AFTER + DECODED)]
with torch.no_grad():
    logits = model(input_ids=torch.tensor([ids]), pixel_values=pixels).logits[0]
for name, row in [("kPromptLogits", BEFORE + PATCHES + AFTER - 1), ("kDecodedLogits", len(ids) - 1)]:
    values = [f"{value:.5f}f" for value in logits[row][::EVERY].tolist()]
    print(f"inline constexpr std::array<float, {len(values)}> {name} = {{")
    for at in range(0, len(values), 8):
        print("    " + ", ".join(values[at:at + 8]) + ",")
    print("};")
