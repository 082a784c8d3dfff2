use std::collections::HashSet;

use rand_mt::Mt;

/// Python's `random.seed(seed); random.sample(range(population), count)`: which tasks a published analysis looks at.
///
/// All of the population is returned, shuffled, when `count` is larger.
#[must_use]
pub fn python_sample(seed: u64, population: usize, count: usize) -> Vec<usize> {
    let count = count.min(population);
    let (low, high) = (seed as u32, (seed >> 32) as u32);
    let key = if high == 0 {
        vec![low]
    } else {
        vec![low, high]
    };
    let mut generator = Mt::new_with_key(key);

    // Python compares the memory of a list with that of a set: a set of n entries takes 21 words and, above 5 entries,
    // the power of 4 above 3 n.
    let mut set_words = 21;
    if count > 5 {
        let mut table: usize = 4;
        while table < count.saturating_mul(3) {
            table = table.saturating_mul(4);
        }
        set_words += table;
    }
    if population <= set_words {
        let mut pool: Vec<usize> = (0..population).collect();
        (0..count)
            .map(|_| pool.swap_remove(below(&mut generator, pool.len())))
            .collect()
    } else {
        let mut seen = HashSet::new();
        let mut sample = Vec::with_capacity(count);
        while sample.len() < count {
            let drawn = below(&mut generator, population);
            if seen.insert(drawn) {
                sample.push(drawn);
            }
        }
        sample
    }
}

/// Uniform over 0 … `count` − 1 as Python draws it: as many bits as `count` has, until they are below it.
fn below(generator: &mut Mt, count: usize) -> usize {
    let bits = usize::BITS - count.leading_zeros();
    loop {
        let value = match bits {
            0 => return 0,
            1..=32 => (generator.next_u32() >> (32 - bits)) as usize,
            _ => {
                let low = u64::from(generator.next_u32());
                let high = u64::from(generator.next_u32() >> (64 - bits));
                (high << 32 | low) as usize
            }
        };
        if value < count {
            return value;
        }
    }
}

/// Expected values were printed by Python 3.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_tasks_of_the_grid() {
        let sample = python_sample(0, 72_000, 50);
        #[rustfmt::skip]
        assert_eq!(sample, [
            50494, 55125, 5306, 33936, 67013, 63691, 53075, 39755, 62468, 46930, 28631, 66150, 18254, 36941, 18316,
            12429, 32834, 69804, 19262, 40651, 12945, 9665, 43279, 61884, 13199, 46372, 56907, 41444, 26801, 62522,
            58024, 68334, 34143, 8163, 71919, 1840, 12225, 52274, 149, 64694, 43664, 31969, 42625, 8255, 25043, 29059,
            31275, 18677, 71170, 58716,
        ]);
        // Even tasks have the goal (3, 0).
        let even: Vec<usize> = (0..50).filter(|&k| sample[k].is_multiple_of(2)).collect();
        assert_eq!(even.len(), 23);
        assert_eq!(even[..8], [0, 2, 3, 8, 9, 11, 12, 14]);
    }

    #[test]
    fn published_tasks_of_the_tree() {
        let sample = python_sample(0, 105, 50);
        let first = [
            49, 97, 53, 5, 33, 65, 62, 51, 38, 61, 45, 74, 27, 64, 17, 36,
        ];
        assert_eq!(sample[..16], first);
        assert_eq!(sample[46..], [52, 50, 78, 72]);
    }

    #[test]
    fn other_seeds_and_sizes() {
        let (seed, few) = ((1 << 33) + 5, python_sample(7, 1000, 8));
        assert_eq!(few, [331, 970, 154, 404, 666, 49, 74, 840]);
        #[rustfmt::skip]
        assert_eq!(python_sample(seed, 30, 25), [
            23, 9, 29, 5, 18, 16, 10, 28, 19, 20, 13, 26, 11, 7, 21, 8, 12, 6, 22, 4, 1, 2, 14, 17, 15,
        ]);
        assert!(python_sample(0, 0, 3).is_empty());
        assert_eq!(python_sample(0, 5, 9).len(), 5);
    }
}
