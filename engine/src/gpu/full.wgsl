// Numbers of 32 bits, as they are. Twin: half.wgsl, gpu/numbers.rs.

alias Stored = f32;

// Where number i is stored.
fn place(i: u32) -> u32 {
    return i;
}

// Number i, of what is stored at its place.
fn number(stored: Stored, i: u32) -> f32 {
    return stored;
}

