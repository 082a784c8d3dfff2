//! Both models on the GPU, beside the CPU on the same machine.

use std::{process::ExitCode, time::Instant};

use serde::Serialize;

use super::{
    BenchArguments, barcode, complain, least, print,
    transformer::{self, memories, task},
};
use crate::{cli::output::say, texts};
use chickadee_engine::{
    base::half::{from_half, to_half},
    gpu::{AdapterRequest, Buffer, Gpu, GpuError},
    models::{
        barcode::{
            Memory, Parameters, Phase, Run, Wiring,
            gpu::{GpuMemories, GpuRun, GpuWiring},
        },
        transformer::{
            Backward, Context, GpuContext, GpuTransformer, TrainingExample, Transformer, Want,
            Weights, Workspace,
        },
    },
    ops::matmul::gpu::{After, Product, Right, Rows},
    selftest::quick,
    worlds::{caching::PlaceInputs, maze::Task},
};

/// One thing measured on both.
#[derive(Debug, Serialize)]
struct Row {
    what: String,
    /// From the call to the answer on the CPU's side, milliseconds.
    gpu_ms: f64,
    /// The CPU twin, milliseconds; none where it has none to compare.
    cpu_ms: Option<f64>,
    /// Arithmetic on the GPU, GFLOP/s, where it is all that counts.
    gflops: Option<f64>,
}

pub(super) fn bench(arguments: &BenchArguments) -> ExitCode {
    if let Some(line) = transformer::wrong(arguments).or_else(|| barcode::wrong(arguments)) {
        return complain(&line);
    }
    let Ok(task) = task() else {
        return complain(texts::cli::no_gridworld());
    };
    let measured = Gpu::open_now(AdapterRequest::default()).and_then(|gpu| {
        let mut rows = vec![check(&gpu), record(&gpu)?, product(&gpu)?];
        for &width in &arguments.widths {
            let (_, weights) = transformer::weights(width);
            for &length in &arguments.contexts {
                rows.extend(read_and_ask(&gpu, &weights, &task, length)?);
            }
        }
        for &units in &arguments.units {
            rows.extend(steps(&gpu, units)?);
        }
        Ok((gpu.describe(), rows))
    });
    let (adapter, rows) = match measured {
        Ok(measured) => measured,
        Err(error) => return complain(&error.to_string()),
    };
    print(&rows, arguments.json, |rows| {
        say!(
            "{}",
            texts::cli::BenchGpu {
                adapter: &adapter,
                cores: rayon::current_num_threads()
            }
        );
        say!("{:<44} {:>12} {:>12} {:>10}", "", "GPU", "CPU", "GFLOP/s");
        for row in rows {
            let number = |value: Option<f64>, unit: &str| {
                value.map_or(String::new(), |value| format!("{value:.3}{unit}"))
            };
            say!(
                "{:<44} {:>9.3} ms {:>12} {:>10}",
                row.what,
                row.gpu_ms,
                number(row.cpu_ms, " ms"),
                row.gflops.map_or(String::new(), |g| format!("{g:.1}"))
            );
        }
    })
}

/// Least time of some runs; what goes wrong in one is the result.
fn timed(mut run: impl FnMut() -> Result<(), GpuError>) -> Result<f64, GpuError> {
    let mut failure = None;
    let time = least(|| {
        if failure.is_none() {
            failure = run().err();
        }
    });
    failure.map_or(Ok(time), Err)
}

/// Waits until the GPU has done what it was given.
fn wait(gpu: &Gpu, buffer: &Buffer<f32>) -> Result<(), GpuError> {
    let mut work = gpu.commands("wait");
    let answer = work.read(buffer, 0..1);
    work.submit();
    answer.wait().map(drop)
}

/// The self-test that a session runs before it uses the GPU; without the time to compile the kernels.
fn check(gpu: &Gpu) -> Row {
    let run = || {
        for case in quick() {
            pollster::block_on(case.run(gpu));
        }
    };
    run();
    Row {
        what: texts::cli::bench_selftest().to_owned(),
        gpu_ms: least(run),
        cpu_ms: None,
        gflops: None,
    }
}

/// What handing work over costs, apart from doing it: many dispatches of almost nothing.
fn record(gpu: &Gpu) -> Result<Row, GpuError> {
    let a = Buffer::zeros(gpu, "A", 1)?;
    let c = Buffer::zeros(gpu, "C", 1)?;
    let one = Product {
        rows: 1,
        inner: 1,
        columns: 1,
        a: Rows::new(&a, 1),
        b: Right::new(&a, 1),
        bias: None,
        c: Rows::new(&c, 1),
        after: After::Store,
    };
    let gpu_ms = timed(|| {
        let mut work = gpu.commands("dispatches");
        for _ in 0..1000 {
            one.record(&mut work);
        }
        work.submit();
        wait(gpu, &c)
    })?;
    Ok(Row {
        what: texts::cli::bench_dispatches().to_owned(),
        gpu_ms,
        cpu_ms: None,
        gflops: None,
    })
}

/// The product that everything is made of.
fn product(gpu: &Gpu) -> Result<Row, GpuError> {
    let n = 1024;
    let a = Buffer::zeros(gpu, "A", n * n)?;
    let b = Buffer::zeros(gpu, "B", n * n)?;
    let c = Buffer::zeros(gpu, "C", n * n)?;
    let gpu_ms = timed(|| {
        let mut work = gpu.commands("product");
        Product {
            rows: n,
            inner: n,
            columns: n,
            a: Rows::new(&a, n),
            b: Right::new(&b, n),
            bias: None,
            c: Rows::new(&c, n),
            after: After::Store,
        }
        .record(&mut work);
        work.submit();
        wait(gpu, &c)
    })?;
    Ok(Row {
        what: texts::cli::BenchProduct { n }.to_string(),
        gpu_ms,
        cpu_ms: None,
        gflops: Some(2.0 * (n as f64).powi(3) / gpu_ms / 1e6),
    })
}

fn read_and_ask(
    gpu: &Gpu,
    weights: &Weights,
    task: &Task,
    length: usize,
) -> Result<Vec<Row>, GpuError> {
    let shape = weights.shape;
    let tokens = memories(task, length);
    let cpu = Transformer::new(weights.clone());
    let mut context = Context::new(shape);
    let mut on_gpu = GpuTransformer::new(gpu, weights)?;
    let mut gpu_context = GpuContext::new(gpu, shape)?;
    let name = |what: &str| {
        let width = shape.width;
        texts::cli::BenchOf {
            what,
            width,
            length,
        }
        .to_string()
    };
    // Where weights are written in 16 bits, the GPU keeps them so.
    let mut rounded = weights.clone();
    for w in &mut rounded.values {
        *w = from_half(to_half(*w));
    }
    let mut in_half = GpuTransformer::new(gpu, &rounded)?;
    let mut rows = Vec::new();
    let gpu_ms = timed(|| {
        gpu_context.truncate(0);
        on_gpu.append(gpu, &mut gpu_context, &tokens)?;
        wait(gpu, gpu_context.last_layer_cache())
    })?;
    let cpu_ms = least(|| {
        context = Context::new(shape);
        context.append(&cpu, &tokens);
    });
    rows.push(Row {
        what: name(texts::cli::bench_context()),
        gpu_ms,
        cpu_ms: Some(cpu_ms),
        gflops: None,
    });
    for (what, queries) in [
        (texts::cli::bench_decision(), task.ask(3)),
        (texts::cli::bench_policy(), task.ask_everywhere()),
    ] {
        let want = Want::default();
        let gpu_ms = timed(|| {
            let asking = on_gpu.ask(gpu, &gpu_context, length, &queries, want)?;
            asking.wait().map(drop)
        })?;
        let cpu_ms = least(|| drop(cpu.ask(&context, length, &queries, want)));
        rows.push(Row {
            what: name(what),
            gpu_ms,
            cpu_ms: Some(cpu_ms),
            gflops: None,
        });
        let gpu_ms = timed(|| {
            let asking = in_half.ask(gpu, &gpu_context, length, &queries, want)?;
            asking.wait().map(drop)
        })?;
        rows.push(Row {
            what: texts::cli::BenchHalves { what: name(what) }.to_string(),
            gpu_ms,
            cpu_ms: None,
            gflops: None,
        });
    }
    let example = TrainingExample {
        context: tokens,
        queries: task.ask(3),
        visible: vec![length],
        targets: Vec::new(),
    };
    let mut d_logits = vec![0.0; shape.actions];
    d_logits[0] = 1.0;
    let gpu_ms = timed(|| {
        let answer = on_gpu.gradient(gpu, &example, &d_logits)?;
        answer.wait().map(drop)
    })?;
    let mut work = Workspace::default();
    let cpu_ms = least(|| {
        let backward = Backward::new(&cpu);
        backward.forward(&example, &mut work);
        backward.token_gradients(&example, &d_logits, &mut work);
    });
    rows.push(Row {
        what: name(texts::cli::bench_gradient()),
        gpu_ms,
        cpu_ms: Some(cpu_ms),
        gflops: None,
    });
    Ok(rows)
}

/// Steps before the measurement, to be in the state that is measured.
const SETTLED: usize = 60;
/// Steps that are measured, in one go.
const STEPS: usize = 8;
/// Goes of which the least counts.
const GOES: usize = 4;

fn steps(gpu: &Gpu, units: usize) -> Result<Vec<Row>, GpuError> {
    let parameters = Parameters::default();
    let inputs = PlaceInputs::ring(100, units, 0.2);
    let wiring = Wiring::new(1, units);
    let start = Instant::now();
    let on_gpu = GpuWiring::draw(gpu, 1, units)?;
    wait(gpu, on_gpu.seed_direction())?;
    let mut rows = vec![Row {
        what: texts::cli::BenchWeightsOf { units }.to_string(),
        gpu_ms: start.elapsed().as_secs_f64() * 1e3,
        cpu_ms: None,
        gflops: None,
    }];
    let none = GpuMemories::upload(gpu, &[])?;
    for (state, gain) in [
        (texts::cli::bench_barcode_state(), 1.0),
        (texts::cli::bench_place_state(), 0.0),
    ] {
        let phase = Phase {
            settle_steps: SETTLED + GOES * STEPS,
            ..Phase::visit(&parameters, gain)
        };
        for places in [1, 100] {
            let every: Vec<usize> = (0..places).collect();
            let mut run = GpuRun::new(gpu, phase, &every, &inputs.rates)?;
            run.advance(gpu, &on_gpu, &parameters, &none, SETTLED)?;
            wait(gpu, run.activity())?;
            let mut cpu = Run::new(phase, every, units);
            for _ in 0..SETTLED {
                cpu.advance(&wiring, &parameters, &[], &inputs.rates);
            }
            let (mut gpu_ms, mut cpu_ms) = (f64::INFINITY, f64::INFINITY);
            for _ in 0..GOES {
                let start = Instant::now();
                run.advance(gpu, &on_gpu, &parameters, &none, STEPS)?;
                wait(gpu, run.activity())?;
                gpu_ms = gpu_ms.min(start.elapsed().as_secs_f64() * 1e3 / STEPS as f64);
                let start = Instant::now();
                for _ in 0..STEPS {
                    cpu.advance(&wiring, &parameters, &[], &inputs.rates);
                }
                cpu_ms = cpu_ms.min(start.elapsed().as_secs_f64() * 1e3 / STEPS as f64);
            }
            rows.push(Row {
                what: texts::cli::BenchStep {
                    state,
                    units,
                    places,
                }
                .to_string(),
                gpu_ms,
                cpu_ms: Some(cpu_ms),
                gflops: None,
            });
        }
    }
    rows.push(cache(gpu, units, &inputs)?);
    Ok(rows)
}

/// One more seed among the synapses. On the GPU the barcodes of all seeds lie in one array, which is made anew.
fn cache(gpu: &Gpu, units: usize, inputs: &PlaceInputs) -> Result<Row, GpuError> {
    let store = || Memory {
        place: 50,
        weight: 1.0,
        barcode: vec![0.5; units].into(),
        value: inputs.rates.row(50).into(),
    };
    let memory = [store()];
    let one = Buffer::zeros(gpu, "number", 1)?;
    let gpu_ms = timed(|| {
        let _memories = GpuMemories::upload(gpu, &memory)?;
        wait(gpu, &one)
    })?;
    let cpu_ms = least(|| {
        std::hint::black_box(store());
    });
    Ok(Row {
        what: texts::cli::BenchCacheOf { units }.to_string(),
        gpu_ms,
        cpu_ms: Some(cpu_ms),
        gflops: None,
    })
}
