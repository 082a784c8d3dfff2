//! Colours, type and spacing: the only place where a colour is written down.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    TextStyle, Vec2, Visuals,
};

/// Distances, in points.
pub(crate) mod space {
    /// Between panels.
    pub(crate) const GAP: f32 = 6.0;
    /// From a panel's edge to what is in it.
    pub(crate) const PADDING: f32 = 10.0;
    /// Below this width there is room for one column of panels only.
    pub(crate) const NARROW: f32 = 860.0;
    /// Below a picture, for the numbers of its axis or a line of small text.
    pub(crate) const AXIS: f32 = 14.0;
}

/// Widths of lines, in points.
pub(crate) mod line {
    /// Edges, and marks in a picture.
    pub(crate) const THIN: f32 = 1.0;
    /// What is pointed at or selected.
    pub(crate) const MARK: f32 = 1.5;
    /// What must not be overlooked.
    pub(crate) const STRONG: f32 = 2.0;
}

/// Radii of corners, in points.
pub(crate) mod radius {
    /// Of a panel.
    pub(crate) const PANEL: f32 = 6.0;
    /// Of what lies in a panel.
    pub(crate) const WELL: f32 = 4.0;
}

/// What the reader asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// As the system is.
    #[default]
    System,
    /// Light ground.
    Light,
    /// Dark ground.
    Dark,
    /// Light ground, large type, strong lines.
    Projector,
}

/// Colours with one meaning each, and what they stand on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Theme {
    pub dark: bool,
    pub scale: f32,
    /// Behind the panels.
    pub ground: Color32,
    /// A panel.
    pub panel: Color32,
    /// Behind data.
    pub well: Color32,
    /// Edges of panels, axes.
    pub edge: Color32,
    /// Text.
    pub text: Color32,
    /// Text that may be overlooked.
    pub faint: Color32,
    /// Place code.
    pub place: Color32,
    /// Barcode.
    pub barcode: Color32,
    /// Seeds and what says “seed”.
    pub seed: Color32,
    /// Attention.
    pub attention: Color32,
    /// What the transformer would do.
    pub policy: Color32,
    /// The goal, and what it pays.
    pub reward: Color32,
    /// What is selected.
    pub accent: Color32,
}

/// Text of panels' titles.
pub(crate) const TITLE: &str = "title";

impl Theme {
    pub(crate) fn of(choice: Choice, system: Option<egui::Theme>) -> Self {
        let dark = match choice {
            Choice::System => system != Some(egui::Theme::Light),
            Choice::Dark => true,
            Choice::Light | Choice::Projector => false,
        };
        let hex = |rgb: u32| Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8);
        // Blue, vermilion and green are lifted on dark ground, where the originals would be too dark to read.
        if dark {
            Self {
                dark,
                scale: 1.0,
                ground: hex(0x0e_1217),
                panel: hex(0x16_1b22),
                well: hex(0x0b_0e13),
                edge: hex(0x2a_313c),
                text: hex(0xe4_e7eb),
                faint: hex(0x93_9dab),
                place: hex(0x3c_9bdc),
                barcode: hex(0xf0_7832),
                seed: hex(0xe6_9f00),
                attention: hex(0xe0_8cbc),
                policy: hex(0x1f_b58c),
                reward: hex(0xf0_e442),
                accent: hex(0x56_b4e9),
            }
        } else {
            let strong = choice == Choice::Projector;
            Self {
                dark,
                scale: if strong { 1.2 } else { 1.0 },
                ground: if strong {
                    hex(0xff_ffff)
                } else {
                    hex(0xee_efec)
                },
                panel: hex(0xff_ffff),
                well: hex(0xf7_f7f5),
                edge: if strong {
                    hex(0x80_868e)
                } else {
                    hex(0xd3_d6d9)
                },
                text: if strong {
                    hex(0x00_0000)
                } else {
                    hex(0x1b_2028)
                },
                faint: if strong {
                    hex(0x33_3a44)
                } else {
                    hex(0x5d_6773)
                },
                place: hex(0x00_72b2),
                barcode: hex(0xd5_5e00),
                seed: hex(0xb8_7a00),
                attention: hex(0xcc_79a7),
                policy: hex(0x00_9e73),
                reward: hex(0xc4_a900),
                accent: hex(0x00_72b2),
            }
        }
    }

    /// A colour between two.
    pub(crate) fn blend(from: Color32, to: Color32, part: f32) -> Color32 {
        from.lerp_to_gamma(to, part.clamp(0.0, 1.0))
    }

    /// Blocks 1 … `layers`, from light to dark blue.
    pub(crate) fn layer(&self, layer: usize, layers: usize) -> Color32 {
        let part = (layer + 1) as f32 / layers.max(1) as f32;
        let light = Self::blend(self.place, Color32::WHITE, 0.62);
        let dark = if self.dark {
            self.place
        } else {
            Self::blend(self.place, Color32::BLACK, 0.35)
        };
        Self::blend(light, dark, part)
    }

    pub(crate) fn apply(&self, ctx: &egui::Context) {
        let base = if self.dark {
            egui::Theme::Dark
        } else {
            egui::Theme::Light
        };
        ctx.set_theme(base);
        let theme = *self;
        ctx.all_styles_mut(move |style| {
            let size = |points: f32| points * theme.scale;
            let font = |points: f32, family: FontFamily| FontId::new(size(points), family);
            style.text_styles = [
                (TextStyle::Heading, font(17.0, bold())),
                (TextStyle::Body, font(13.0, FontFamily::Proportional)),
                (TextStyle::Button, font(13.0, FontFamily::Proportional)),
                (TextStyle::Small, font(11.0, FontFamily::Proportional)),
                (TextStyle::Monospace, font(12.0, FontFamily::Proportional)),
                (TextStyle::Name(TITLE.into()), font(12.5, bold())),
            ]
            .into();
            let mut visuals = if theme.dark {
                Visuals::dark()
            } else {
                Visuals::light()
            };
            visuals.panel_fill = theme.ground;
            visuals.window_fill = theme.panel;
            visuals.window_stroke = Stroke::new(1.0, theme.edge);
            visuals.extreme_bg_color = theme.well;
            visuals.faint_bg_color = theme.well;
            visuals.hyperlink_color = theme.accent;
            visuals.selection.bg_fill = Self::blend(theme.panel, theme.accent, 0.35);
            visuals.selection.stroke = Stroke::new(1.0, theme.text);
            visuals.warn_fg_color = theme.barcode;
            let radius = CornerRadius::from(radius::WELL);
            let widgets = &mut visuals.widgets;
            for (state, fill, text) in [
                (&mut widgets.noninteractive, theme.panel, theme.text),
                (
                    &mut widgets.inactive,
                    Self::blend(theme.panel, theme.edge, 0.6),
                    theme.text,
                ),
                (&mut widgets.hovered, theme.edge, theme.text),
                (
                    &mut widgets.active,
                    Self::blend(theme.panel, theme.accent, 0.4),
                    theme.text,
                ),
                (&mut widgets.open, theme.edge, theme.text),
            ] {
                state.bg_fill = fill;
                state.weak_bg_fill = fill;
                state.fg_stroke = Stroke::new(1.0, text);
                state.bg_stroke = Stroke::new(0.0, theme.edge);
                state.corner_radius = radius;
                state.expansion = 0.0;
            }
            visuals.widgets.noninteractive.bg_stroke = Stroke::new(1.0, theme.edge);
            visuals.widgets.hovered.bg_stroke = Stroke::new(1.0, theme.accent);
            visuals.weak_text_color = Some(theme.faint);
            visuals.slider_trailing_fill = true;
            style.visuals = visuals;
            style.spacing.item_spacing = Vec2::new(8.0, 5.0);
            style.spacing.button_padding = Vec2::new(8.0, 3.0);
            style.spacing.interact_size = Vec2::new(32.0, 24.0) * theme.scale;
            style.spacing.slider_width = 90.0 * theme.scale;
            style.spacing.window_margin = Margin::same(14);
            style.interaction.selectable_labels = false;
        });
    }
}

fn bold() -> FontFamily {
    FontFamily::Name("bold".into())
}

/// One family in two weights, subset to what is written here; nothing is taken from the system, so that every machine
/// shows the same.
pub(super) fn install_fonts(ctx: &egui::Context) {
    let regular = include_bytes!("../../assets/fonts/IBMPlexSans-Regular.subset.ttf");
    let semibold = include_bytes!("../../assets/fonts/IBMPlexSans-SemiBold.subset.ttf");
    let mut fonts = FontDefinitions::empty();
    fonts.font_data.insert(
        "regular".to_owned(),
        Arc::new(FontData::from_static(regular)),
    );
    fonts
        .font_data
        .insert("bold".to_owned(), Arc::new(FontData::from_static(semibold)));
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        fonts.families.insert(family, vec!["regular".to_owned()]);
    }
    fonts.families.insert(bold(), vec!["bold".to_owned()]);
    ctx.set_fonts(fonts);
}
