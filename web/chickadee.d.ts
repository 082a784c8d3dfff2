/**
 * Chickadee in a page of your own: `mount` a live lab into an element, or write `<chickadee-lab link="…">`.
 *
 * Every verb that is given something wrong throws (or rejects with) an `Error` whose message is one sentence; the run goes on.
 */

/** How a lab is shown. The same words work in the query of the page, `?theme=light&ui=min`, and as attributes of
 * `<chickadee-lab>`. One line for each row of src/app/options.rs. */
export interface LabOptions {
  /** State to start from, as in the address bar: `"lab=caching&seed=42&units=1000"`; a leading `#` is allowed. */
  link?: string;
  /** How much is around the picture: everything, no top bar, or panels alone. */
  ui?: 'full' | 'min' | 'none';
  /** Colours; dark when the system is dark, unless said. */
  theme?: 'system' | 'light' | 'dark' | 'projector';
  /** Language of the texts, by its tag; one that there is not is reported. */
  lang?: 'en';
  /** Off: things jump instead of moving. */
  motion?: boolean | 'on' | 'off' | '1' | '0';
  /** Off: bird, agent and scene do not move by themselves. */
  autoplay?: boolean | 'on' | 'off' | '1' | '0';
  /** What the models run on: whichever is faster, unless said. */
  backend?: 'auto' | 'gpu' | 'cpu';
  /** Workers that compute beside the page, shared by all its labs: as many as there are cores, unless said; 0 for none. */
  workers?: 'auto' | number | `${number}`;
  /** What the picture is drawn with; best left to the lab. */
  renderer?: 'webgpu' | 'webgl';
  /** Panels, settings and buttons that are not shown, by name: `attention`, `gain`, `copy-link`. */
  hide?: string | string[];
  /** Panels, settings and buttons that are shown but cannot be used, by name; `all` locks everything. */
  lock?: string | string[];
  /** Address of the page that copied links lead to: Chickadee's own, unless said. */
  share?: string;
  /** On: the lab is the page and keeps its link in the address bar. Leave it off when embedding. */
  page?: boolean | 'on' | 'off' | '1' | '0';
}

/** Options of `mount`. An option that there is not, or a word that it does not know, is ignored, and a message says so. */
export interface MountOptions extends LabOptions {
  /** Address of a folder with a copy of `dist/`, where the files of the simulator are not beside this script: in some bundles. */
  assets?: string | URL;
  /** Called while the simulator is downloaded; `total` is 0 if unknown. */
  onProgress?: (progress: Progress) => void;
}

/** Bytes of the download. */
export interface Progress {
  current: number;
  total: number;
}

/** Text such as `"fly:20"`, `"cache"`, `"check"`, `"play"`, `"pause"`, `"step:5"`, `"reset"`, `"undo"`, `"set:gain=0.5"`, `"scene:one-cache"`, `"backend:gpu"`, or an object such as `{do: "fly", to: 20}`.
 * In the maze lab: `"act:2"`, `"goto:12"`, `"walk:0.1.6"`, `"home"`, `"goal:12"`, `"place:3"`, `"look:60"`, `"ask:4"`, `"hide:goal@2"`, `"delete:3-9"`,
 * `"unreward:all"`, `"corrupt:path"`, `"restore:all"`, `"shift:17=40"`, `"attribute"`, `"draw:S..|..G"`, `"set:layer=2"`. In the bridge lab: `"fly:35"`, `"move:1,0"`,
 * `"cache"`, `"remove:1"`, `"set:study=map"`. A scene of another lab opens that lab. */
export type Command = string | { do: string; [argument: string]: unknown };

/** The machine that the models run on, and why. */
export interface BackendState {
  wanted: 'auto' | 'gpu' | 'cpu';
  on_gpu: boolean;
  /** True until it is decided. */
  deciding: boolean;
  /** One sentence. */
  reason: string;
  /** The GPU, if there is one that passed the self-test. */
  adapter: string | null;
  tested: { operations: number; ms: number } | null;
  /** The work of the lab, measured on both. */
  times: { gpu_ms: number; gpu_all_ms: number; cpu_all_ms: number; gflops: number; workload: Record<string, unknown> } | null;
  /** Workers that compute beside the page (0 where there are none), the weights that they hold, and why there are none where there should be. */
  workers: { count: number; megabytes: number; failed: string | null };
}

/** State of every lab, with the keys of `chickadee run --json`. */
interface CommonState {
  /** The program's version. */
  version: string;
  /** The state as a link, without a leading `#`. */
  link: string;
  /** Hexadecimal; equal runs have equal hashes, in every browser and natively (on the CPU). */
  state_hash: string;
  /** Hexadecimal: the same for everything that is shown, readouts and curves included; null while any of it is still being computed. */
  shown_hash: string | null;
  /** Steps since its link was read. */
  tick: number;
  /** True while something is being computed. */
  busy: boolean;
  /** True if time passes. */
  playing: boolean;
  /** The scene, if one was opened. */
  scene: string | null;
  backend: BackendState;
  /** Values that were clamped, ignored or refused, one sentence each. */
  messages: string[];
}

/** State of the caching lab. Places are numbered from 0; a null in a list is a number that is not known or not finite. */
export interface CachingState extends CommonState {
  lab: 'caching';
  /** All random numbers follow from it. */
  seed: number;
  /** Euler steps done of the episode, and of the whole episode. */
  t: number;
  steps: number;
  /** The place of the bird, and what it does there. */
  at: number;
  doing: 'visit' | 'cache' | 'check';
  /** N, number of units, and S, number of places. */
  units: number;
  places: number;
  /** Recurrent gain r of visits, and search strength s. */
  gain: number;
  search: number;
  /** Fraction of the units that are active now. */
  active_fraction: number;
  /** The step after which activity was no longer finite. */
  overflow: number | null;
  /** The cached seeds; `weight` is how much of it the synapses hold, `active_fraction` that of its barcode. */
  caches: { place: number; weight: number; active_fraction: number }[];
  /** Seed output as a fraction of its largest value, one number a place. */
  seed_output: (number | null)[];
  /** Where the place output peaks, in places, one number a place; null without a memory. */
  place_output_peak: (number | null)[];
  /** The answer to the last check. */
  verdict: { place: number; seed_ratio: number; peak: number | null; found: boolean } | null;
}

/** State of the maze lab. States are numbered from 0, layers and heads from 1. */
export interface MazeState extends CommonState {
  lab: 'maze';
  /** All random numbers follow from it. */
  seed: number;
  task: 'gridworld' | 'tree';
  /** States of the maze. */
  states: number;
  /** Cells of a gridworld, blocked ones included; null in a tree. */
  width: number | null;
  height: number | null;
  /** Memories, and how many of them are looked at. */
  t: number;
  look: number;
  /** The transformer; null until it has come. */
  model: { name: string; hash: string; own: boolean } | null;
  /** States: where the agent is, and the one that is rewarded. */
  agent: number;
  goal: number;
  /** Rewards among the memories that are looked at. */
  rewards: number;
  /** Soft-max temperature of the decisions; 0 is greedy. */
  temperature: number;
  /** Expected normalised return from the states seen so far; 1 is the shortest way and staying there. */
  return: number | null;
  /** Share of the states at which the likeliest action is optimal. */
  accuracy: number | null;
  /** Names of the actions. */
  actions: string[];
  /** Action probabilities, one row a state; no row until they are known. */
  policy: number[][];
  /** True where the likeliest action is optimal, state by state. */
  correct: boolean[];
  /** Attention of the state that is asked about, one number a memory. */
  attention: { query: number; layer: number; head: string; row: number[] } | null;
  /** Kernel alignment of each layer with the maze, and of the sensory codes alone. */
  alignment: (number | null)[];
  alignment_of_senses: number | null;
  /** By context length: rewards, return of the transformer and of tabular Q-learning, kernel alignment of each layer. */
  curve: { length: number; rewards: number; return: number | null; q_table: number | null; alignment: (number | null)[] }[];
  /** Correlation with a second task, layer by layer: of same places, of different places. */
  second: [number | null, number | null][];
  /** How well linear readouts tell the states after one layer: cells, degrees, share of the states. */
  decoded: {
    layer: number;
    place_error: number | null;
    goal_angle_error: number | null;
    on_path_accuracy: number | null;
  } | null;
  /** Integrated gradients of the decision, one number a memory. */
  attribution: (number | null)[] | null;
  /** The memories in order; `source` chose the step (`own`: the user), `edits` were made later. */
  memories: {
    state: number;
    action: number;
    next: number;
    reward: number;
    source: 'explorer' | 'model' | 'own';
    edits?: ('deleted' | 'unrewarded' | 'corrupted' | 'hidden')[];
  }[];
}

/**
 * The memories of a transformer as the slots of one attention head: `transformer` in the state of the bridge lab, null while it is not asked
 * for. Layers and heads are numbered from 1, states from 0.
 */
export interface TransformerSlots {
  /** The checkpoint, and the hash of its weights. */
  model: string;
  hash: string;
  /** Random seed of the task, the state that is rewarded, the head, and the state that is asked about. */
  task: number;
  goal: number;
  layer: number;
  head: number;
  query: number;
  /** Names of the actions. */
  actions: string[];
  /** The memories in order, and the learned key and value of each. */
  memories: { state: number; action: number; next: number; reward: number }[];
  keys: number[][];
  values: number[][];
  /** What the head reads with each kind of keys, as far as computed. */
  readings: {
    keys: 'learned' | 'barcode' | 'content';
    /** With the memories, before the soft-max (up to a constant where keys are replaced), and of the query with itself. */
    similarities: number[];
    own_similarity: number;
    /** After it: with `own`, they sum to 1. */
    weights: number[];
    own: number;
    /** Effective number of memories that are read. */
    effective: number;
    /** The weighted sum of the values: its cosine with that of the learned keys, and their difference as a fraction of that. */
    output: number[];
    cosine: number;
    moved: number;
    /** Action probabilities at the query, and the likeliest action. */
    policy: number[];
    action: number;
    /** Expected return over the task: of the likeliest actions, and of actions drawn from the policy. */
    return_greedy: number;
    return_drawn: number;
  }[];
}

/** A number for each of the five ways to read: `content`, `content-softmax`, `barcode`, `barcode-softmax`, `network`. */
export type OfLookups = [number, number, number, number, number];

/** One of the five ways to read the memories. */
export type LookupName = 'content' | 'content-softmax' | 'barcode' | 'barcode-softmax' | 'network';

/** State of the bridge lab. Places and memories are numbered from 0. */
export interface BridgeState extends CommonState {
  lab: 'bridge';
  /** All random numbers follow from it. */
  seed: number;
  /** The place that is asked about. */
  at: number;
  /** N, number of units, and S, number of places. */
  units: number;
  places: number;
  /** Search strength s, inverse temperature β, gain r at which keys are made, part of the entries of every key that is exchanged. */
  search: number;
  beta: number;
  key_gain: number;
  damage: number;
  /** The stored events; `removed` ones are in neither memory, the synapses have nothing of those that `overflowed`. */
  slots: { place: number; removed: boolean; overflowed: boolean }[];
  /** The answers at the place that is asked about: weights of all memories, their sum, the place that comes back, memories effectively read. */
  lookups: { lookup: LookupName; weights: number[]; total: number; place: number | null; effective: number }[];
  /** The table, weights as fractions of the largest; no row until every place is known. */
  table: {
    lookup: LookupName;
    own: number;
    beside: [number, number, number];
    midpoint: number | null;
    far: number | null;
    nearest: number;
  }[];
  /** The seed readout of the network at the place: as synapses times activity, and as linear attention. */
  readout: number | null;
  attention: number | null;
  /** The keys that the barcode lookups compare: correlation of those of two places, and of their place inputs, as (distance, mean). */
  keys: {
    kind: 'barcode' | 'random';
    size: number;
    active: number;
    similarity: [number, number][];
    content: [number, number][];
  } | null;
  /** The experiment beside the table, and its points as far as they are known; the others are empty. */
  study: 'capacity' | 'keys' | 'map' | 'near';
  /** By number of memories: part that is read as itself, and mean error in places. */
  capacity: { memories: number; right: OfLookups; error: OfLookups }[];
  /** By recurrent gain: correlation of the keys of places 1, 4, 8 and 16 apart, and the share of active units. */
  gains: { gain: number; similarity: (number | null)[]; active: number }[];
  /** By recurrent gain and search strength: how far from its place a memory is found, and the part of the answers that are right. */
  map: { gain: number; search: number; radius: number; precision: number | null }[];
  /** By distance of two memories: part that is read as itself, mean error in places, share of the other memory. */
  near: { distance: number; right: OfLookups; error: OfLookups; ambiguity: OfLookups }[];
  /** The memories of a transformer as the slots of one head; null while it is not asked for. */
  transformer: TransformerSlots | null;
}

/** State of the lab of figures. */
export interface FiguresState extends CommonState {
  lab: 'figures';
  /** True if pieces that were asked for are not there yet. */
  running: boolean;
  /** The figure: what it is recomputed with, pieces in all and those that are there, and its values, as `chickadee figure --json` prints them. */
  figure: {
    id: string;
    figure: string;
    title: string;
    question: string;
    seeds: number;
    units: number;
    as_published: boolean;
    /** What `as_published` reproduces; null where there is nothing. */
    quirk: string | null;
    /** Why values differ from the published ones, as far as it was found out. */
    findings: string[];
    pieces: number;
    done: number;
    /** Not known here. */
    seconds: null;
    /** The lab in the state that shows what the figure is about. */
    link: string;
    /** Published values beside ours, with their intervals [low, high]; ours are null until a piece has some. */
    values: {
      name: string;
      published: number;
      published_error: [number, number];
      ours: number | null;
      ours_error: [number | null, number | null] | null;
      runs: number;
      verdict: 'inside' | 'within_reading' | 'undecided' | 'outside' | null;
    }[];
  };
}

/** Which of the four: see `lab`. */
export type LabState = CachingState | MazeState | BridgeState | FiguresState;

/** Events of a lab. One line for each row of src/app/page_events.rs. */
export type EventType =
  /** The first frame is drawn; a later listener is called at once. */
  | 'ready'
  /** Something was asked for, or begins to be computed. */
  | 'changed'
  /** Nothing that was asked for is still being computed. */
  | 'settled'
  /** The simulator has stopped: `message`. Nothing comes after it. */
  | 'error'
  /** A seed was cached: `place`, and the number of the memory, `index`, from 0. */
  | 'cached'
  /** A place was checked: `place`, `seed_ratio` (of the largest seed output), `peak` (a place, or null), `found`. */
  | 'recalled'
  /** Activity was no longer finite after `step`. */
  | 'overflow'
  /** The agent was rewarded: `state`, and how many `memories` there were by then. */
  | 'rewarded'
  /** What was asked for of a `figure` is there, with so many `seeds` and `units`: of so many published `values` that there is one of ours beside, how many `agree`. */
  | 'recomputed'
  /** All memories were forgotten. */
  | 'cleared'
  /** A change was taken back: `change`, as the button for it says. */
  | 'undone'
  /** A change that had been taken back was made again: `change`. */
  | 'redone'
  /** The lab goes on with the CPU: `reason`. */
  | 'degraded'
  /** Something to read, `text`: what was clamped, ignored or refused. */
  | 'message';

/** Something that happened; see `EventType` for the fields. */
export interface LabEvent {
  type: EventType;
  [field: string]: unknown;
}

/** Every option, type of event and name, as the simulator knows them. */
export interface Names {
  /** `kind` is what the option takes; `values` are the words of a choice. */
  options: { name: string; kind: 'link' | 'address' | 'switch' | 'names' | 'choice'; values: string[]; help: string }[];
  events: { name: EventType; help: string }[];
  /** Panels, settings and buttons that `hide` and `lock` take, in alphabetical order; `lock` takes `all` as well. */
  names: string[];
}

/** One mounted lab. */
export interface Handle {
  /** The canvas that the lab draws on; another one after it was out of view, or after the browser took its picture away. */
  readonly canvas: HTMLCanvasElement;
  play(): void;
  pause(): void;
  /** `n` steps of the model; 1 unless said. */
  step(n?: number): void;
  reset(): void;
  /** Puts a checkpoint of one's own (safetensors: an address, or its bytes) to work in the maze lab, which opens if it is not open. */
  openModel(source: string | URL | ArrayBuffer | Uint8Array, name?: string): Promise<void>;
  command(command: Command): void;
  state(): LabState;
  /** Costs of the frames since the last call, in milliseconds of our own code: means of computing and of drawing, the longest frame, and the longest slice of work. */
  work(): { frames: number; logic: number; ui: number; longest: number; slice: number };
  /** Goes to the state of a link; gives what was clamped or ignored, one sentence each. */
  setState(link: string): string[];
  /** The link to this state, without a leading `#`. */
  link(): string;
  /** Calls back with the state now and after every change; gives the function that ends it. */
  observe(callback: (state: LabState) => void): () => void;
  /** The picture, as a PNG. */
  exportPng(): Promise<Blob>;
  /**
   * A table as CSV: one header with units, one observation a row, in the last columns what made it. The caching lab has `places` (seed and
   * place output) and `steps` (the network settling), the maze lab `states` (policy), `memories` (what was experienced, in time) and `curve`
   * (return by context length), the bridge lab `places`, `capacity`, `near`, `gains` and `map`; the first of these unless said. `events`, by step, is in every lab.
   */
  exportCsv(table?: string): string;
  /** Calls back with every event of a type, after the frame in which it happened. */
  on(type: EventType, callback: (event: LabEvent) => void): Handle;
  off(type: EventType, callback: (event: LabEvent) => void): Handle;
  /** Resolves once nothing that was asked for is still being computed, in view or not; rejects if the lab ends before, or draws nothing for half a minute. */
  settled(): Promise<void>;
  /** Shows the lab in another way from now on; options that are not named stay, and a null is one that is no longer given. */
  setOptions(options: { [K in keyof LabOptions]?: LabOptions[K] | null }): void;
  /** Every option, type of event and name that there is. */
  names(): Names;
  /** Ends the lab and takes its canvas away. */
  destroy(): void;
}

/** Puts a live lab into `element`; resolves when its first frame is drawn, rejects with a sentence if it cannot run. */
export function mount(element: HTMLElement, options?: MountOptions): Promise<Handle>;

/** Loads the simulator ahead of the first `mount`; one download serves all labs of the page. `assets` is that of `mount`. */
export function ensureWasm(onProgress?: (progress: Progress) => void, assets?: string): Promise<unknown>;

/** Every option, type of event and name that the simulator knows. */
export function names(): Promise<Names>;

/** A transformer with its context; every wrong value throws one sentence and changes nothing. */
export interface Transformer {
  /** Numbers in a token: state code, one-hot action, next state's code, reward. */
  readonly token: number;
  readonly actions: number;
  /** Tokens in the context. */
  readonly length: number;
  /** Adds transitions, one token behind the other. */
  append(tokens: Float32Array): void;
  /** Forgets all tokens from `length` on. */
  truncate(length: number): void;
  /** Logits of all actions for every query: tokens of which only the state is filled in. */
  ask(queries: Float32Array): Float32Array;
  /** Gives its memory back. */
  free(): void;
}

/**
 * Loads a transformer from a safetensors checkpoint: `transformer('assets/models/gridworld-small.safetensors')`, or from its
 * bytes. `{width, layers, heads}` gives one with random weights, to measure with.
 */
export function transformer(
  source: string | URL | ArrayBuffer | Uint8Array | { width: number; layers: number; heads: number },
): Promise<Transformer>;

/** How one operation compares on GPU and CPU. */
export interface Operation {
  name: string;
  sizes: string;
  max_error: number | null;
  tolerance: number;
  ok: boolean;
  error?: string;
}

/** How GPU and CPU compare: what `chickadee selftest --json` prints. */
export interface Selftest {
  adapter: string;
  ok: boolean;
  operations: Operation[];
}

/** Compares every operation of the GPU with the CPU, in some seconds; calls back after each; rejects with a sentence where there is no GPU that computes. */
export function selftest(each?: (operation: Operation) => void): Promise<Selftest>;

/**
 * Inside an iframe: answers `{v: 1, id, do: "command", command: "fly:20"}` from the page around with `{v: 1, id, ok, result | error}`.
 * Verbs: play, pause, step (`n`), reset, command (`command`), state, setState (`link`), setOptions (`options`), link, exportCsv (`table`), exportPng,
 * settled, names, and on and off (`type`, an event type or `"state"`), after which `{v: 1, event: {type, …}}` comes for each. Given a promise,
 * it keeps messages until the lab is there. `{v: 1, event: {type: "ready"}}` comes unasked. Gives the function that ends it.
 */
export function bridge(handle: Handle | Promise<Handle>): () => void;

/** One sentence that says what this browser lacks to run the simulator; `undefined` if it lacks nothing. */
export function missing(): Promise<string | undefined>;
export function hasWebGL2(): boolean;
export function hasWebGPU(): Promise<boolean>;

/** `<chickadee-lab>`; attributes may come in any order and change; what stands between the tags is shown until the lab runs, or if it cannot. */
export class ChickadeeLab extends HTMLElement {
  /** The handle, as a promise; of the lab that was mounted last. */
  readonly ready: Promise<Handle>;
  /** The handle, once there is one. */
  readonly handle?: Handle;
  /** Begins again after a failure. A new attribute does, too. */
  retry(): Promise<Handle>;
}

declare global {
  interface HTMLElementTagNameMap {
    'chickadee-lab': ChickadeeLab;
  }
  interface Window {
    /** The lab of Chickadee's own page. */
    chickadee?: Handle;
  }
}
