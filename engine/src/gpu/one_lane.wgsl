// A Lane of one number, for reduce.wgsl.
alias Lane = f32;

