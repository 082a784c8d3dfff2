// What the threads of a workgroup find together. The kernel says what a `Lane` is: a number, or a vector of them that are
// reduced side by side.

var<workgroup> parts: array<Lane, THREADS>;

// The sum over all threads, for all of them.
fn total(thread: u32, value: Lane) -> Lane {
    // Others may still be reading the result of the reduction before.
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

// The largest value of all threads, for all of them.
fn largest(thread: u32, value: Lane) -> Lane {
    workgroupBarrier();
    parts[thread] = value;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if thread < half {
            parts[thread] = max(parts[thread], parts[thread + half]);
        }
        workgroupBarrier();
    }
    return parts[0];
}

