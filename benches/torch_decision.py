#!/usr/bin/env python3
"""Times one decision of the transformer as the authors' software computes it: in PyTorch, without a cache.

The model is that of Fang & Rajan (2025), "From memories to maps: mechanisms of in-context reinforcement learning in
transformers", arXiv 2506.19686. Context and query go through all blocks in one causal pass (T + 1 tokens), and the logits
of the last token are the decision; the next decision is a whole pass again. The script is written from the model's
equations and calls PyTorch's own fused operations (affine maps, normalisation, GELU, scaled dot-product attention).

A question is a JSON file with the name of a checkpoint, a context, a query and our logits, as written by

    chickadee bench --of transformer --questions FOLDER
    python3 benches/torch_decision.py FOLDER/d128-T200.json FOLDER/d512-T200.json

If PyTorch's logits are not ours, nothing is timed. One line of JSON per question: milliseconds a decision, the least and
the median of the runs, with one thread and with as many as PyTorch likes, for the attention in one operation
(`causal`: masked inside; `mask`: with the authors' mask as a matrix).
"""

import argparse
import json
import os
import statistics
import struct
import sys
import time

import torch
from torch.nn import functional

HEADS = 4
# Largest difference of two logits, as a fraction of the largest logit: single precision in another order.
TOLERANCE = 1e-3


def checkpoint(path):
    """Tensors of a safetensors file with numbers of 32 or 16 bits, in single precision."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    types = {"F32": torch.float32, "F16": torch.float16}
    tensors = {}
    for name, about in header.items():
        if name == "__metadata__":
            continue
        begin, end = about["data_offsets"]
        values = torch.frombuffer(data[begin:end], dtype=types[about["dtype"]])
        tensors[name] = values.reshape(about["shape"]).float()
    return tensors


class Model:
    """Frozen weights, in the orientation that PyTorch's affine maps like (out × in)."""

    def __init__(self, tensors, heads=HEADS):
        self.heads = heads
        self.layers = sum(name.endswith(".ln_1.weight") for name in tensors)
        self.weights = {
            # The blocks of GPT-2 are stored in × out.
            name: value.t().contiguous() if name.startswith("transformer.h.") and value.dim() == 2 else value
            for name, value in tensors.items()
        }

    def affine(self, name, x):
        return functional.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def normal(self, name, x):
        return functional.layer_norm(x, x.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], 1e-5)

    def decide(self, tokens, mask):
        """Logits (actions) after `tokens` (T + 1 × token), of which the last is the query.

        `mask` is (T + 1 × T + 1), true where a row may look, or None: then PyTorch's causal attention is used, which is
        the same rule.
        """
        x = self.affine("embed_transition", tokens)
        count, d = x.shape
        for layer in range(self.layers):
            block = f"transformer.h.{layer}"
            qkv = self.affine(f"{block}.attn.c_attn", self.normal(f"{block}.ln_1", x))
            q, k, v = (
                part.reshape(1, count, self.heads, d // self.heads).transpose(1, 2) for part in qkv.split(d, dim=1)
            )
            seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
            x = x + self.affine(f"{block}.attn.c_proj", seen.transpose(1, 2).reshape(count, d))
            inner = self.affine(f"{block}.mlp.c_fc", self.normal(f"{block}.ln_2", x))
            x = x + self.affine(f"{block}.mlp.c_proj", functional.gelu(inner, approximate="tanh"))
        # The authors normalise and read out every token; only the last one counts.
        return self.affine("pred_actions", self.normal("transformer.ln_f", x))[-1]


def milliseconds(run, seconds):
    """Least and median time of a run."""
    run()
    times = []
    begin = time.perf_counter()
    while len(times) < 5 or (len(times) < 500 and time.perf_counter() - begin < seconds):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return {"least": round(min(times), 4), "median": round(statistics.median(times), 4)}


def answer(path, seconds):
    with open(path, encoding="utf-8") as file:
        question = json.load(file)
    model = Model(checkpoint(os.path.join(os.path.dirname(path), question["weights"])))
    query = torch.tensor(question["query"])
    context = torch.tensor(question["context"]).reshape(-1, len(query))
    tokens = torch.cat([context, query[None]])
    masks = {"causal": None, "mask": torch.ones(len(tokens), len(tokens), dtype=torch.bool).tril()}
    ours = torch.tensor(question["logits"])
    difference = 0.0
    for mask in masks.values():
        off = (model.decide(tokens, mask) - ours).abs().max() / ours.abs().max()
        difference = max(difference, float(off))
    if not difference < TOLERANCE:
        sys.exit(f"{path}: PyTorch's logits differ from ours by {difference:.1e}, so this is another model")
    times, least = {}, {}
    before = torch.get_num_threads()
    for who, threads in (("one_thread", 1), ("all_threads", before)):
        torch.set_num_threads(threads)
        for name, mask in masks.items():
            times[f"{who}, {name}"] = milliseconds(lambda mask=mask: model.decide(tokens, mask), seconds)
        least[f"{who}_ms"] = min(times[f"{who}, {name}"]["least"] for name in masks)
    torch.set_num_threads(before)
    return {
        "question": os.path.splitext(os.path.basename(path))[0],
        "torch": torch.__version__,
        "threads": before,
        "difference": difference,
        **least,
        "times": times,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="+", metavar="FILE", help="questions written by chickadee bench")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each way is timed")
    options = parser.parse_args()
    with torch.inference_mode():
        for path in options.questions:
            try:
                print(json.dumps(answer(path, options.seconds)), flush=True)
            except (OSError, KeyError, ValueError, RuntimeError) as error:
                sys.exit(f"{path} is no question that can be answered: {error}")


if __name__ == "__main__":
    main()
