// The transformer as ONNX files, written here from a checkpoint: no exporter, no other library, any context length.
//
// Two graphs, of the operations that ONNX Runtime knows best (affine maps as Gemm, its own normalisation and GELU):
//
//     wholePass    tokens (T + 1 × token) ─► logits (1 × A): context and query in one causal pass, as the authors compute it
//     cachedQuery  query (rows × token) ─► logits (rows × A): keys and values of the context are there already
//
// The scale of the attention is folded into the weights of the queries, and what the query sees of itself is added to the
// cache without copying it; both make the graphs faster.

// ------------------------------------------------------------ protocol buffers: fields, one after the other

const text = new TextEncoder();

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

const number = (field, value) => [Uint8Array.from([...varint(field << 3), ...varint(value)])];

function float(field, value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [Uint8Array.from([...varint((field << 3) | 5), ...bytes])];
}

/** A field with a length: text, bytes, or a message (a list of parts). */
function block(field, content) {
  let parts = content;
  if (typeof content === 'string') parts = [text.encode(content)];
  else if (content instanceof Uint8Array) parts = [content];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...varint((field << 3) | 2), ...varint(length)]), ...parts];
}

function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

// ------------------------------------------------------------ a graph

const [FLOAT, INT64] = [1, 7];
const MICROSOFT = 'com.microsoft'; // the domain of ONNX Runtime's own operations

class Graph {
  #nodes = [];
  #constants = [];
  #inputs = [];
  #outputs = [];
  #names = 0;

  /** One operation; gives the name of its result, or of all results when there are several. */
  node(operation, inputs, attributes = {}, results = 1, domain = '') {
    const outputs = Array.from({ length: results }, () => `${operation}_${this.#names++}`);
    const message = [...inputs.flatMap((name) => block(1, name)), ...outputs.flatMap((name) => block(2, name)), ...block(4, operation)];
    for (const [name, value] of Object.entries(attributes)) message.push(...block(5, attribute(name, value)));
    if (domain) message.push(...block(7, domain));
    this.#nodes.push(...block(1, message));
    return results === 1 ? outputs[0] : outputs;
  }

  /** Numbers that do not change. */
  constant(values, shape) {
    const name = `constant_${this.#names++}`;
    const data = values instanceof Float32Array ? values : BigInt64Array.from(values, BigInt);
    const kind = values instanceof Float32Array ? FLOAT : INT64;
    const message = [...shape.flatMap((n) => number(1, n)), ...number(2, kind), ...block(8, name)];
    message.push(...block(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
    this.#constants.push(...block(5, message));
    return name;
  }

  input(name, shape) {
    this.#inputs.push(...block(11, described(name, shape)));
    return name;
  }

  /** Makes a result an output of the graph under a name of its own. */
  output(result, name, shape) {
    this.#nodes.push(...block(1, [...block(1, result), ...block(2, name), ...block(4, 'Identity')]));
    this.#outputs.push(...block(12, described(name, shape)));
  }

  /** The bytes of a file. */
  file() {
    const graph = [...this.#nodes, ...block(2, 'transformer'), ...this.#constants, ...this.#inputs, ...this.#outputs];
    const version = (domain, number_) => block(8, [...block(1, domain), ...number(2, number_)]);
    return joined([...number(1, 9), ...version('', 20), ...version(MICROSOFT, 1), ...block(7, graph)]);
  }
}

function attribute(name, value) {
  const begin = block(1, name);
  if (Array.isArray(value)) return [...begin, ...value.flatMap((n) => number(8, n)), ...number(20, 7)];
  if (Number.isInteger(value)) return [...begin, ...number(3, value), ...number(20, 2)];
  return [...begin, ...float(2, value), ...number(20, 1)];
}

function described(name, shape) {
  const dimensions = shape.flatMap((n) => block(1, number(1, n)));
  return [...block(1, name), ...block(2, block(1, [...number(1, FLOAT), ...block(2, dimensions)]))];
}

// ------------------------------------------------------------ the transformer

class Model {
  constructor(tensors, heads) {
    this.tensors = tensors;
    this.graph = new Graph();
    this.heads = heads;
    [this.width, this.token] = tensors.get('embed_transition.weight').shape;
    this.actions = tensors.get('pred_actions.weight').shape[0];
    this.head = this.width / heads;
    this.layers = [...tensors.keys()].filter((name) => name.endsWith('.ln_1.weight')).length;
  }

  weight(name) {
    const { values, shape } = this.tensors.get(name);
    return this.graph.constant(values, shape);
  }

  affine(x, name, turned = 0) {
    return this.graph.node('Gemm', [x, this.weight(`${name}.weight`), this.weight(`${name}.bias`)], { transB: turned });
  }

  normal(x, name) {
    const inputs = [x, this.weight(`${name}.weight`), this.weight(`${name}.bias`)];
    return this.graph.node('LayerNormalization', inputs, { axis: -1, epsilon: 1e-5 });
  }

  /** Queries, keys and values (rows × d each), queries divided by √(head width). */
  read(x, layer) {
    const name = `transformer.h.${layer}.attn.c_attn`;
    const scaled = ({ values, shape }) => {
      const scale = 1 / Math.sqrt(this.head);
      return this.graph.constant(values.map((w, i) => (i % (3 * this.width) < this.width ? w * scale : w)), shape);
    };
    const [weight, bias] = ['weight', 'bias'].map((part) => scaled(this.tensors.get(`${name}.${part}`)));
    const all = this.graph.node('Gemm', [this.normal(x, `transformer.h.${layer}.ln_1`), weight, bias]);
    return this.graph.node('Split', [all], { axis: 1, num_outputs: 3 }, 3);
  }

  reshaped(x, shape) {
    return this.graph.node('Reshape', [x, this.graph.constant(shape, [shape.length])]);
  }

  /** Rows × d as heads × rows × head width, or with the last two exchanged. */
  byHead(x, rows, exchanged = false) {
    if (rows === 1 && !exchanged) return this.reshaped(x, [this.heads, 1, this.head]);
    return this.graph.node('Transpose', [this.reshaped(x, [rows, this.heads, this.head])], { perm: exchanged ? [1, 2, 0] : [1, 0, 2] });
  }

  /** Back to rows × d. */
  byRow(x, rows) {
    const turned = rows === 1 ? x : this.graph.node('Transpose', [x], { perm: [1, 0, 2] });
    return this.reshaped(turned, [rows, this.width]);
  }

  /** The rest of a block, when the heads have read. */
  think(x, read, layer) {
    const name = `transformer.h.${layer}`;
    const middle = this.graph.node('Add', [x, this.affine(read, `${name}.attn.c_proj`)]);
    const inner = this.affine(this.normal(middle, `${name}.ln_2`), `${name}.mlp.c_fc`);
    const active = this.graph.node('FastGelu', [inner], {}, 1, MICROSOFT);
    return this.graph.node('Add', [middle, this.affine(active, `${name}.mlp.c_proj`)]);
  }

  decide(x, rows) {
    this.graph.output(this.affine(this.normal(x, 'transformer.ln_f'), 'pred_actions', 1), 'logits', [rows, this.actions]);
    return this.graph.file();
  }
}

/** Context and query in one pass. With `keep`, keys (heads × head width × T) and values (heads × T × head width) come out too. */
export function wholePass(tensors, heads, length, keep = false) {
  const model = new Model(tensors, heads);
  const { graph, head } = model;
  const rows = length + 1;
  const mask = graph.constant(Float32Array.from({ length: rows * rows }, (_, i) => (i % rows > i / rows ? -1e30 : 0)), [rows, rows]);
  const range = (x, axis, begin, end) => graph.node('Slice', [x, ...[[begin], [end], [axis]].map((list) => graph.constant(list, [1]))]);
  let x = model.affine(graph.input('tokens', [rows, model.token]), 'embed_transition', 1);
  for (let layer = 0; layer < model.layers; layer++) {
    const [q, k, v] = model.read(x, layer);
    const [queries, keys, values] = [model.byHead(q, rows), model.byHead(k, rows, true), model.byHead(v, rows)];
    if (keep) {
      graph.output(range(keys, 2, 0, length), `keys_${layer}`, [heads, head, length]);
      graph.output(range(values, 1, 0, length), `values_${layer}`, [heads, length, head]);
    }
    const scores = graph.node('Add', [graph.node('MatMul', [queries, keys]), mask]);
    const attention = graph.node('Softmax', [scores], { axis: -1 });
    x = model.think(x, model.byRow(graph.node('MatMul', [attention, values]), rows), layer);
  }
  return model.decide(range(x, 0, length, rows), 1);
}

/**
 * Queries on a context whose keys and values are known. `cache` holds them as {keys: [Float32Array], values: [Float32Array]}, one a
 * block, and they become part of the file; without it they are inputs.
 */
export function cachedQuery(tensors, heads, length, rows, cache) {
  const model = new Model(tensors, heads);
  const { graph, head } = model;
  const memory = (name, layer, shape) => (cache ? graph.constant(cache[name][layer], shape) : graph.input(`${name}_${layer}`, shape));
  let x = model.affine(graph.input('query', [rows, model.token]), 'embed_transition', 1);
  for (let layer = 0; layer < model.layers; layer++) {
    const [q, k, v] = model.read(x, layer).map((part) => model.byHead(part, rows));
    const [keys, values] = [memory('keys', layer, [heads, head, length]), memory('values', layer, [heads, length, head])];
    const own = graph.node('ReduceSum', [graph.node('Mul', [q, k]), graph.constant([2], [1])], { keepdims: 1 });
    const scores = graph.node('Concat', [graph.node('MatMul', [q, keys]), own], { axis: 2 });
    const attention = graph.node('Softmax', [scores], { axis: -1 });
    const [there, itself] = graph.node('Split', [attention, graph.constant([length, 1], [2])], { axis: 2 }, 2);
    const seen = graph.node('Add', [graph.node('MatMul', [there, values]), graph.node('Mul', [itself, v])]);
    x = model.think(x, model.byRow(seen, rows), layer);
  }
  return model.decide(x, rows);
}
