// A sum over the threads of a workgroup. Begins the kernels that take a workgroup for a row.

var<workgroup> parts: array<f32, THREADS>;

// The sum over all threads, for all of them.
fn total(thread: u32, value: f32) -> f32 {
    workgroupBarrier();
    parts[thread] = value;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if thread < half {
            parts[thread] += parts[thread + half];
        }
        workgroupBarrier();
    }
    return parts[0];
}

