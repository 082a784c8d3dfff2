// Rows of x, a workgroup a row.

@group(0) @binding(1) var<storage, read> x: array<f32>;

// Keeps a layer normalisation of what does not vary finite.
const EPSILON = 1e-5;

// Mean and variance of the row that begins there, for all threads.
fn moments(begin: u32, thread: u32) -> vec2<f32> {
    var sum = 0.0;
    for (var i = thread; i < p.width; i += THREADS) {
        sum += x[begin + i];
    }
    let mean = total(thread, sum) / f32(p.width);
    var square = 0.0;
    for (var i = thread; i < p.width; i += THREADS) {
        let distance = x[begin + i] - mean;
        square += distance * distance;
    }
    return vec2(mean, total(thread, square) / f32(p.width));
}

