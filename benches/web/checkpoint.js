// Checkpoints (safetensors) in the page: read, and made up for sizes that no checkpoint comes in.

/** Numbers of 16 bits in single precision. */
function halves(bits) {
  return Float32Array.from(bits, (bit) => {
    const [sign, exponent, fraction] = [bit >> 15 ? -1 : 1, (bit >> 10) & 31, bit & 1023];
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  });
}

/** Tensors of a file by name: {shape, values}, values in single precision. */
export function read(bytes) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const tensors = new Map();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const data = bytes.slice(8 + length + data_offsets[0], 8 + length + data_offsets[1]).buffer;
    if (dtype !== 'F32' && dtype !== 'F16') throw new Error(`The tensor ${name} has numbers of the kind ${dtype}.`);
    tensors.set(name, { shape, values: dtype === 'F32' ? new Float32Array(data) : halves(new Uint16Array(data)) });
  }
  return tensors;
}

/**
 * The bytes of a checkpoint of random weights, the same at every call: width d, three blocks, S = 10, A = 5. Half precision holds every weight, as
 * in the checkpoints of the trainer.
 */
export function random(width, layers = 3, heads = 4) {
  const [token, actions] = [26, 5];
  const shapes = [];
  const affine = (name, ...shape) => shapes.push([`${name}.weight`, shape], [`${name}.bias`, [shape.at(-1)]]);
  for (let layer = 0; layer < layers; layer++) {
    const block = `transformer.h.${layer}`;
    affine(`${block}.ln_1`, width);
    affine(`${block}.attn.c_attn`, width, 3 * width);
    affine(`${block}.attn.c_proj`, width, width);
    affine(`${block}.ln_2`, width);
    affine(`${block}.mlp.c_fc`, width, 4 * width);
    affine(`${block}.mlp.c_proj`, 4 * width, width);
  }
  affine('transformer.ln_f', width);
  shapes.push(['embed_transition.weight', [width, token]], ['embed_transition.bias', [width]]);
  shapes.push(['pred_actions.weight', [actions, width]], ['pred_actions.bias', [actions]]);

  const header = { __metadata__: { heads: String(heads) } };
  let end = 0;
  for (const [name, shape] of shapes) {
    const begin = end;
    end += 4 * shape.reduce((product, n) => product * n, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(32, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  const values = new Float32Array(bytes.buffer, 8 + length);
  let at = 0;
  const uniform = generator(1);
  for (const [name, shape] of shapes) {
    const count = shape.reduce((product, n) => product * n, 1);
    const [middle, spread] = name.includes('ln_') && name.endsWith('weight') ? [1, 0.1] : [0, 0.05];
    for (let i = 0; i < count; i++) values[at++] = Math.f16round(middle + spread * (2 * uniform() - 1));
  }
  return bytes;
}

/** Random numbers from 0 to 1 that are the same everywhere. */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
