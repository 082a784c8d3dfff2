// A step of many states: a dense product in tiles of 64 states × 64 units, as in ops/matmul/tiles.wgsl.

const PITCH = 17u;
var<workgroup> left: array<vec4<f32>, DEPTH * PITCH>;
var<workgroup> right: array<vec4<f32>, DEPTH * 16u>;

fn activity_at(state: u32, i: u32) -> f32 {
    if state < p.states && i < p.end {
        return activity[p.now + state * p.units + i];
    }
    return 0.0;
}

fn normal_at(i: u32, unit: u32) -> f32 {
    if i < p.end && unit < p.units {
        return normals[(i - p.begin) * p.units + unit];
    }
    return 0.0;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let first_unit = group.x * TILE;
    let first_state = group.y * TILE;
    let x = thread % 16u;
    let y = thread / 16u;
    var sum: array<vec4<f32>, 4>;
    for (var begin = p.begin; begin < p.end; begin += DEPTH) {
        let state = first_state + 4u * y;
        let k = begin + x;
        left[x * PITCH + y] = vec4(activity_at(state, k), activity_at(state + 1u, k), activity_at(state + 2u, k), activity_at(state + 3u, k));
        let unit = first_unit + 4u * x;
        let l = begin + y;
        right[y * 16u + x] = vec4(normal_at(l, unit), normal_at(l, unit + 1u), normal_at(l, unit + 2u), normal_at(l, unit + 3u));
        workgroupBarrier();
        for (var depth = 0u; depth < DEPTH; depth++) {
            let states = left[depth * PITCH + y];
            let units = right[depth * 16u + x];
            sum[0] += states.x * units;
            sum[1] += states.y * units;
            sum[2] += states.z * units;
            sum[3] += states.w * units;
        }
        workgroupBarrier();
    }
    for (var i = 0u; i < 4u; i++) {
        for (var j = 0u; j < 4u; j++) {
            finish(first_state + 4u * y + i, first_unit + 4u * x + j, sum[i][j]);
        }
    }
}
