use super::*;
use crate::{analysis::LinearReadout, base::Matrix};
use proptest::{collection::vec, prelude::*};
use safetensors::SafeTensors;
use serde_json::{Value, json};

const SMALL: Shape = Shape {
    width: 8,
    layers: 2,
    heads: 2,
    sensory: 3,
    actions: 5,
};
const TINY: Shape = Shape {
    width: 4,
    layers: 1,
    heads: 4,
    sensory: 1,
    actions: 2,
};

fn checkpoint(shape: Shape) -> Checkpoint {
    let about = [
        ("recipe", "tree"),
        ("seed", "3"),
        ("note", "a “π” \"quoted\"\n"),
    ];
    Checkpoint {
        weights: Weights::initial(shape, 7),
        about: about.map(|(k, v)| (k.into(), v.into())).into(),
    }
}

/// One readout a layer and reader, of two numbers.
fn readouts(shape: Shape) -> Readouts {
    let mut all = BTreeMap::new();
    for layer in 1..=shape.layers {
        for role in [TokenRole::Memory, TokenRole::Query] {
            let key = ReadoutKey {
                role,
                layer,
                target: "place".into(),
            };
            let values = (0..2 * shape.width).map(|i| (i + layer) as f32 / 4.0);
            let readout = LinearReadout {
                weights: Matrix::from_values(shape.width, 2, values.collect()),
                bias: vec![-1.5, layer as f32],
            };
            all.insert(key, readout);
        }
    }
    Readouts { all }
}

/// A file made by hand, tensor by tensor.
#[derive(Clone)]
struct File {
    metadata: Option<Value>,
    /// Name, number format, shape, bytes.
    tensors: Vec<(String, &'static str, Vec<usize>, Vec<u8>)>,
}

impl File {
    /// Weights as F32, no metadata.
    fn new(weights: &Weights) -> Self {
        let tensors = Layout::new(weights.shape).tensors.into_iter().map(|t| {
            let bytes = weights.values[t.range].iter();
            let bytes = bytes.flat_map(|x| x.to_le_bytes()).collect();
            (t.name, "F32", t.shape, bytes)
        });
        Self {
            metadata: None,
            tensors: tensors.collect(),
        }
    }

    fn small() -> Self {
        Self::new(&Weights::initial(SMALL, 7))
    }

    fn metadata(mut self, metadata: Value) -> Self {
        self.metadata = Some(metadata);
        self
    }

    fn add(&mut self, name: &str, dtype: &'static str, shape: &[usize], size: usize) {
        let bytes = shape.iter().product::<usize>() * size;
        self.tensors
            .push((name.into(), dtype, shape.to_vec(), vec![0; bytes]));
    }

    fn tensor(&mut self, name: &str) -> &mut (String, &'static str, Vec<usize>, Vec<u8>) {
        self.tensors.iter_mut().find(|t| t.0 == name).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        let mut header = serde_json::Map::new();
        let mut data = Vec::new();
        if let Some(metadata) = &self.metadata {
            header.insert("__metadata__".into(), metadata.clone());
        }
        for (name, dtype, shape, bytes) in &self.tensors {
            let offsets = [data.len(), data.len() + bytes.len()];
            let info = json!({"dtype": dtype, "shape": shape, "data_offsets": offsets});
            header.insert(name.clone(), info);
            data.extend(bytes);
        }
        raw(&Value::from(header).to_string(), &data)
    }

    fn read(&self) -> Result<Checkpoint, CheckpointError> {
        Checkpoint::read(&self.bytes())
    }

    /// The sentence of the refusal; a header that is refused is refused by a look at it too.
    fn refusal(&self) -> String {
        let error = self.read().unwrap_err();
        if !matches!(
            error,
            CheckpointError::Value { .. } | CheckpointError::Positions { .. }
        ) {
            assert_eq!(peek(&self.bytes()).unwrap_err(), error);
        }
        error.to_string()
    }
}

fn raw(header: &str, data: &[u8]) -> Vec<u8> {
    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend(header.as_bytes());
    out.extend(data);
    out
}

fn refusal(bytes: &[u8]) -> String {
    Checkpoint::read(bytes).unwrap_err().to_string()
}

#[test]
fn names_and_shapes_are_those_of_the_layout() {
    for layers in [1, 2, 11] {
        let shape = Shape { layers, ..SMALL };
        let layout = Layout::new(shape).tensors.into_iter();
        let layout: Vec<_> = layout.map(|t| (t.name, t.shape)).collect();
        assert_eq!(tensors(shape), layout);
    }
}

#[test]
fn every_bit_survives_f32() {
    let mut before = checkpoint(SMALL);
    before.weights.values[..4].copy_from_slice(&[-0.0, f32::MIN_POSITIVE / 8.0, f32::MAX, 0.1]);
    let bytes = before.write(Precision::F32).unwrap();
    let after = Checkpoint::read(&bytes).unwrap();
    assert_eq!(after, before);
    let bits = |c: &Checkpoint| {
        c.weights
            .values
            .iter()
            .map(|x| x.to_bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(bits(&after), bits(&before));
    assert_eq!(peek(&bytes).unwrap(), (SMALL, before.about.clone()));
    assert_eq!(after.write(Precision::F32).unwrap(), bytes);
}

#[test]
fn f16_rounds_once() {
    let before = checkpoint(SMALL);
    let bytes = before.write(Precision::F16).unwrap();
    let after = Checkpoint::read(&bytes).unwrap();
    assert_eq!(after.weights.shape, SMALL);
    assert_eq!(after.about, before.about);
    for (x, y) in before.weights.values.iter().zip(&after.weights.values) {
        let most = (x.abs() / 2048.0).max(1.0 / 33_554_432.0);
        assert!((x - y).abs() <= most, "{x} became {y}");
    }
    assert_eq!(after.write(Precision::F16).unwrap(), bytes);
    assert_eq!(
        Checkpoint::read(&after.write(Precision::F32).unwrap()).unwrap(),
        after
    );
}

/// The reference crate agrees on every tensor, and the sizes stand in the metadata.
#[test]
fn others_read_what_is_written() {
    let mut ours = checkpoint(SMALL);
    ours.about.insert("heads".into(), "not written".into());
    let bytes = ours.write(Precision::F32).unwrap();
    let theirs = SafeTensors::deserialize(&bytes).unwrap();
    let layout = Layout::new(SMALL);
    assert_eq!(theirs.len(), layout.tensors.len());
    for tensor in &layout.tensors {
        let view = theirs.tensor(&tensor.name).unwrap();
        assert_eq!(view.shape(), tensor.shape);
        let values = &ours.weights.values[tensor.range.clone()];
        let expected: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(view.data(), expected);
    }
    let (start, header) = SafeTensors::read_metadata(&bytes).unwrap();
    assert_eq!(start % 8, 0);
    let metadata = header.metadata().clone().unwrap();
    for (key, value) in [
        ("format", "chickadee-transformer-1"),
        ("width", "8"),
        ("layers", "2"),
        ("heads", "2"),
        ("sensory", "3"),
        ("actions", "5"),
        ("recipe", "tree"),
    ] {
        assert_eq!(metadata.get(key).unwrap(), value);
    }
    assert_eq!(metadata.len(), 9);
}

#[test]
fn halves_are_exact_and_nearest() {
    // Every half comes back, and lies where its neighbours say.
    for half in 0..=u16::MAX {
        let x = from_half(half);
        if x.is_nan() {
            assert!(half & 0x7fff > 0x7c00);
            assert!(from_half(to_half(x)).is_nan());
        } else {
            assert_eq!(to_half(x), half);
        }
    }
    assert_eq!(from_half(0x3c00), 1.0);
    assert_eq!(from_half(0x3555), 0.333_251_95);
    assert_eq!(from_half(0x7bff), 65504.0);
    assert_eq!(from_half(0x0001), libm::exp2f(-24.0));
    assert_eq!(from_half(0xc000), -2.0);
    // Between two neighbours the nearer one, in the middle the even one.
    for half in 0..0x7bff {
        let (low, high) = (from_half(half), from_half(half + 1));
        let middle = (low + high) / 2.0;
        let even = half + (half & 1);
        assert_eq!(to_half(middle), even);
        assert_eq!(to_half(middle.next_down()), half);
        assert_eq!(to_half(middle.next_up()), half + 1);
        assert_eq!(to_half(-middle), 0x8000 | even);
    }
    assert_eq!(to_half(65520_f32.next_down()), 0x7bff);
    assert_eq!(to_half(65520.0), 0x7c00);
    assert_eq!(to_half(f32::MAX), 0x7c00);
    assert_eq!(to_half(f32::NEG_INFINITY), 0xfc00);
}

#[test]
fn sizes_are_inferred() {
    let file = File::small();
    let read = file.read().unwrap();
    // Two heads were meant; nothing says so.
    assert_eq!(read.weights.shape, Shape { heads: 4, ..SMALL });
    assert_eq!(read.weights.values, Weights::initial(SMALL, 7).values);
    assert!(read.about.is_empty());

    // What Python writes.
    let file = file.metadata(json!({"heads": "2", "format": "pt", "task": "tree"}));
    let read = file.read().unwrap();
    assert_eq!(read.weights.shape, SMALL);
    assert_eq!(read.about, BTreeMap::from([("task".into(), "tree".into())]));

    for shape in [
        TINY,
        Shape {
            sensory: 10,
            actions: 4,
            width: 16,
            layers: 12,
            heads: 4,
        },
    ] {
        let read = File::new(&Weights::initial(shape, 1)).read().unwrap();
        assert_eq!(read.weights, Weights::initial(shape, 1));
    }
}

#[test]
fn a_prefix_and_strangers_are_tolerated() {
    let mut file = File::small();
    file.add("transformer.h.0.attn.bias", "BOOL", &[1, 1, 6, 6], 1);
    file.add("transformer.h.7.attn.bias", "BOOL", &[1, 1, 6, 6], 1);
    file.add("transformer.h.0.attn.masked_bias", "F32", &[], 4);
    file.add("transformer.wte.weight", "F32", &[2, 2], 4);
    file.add("value_head.weight", "F32", &[2, 2], 4);
    file.add("count", "I64", &[1], 8);
    file.tensors.reverse();
    let expected = file.read().unwrap();
    assert_eq!(expected.weights.values, Weights::initial(SMALL, 7).values);
    for prefix in ["model.", "state_dict.", "state_dict.model."] {
        let mut file = file.clone();
        for tensor in &mut file.tensors {
            tensor.0 = format!("{prefix}{}", tensor.0);
        }
        assert_eq!(file.read().unwrap(), expected);
        file.tensor(&format!("{prefix}transformer.h.1.ln_2.bias")).0 = "x".into();
        assert_eq!(
            file.refusal(),
            format!("{prefix}transformer.h.1.ln_2.bias is missing")
        );
    }
    file.add("average.pred_actions.weight", "F32", &[5, 8], 4);
    assert!(
        file.refusal()
            .ends_with("are both in the file; expected one model")
    );
}

#[test]
fn sixteen_bits_of_either_kind_are_read() {
    let mut file = File::small();
    for (i, (_, dtype, _, bytes)) in file.tensors.iter_mut().enumerate() {
        let values = bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b));
        match i % 3 {
            0 => continue,
            1 => {
                *dtype = "F16";
                *bytes = values.flat_map(|x| to_half(x).to_le_bytes()).collect();
            }
            _ => {
                *dtype = "BF16";
                let upper = |x: f32| (x.to_bits() >> 16) as u16;
                *bytes = values.flat_map(|x| upper(x).to_le_bytes()).collect();
            }
        }
    }
    let read = file.read().unwrap().weights.values;
    for (x, y) in read.iter().zip(&Weights::initial(SMALL, 7).values) {
        // BF16 cut off; F16 has a coarsest step as well.
        let most = (y.abs() / 128.0).max(1.0 / 33_554_432.0);
        assert!((x - y).abs() <= most, "{x} for {y}");
    }
}

#[test]
fn wrong_tensors_are_refused_by_name() {
    let valid = File::small();
    let with = |change: &dyn Fn(&mut File)| {
        let mut file = valid.clone();
        change(&mut file);
        file.refusal()
    };
    let shaped = |name: &'static str, shape: &'static [usize]| {
        with(&|file| {
            let tensor = file.tensor(name);
            tensor.2 = shape.to_vec();
            tensor.3 = vec![0; 4 * shape.iter().product::<usize>()];
        })
    };
    assert_eq!(
        shaped("pred_actions.weight", &[5, 4]),
        "pred_actions.weight is 5 x 4; expected 5 x 8"
    );
    assert_eq!(
        shaped("pred_actions.weight", &[40]),
        "pred_actions.weight is 40 long; expected actions x width"
    );
    assert_eq!(
        shaped("pred_actions.bias", &[4]),
        "pred_actions.bias is 4 long; expected 5 long"
    );
    assert_eq!(
        shaped("transformer.ln_f.bias", &[]),
        "transformer.ln_f.bias is a single number; expected 8 long"
    );
    // PyTorch's linear maps lie the other way round.
    assert_eq!(
        shaped("transformer.h.1.mlp.c_fc.weight", &[32, 8]),
        "transformer.h.1.mlp.c_fc.weight is 32 x 8; expected 8 x 32"
    );
    assert_eq!(
        shaped(
            "transformer.h.1.attn.c_proj.weight",
            &[1, 1, 1, 1, 1, 1, 8, 8]
        ),
        "transformer.h.1.attn.c_proj.weight is 1 x 1 x 1 x 1 x 1 x 1 x …; expected 8 x 8"
    );
    assert_eq!(
        shaped("embed_transition.weight", &[8, 13]),
        "embed_transition.weight is for tokens of 13 numbers; expected 2 S + 5 + 1 with a sensory code of S numbers (1 or more)"
    );
    for token in [&[8, 6], &[8, 0]] {
        assert!(shaped("embed_transition.weight", token).contains("for tokens of"));
    }
    assert_eq!(
        shaped("embed_transition.weight", &[0, 12]),
        "width is 0; expected 1 to 4096"
    );
    assert_eq!(
        shaped("pred_actions.weight", &[0, 8]),
        "actions is 0; expected 1 to 4096"
    );
    for tensor in Layout::new(SMALL).tensors {
        let refusal = with(&|file| file.tensors.retain(|t| t.0 != tensor.name));
        assert_eq!(refusal, format!("{} is missing", tensor.name));
    }
    assert_eq!(
        with(&|file| file.tensors.clear()),
        "embed_transition.weight is missing"
    );
    assert_eq!(
        with(&|file| file.tensors.retain(|t| !t.0.contains(".h."))),
        "transformer.h.0.ln_1.weight is missing"
    );
    for (kind, size) in [("I64", 8), ("I32", 4), ("BOOL", 1), ("F8_E4M3", 1)] {
        let refusal = with(&|file| {
            let tensor = file.tensor("transformer.h.1.ln_2.weight");
            (tensor.1, tensor.3) = (kind, vec![0; 8 * size]);
        });
        assert_eq!(
            refusal,
            format!(
                "transformer.h.1.ln_2.weight holds {kind} numbers; expected F32, F16, BF16 or F64"
            )
        );
    }
    let refusal = with(&|file| file.tensor("pred_actions.bias").1 = "F31");
    assert!(refusal.contains("F31"), "{refusal}");
}

#[test]
fn values_that_are_not_finite_are_refused() {
    for (value, text) in [
        (f32::NAN, "NaN"),
        (f32::INFINITY, "inf"),
        (f32::NEG_INFINITY, "-inf"),
    ] {
        let mut file = File::small();
        let tensor = file.tensor("transformer.h.1.attn.c_attn.weight");
        tensor.3[4 * 17..4 * 18].copy_from_slice(&value.to_le_bytes());
        let expected = format!(
            "transformer.h.1.attn.c_attn.weight holds {text} at index 17; expected finite numbers"
        );
        assert_eq!(file.refusal(), expected);
        assert!(peek(&file.bytes()).is_ok());

        let mut ours = checkpoint(SMALL);
        let layout = Layout::new(SMALL);
        let tensor = layout
            .tensors
            .iter()
            .find(|t| t.name.contains(".1.attn.c_attn"));
        ours.weights.values[tensor.unwrap().range.start + 17] = value;
        for precision in [Precision::F32, Precision::F16] {
            assert_eq!(ours.write(precision).unwrap_err().to_string(), expected);
        }
    }
    let mut ours = checkpoint(SMALL);
    ours.weights.values[3] = 65520.0;
    assert!(ours.write(Precision::F32).is_ok());
    assert_eq!(
        ours.write(Precision::F16).unwrap_err().to_string(),
        "transformer.h.0.ln_1.weight holds 65520 at index 3; expected at most 65504 in size for F16: write F32"
    );
}

#[test]
fn contradictory_metadata_are_refused() {
    let refusal = |metadata: Value| File::small().metadata(metadata).refusal();
    for (key, value, expected) in [
        (
            "heads",
            "3",
            "heads is 3; expected a divisor of the width, 8",
        ),
        ("heads", "0", "heads is 0; expected 1 to 4096"),
        (
            "heads",
            "four",
            "heads is “four” in the metadata; expected a whole number",
        ),
        (
            "width",
            "-8",
            "width is “-8” in the metadata; expected a whole number",
        ),
        ("width", "4097", "width is 4097; expected 1 to 4096"),
        (
            "width",
            "16",
            "transformer.h.0.ln_1.weight is 8 long; expected 16 long",
        ),
        (
            "layers",
            "3",
            "there are tensors of 2 layers; expected 3 by the metadata",
        ),
        (
            "layers",
            "1",
            "there are tensors of 2 layers; expected 1 by the metadata",
        ),
        (
            "sensory",
            "4",
            "embed_transition.weight is 8 x 12; expected 8 x 14",
        ),
        (
            "sensory",
            "4294967295",
            "sensory is 4294967295; expected 1 to 4096",
        ),
        ("actions", "4097", "actions is 4097; expected 1 to 4096"),
        (
            "format",
            "chickadee-transformer-2",
            "the format is “chickadee-transformer-2”; expected “chickadee-transformer-1”",
        ),
    ] {
        assert_eq!(refusal(json!({ key: value })), expected);
    }
    let endless = refusal(json!({"heads": "x".repeat(10_000)}));
    assert!(endless.len() < 300, "{endless}");

    let odd = Shape { width: 6, ..SMALL };
    let file = File::new(&Weights::initial(odd, 1));
    assert_eq!(
        file.refusal(),
        "the metadata do not say the heads, and the usual 4 do not divide the width 6; expected an entry such as heads = 2"
    );
    let read = file.metadata(json!({"heads": "2"})).read();
    assert_eq!(read.unwrap().weights.shape, odd);

    // A name alone makes no layers.
    let mut file = File::small();
    file.add("transformer.h.99.ln_1.weight", "F32", &[8], 4);
    assert_eq!(file.refusal(), "layers is 100; expected 1 to 64");
    file.add(
        "transformer.h.18446744073709551615.ln_1.weight",
        "F32",
        &[8],
        4,
    );
    assert!(file.refusal().ends_with("expected 1 to 64"));
}

#[test]
fn what_is_not_read_is_not_written() {
    for (shape, expected) in [
        (
            Shape { heads: 3, ..SMALL },
            "heads is 3; expected a divisor of the width, 8",
        ),
        (
            Shape { heads: 0, ..SMALL },
            "heads is 0; expected 1 to 4096",
        ),
        (
            Shape { layers: 0, ..SMALL },
            "layers is 0; expected 1 to 64",
        ),
        (
            Shape {
                layers: 65,
                ..SMALL
            },
            "layers is 65; expected 1 to 64",
        ),
        (
            Shape {
                width: 4096,
                layers: 64,
                heads: 4,
                sensory: 4096,
                actions: 4096,
            },
            "there are 1909 weights; expected 12955439104 for these sizes",
        ),
    ] {
        let mut ours = checkpoint(SMALL);
        ours.weights.shape = shape;
        let refusal = ours.write(Precision::F32).unwrap_err().to_string();
        assert_eq!(refusal, expected);
    }
    let mut ours = checkpoint(TINY);
    ours.about.insert("log".into(), "x".repeat(1 << 24));
    assert!(matches!(
        ours.write(Precision::F32),
        Err(CheckpointError::LongHeader { .. })
    ));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for precision in [Precision::F32, Precision::F16] {
        let mut bytes = checkpoint(TINY).write(precision).unwrap();
        let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        for length in 0..bytes.len() {
            let cut = &bytes[..length];
            let error = Checkpoint::read(cut).unwrap_err();
            match error {
                CheckpointError::Empty { .. } => assert!(length < 8),
                CheckpointError::CutHeader { .. } => assert!((8..header).contains(&length)),
                CheckpointError::Length { .. } => assert!(length >= header),
                _ => panic!("{length}: {error}"),
            }
            // The header is enough for a look.
            assert_eq!(peek(cut).is_ok(), length >= header);
        }
        bytes.push(0);
        assert!(matches!(
            Checkpoint::read(&bytes),
            Err(CheckpointError::Length { .. })
        ));
    }
}

#[test]
fn claims_are_not_believed() {
    assert_eq!(
        refusal(b""),
        "the file has 0 bytes; expected 8 for the length of the header, then the header"
    );
    assert_eq!(
        refusal(&(1_u64 << 31).to_le_bytes()),
        "the header is 2147483648 bytes long by its first eight bytes; expected up to 16777216: is this a safetensors file?"
    );
    assert!(refusal(&[0xff; 100]).contains("18446744073709551615"));
    assert_eq!(
        refusal(&[&1000_u64.to_le_bytes()[..], b"{}"].concat()),
        "the file is cut short in its header: 2 bytes of it are there; expected 1000"
    );
    assert!(refusal(b"PK\x03\x04\0\0\0\0\0\0").starts_with("this is a PyTorch file"));

    // Two gigabytes of weights in a few bytes: consistent with itself, but not there.
    let shape = Shape {
        width: 4096,
        layers: 3,
        ..SMALL
    };
    let (mut header, mut end) = (serde_json::Map::new(), 0);
    for (name, dims) in tensors(shape) {
        let start = end;
        end += 4 * dims.iter().product::<usize>();
        let info = json!({"dtype": "F32", "shape": dims, "data_offsets": [start, end]});
        header.insert(name, info);
    }
    let file = raw(&Value::from(header).to_string(), &[0; 64]);
    assert_eq!(
        refusal(&file),
        format!("the tensors take 64 bytes of the file; expected {end} by the header")
    );
    assert!(end > 2_000_000_000);
    assert_eq!(peek(&file).unwrap().0, Shape { heads: 4, ..shape });

    // Lengths that overflow when they are added or multiplied.
    let most = usize::MAX;
    for header in [
        format!(r#"{{"a":{{"dtype":"F32","shape":[{most},{most}],"data_offsets":[0,8]}}}}"#),
        format!(r#"{{"a":{{"dtype":"U8","shape":[{most}],"data_offsets":[0,{most}]}}}}"#),
        r#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}"#.into(),
        r#"{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}"#.into(),
        r#"{"__metadata__":{"heads":4}}"#.into(),
        "[]".into(),
        "nonsense".into(),
        "[".repeat(100_000),
        r#"{"a":"#.repeat(100_000),
    ] {
        let refusal = refusal(&raw(&header, &[0; 8]));
        assert!(
            refusal.starts_with("the header cannot be read: "),
            "{refusal}"
        );
        assert!(refusal.len() < 300, "{refusal}");
    }
    // Eight tensors that end at the last address: with the length of the header the sum is beyond it.
    let each = usize::MAX / 8;
    let tensor = |i: usize| {
        let (start, end) = (i * each, (i + 1) * each);
        format!(r#""{i}":{{"dtype":"U8","shape":[{each}],"data_offsets":[{start},{end}]}}"#)
    };
    let header: Vec<String> = (0..8).map(tensor).collect();
    let refusal = refusal(&raw(&format!("{{{}}}", header.join(",")), &[0; 8]));
    assert!(refusal.starts_with("the tensors take 8 bytes"), "{refusal}");
}

#[test]
fn readouts_travel_with_the_weights() {
    let (model, extra) = (checkpoint(SMALL), readouts(SMALL));
    for precision in [Precision::F32, Precision::F16] {
        let bytes = model.write_with(precision, &extra).unwrap();
        assert_eq!(bytes, model.write_with(precision, &extra).unwrap());
        assert_eq!(Readouts::read(&bytes).unwrap(), extra);
        assert_eq!(super::precision(&bytes).unwrap(), precision);
        // They change nothing about the weights, and weights alone have none.
        let plain = model.write(precision).unwrap();
        assert_eq!(
            Checkpoint::read(&bytes).unwrap(),
            Checkpoint::read(&plain).unwrap()
        );
        assert_eq!(Readouts::read(&plain).unwrap(), Readouts::default());
        let theirs = SafeTensors::deserialize(&bytes).unwrap();
        let weight = theirs.tensor("readout.query.2.place.weight").unwrap();
        assert_eq!(weight.shape(), [8, 2]);
    }
    let readout = extra.get(TokenRole::Memory, 2, "place").unwrap();
    assert_eq!(readout.bias, [-1.5, 2.0]);
    assert_eq!(extra.get(TokenRole::Memory, 3, "place"), None);
}

#[test]
fn wrong_readouts_are_refused_by_name() {
    let mut file = File::small();
    file.add("readout.query.2.place.weight", "F32", &[8, 2], 4);
    file.add("readout.query.2.place.bias", "F32", &[2], 4);
    // Others may have readouts of their own.
    for name in [
        "readout.weight",
        "readout.query.02.place.weight",
        "readout.query.1.a-b.bias",
    ] {
        file.add(name, "I64", &[3], 8);
    }
    assert_eq!(Readouts::read(&file.bytes()).unwrap().all.len(), 1);
    for tensor in &mut file.tensors {
        tensor.0 = format!("model.{}", tensor.0);
    }
    assert_eq!(Readouts::read(&file.bytes()).unwrap().all.len(), 1);
    let (weight, bias) = (
        "model.readout.query.2.place.weight",
        "model.readout.query.2.place.bias",
    );
    let with = |change: &dyn Fn(&mut File)| {
        let mut file = file.clone();
        change(&mut file);
        assert!(file.read().is_ok(), "the weights are whole");
        Readouts::read(&file.bytes()).unwrap_err().to_string()
    };
    let shaped = |name: &'static str, shape: &'static [usize]| {
        with(&|file| {
            let tensor = file.tensor(name);
            tensor.2 = shape.to_vec();
            tensor.3 = vec![0; 4 * shape.iter().product::<usize>()];
        })
    };
    let expected = "expected 8 x outputs, which are 1 to 64";
    assert_eq!(
        shaped(weight, &[2, 8]),
        format!("{weight} is 2 x 8; {expected}")
    );
    assert_eq!(
        shaped(weight, &[8, 0]),
        format!("{weight} is 8 x 0; {expected}")
    );
    assert_eq!(
        shaped(weight, &[8, 65]),
        format!("{weight} is 8 x 65; {expected}")
    );
    assert_eq!(
        shaped(weight, &[16]),
        format!("{weight} is 16 long; {expected}")
    );
    assert_eq!(
        shaped(bias, &[3]),
        format!("{bias} is 3 long; expected 2 long")
    );
    assert_eq!(
        with(&|file| file.tensors.retain(|t| t.0 != weight)),
        format!("{weight} is missing")
    );
    assert_eq!(
        with(&|file| file.tensors.retain(|t| t.0 != bias)),
        format!("{bias} is missing")
    );
    assert_eq!(
        with(&|file| {
            let tensor = file.tensor(bias);
            (tensor.1, tensor.3) = ("I64", vec![0; 16]);
        }),
        format!("{bias} holds I64 numbers; expected F32, F16, BF16 or F64")
    );
    assert_eq!(
        with(&|file| file.tensor(weight).3[20..24].copy_from_slice(&f32::NAN.to_le_bytes())),
        format!("{weight} holds NaN at index 5; expected finite numbers")
    );
    for (layer, found) in [("0", "0"), ("3", "3")] {
        let name = format!("model.readout.query.{layer}.place.weight");
        assert_eq!(
            with(&|file| file.tensor(weight).0.clone_from(&name)),
            if layer == "0" {
                format!("model.readout.query.0.place.weight reads layer {found}; expected 1 to 2")
            } else {
                // The bias of layer 2 comes first, and lacks its weight.
                format!("{weight} is missing")
            }
        );
    }
    let mut cut = file.bytes();
    cut.pop();
    assert!(matches!(
        Readouts::read(&cut),
        Err(CheckpointError::Length { .. })
    ));

    // What is not read is not written.
    let refusal = |change: &dyn Fn(&mut ReadoutKey, &mut LinearReadout)| {
        let (mut key, mut readout) = readouts(SMALL).all.pop_first().unwrap();
        change(&mut key, &mut readout);
        let extra = Readouts {
            all: [(key, readout)].into(),
        };
        let error = checkpoint(SMALL)
            .write_with(Precision::F16, &extra)
            .unwrap_err();
        error.to_string()
    };
    assert_eq!(
        refusal(&|key, _| key.layer = 3),
        "readout.query.3.place.weight reads layer 3; expected 1 to 2"
    );
    assert!(refusal(&|key, _| key.target = "a.b".into()).starts_with("“a.b” is no name"));
    assert!(refusal(&|_, r| r.weights = Matrix::zeros(7, 2)).contains("is 7 x 2; expected 8"));
    assert!(refusal(&|_, r| r.bias = vec![0.0]).contains("is 1 long; expected 2 long"));
    assert!(refusal(&|_, r| r.bias[1] = f32::NAN).contains("holds NaN at index 1"));
}

fn cases(cases: u32) -> ProptestConfig {
    // Found cases become tests of their own; no files are left behind.
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Whatever is read is whole; the rest is one short sentence.
fn read_anything(bytes: &[u8]) {
    let _ = peek(bytes);
    match Readouts::read(bytes) {
        Ok(read) => {
            let shape = peek(bytes).unwrap().0;
            for (key, readout) in &read.all {
                assert!((1..=shape.layers).contains(&key.layer));
                assert_eq!(readout.weights.rows(), shape.width);
                assert_eq!(readout.weights.columns(), readout.bias.len());
                let values = readout.weights.values().iter().chain(&readout.bias);
                assert!(values.copied().all(f32::is_finite));
            }
        }
        Err(error) => {
            let sentence = error.to_string();
            assert!(
                sentence.len() < 1000 && !sentence.contains('\n'),
                "{sentence}"
            );
        }
    }
    match Checkpoint::read(bytes) {
        Ok(read) => {
            let Weights { shape, values } = &read.weights;
            assert_eq!(values.len(), Layout::new(*shape).total());
            assert!(values.iter().all(|x| x.is_finite()));
            assert_eq!(peek(bytes).unwrap(), (*shape, read.about.clone()));
        }
        Err(error) => {
            let sentence = error.to_string();
            assert!(
                sentence.len() < 1000 && !sentence.contains('\n'),
                "{sentence}"
            );
        }
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..400)) {
        read_anything(&bytes);
        // The same as a header, and behind an empty one.
        read_anything(&[&(bytes.len() as u64).to_le_bytes()[..], &bytes].concat());
        read_anything(&[&2_u64.to_le_bytes()[..], b"{}", &bytes].concat());
    }

    #[test]
    fn any_header_is_survived(
        text in r#"[{}\[\]",:a-f0-9 .]{0,60}"#,
        at in any::<prop::sample::Index>(),
    ) {
        // A piece of text somewhere in a valid header, with the length set right.
        let bytes = checkpoint(TINY).write(Precision::F16).unwrap();
        let end = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        let at = 8 + at.index(end - 8);
        let header = [&bytes[8..at], text.as_bytes(), &bytes[at..end]].concat();
        let length = header.len() as u64;
        read_anything(&[&length.to_le_bytes()[..], &header, &bytes[end..]].concat());
    }

    #[test]
    fn any_damage_is_survived(
        half in any::<bool>(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..8),
    ) {
        let precision = if half { Precision::F16 } else { Precision::F32 };
        let mut bytes = checkpoint(TINY).write_with(precision, &readouts(TINY)).unwrap();
        let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        for (at, with, digit) in damage {
            // Digits stay digits now and then: sizes and offsets change, and the header can be read.
            let at = at.index(if digit { header } else { bytes.len() });
            let old = bytes[at];
            bytes[at] = if digit && old.is_ascii_digit() { b'0' + with % 10 } else { old ^ with };
        }
        read_anything(&bytes);
    }
}

#[test]
fn tensors_that_would_change_the_function_are_refused() {
    for (name, says) in [
        (
            "transformer.h.0.crossattention.c_attn.weight",
            "cross-attention",
        ),
        ("transformer.h.1.ln_cross_attn.bias", "cross-attention"),
        ("transformer.h.0.attn.c_attn.lora_A.weight", "an adapter"),
        ("transformer.h.9.lora.weight", "an adapter"),
        ("base_model.model.pred_actions.lora_B.default", "an adapter"),
        ("transformer.h.0.mlp.gate.weight", "would change"),
        ("transformer.h.0.attn.rotary.inv_freq", "would change"),
        ("transformer.ln_0.weight", "would change"),
        ("transformer.wpe.bias", "would change"),
        ("embed_ln.weight", "would change"),
        ("embed_timestep.weight", "would change"),
        ("embed_transition.1.weight", "would change"),
        ("pred_actions.2.weight", "would change"),
        ("position_embedding", "would change"),
    ] {
        let mut file = File::small();
        file.add(name, "F32", &[2, 2], 4);
        let refusal = file.refusal();
        assert!(
            refusal.starts_with(name) && refusal.contains(says),
            "{refusal}"
        );
        for tensor in &mut file.tensors {
            tensor.0 = format!("model.{}", tensor.0);
        }
        assert!(file.refusal().contains(says), "{name}");
    }
}

#[test]
fn position_embeddings_must_be_zero() {
    for kind in [("F32", 4), ("F16", 2), ("F64", 8)] {
        let mut file = File::small();
        file.add("transformer.wpe.weight", kind.0, &[6, 8], kind.1);
        let read = file.read().unwrap();
        assert_eq!(read.weights.values, Weights::initial(SMALL, 7).values);
        file.tensor("transformer.wpe.weight").3[17] = 1;
        assert!(
            file.refusal()
                .starts_with("transformer.wpe.weight holds position embeddings that are not zero")
        );
    }
}

#[test]
fn compiled_modules_have_the_same_names() {
    let expected = File::small().read().unwrap();
    for (from, to) in [
        ("transformer.", "transformer._orig_mod."),
        ("transformer.", "_orig_mod.transformer."),
        (".mlp.", ".mlp._orig_mod."),
        ("", "_orig_mod."),
        ("", "model._orig_mod."),
    ] {
        let mut file = File::small();
        for tensor in &mut file.tensors {
            tensor.0 = tensor.0.replacen(from, to, 1);
        }
        assert_eq!(file.read().unwrap(), expected, "{to}");
        assert_eq!(Readouts::read(&file.bytes()).unwrap(), Readouts::default());
        file.tensors.pop();
        assert!(file.refusal().ends_with("is missing"));
    }
    let mut file = File::small();
    file.add("_orig_mod.pred_actions.weight", "F32", &[5, 8], 4);
    assert!(
        file.refusal()
            .ends_with("are both in the file; expected one model")
    );
}

#[test]
fn doubles_are_rounded_once() {
    let mut file = File::small();
    for (_, dtype, _, bytes) in &mut file.tensors {
        let values = bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b));
        *bytes = values
            .flat_map(|x| (f64::from(x) * (1.0 + 1e-12)).to_le_bytes())
            .collect();
        *dtype = "F64";
    }
    let read = file.read().unwrap();
    assert_eq!(read.weights.values, Weights::initial(SMALL, 7).values);
    assert_eq!(precision(&file.bytes()).unwrap(), Precision::F32);
    file.tensor("pred_actions.bias").3[..8].copy_from_slice(&1e300_f64.to_le_bytes());
    assert_eq!(
        file.refusal(),
        "pred_actions.bias holds inf at index 0; expected finite numbers"
    );
}

#[test]
fn assumed_heads_are_told() {
    let file = File::small();
    assert_eq!(assumed_heads(&file.bytes()), Ok(Some(4)));
    let file = file.metadata(json!({"heads": "2"}));
    assert_eq!(assumed_heads(&file.bytes()), Ok(None));
    let ours = checkpoint(SMALL).write(Precision::F32).unwrap();
    assert_eq!(assumed_heads(&ours), Ok(None));
}

#[test]
fn long_metadata_are_read() {
    let log = "x".repeat(1_600_000);
    let file = File::small().metadata(json!({"log": log, "heads": "2"}));
    assert_eq!(file.read().unwrap().about["log"].len(), 1_600_000);
}

#[test]
fn files_of_other_kinds_are_named() {
    for (bytes, says) in [
        (&b"PK\x03\x04\x14\x00\x00\x00\x00\x00"[..], "PyTorch file"),
        (b"PK\x03\x04", "PyTorch file"),
        (b"\x80\x02}q\x00X\x05\x00\x00\x00hello", "PyTorch file"),
        (
            b"\x80\x04\x95\x10\x01\x00\x00\x00\x00\x00\x00",
            "PyTorch file",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
            "git lfs pull",
        ),
        (b"<!DOCTYPE html><title>404</title>", "a web page"),
        (b"\xef\xbb\xbf\r\n <html lang=en>", "a web page"),
        (b"{\"error\": \"not found\"}", "a text in JSON"),
        (b"GGUF\x03\x00\x00\x00\x01", "a GGUF file"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"\x93NUMPY\x01\x00v\x00", "a NumPy file"),
    ] {
        let refusal = refusal(bytes);
        assert!(refusal.contains(says), "{refusal}");
        assert_eq!(peek(bytes).unwrap_err().to_string(), refusal);
    }
    // A damaged file of ours whose length looks like the beginning of another kind.
    for first in [0x0280_u64, 0x213c, 0x617b] {
        let mut bytes = first.to_le_bytes().to_vec();
        bytes.extend([b' '; 100]);
        assert!(refusal(&bytes).contains("cut short in its header"));
    }
}
