#!/usr/bin/env python3
"""The table of five lookups as NumPy computes it: what BENCHMARKS.md sets beside ours, seed by seed.

The network is that of Fang, Lindsey, Abbott, Aronov & Chettih (2025), eLife reviewed preprint 103512; this script is written
from its equations. Three events at places 20, 35 and 70 of a ring of 100 are stored one after the other, each with the memories
before it; then every place is read by barcode keys (cosine of its memory-free activity with each key) and by the network
(overlap with each key, over the key's square) at some search strengths. Weights are fractions of the largest of all memories
at all places. One line of JSON a seed: own place of memory 35, the same 4, 8 and 12 places further on, the total midway to
memory 20, the mean total farther than 14 places from every memory.

    python3 benches/numpy_lookups.py                          # 5,000 units, seeds 1 and 2: minutes
    python3 benches/numpy_lookups.py --units 1000 --seeds 5

Seeds are those of NumPy's legacy generator: other networks than ours of the same number.
"""

import argparse
import json

import numpy as np

PLACES, STORED = 100, (20, 35, 70)


def ring(units):
    """Place inputs, places x units: a bump around each place, z-scored."""
    unit = np.arange(units)
    rows = []
    for place in range(PLACES):
        apart = np.abs(unit - int(place / PLACES * units))
        rows.append(np.exp(-np.minimum(apart, units - apart) / (0.2 * units)))
    x = np.array(rows)
    return ((x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)).astype(np.float32)


def settle(weights, seed_direction, drive, memories, seed_steps=0):
    """Activity after 100 steps, and so many more with the seed input."""
    units = drive.shape[1]
    v, a = np.zeros_like(drive), np.zeros_like(drive)
    keys = np.array(memories, dtype=np.float32).reshape(-1, units)
    for step in range(100 + seed_steps):
        u = drive if step < 100 else drive + np.float32(3.0) * seed_direction
        pull = (40.0 / units) * (a @ keys.T - 0.35 * a.sum(1, keepdims=True))
        product = a @ weights + pull.astype(np.float32) @ keys
        leak = (1 - 0.1 * 20.0 * a.mean(1, keepdims=True)).astype(np.float32)
        v = v * leak + np.float32(0.1) * (product + u)
        a = np.maximum(v, 0)
    return a


def row(weights):
    """The numbers of one lookup from its weights, places x memories."""
    w = weights / weights.max()
    total = w.sum(1)
    around = [[min(abs(q - p), PLACES - abs(q - p)) for p in STORED] for q in range(PLACES)]
    far = [q for q in range(PLACES) if min(around[q]) > 14]
    beside = [w[35 + step, 1] for step in (0, 4, 8, 12)]
    numbers = [*beside, 0.5 * (total[27] + total[28]), total[far].mean()]
    return [round(float(number), 3) for number in numbers]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=5000)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=2, help="number of seeds")
    parser.add_argument("--search", type=float, nargs="*", default=[0.0, 0.4, 1.0, 1.5])
    options = parser.parse_args()
    x = ring(options.units)
    for seed in range(options.first, options.first + options.seeds):
        random = np.random.RandomState(seed)
        normals = random.randn(options.units, options.units)
        weights = (7.0 * normals / np.sqrt(options.units) - 40.0 / options.units).astype(np.float32)
        seed_direction = random.randn(options.units).astype(np.float32)
        memories = []
        for place in STORED:
            barcode = settle(weights, seed_direction, x[place : place + 1], memories, 5)
            memories.append(barcode[0])
        keys = np.array(memories, dtype=np.float64)
        squares = (keys**2).sum(1)
        query = settle(weights, seed_direction, x, [])
        norms = np.linalg.norm(query, axis=1, keepdims=True) * np.sqrt(squares)
        out = {"seed": seed, "barcode": row((query @ keys.T) / norms)}
        for search in options.search:
            drive = x + np.float32(search) * seed_direction
            recalled = settle(weights, seed_direction, drive, memories)
            out[f"network s={search}"] = row((recalled @ keys.T) / squares)
        print(json.dumps(out), flush=True)


if __name__ == "__main__":
    main()
