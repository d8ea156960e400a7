# SPDX-License-Identifier: Apache-2.0
"""Makes the small LLaVA beside this script, its adapters, and what transformers computes with them.

Needs torch, transformers 5, safetensors, numpy, Pillow and sentencepiece: python make.py
  model/                 llava-hf folder with seeded random f16 weights; the vocabulary is ../tokenizer/tiny.model
                         with <image> and <pad> behind it
  picture.png            a generated picture, wider than high
  linear/mm_projector.bin                 a linear projector (one layer) for the same language model
  lora/adapter_*, non_lora_trainables.bin an adapter as the original LLaVA saves it, rank 2, and another projector
  lora_hf/adapter_*      an adapter as PEFT saves it for llava-hf: rsLoRA, a rank pattern, parts of the encoder
  expected.json, *.npy   f32 values of transformers for one prompt with the picture
"""
import json
import math
import pathlib

import numpy as np
import sentencepiece
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPImageProcessor, CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration

HERE = pathlib.Path(__file__).parent
SIZE, PATCH, DIM, VISION_DIM, VISION_FFN, FFN, GREEDY = 28, 14, 32, 32, 64, 64, 12
tokens = sentencepiece.SentencePieceProcessor(model_file=str(HERE.parent / "tokenizer/tiny.model"))
IMAGE = tokens.get_piece_size()
VOCAB = IMAGE + 12  # <image>, <pad>, and rows that no token has


def build():
    text = LlamaConfig(vocab_size=VOCAB, hidden_size=DIM, intermediate_size=FFN, num_hidden_layers=2, num_attention_heads=4,
                       num_key_value_heads=2, max_position_embeddings=256, rms_norm_eps=1e-5, rope_theta=10000.0)
    vision = CLIPVisionConfig(hidden_size=VISION_DIM, intermediate_size=VISION_FFN, num_hidden_layers=3,
                              num_attention_heads=2, image_size=SIZE, patch_size=PATCH, projection_dim=VISION_DIM)
    model = LlavaForConditionalGeneration(LlavaConfig(text_config=text, vision_config=vision, image_token_index=IMAGE))
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = torch.randn(parameter.shape, generator=generator)
            if "norm" in name and name.endswith("weight"):
                values = 1 + 0.1 * values
            elif parameter.dim() == 1:
                values = 0.2 * values
            elif "embed_tokens" not in name:
                values = 1.5 * values / math.sqrt(parameter[0].numel())
            parameter.copy_(values.half())
    return model.float().eval()


def square(picture):
    """LLaVA's expand2square with the mean colour."""
    side = max(picture.size)
    result = Image.new("RGB", (side, side), (122, 116, 104))
    result.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return result


def picture():
    y, x = np.mgrid[0:30, 0:44]
    values = np.stack([6 * x, 255 - 8 * y, (x * y) % 256], axis=-1).astype(np.uint8)
    return Image.fromarray(values)


def computed(model, pixels):
    """Last logits, greedy ids, the smallest margin between best and second."""
    before = [1] + tokens.encode("USER: ")
    after = tokens.encode("\nWhat is shown? ASSISTANT:")
    ids = before + [IMAGE] * (SIZE // PATCH) ** 2 + after
    result = {"ids_before": before, "ids_after": after, "greedy": [], "margin": 1e9}
    with torch.no_grad():
        for step in range(GREEDY):
            logits = model(input_ids=torch.tensor([ids]), pixel_values=pixels).logits[0]
            if step == 0:
                result["logits"] = logits.numpy()
            last = logits[-1].clone()
            last[IMAGE:] = -math.inf  # ids that are no text
            best = last.topk(2)
            result["margin"] = min(result["margin"], float(best.values[0] - best.values[1]))
            result["greedy"].append(int(best.indices[0]))
            ids.append(result["greedy"][-1])
    return result


def variant(expected, name, model, pixels):
    result = computed(model, pixels)
    np.save(HERE / f"{name}.last_logits.npy", result.pop("logits")[-1])
    expected[name] = result


def merge(model, adapter, scale_of):
    """W + s·(B·A) in f32, stored as f16 like the base."""
    weights = dict(model.named_parameters())
    with torch.no_grad():
        for name, a in adapter.items():
            if ".lora_A." not in name:
                continue
            module = name.split(".lora_A.")[0]
            target = weights[in_model(module + ".weight")]
            product = adapter[name.replace("lora_A", "lora_B")].float() @ a.float()
            target.copy_((target + scale_of(module) * product).half().float())


def in_model(name):
    """A name of an adapter as transformers 5 calls the parameter."""
    name = name.removeprefix("base_model.model.")
    if name.startswith("model.layers."):
        return name.replace("model.", "model.language_model.", 1)
    return name.replace("vision_tower.vision_model.", "vision_tower.")


def factors(names, generator, shapes, rank_of):
    adapter = {}
    for name in names:
        rows, cols = shapes[in_model(name + ".weight")]
        adapter[name + ".lora_A.weight"] = (torch.randn(rank_of(name), cols, generator=generator) / math.sqrt(cols)).half()
        adapter[name + ".lora_B.weight"] = torch.randn(rows, rank_of(name), generator=generator).half()
    return adapter


def write_json(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")


base = build()
base.half().save_pretrained(HERE / "model")
(HERE / "model/generation_config.json").unlink(missing_ok=True)
write_json(HERE / "model/added_tokens.json", {"<image>": IMAGE, "<pad>": IMAGE + 1})
base = build()
shapes = {name: tuple(parameter.shape) for name, parameter in base.named_parameters()}
generator = torch.Generator().manual_seed(8)

image = picture()
image.save(HERE / "picture.png")
processor = CLIPImageProcessor(size={"shortest_edge": SIZE}, crop_size={"height": SIZE, "width": SIZE})
pixels = processor(images=square(image), return_tensors="pt")["pixel_values"]
np.save(HERE / "pixels.npy", pixels[0].numpy())

expected = {"image_token": IMAGE, "vocab": VOCAB}
with torch.no_grad():
    states = base.model.vision_tower(pixels, output_hidden_states=True).hidden_states
    np.save(HERE / "vision_features.npy", states[-2][0].numpy())
    np.save(HERE / "projected.npy", base.model.multi_modal_projector(states[-2][0, 1:]).numpy())
variant(expected, "base", base, pixels)

linear = build()
layer = torch.nn.Linear(VISION_DIM, DIM)
with torch.no_grad():
    layer.weight.copy_((torch.randn(DIM, VISION_DIM, generator=generator) / 4).half())
    layer.bias.copy_((torch.randn(DIM, generator=generator) / 4).half())
linear.model.multi_modal_projector.forward = layer.forward
(HERE / "linear").mkdir(exist_ok=True)
torch.save({f"model.mm_projector.{k}": v.half() for k, v in layer.state_dict().items()}, HERE / "linear/mm_projector.bin")
variant(expected, "linear", linear, pixels)

# The original's LoRA: every projection of the language model, and the trained projector beside it.
names = [f"base_model.model.model.layers.{i}.{part}" for i in range(2) for part in
         ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj",
          "mlp.down_proj"]]
adapter = factors(names, generator, shapes, lambda name: 2)
trained = {}
for index, module in [(0, "linear_1"), (2, "linear_2")]:
    for part in ["weight", "bias"]:
        shape = shapes[f"model.multi_modal_projector.{module}.{part}"]
        trained[f"base_model.model.model.mm_projector.{index}.{part}"] = (torch.randn(shape, generator=generator) / 4).half()
config = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "lora_dropout": 0.05, "bias": "none", "task_type": "CAUSAL_LM",
          "fan_in_fan_out": False, "inference_mode": True, "base_model_name_or_path": "tiny-llava",
          "target_modules": sorted({name.rsplit(".", 1)[1] for name in names})}
write_json(HERE / "lora/adapter_config.json", config)
torch.save(adapter, HERE / "lora/adapter_model.bin")
torch.save(trained, HERE / "lora/non_lora_trainables.bin")
merged = build()
merge(merged, adapter, lambda module: 2.0)
with torch.no_grad():
    for index, module in [(0, "linear_1"), (2, "linear_2")]:
        for part in ["weight", "bias"]:
            target = getattr(getattr(merged.model.multi_modal_projector, module), part)
            target.copy_(trained[f"base_model.model.model.mm_projector.{index}.{part}"].float())
variant(expected, "lora", merged, pixels)

# PEFT over llava-hf: also the encoder, its unused last layer included, and ranks of their own.
names = [f"base_model.model.model.language_model.layers.{i}.self_attn.{part}" for i in range(2) for part in ["q_proj", "v_proj"]]
names += [f"base_model.model.model.vision_tower.vision_model.encoder.layers.{i}.self_attn.q_proj" for i in range(3)]
names += ["base_model.model.model.multi_modal_projector.linear_1"]
rank = lambda name: 4 if name.endswith("v_proj") else 1
adapter = factors(names, generator, shapes, rank)
write_json(HERE / "lora_hf/adapter_config.json",
           config | {"r": 1, "lora_alpha": 3, "use_rslora": True, "rank_pattern": {"v_proj": 4}, "alpha_pattern": {"v_proj": 5},
                     "target_modules": ["linear_1", "q_proj", "v_proj"]})
save_file(adapter, HERE / "lora_hf/adapter_model.safetensors", metadata={"format": "pt"})
merged = build()
merge(merged, adapter, lambda module: 5 / math.sqrt(4) if module.endswith("v_proj") else 3.0)
variant(expected, "lora_hf", merged, pixels)
write_json(HERE / "expected.json", expected)
