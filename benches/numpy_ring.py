#!/usr/bin/env python3
"""Times one ring of the barcode network as NumPy computes it: the figure that BENCHMARKS.md sets beside ours.

The network is that of Fang, Lindsey, Abbott, Aronov & Chettih (2025), "Barcode activity in a recurrent network model of
the hippocampus enables efficient memory binding", eLife reviewed preprint 103512. This script is written from its
equations; it does the arithmetic that a dense simulation does and nothing else (no history, no plots, no memories):

    v <- v (1 - dt lambda mean(a)) + dt (a @ J) + dt u        a <- max(v, 0)

for all places at once, `steps` times with the place inputs and then 5 times with the seed input added.

    python3 benches/numpy_ring.py                     # 5,000 units, 100 places, 100 + 5 steps, float64
    python3 benches/numpy_ring.py --dtype float32     # the same in single precision
    python3 benches/numpy_ring.py --states 1          # one place: a vector times the matrix, every step
    python3 benches/numpy_ring.py --units 1000 --repeat 5 --json

OPENBLAS_NUM_THREADS (or MKL_NUM_THREADS) sets the number of cores. Compare on a quiet machine: the threads of OpenBLAS wait
for each other, and beside other work two of them can take several times as long as one.
"""

import argparse
import json
import statistics
import sys
import time

import numpy as np

WEIGHT_GAIN = 7.0  # sigma: weights have standard deviation sigma / sqrt(N)
WEIGHT_BIAS = -40.0  # mu: weights have mean mu / N, a global inhibition
DIVISIVE = 20.0  # lambda: the leak is lambda times the mean activity
SEED_STRENGTH = 3.0  # amplitude of the seed input while a seed is cached
SEED_STEPS = 5
DT = 0.1
PLACE_DECAY = 0.2  # length constant of place tuning, as a fraction of the ring


def place_inputs(units: int, states: int) -> np.ndarray:
    """Place input of every state (states x units): an exponential bump on the ring, z-scored over units."""
    # Divide, multiply, truncate, in this order: it decides the peak's unit for a few states.
    peaks = (np.arange(states) / states * units).astype(int)
    offset = np.abs(np.arange(units)[None, :] - peaks[:, None])
    bump = np.exp(-np.minimum(offset, units - offset) / (PLACE_DECAY * units))
    return (bump - bump.mean(axis=1, keepdims=True)) / bump.std(axis=1, keepdims=True)


def ring(u: np.ndarray, seed: np.ndarray, weights: np.ndarray, steps: int) -> np.ndarray:
    """Activity (states x units) after `steps` steps and the seed steps."""
    v = np.zeros_like(u)
    a = np.zeros_like(u)
    # The drive of each phase does not change in time, so it is made once: the product is what should be timed.
    for drive, count in ((DT * u, steps), (DT * (u + SEED_STRENGTH * seed), SEED_STEPS)):
        for _ in range(count):
            # mean(a) and the product both see the activity before this step.
            v = v * (1.0 - DT * DIVISIVE * a.mean(axis=1, keepdims=True)) + DT * (a @ weights) + drive
            a = np.maximum(v, 0.0)
    return a


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not positive")
    return value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=positive, default=5000)
    parser.add_argument("--states", type=positive, default=100)
    parser.add_argument("--steps", type=positive, default=100, help="Euler steps before the 5 seed steps")
    parser.add_argument("--repeat", type=positive, default=3, help="timed runs")
    parser.add_argument("--seed", type=int, default=1, help="of the random weights")
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64", help="the authors use float64")
    parser.add_argument("--json", action="store_true", help="print the JSON line only")
    options = parser.parse_args()

    dtype = np.dtype(options.dtype).type
    n = options.units
    random = np.random.default_rng(options.seed)
    # In place, one matrix at a time: at 15,000 units a second copy would not fit on a small machine.
    weights = random.standard_normal((n, n), dtype=dtype)
    weights *= dtype(WEIGHT_GAIN / np.sqrt(n))
    weights += dtype(WEIGHT_BIAS / n)
    seed = random.standard_normal(n, dtype=dtype)
    u = place_inputs(n, options.states).astype(dtype)

    # The first call of a BLAS starts its threads and touches its buffers; that is not the network's time.
    ring(u, seed, weights, 1)
    seconds = []
    for _ in range(options.repeat):
        start = time.perf_counter()
        activity = ring(u, seed, weights, options.steps)
        seconds.append(time.perf_counter() - start)

    if not np.isfinite(activity).all():
        sys.exit("activity is not finite: the network diverged, so its time means nothing")
    result = {
        "units": n,
        "states": options.states,
        "steps": options.steps + SEED_STEPS,
        "dtype": np.dtype(dtype).name,
        "seconds": [round(s, 4) for s in seconds],
        "seconds_min": round(min(seconds), 4),
        "seconds_median": round(statistics.median(seconds), 4),
        # Every step costs the same: the product reads all weights whatever the activity.
        "step_ms": round(min(seconds) / (options.steps + SEED_STEPS) * 1e3, 5),
        # About 0.125 with the default network: says that what was timed is the barcode state.
        "active_fraction": round(float((activity > 0).mean()), 4),
        "numpy": np.__version__,
    }
    if not options.json:
        print(
            f"{n} units, {options.states} states, {result['steps']} steps, {result['dtype']}: "
            f"{result['seconds_min']:.2f} s (median {result['seconds_median']:.2f} s of {options.repeat}), "
            f"active fraction {result['active_fraction']:.3f}",
            file=sys.stderr,
        )
    print(json.dumps(result))


if __name__ == "__main__":
    main()
