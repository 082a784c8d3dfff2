// A step of few states. Reading G is all that costs time, and only the rows of active units are read: in the barcode
// state a tenth of them.
//
// A workgroup computes COLUMNS units of one state; its threads also share out the rows, in PARTS.

var<workgroup> parts: array<f32, COLUMNS * PARTS>;

@compute @workgroup_size(COLUMNS * PARTS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let unit = group.x * COLUMNS + thread % COLUMNS;
    let state = group.y;
    var sum = 0.0;
    if unit < p.units {
        for (var i = p.begin + thread / COLUMNS; i < p.end; i += PARTS) {
            let a = activity[p.now + state * p.units + i];
            if a != 0.0 {
                sum += a * normals[(i - p.begin) * p.units + unit];
            }
        }
    }
    parts[thread] = sum;
    workgroupBarrier();
    if thread >= COLUMNS {
        return;
    }
    var product = 0.0;
    for (var part = 0u; part < PARTS; part++) {
        product += parts[part * COLUMNS + thread];
    }
    finish(state, unit, product);
}
