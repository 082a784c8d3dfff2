use std::{fmt::Write, marker::PhantomData};

use super::{Chunk, Parameters};

/// A program for the GPU, put together from chunks of WGSL.
///
/// Its text is one `const` line for every constant, the parameters, and the chunks. (WGSL does not mind the order:
/// what a chunk calls may stand in a later one.) Parameters of a dispatch are at binding 0, arrays at the bindings
/// 1, 2, …; the entry point is `main`.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name: unique, since compiled kernels are kept under it, and shown by graphics debuggers.
    pub name: &'static str,
    /// WGSL of the parameters, [`Parameters::WGSL`].
    pub parameters: &'static str,
    /// Numbers that both sides must know, besides those of the chunks.
    pub constants: &'static [(&'static str, usize)],
    /// The chunks.
    pub chunks: &'static [Chunk],
}

/// A [`Program`] that takes the parameters `P`.
#[derive(Debug)]
pub struct Kernel<P> {
    program: Program,
    parameters: PhantomData<fn(P)>,
}

impl<P: Parameters> Kernel<P> {
    /// The kernel of this name, constants and chunks.
    #[must_use]
    pub const fn new(
        name: &'static str,
        constants: &'static [(&'static str, usize)],
        chunks: &'static [Chunk],
    ) -> Self {
        Self {
            program: Program {
                name,
                parameters: P::WGSL,
                constants,
                chunks,
            },
            parameters: PhantomData,
        }
    }

    /// The program.
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.program
    }
}

impl Program {
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let of_chunks = self.chunks.iter().map(|chunk| chunk.constants);
        for (name, value) in std::iter::once(self.constants).chain(of_chunks).flatten() {
            // Writing to a string cannot fail.
            _ = writeln!(text, "const {name} = {value}u;");
        }
        text += self.parameters;
        for chunk in self.chunks {
            text += chunk.source;
        }
        text
    }

    /// For every array, in the order of the bindings, whether the kernel only reads it.
    fn only_reads(text: &str) -> Vec<bool> {
        let declared = text.split("@binding(").skip(1);
        let mut arrays: Vec<(u32, bool)> = declared
            .filter_map(|rest| {
                let (binding, rest) = rest.split_once(") var<storage, ")?;
                Some((binding.parse().ok()?, rest.starts_with("read>")))
            })
            .collect();
        arrays.sort_unstable();
        arrays.into_iter().map(|(_, reads)| reads).collect()
    }

    pub(super) fn compile(&self, device: &wgpu::Device) -> Compiled {
        let text = self.text();
        // Parameters, at a place of the page that is given with each dispatch, and then the arrays.
        let parameters = wgpu::BufferBindingType::Uniform;
        let arrays = Self::only_reads(&text)
            .into_iter()
            .map(|read_only| (wgpu::BufferBindingType::Storage { read_only }, false));
        let entries: Vec<_> = std::iter::once((parameters, true))
            .chain(arrays)
            .zip(0..)
            .map(
                |((ty, has_dynamic_offset), binding)| wgpu::BindGroupLayoutEntry {
                    binding,
                    visibility: wgpu::ShaderStages::COMPUTE,
                    ty: wgpu::BindingType::Buffer {
                        ty,
                        has_dynamic_offset,
                        min_binding_size: None,
                    },
                    count: None,
                },
            )
            .collect();
        let bindings = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(self.name),
            entries: &entries,
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(self.name),
            bind_group_layouts: &[Some(&bindings)],
            ..Default::default()
        });
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(self.name),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(self.name),
            layout: Some(&layout),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        Compiled { pipeline, bindings }
    }
}

/// A kernel that is ready to run.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub pipeline: wgpu::ComputePipeline,
    /// Layout of its bind group.
    pub bindings: wgpu::BindGroupLayout,
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use wgpu::naga::{
        front::wgsl,
        valid::{Capabilities, ValidationFlags, Validator},
    };

    /// So a file that no listed kernel is made of, and that nothing else would look at, is found.
    #[test]
    fn every_file_is_part_of_a_listed_kernel() {
        fn visit(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, found);
                } else if path.extension().is_some_and(|end| end == "wgsl") {
                    found.push(path);
                }
            }
        }
        let mut files = Vec::new();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        visit(std::path::Path::new(source), &mut files);
        assert!(files.len() > 10, "{files:?}");
        let kernels = crate::selftest::kernels();
        let chunks: Vec<_> = kernels.iter().flat_map(|kernel| kernel.chunks).collect();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let (bytes, length) = crate::gpu::strip::<16_384>(&text);
            let is_there = chunks
                .iter()
                .any(|chunk| chunk.source.as_bytes() == &bytes[..length]);
            assert!(is_there, "{} is in no kernel", file.display());
        }
    }

    /// Needs no GPU. All that is wrong is listed at once.
    #[test]
    fn every_kernel_is_valid_and_keeps_to_the_limits_of_the_web() {
        let mut wrong = Vec::new();
        let mut names = std::collections::BTreeSet::new();
        let kernels = crate::selftest::kernels();
        assert!(!kernels.is_empty());
        for kernel in kernels {
            let name = kernel.name;
            let text = kernel.text();
            if !names.insert(name) {
                wrong.push(format!("{name}: the name is used twice"));
            }
            let module = match wgsl::parse_str(&text) {
                Ok(module) => module,
                Err(error) => {
                    wrong.push(format!("{name}: {}", error.emit_to_string(&text)));
                    continue;
                }
            };
            let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
            if let Err(error) = validator.validate(&module) {
                wrong.push(format!("{name}: {}", error.emit_to_string(&text)));
            }
            let [entry] = module.entry_points.as_slice() else {
                wrong.push(format!("{name}: not one entry point"));
                continue;
            };
            let threads: u32 = entry.workgroup_size.iter().product();
            if entry.name != "main" || threads > 256 {
                wrong.push(format!(
                    "{name}: entry point {}, {threads} threads",
                    entry.name
                ));
            }
            let mut layouter = wgpu::naga::proc::Layouter::default();
            layouter.update(module.to_ctx()).unwrap();
            let size = |space| {
                let all = module.global_variables.iter();
                all.filter(|(_, variable)| variable.space == space)
                    .map(|(_, variable)| layouter[variable.ty].size)
                    .sum::<u32>()
            };
            let shared = size(wgpu::naga::AddressSpace::WorkGroup);
            if shared > 16_384 {
                wrong.push(format!("{name}: {shared} bytes of workgroup memory"));
            }
            let variables = module.global_variables.iter();
            let mut arrays: Vec<_> = variables
                .filter_map(|(_, v)| match v.space {
                    wgpu::naga::AddressSpace::Storage { access } => {
                        let reads = !access.contains(wgpu::naga::StorageAccess::STORE);
                        Some((v.binding.map(|b| (b.group, b.binding)), reads))
                    }
                    _ => None,
                })
                .collect();
            arrays.sort_unstable();
            if arrays.len() > 8 {
                wrong.push(format!("{name}: {} arrays", arrays.len()));
            }
            let declared = super::Program::only_reads(&text).into_iter().zip(1..);
            let declared = declared.map(|(reads, binding)| (Some((0, binding)), reads));
            if !declared.eq(arrays) {
                wrong.push(format!("{name}: arrays are not bound at 1, 2, …"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
