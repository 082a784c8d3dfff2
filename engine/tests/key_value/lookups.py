"""The five lookups of a key-value memory in a few lines of NumPy: writes golden.json beside this file."""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(5)
N, K, BETA = 40, 4, 16.0
keys = np.maximum(rng.normal(size=(K, N)), 0).astype(np.float32)  # barcodes a_k
contents = rng.normal(size=(K, N)).astype(np.float32)  # place inputs x_k
content = rng.normal(size=N).astype(np.float32)  # x_q
barcode = np.maximum(rng.normal(size=N), 0).astype(np.float32)  # b_q
recalled = np.maximum(rng.normal(size=N) + 2 * keys[2], 0).astype(np.float32)  # x*
present = np.array([True, False, True, True])


def softmax(s):
    e = np.where(present, np.exp(BETA * (s - s[present].max())), 0)
    return e / e.sum()


a, x, q, b, r = (v.astype(np.float64) for v in (keys, contents, content, barcode, recalled))
match = x @ q / N
cosine = a @ b / np.sqrt((a * a).sum(1) * (b @ b))
overlap = a @ r / (a * a).sum(1)
weights = [match * present, softmax(match), cosine * present, softmax(cosine), overlap * present]
golden = {
    "beta": BETA,
    "present": present.tolist(),
    "keys": keys.tolist(),
    "contents": contents.tolist(),
    "content": content.tolist(),
    "barcode": barcode.tolist(),
    "recalled": recalled.tolist(),
    "weights": [w.tolist() for w in weights],
    "effective": [float(np.abs(w).sum() ** 2 / (w * w).sum()) for w in weights],
    "seed_output": float((present[:, None] * a).sum(0) @ r),
}
pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(golden))
