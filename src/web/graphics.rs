//! What a page draws with: a device of WebGPU or a context of WebGL2, what is asked of it, and what happens when it is lost.
//!
//! WebGPU draws through wgpu, WebGL2 through eframe's own painter: wgpu's way to WebGL carries a compiler of shaders, a third of a
//! megabyte to download, for the few triangles of a user interface.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chickadee::app::{Options, Renderer};
use eframe::{egui, egui_wgpu};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlCanvasElement, WebGl2RenderingContext};

/// What eframe is started with: the interface of the options, limits that the adapter itself names.
pub(super) fn web_options(options: &Options) -> eframe::WebOptions {
    let mut web = eframe::WebOptions {
        renderer: match options.renderer {
            Renderer::WebGpu => eframe::Renderer::Wgpu,
            Renderer::WebGl => eframe::Renderer::Glow,
        },
        webgl_context_option: eframe::WebGlContextOption::WebGl2,
        ..eframe::WebOptions::default()
    };
    if let egui_wgpu::WgpuSetup::CreateNew(setup) = &mut web.wgpu_options.wgpu_setup {
        // eframe asks for textures of 8,192, which some telephones do not have; pictures need no other limit.
        setup.device_descriptor = Arc::new(|adapter| wgpu::DeviceDescriptor {
            label: Some("picture"),
            required_limits: wgpu::Limits::downlevel_webgl2_defaults()
                .using_resolution(adapter.limits()),
            ..wgpu::DeviceDescriptor::default()
        });
    }
    // A finger that goes down may be about to scroll the page: the script decides that, and what is prevented cannot scroll.
    let page = options.page;
    web.should_prevent_default = Box::new(move |event| {
        let finger = matches!(
            event,
            egui::Event::PointerButton { pressed: true, .. } | egui::Event::PointerMoved(_)
        );
        page || !finger
    });
    web
}

/// A device, as far as a page has to know it.
#[derive(Clone, Default)]
pub(super) struct Device {
    /// Pixels on one side of the largest picture.
    pub side: u32,
    lost: Arc<AtomicBool>,
}

impl Device {
    /// Watches the device that eframe has opened. Errors of a picture must not end the module, which wgpu would do. The script
    /// hears from the canvas itself that a context of WebGL is lost.
    pub fn watch(cc: &eframe::CreationContext<'_>, canvas: &HtmlCanvasElement) -> Self {
        let lost = Arc::new(AtomicBool::new(false));
        let Some(state) = &cc.wgpu_render_state else {
            return Self {
                side: largest_texture(canvas).unwrap_or_default(),
                lost,
            };
        };
        let (tell, ctx) = (Arc::clone(&lost), cc.egui_ctx.clone());
        state.device.set_device_lost_callback(move |reason, _| {
            if reason != wgpu::DeviceLostReason::Destroyed {
                tell.store(true, Ordering::Relaxed);
                ctx.request_repaint();
            }
        });
        let tell = Arc::clone(&lost);
        state
            .device
            .on_uncaptured_error(Arc::new(move |_: wgpu::Error| {
                tell.store(true, Ordering::Relaxed);
            }));
        Self {
            side: state.device.limits().max_texture_dimension_2d,
            lost,
        }
    }

    /// True once, if the device was lost or has refused to draw since the last call.
    pub fn take_lost(&self) -> bool {
        self.lost.swap(false, Ordering::Relaxed)
    }
}

/// Pixels on one side of the largest texture of the canvas's WebGL2 context.
fn largest_texture(canvas: &HtmlCanvasElement) -> Option<u32> {
    let context = canvas.get_context("webgl2").ok()??;
    let context: WebGl2RenderingContext = context.dyn_into().ok()?;
    let side = context.get_parameter(WebGl2RenderingContext::MAX_TEXTURE_SIZE);
    side.ok()?.as_f64().map(|side| side as u32)
}
