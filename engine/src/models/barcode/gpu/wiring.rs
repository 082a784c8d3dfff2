use crate::{
    base::random::Stream,
    gpu::{Buffer, Gpu, GpuError},
    models::barcode::Wiring,
    ops::random::gpu::fill_normal,
};

/// The fixed random weights of a network, on the GPU.
///
/// A kernel sees at most 128 MiB of an array where no more was asked for, which is G of 5,792 units. A larger one lies in
/// several arrays, and a step takes them one after the other.
#[derive(Clone, Debug)]
pub struct GpuWiring {
    pub(super) units: usize,
    /// G, N × N, row = presynaptic unit, in arrays of `rows` rows (the last one may have fewer).
    pub(super) parts: Vec<Buffer<f32>>,
    pub(super) rows: usize,
    /// J_sx, N.
    pub(super) seed_direction: Buffer<f32>,
    /// Factor of G besides σ.
    pub(super) scale: f64,
}

/// Rows that are drawn or sent in one go.
const ROWS: usize = 1024;

/// Rows of N numbers in each part, when none may be larger than `largest` bytes.
fn rows_of_a_part(units: usize, largest: u64) -> usize {
    let row = (units.max(1) * size_of::<f32>()) as u64;
    // Where not even a row fits, the array says so itself.
    let most = usize::try_from(largest / row).unwrap_or(usize::MAX).max(1);
    let parts = units.div_ceil(most).max(1);
    units.div_ceil(parts).max(1)
}

impl GpuWiring {
    fn empty(gpu: &Gpu, units: usize, scale: f64, largest: u64) -> Result<Self, GpuError> {
        let rows = rows_of_a_part(units, largest);
        let part = |begin: usize| {
            let rows = rows.min(units - begin);
            Buffer::zeros(gpu, "recurrent weights", rows * units)
        };
        Ok(Self {
            units,
            parts: (0..units)
                .step_by(rows)
                .map(part)
                .collect::<Result<_, _>>()?,
            rows,
            seed_direction: Buffer::zeros(gpu, "seed direction", units)?,
            scale,
        })
    }

    /// Sends the weights of the CPU.
    ///
    /// # Errors
    /// When a kernel could not see a single row.
    pub fn upload(gpu: &Gpu, wiring: &Wiring) -> Result<Self, GpuError> {
        Self::upload_in_parts(gpu, wiring, gpu.largest_array())
    }

    /// The same, with G in arrays of at most `largest` bytes; of at least one row.
    ///
    /// # Errors
    /// When a kernel could not see one of them.
    pub fn upload_in_parts(gpu: &Gpu, wiring: &Wiring, largest: u64) -> Result<Self, GpuError> {
        let units = wiring.units();
        let there = Self::empty(gpu, units, wiring.scale, largest)?;
        there.seed_direction.write(gpu, 0, &wiring.seed_direction);
        for (begin, part) in there.places() {
            for (offset, rows) in there.slices(part) {
                let from = begin * units + offset;
                let values = &wiring.normals.values()[from..from + rows * units];
                part.write(gpu, offset, values);
                // What is written waits in memory of its own until the next submission.
                gpu.commands("send weights").submit();
            }
        }
        Ok(there)
    }

    /// The parts, and the first row of each.
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, &Buffer<f32>)> {
        (0..self.units).step_by(self.rows).zip(&self.parts)
    }

    /// A slice that is drawn or sent in one go: its beginning in a part, and its rows.
    fn slices(&self, part: &Buffer<f32>) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (units, rows) = (self.units, part.len() / self.units.max(1));
        let begin = (0..rows).step_by(ROWS);
        begin.map(move |begin| (begin * units, ROWS.min(rows - begin)))
    }

    /// Draws the weights of [`Wiring::new`] on the GPU: nothing is sent.
    ///
    /// # Errors
    /// When a kernel could not see a single row.
    pub fn draw(gpu: &Gpu, seed: u64, units: usize) -> Result<Self, GpuError> {
        Self::draw_in_parts(gpu, seed, units, gpu.largest_array())
    }

    /// The same, with G in arrays of at most `largest` bytes; of at least one row.
    ///
    /// # Errors
    /// When a kernel could not see one of them.
    pub fn draw_in_parts(
        gpu: &Gpu,
        seed: u64,
        units: usize,
        largest: u64,
    ) -> Result<Self, GpuError> {
        let there = Self::empty(gpu, units, 1.0 / (units.max(1) as f64).sqrt(), largest)?;
        for (begin, part) in there.places() {
            for (offset, rows) in there.slices(part) {
                let mut commands = gpu.commands("draw weights");
                let of = (seed, Stream::Recurrent);
                let which = (begin + offset / units, rows, units);
                fill_normal(&mut commands, part, of, which, offset);
                commands.submit();
            }
        }
        let mut commands = gpu.commands("draw seed direction");
        let of = (seed, Stream::SeedInput);
        fill_normal(&mut commands, &there.seed_direction, of, (0, 1, units), 0);
        commands.submit();
        Ok(there)
    }

    /// Number of units, N.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units
    }

    /// G, N × N: the arrays that hold its rows, in order.
    #[must_use]
    pub fn normals(&self) -> &[Buffer<f32>] {
        &self.parts
    }

    /// J_sx, N.
    #[must_use]
    pub fn seed_direction(&self) -> &Buffer<f32> {
        &self.seed_direction
    }
}
