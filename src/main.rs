//! x
#[cfg(not(target_arch="wasm32"))] fn main(){ let _ = eframe::NativeOptions::default(); }
 #[cfg(target_arch="wasm32")] fn main(){}
