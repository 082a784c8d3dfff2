//! The barcode network: its random weights, its first steps, and what has become of it at the end.

use super::{AWKWARD, Case, largest_error, normals, worse};
use crate::{
    analysis::{active_fraction, pearson},
    base::{
        Matrix,
        random::{Random, Stream},
    },
    gpu::{Buffer, Gpu, GpuError},
    models::barcode::{
        Memory, Parameters, Phase, Run, Wiring,
        gpu::{GpuMemories, GpuRun, GpuWiring},
    },
    ops::random::gpu::fill_normal,
    worlds::caching::PlaceInputs,
};

/// Equal words of the cipher; a root, a logarithm, sine and cosine of some units in the last place each, of
/// numbers up to 6. A single wrong word would be an error of order 1.
const NORMALS: f64 = 4e-6;

/// Roundings of 10⁻⁷ in every step, and chaos, which multiplies them by a factor that grows with the steps but is
/// still small after twenty. The scale is the largest pre-activation, at least 1: one
/// that has died away was larger before.
const STEPS: f64 = 1e-5;

pub(super) fn quick() -> Vec<Case> {
    vec![
        Case {
            name: "normal numbers",
            sizes: "65 columns, rows from 65535 on",
            tolerance: NORMALS,
            measure: |gpu| Box::pin(some_numbers(gpu, 65, 65_535)),
        },
        Case {
            name: "barcode, first 20 steps",
            sizes: "N = 257; 1 and 9 states; 2 memories, search",
            tolerance: STEPS,
            measure: |gpu| {
                Box::pin(async move {
                    let pair = Pair::new(gpu, 257)?;
                    let recall = Phase::recall(&pair.parameters, 0.3);
                    let many = pair.twenty_steps(recall, &MANY, 2).await?;
                    Ok(worse(
                        many,
                        pair.twenty_steps(recall, &MANY[2..3], 2).await?,
                    ))
                })
            },
        },
    ]
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "normal numbers",
            sizes: "columns 1, 63, 64, 65, 257, 1757; rows from 0, 4711 and 65535 on",
            tolerance: NORMALS,
            measure: |gpu| Box::pin(numbers(gpu)),
        },
        Case {
            name: "barcode, first 20 steps",
            sizes: "N = 1, 63, 64, 65, 257, 1757; 1 and 9 states; place and barcode state, 2 memories, search",
            tolerance: STEPS,
            measure: |gpu| Box::pin(first_steps(gpu)),
        },
        Case {
            // The same steps; the sums are only taken in another order.
            name: "barcode, first 20 steps, weights in parts",
            sizes: "N = 63, 65, 257; parts of 1, 17, 64 and 100 rows; 1 and 9 states",
            tolerance: STEPS,
            measure: |gpu| Box::pin(in_parts(gpu)),
        },
        Case {
            // A copy of what the steps leave, thus no error at all.
            name: "barcode, history of a run",
            sizes: "N = 65, 257; 1 and 9 states; 20 and 21 steps; every step and some of them",
            tolerance: 0.0,
            measure: |gpu| Box::pin(history(gpu)),
        },
        Case {
            // Other barcodes of the same kind: fraction of active units and mean correlation of different places after
            // 105 steps, each within what chance makes of 24 places and 1,000 units.
            name: "barcode, statistics after 105 steps",
            sizes: "N = 1000, 24 places; weights drawn on the GPU",
            tolerance: 0.02,
            measure: |gpu| Box::pin(statistics(gpu)),
        },
    ]
}

async fn numbers(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for columns in AWKWARD {
        for first in [0, 4711, 65_535] {
            error = worse(error, some_numbers(gpu, columns, first).await?);
        }
    }
    Ok(error)
}

/// Three rows from position `first` of the stream on.
async fn some_numbers(gpu: &Gpu, columns: usize, first: usize) -> Result<f64, GpuError> {
    let rows = 3;
    let mut theirs = vec![0.0; rows * columns];
    for (row, out) in theirs.chunks_exact_mut(columns).enumerate() {
        Random::new(42, Stream::Recurrent, (first + row) as u64).fill_normal(out);
    }
    let out = Buffer::zeros(gpu, "normal numbers", rows * columns)?;
    let mut commands = gpu.commands("normal numbers");
    let of = (42, Stream::Recurrent);
    fill_normal(&mut commands, &out, of, (first, rows, columns), 0);
    let ours = commands.read(&out, 0..out.len());
    commands.submit();
    Ok(largest_error(&ours.await?, &theirs, |_| 1.0))
}

/// A memory with a barcode like those of the network.
fn memory(drive: &Matrix, place: usize, weight: f64) -> Memory {
    let units = drive.columns();
    let mut barcode = vec![0.0; units];
    Random::new(5, Stream::Bird, place as u64).fill_normal(&mut barcode);
    barcode
        .iter_mut()
        .for_each(|a| *a = if *a > 1.2 { *a * 0.5 } else { 0.0 });
    Memory {
        place,
        weight,
        barcode: barcode.into(),
        value: drive.row(place).into(),
    }
}

/// Nine places.
pub(super) const MANY: [usize; 9] = [0, 2, 4, 6, 8, 10, 12, 14, 16];

/// The same network on both machines.
pub(super) struct Pair<'g> {
    gpu: &'g Gpu,
    pub parameters: Parameters,
    /// Place inputs of twenty places.
    pub drive: Matrix,
    cpu: Wiring,
    pub on_gpu: GpuWiring,
    /// Memories to store.
    pub stored: [Memory; 2],
}

impl<'g> Pair<'g> {
    pub fn new(gpu: &'g Gpu, units: usize) -> Result<Self, GpuError> {
        let drive = Matrix::from_values(20, units, normals(9, 20 * units));
        let cpu = Wiring::new(3, units);
        Ok(Self {
            gpu,
            parameters: Parameters::default(),
            on_gpu: GpuWiring::upload(gpu, &cpu)?,
            stored: [memory(&drive, 4, 1.0), memory(&drive, 11, 0.5)],
            cpu,
            drive,
        })
    }

    /// The largest error of pre-activation and activity after twenty steps of `phase` at `places`, with the first
    /// `memories` stored.
    async fn twenty_steps(
        &self,
        phase: Phase,
        places: &[usize],
        memories: usize,
    ) -> Result<f64, GpuError> {
        let Self {
            gpu, parameters, ..
        } = self;
        let units = self.cpu.units();
        let memories = &self.stored[..memories];
        let on = GpuMemories::upload(gpu, memories)?;
        let mut ours = GpuRun::new(gpu, phase, places, &self.drive)?;
        ours.advance(gpu, &self.on_gpu, parameters, &on, 7)?;
        ours.advance(gpu, &self.on_gpu, parameters, &on, 13)?;
        let mut commands = gpu.commands("read pre-activation");
        let preactivation = commands.read(ours.preactivation(), 0..places.len() * units);
        commands.submit();
        let activity = ours.read(gpu);
        let mut theirs = Run::new(phase, places.to_vec(), units);
        for _ in 0..20 {
            theirs.advance(&self.cpu, parameters, memories, &self.drive);
        }
        let theirs = (theirs.preactivation().values(), theirs.activity().values());
        let largest = theirs.0.iter().fold(0.0_f32, |m, x| m.max(x.abs()));
        let scale = f64::from(largest.max(1.0));
        let preactivation = largest_error(&preactivation.await?, theirs.0, |_| scale);
        let activity = largest_error(&activity.await?, theirs.1, |_| scale);
        Ok(worse(preactivation, activity))
    }
}

async fn first_steps(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for units in AWKWARD {
        let pair = Pair::new(gpu, units)?;
        // Ten steps, five with the seed, five silent; recall by search with memories; place mode.
        let cache = Phase {
            settle_steps: 10,
            silent_steps: 5,
            ..Phase::cache(&pair.parameters)
        };
        let recall = Phase::recall(&pair.parameters, 0.3);
        let place_mode = Phase::visit(&pair.parameters, 0.0);
        for (phase, places, memories) in [
            (cache, &MANY[..], 0),
            (cache, &MANY[3..4], 0),
            (recall, &MANY[..], 2),
            (recall, &MANY[2..3], 2),
            (place_mode, &MANY[..1], 1),
        ] {
            error = worse(error, pair.twenty_steps(phase, places, memories).await?);
        }
    }
    Ok(error)
}

async fn in_parts(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for (units, rows) in [(63, 1), (65, 17), (257, 64), (257, 100)] {
        let mut pair = Pair::new(gpu, units)?;
        let largest = (rows * units * size_of::<f32>()) as u64;
        let recall = Phase::recall(&pair.parameters, 0.3);
        let place_mode = Phase::visit(&pair.parameters, 0.0);
        for drawn in [false, true] {
            pair.on_gpu = if drawn {
                GpuWiring::draw_in_parts(gpu, 3, units, largest)?
            } else {
                GpuWiring::upload_in_parts(gpu, &pair.cpu, largest)?
            };
            if pair.on_gpu.normals().len() < units.div_ceil(rows) {
                return Ok(f64::NAN);
            }
            for (phase, places) in [
                (recall, &MANY[..]),
                (recall, &MANY[2..3]),
                (place_mode, &MANY[..1]),
            ] {
                error = worse(error, pair.twenty_steps(phase, places, 2).await?);
            }
        }
    }
    Ok(error)
}

/// The history of a run, step by step, against a run without history after as many steps.
async fn history(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for (units, steps, places) in [(65, 20, &MANY[..]), (257, 21, &MANY[2..3])] {
        let pair = Pair::new(gpu, units)?;
        let Pair {
            parameters,
            drive,
            on_gpu,
            ..
        } = &pair;
        let phase = Phase {
            settle_steps: steps,
            ..Phase::recall(parameters, 0.3)
        };
        let memories = GpuMemories::upload(gpu, &pair.stored)?;
        let mut kept = GpuRun::with_history(gpu, phase, places, drive)?;
        kept.advance(gpu, on_gpu, parameters, &memories, 7)?;
        kept.advance(gpu, on_gpu, parameters, &memories, usize::MAX)?;
        let every = kept.read_steps(gpu, 0..steps).await?;
        let some = kept.read_steps(gpu, 4..9).await?;
        let size = places.len() * units;
        let mut plain = GpuRun::new(gpu, phase, places, drive)?;
        let mut theirs = Vec::new();
        for _ in 0..steps {
            plain.advance(gpu, on_gpu, parameters, &memories, 1)?;
            theirs.extend(plain.read(gpu).await?);
        }
        error = worse(error, largest_error(&every, &theirs, |_| 1.0));
        error = worse(
            error,
            largest_error(&some, &theirs[4 * size..9 * size], |_| 1.0),
        );
        let last = kept.read(gpu).await?;
        error = worse(
            error,
            largest_error(&last, &theirs[(steps - 1) * size..], |_| 1.0),
        );
    }
    Ok(error)
}

async fn statistics(gpu: &Gpu) -> Result<f64, GpuError> {
    let (units, places) = (1000, 24);
    let parameters = Parameters::default();
    let inputs = PlaceInputs::ring(places, units, 0.2);
    let phase = Phase::cache(&parameters);
    let on_gpu = GpuWiring::draw(gpu, 3, units)?;
    let none = GpuMemories::upload(gpu, &[])?;
    let everywhere: Vec<usize> = (0..places).collect();
    let mut ours = GpuRun::new(gpu, phase, &everywhere, &inputs.rates)?;
    ours.advance(gpu, &on_gpu, &parameters, &none, usize::MAX)?;
    let ours = ours.read(gpu);

    let wiring = Wiring::new(3, units);
    let mut theirs = Run::new(phase, everywhere, units);
    while !theirs.is_over() {
        theirs.advance(&wiring, &parameters, &[], &inputs.rates);
    }
    let ours = Matrix::from_values(places, units, ours.await?);
    let (ours, theirs) = (describe(&ours), describe(theirs.activity()));
    // A network that fell silent on both sides would agree, too.
    if !(0.05..0.2).contains(&theirs[0]) {
        return Ok(f64::NAN);
    }
    let apart = |i: usize| (ours[i] - theirs[i]).abs();
    Ok(worse(apart(0), apart(1)))
}

/// Fraction of active units, and mean correlation of different states.
fn describe(activity: &Matrix) -> [f64; 2] {
    let states = activity.rows();
    let mut sum = 0.0;
    for a in 0..states {
        for b in 0..a {
            sum += pearson(activity.row(a), activity.row(b));
        }
    }
    let pairs = (states * (states - 1) / 2).max(1) as f64;
    [active_fraction(activity.values()), sum / pairs]
}
