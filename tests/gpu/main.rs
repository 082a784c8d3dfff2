//! The GPU against the CPU, case by case, as `chickadee selftest` compares them; and what can go wrong with a GPU.
//!
//! Without an adapter every test is shown as ignored, and none passes. With `CHICKADEE_GPU=required` in the
//! environment, as on the build server, they then fail instead. A software adapter will do
//! (Debian: mesa-vulkan-drivers; `cargo xtask test` chooses it).
#![cfg(not(target_arch = "wasm32"))]

use std::{process::Command, sync::OnceLock};

use chickadee::selftest::cases;
use chickadee_engine::{
    gpu::{AdapterRequest, Buffer, Chunk, Gpu, GpuError, Program},
    models::{
        barcode::{
            Parameters, Phase, Run, Wiring,
            gpu::{GpuMemories, GpuRun, GpuWiring},
        },
        transformer::{GpuContext, GpuTransformer, Precision, Shape, Want, Weights},
    },
    ops::matmul::gpu::{After, Product, Right, Rows},
    selftest::{Case, kernels, quick},
    worlds::caching::PlaceInputs,
};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

mod sessions;

fn main() {
    let arguments = Arguments::from_args();
    let opened = Gpu::open_now(AdapterRequest::default());
    let required = std::env::var("CHICKADEE_GPU").is_ok_and(|value| value == "required");
    match &opened {
        Ok(gpu) => eprintln!("GPU: {}", gpu.describe()),
        Err(error) => eprintln!("GPU: {error}"),
    }
    let ignored = opened.is_err() && !required;
    // First what takes longest; what waits for it comes last.
    let mut tests = vec![
        Trial::test("the_command_says_that_all_agree", command),
        Trial::test("the_quick_list_runs_every_kernel", || with_gpu(quickly)),
        Trial::test("a_lost_device_is_an_error", || with_gpu(lost)),
        Trial::test("what_is_too_large_is_refused", || with_gpu(too_large)),
        Trial::test("work_that_was_dropped_is_an_error", || with_gpu(dropped)),
        Trial::test("answers_can_be_asked_for_frame_by_frame", || {
            with_gpu(frames)
        }),
        Trial::test("bindings_are_made_once_and_go_with_their_arrays", || {
            with_gpu(bindings)
        }),
        Trial::test("weights_are_never_rounded", || with_gpu(exact)),
        Trial::test("a_network_larger_than_an_array", || with_gpu(large)),
        Trial::test("a_kernel_that_is_no_program_is_an_error", || {
            with_gpu(broken)
        }),
    ];
    tests.extend(sessions::trials());
    tests.extend(cases().iter().map(compare));
    let mut tests: Vec<Trial> = tests
        .into_iter()
        .map(|test| test.with_ignored_flag(ignored))
        .collect();
    if cfg!(target_os = "linux") {
        // Needs no adapter, but a way to hide one.
        let name = "without_an_adapter_there_is_one_line";
        tests.push(Trial::test(name, without_adapter));
    }
    libtest_mimic::run(&arguments, tests).exit();
}

/// A device of its own for every test: what breaks one must not break the others.
fn with_gpu(test: impl FnOnce(&Gpu) -> Result<(), Failed>) -> Result<(), Failed> {
    test(&Gpu::open_now(AdapterRequest::default())?)
}

/// What `chickadee selftest --json` said, as a user meets it. It ran once, all cases on one device: comparing takes minutes on an
/// adapter in software, and so does compiling the kernels for every case.
fn selftest() -> Result<&'static Value, Failed> {
    static SAID: OnceLock<Result<Value, String>> = OnceLock::new();
    let said = SAID.get_or_init(|| {
        let output = Command::new(env!("CARGO_BIN_EXE_chickadee"))
            .args(["selftest", "--json"])
            .output()
            .map_err(|error| error.to_string())?;
        let mut report: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{error}: {output:?}"))?;
        report["succeeded"] = output.status.success().into();
        Ok(report)
    });
    said.as_ref().map_err(|error| error.clone().into())
}

/// An operation, in what the command said.
fn compare(case: &Case) -> Trial {
    let (name, tolerance) = (case.name, case.tolerance);
    let trial = name.replace(", ", " ").replace(' ', "_");
    Trial::test(trial, move || {
        let operations = selftest()?["operations"].as_array();
        let mut found = operations.into_iter().flatten();
        let found = found.find(|operation| operation["name"] == name);
        let found = found.ok_or("the command left it out")?;
        let error = found["max_error"].as_f64();
        let holds = found["ok"] == true
            && found["tolerance"].as_f64() == Some(tolerance)
            && error.is_some_and(|error| error <= tolerance);
        ensure(holds, found)
    })
}

/// Fails with a sentence.
fn ensure(holds: bool, sentence: impl std::fmt::Debug) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(format!("{sentence:?}").into())
    }
}

/// The short list agrees and leaves no kernel out.
fn quickly(gpu: &Gpu) -> Result<(), Failed> {
    for case in quick() {
        let outcome = pollster::block_on(case.run(gpu));
        ensure(outcome.ok, &outcome)?;
    }
    let mut kernels: Vec<_> = kernels().iter().map(|kernel| kernel.name).collect();
    kernels.sort_unstable();
    ensure(gpu.compiled() == kernels, gpu.compiled())
}

/// The device is lost while an answer is out: it is an error, and so is every later one.
fn lost(gpu: &Gpu) -> Result<(), Failed> {
    let numbers = Buffer::from_slice(gpu, "numbers", &[1.0_f32, 2.0])?;
    let mut work = gpu.commands("before");
    let before = work.read(&numbers, 0..2);
    work.submit();
    ensure(before.wait()? == [1.0, 2.0], "the copy")?;
    gpu.destroy();
    let mut work = gpu.commands("after");
    let after = work.read(&numbers, 0..2);
    work.submit();
    let answer = after.wait();
    ensure(answer.is_err(), &answer)?;
    ensure(gpu.error().is_some(), "the error is told")?;
    // The self-test reports it as an error of every operation, without a panic.
    let outcome = cases()
        .first()
        .map(|case| pollster::block_on(case.run(gpu)));
    ensure(
        outcome.as_ref().is_some_and(|o| !o.ok && o.error.is_some()),
        &outcome,
    )
}

fn too_large(gpu: &Gpu) -> Result<(), Failed> {
    let length = usize::try_from(gpu.largest_array() / 4)? + 1;
    let refused = Buffer::<f32>::zeros(gpu, "too large", length).map(|_| ());
    ensure(matches!(refused, Err(GpuError::TooLarge { .. })), &refused)?;
    ensure(gpu.error().is_none(), "no harm was done")
}

fn dropped(gpu: &Gpu) -> Result<(), Failed> {
    let numbers = Buffer::from_slice(gpu, "numbers", &[1_u32])?;
    let answer = gpu.commands("forgotten").read(&numbers, 0..1).wait();
    ensure(answer == Err(GpuError::NotSubmitted), &answer)
}

/// What a program that draws frames does: it never waits, and gets what waiting gives.
fn frames(gpu: &Gpu) -> Result<(), Failed> {
    let shape = Shape {
        width: 64,
        layers: 2,
        heads: 2,
        sensory: 10,
        actions: 5,
    };
    let weights = Weights::initial(shape, 1);
    let mut transformer = GpuTransformer::new(gpu, &weights)?;
    let mut context = GpuContext::new(gpu, shape)?;
    let token = |i: usize| ((i * 37) % 11) as f32 / 11.0 - 0.5;
    let tokens: Vec<f32> = (0..9 * shape.token_width()).map(token).collect();
    transformer.append(gpu, &mut context, &tokens)?;
    let queries = &tokens[..3 * shape.token_width()];
    let want = Want {
        hidden: true,
        attention: true,
    };
    let waited = transformer.ask(gpu, &context, 9, queries, want)?.wait()?;
    ensure(waited.attention.len() == 4, "a matrix a head and block")?;
    let mut asking = transformer.ask(gpu, &context, 9, queries, want)?;
    for _ in 0..60_000 {
        if let Some(answers) = asking.try_take()? {
            ensure(answers.logits == waited.logits, "logits")?;
            ensure(answers.hidden == waited.hidden, "hidden states")?;
            return ensure(answers.attention == waited.attention, "probabilities");
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    Err("no answers within a minute".into())
}

/// Half precision is chosen where it changes nothing, and refused where it would.
fn exact(gpu: &Gpu) -> Result<(), Failed> {
    let shape = Shape {
        width: 12,
        layers: 1,
        heads: 2,
        sensory: 10,
        actions: 5,
    };
    let mut weights = Weights::initial(shape, 1);
    let precision = |weights: &Weights| GpuTransformer::new(gpu, weights).map(|t| t.precision());
    ensure(precision(&weights)? == Precision::F32, "initial weights")?;
    let refused = GpuTransformer::with_precision(gpu, &weights, Precision::F16).map(drop);
    ensure(matches!(refused, Err(GpuError::Unsupported(_))), &refused)?;
    weights.values.fill(0.25);
    ensure(precision(&weights)? == Precision::F16, "quarters")?;
    let wide = GpuTransformer::with_precision(gpu, &weights, Precision::F32)?;
    ensure(wide.precision() == Precision::F32, "as it was asked for")
}

/// N = 6,000: G needs 144 MB, and an array gets no more than 128 MiB.
fn large(gpu: &Gpu) -> Result<(), Failed> {
    let units = 6000;
    let parameters = Parameters::default();
    let phase = Phase::visit(&parameters, 1.0);
    let drive = PlaceInputs::ring(3, units, 0.2).rates;
    let on_gpu = GpuWiring::draw(gpu, 3, units)?;
    ensure(on_gpu.normals().len() == 2, "two arrays")?;
    let none = GpuMemories::upload(gpu, &[])?;
    let mut ours = GpuRun::new(gpu, phase, &[1], &drive)?;
    ours.advance(gpu, &on_gpu, &parameters, &none, 3)?;
    let ours = ours.read(gpu);
    let wiring = Wiring::new(3, units);
    let mut theirs = Run::new(phase, vec![1], units);
    for _ in 0..3 {
        theirs.advance(&wiring, &parameters, &[], &drive);
    }
    let theirs = theirs.activity().values();
    let pairs = ours.wait()?.into_iter().zip(theirs);
    let apart = pairs.fold(0.0_f32, |most, (a, b)| most.max((a - b).abs()));
    let largest = theirs.iter().fold(0.0_f32, |most, a| most.max(*a));
    ensure(largest > 0.1 && apart < 1e-5 * largest, (apart, largest))
}

/// What is repeated is bound once, and nothing keeps an array without an owner.
fn bindings(gpu: &Gpu) -> Result<(), Failed> {
    let product = |a: &Buffer<f32>, c: &Buffer<f32>| {
        let mut work = gpu.commands("product");
        for _ in 0..300 {
            Product {
                rows: 1,
                inner: 1,
                columns: 1,
                a: Rows::new(a, 1),
                b: Right::new(a, 1),
                bias: None,
                c: Rows::new(c, 1),
                after: After::Add,
            }
            .record(&mut work);
        }
        let answer = work.read(c, 0..1);
        work.submit();
        answer.wait()
    };
    let a = Buffer::from_slice(gpu, "a", &[2.0])?;
    let c = Buffer::from_slice(gpu, "c", &[1.0])?;
    ensure(product(&a, &c)? == [1201.0], "300 products are added")?;
    let once = gpu.bindings();
    ensure(product(&a.clone(), &c)? == [2401.0], "and 300 more")?;
    // 300 dispatches need more than one page of parameters.
    ensure(
        (1..4).contains(&once) && gpu.bindings() == once,
        (once, gpu.bindings()),
    )?;
    drop(c.clone());
    ensure(gpu.bindings() == once, "a clone was dropped")?;
    drop(c);
    ensure(gpu.bindings() == 0, gpu.bindings())
}

/// The first error is kept, and every later answer is this error.
fn broken(gpu: &Gpu) -> Result<(), Failed> {
    gpu.warm(&Program {
        name: "broken",
        parameters: "",
        constants: &[],
        chunks: &[Chunk {
            constants: &[],
            source: "this is no program",
        }],
    });
    let error = gpu.error();
    ensure(matches!(error, Some(GpuError::Refused(_))), &error)?;
    let numbers = Buffer::from_slice(gpu, "numbers", &[1_u32])?;
    let mut work = gpu.commands("after");
    let answer = work.read(&numbers, 0..1);
    work.submit();
    ensure(answer.wait().err() == error, "every answer is the error")
}

/// The command as a whole: it succeeds, leaves no case out, and says everything of each.
fn command() -> Result<(), Failed> {
    let report = selftest()?;
    ensure(report["succeeded"] == true && report["ok"] == true, report)?;
    let operations = report["operations"].as_array().map_or(&[][..], |o| o);
    ensure(operations.len() == cases().len(), report)?;
    for operation in operations {
        let is_whole = operation["name"].is_string()
            && operation["sizes"].is_string()
            && operation["max_error"].as_f64() <= operation["tolerance"].as_f64()
            && operation["ok"] == true;
        ensure(is_whole, operation)?;
    }
    Ok(())
}

/// Exit code 2, and one line that says why.
fn without_adapter() -> Result<(), Failed> {
    let output = Command::new(env!("CARGO_BIN_EXE_chickadee"))
        .args(["selftest", "--json"])
        .env("VK_ICD_FILENAMES", "/nowhere")
        .env("VK_DRIVER_FILES", "/nowhere")
        .output()?;
    let errors = String::from_utf8(output.stderr)?;
    let says = errors.starts_with("chickadee: no GPU adapter") && errors.lines().count() == 1;
    ensure(
        output.status.code() == Some(2) && output.stdout.is_empty() && says,
        errors,
    )
}
