// Sums over tokens for every entry of a head: threads share out the entries and, if there are fewer of these than threads,
// the tokens. A thread takes the entries `first_entry`, `first_entry` + THREADS, … and the tokens `share`, `share` + `shares`, …

fn shares() -> u32 {
    return max(THREADS / p.head, 1u);
}

// Which of the shares a thread has; those of `shares` and more have nothing to do.
fn share_of(thread: u32) -> u32 {
    return thread / p.head;
}

fn first_entry(thread: u32) -> u32 {
    return thread % p.head;
}

// Adds up the shares of an entry, for the threads of share 0, which are the first. (With more than one share a thread has
// one entry at most.)
fn join(thread: u32, value: Lane) -> Lane {
    workgroupBarrier();
    parts[thread] = value;
    workgroupBarrier();
    var sum = value;
    if thread < p.head {
        for (var other = 1u; other < shares(); other++) {
            sum += parts[other * p.head + thread];
        }
    }
    return sum;
}

