/**
 * Chickadee in a page of your own: `mount` a live lab into an element, or write `<chickadee-lab link="…">`.
 *
 * Every verb that is given something wrong throws (or rejects with) an `Error` whose message is one sentence; the run goes on.
 */

/** How a lab is shown. The same words work in the query of the page: `?theme=light&ui=min`. */
export interface MountOptions {
  /** State to start from, as in the address bar: `"lab=caching&seed=42&units=1000"`; a leading `#` is allowed. */
  link?: string;
  /** How much is around the picture. */
  ui?: 'full' | 'min' | 'none';
  /** Dark when the system is dark, unless said. */
  theme?: 'light' | 'dark' | 'projector';
  lang?: string;
  /** `false` or `"off"`: things jump instead of moving. */
  motion?: boolean | 'on' | 'off';
  /** `false` or `"0"`: starts paused. */
  autoplay?: boolean | '0' | '1';
  /** What the model runs on: whichever is faster, unless said. */
  backend?: 'auto' | 'gpu' | 'cpu';
  /** What the picture is drawn with; best left to the lab. */
  renderer?: 'webgpu' | 'webgl';
  /** Controls that are not shown, by name. */
  hide?: string | string[];
  /** Controls that are shown but cannot be changed, by name. */
  lock?: string | string[];
  /** Guided tour to start with. */
  tour?: string;
  /** The lab is the page: it keeps the link in the address bar. Leave it off when embedding. */
  page?: boolean;
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
 * `"unreward:all"`, `"corrupt:path"`, `"restore:all"`, `"shift:17=40"`, `"attribute"`, `"draw:S..|..G"`, `"set:layer=2"`. A scene of the other lab opens that lab. */
export type Command = string | { do: string; [argument: string]: unknown };

/** What the models run on, and why. */
export interface BackendState {
  wanted: 'auto' | 'gpu' | 'cpu';
  on_gpu: boolean;
  /** Whether it is not decided yet. */
  deciding: boolean;
  /** One sentence. */
  reason: string;
  /** The GPU, if there is one that passed the self-test. */
  adapter: string | null;
  tested: { operations: number; ms: number } | null;
  /** What the lab does, measured on both. */
  times: { gpu_ms: number; gpu_all_ms: number; cpu_all_ms: number; gflops: number; workload: Record<string, unknown> } | null;
}

/** What the maze lab shows, with the keys of `chickadee run --json`. */
export interface MazeState {
  lab: 'maze';
  /** The state as a link, without a leading `#`. */
  link: string;
  /** Hexadecimal; equal runs have equal hashes, in every browser and natively (on the CPU). */
  state_hash: string;
  task: 'gridworld' | 'tree';
  /** Memories, and how many of them are looked at. */
  t: number;
  look: number;
  /** States: where the agent is, and the one that pays. */
  agent: number;
  goal: number;
  /** Rewards among the memories that are looked at. */
  rewards: number;
  /** Expected normalised return from the states seen so far; 1 is the shortest way and staying there. */
  return: number | null;
  /** Action probabilities, one row a state; names of the actions in `actions`. */
  policy: number[][];
  actions: string[];
  correct: boolean[];
  /** Attention of the state that is asked about, one number a memory. */
  attention: { query: number; layer: number; head: string; row: number[] } | null;
  /** Kernel alignment of each block with the maze. */
  alignment: number[];
  model: { name: string; hash: string; own: boolean } | null;
  backend: BackendState;
  busy: boolean;
  playing: boolean;
  messages: string[];
  [key: string]: unknown;
}

/** What the caching lab shows, with the keys of `chickadee run --json`. */
export interface CachingState {
  lab: 'caching';
  /** The state as a link, without a leading `#`. */
  link: string;
  /** Hexadecimal; equal runs have equal hashes, in every browser and natively (on the CPU). */
  state_hash: string;
  /** Steps so far. */
  t: number;
  /** Where the bird is: number of the site. */
  at: number;
  busy: boolean;
  playing: boolean;
  /** One number per site. */
  seed_output: number[];
  /** One number per site: where the place output peaks. */
  place_output_peak: number[];
  active_fraction: number;
  backend: BackendState;
  /** What was clamped or ignored, one sentence each. */
  messages: string[];
  [key: string]: unknown;
}

/** Which of the two: see `lab`. */
export type LabState = CachingState | MazeState;

export type EventType =
  | 'ready'
  | 'rewarded'
  | 'cached'
  | 'recalled'
  | 'degraded'
  | 'error'
  | 'changed'
  | 'settled'
  | 'cleared'
  | 'message';

/** Something that happened in the lab. */
export interface LabEvent {
  type: EventType;
  [key: string]: unknown;
}

/** One mounted lab. */
export interface Handle {
  /** The canvas that the lab draws on. */
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
  /** What frames have cost since the last call, in milliseconds of our own code: means of computing and of drawing, and the longest frame. */
  work(): { frames: number; logic: number; ui: number; longest: number };
  /** Goes to the state of a link; gives what was clamped or ignored, one sentence each. */
  setState(link: string): string[];
  /** The link to this state, without a leading `#`. */
  link(): string;
  /** Calls back with the state now and after every change; gives the function that ends it. */
  observe(callback: (state: LabState) => void): () => void;
  /** The picture, as a PNG. */
  exportPng(): Promise<Blob>;
  /** The trace so far, as CSV. */
  exportCsv(): string;
  on(type: EventType, callback: (event: LabEvent) => void): Handle;
  off(type: EventType, callback: (event: LabEvent) => void): Handle;
  /** Resolves once nothing that was asked for is still being computed; rejects if the lab ends before. */
  settled(): Promise<void>;
  /** Ends the lab and takes its canvas away. */
  destroy(): void;
}

/** Puts a live lab into `element`; resolves when its first frame is drawn, rejects with a sentence if it cannot run. */
export function mount(element: HTMLElement, options?: MountOptions): Promise<Handle>;

/** Loads the simulator ahead of the first `mount`; one download serves all labs of the page. */
export function ensureWasm(onProgress?: (progress: Progress) => void): Promise<unknown>;

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
 * Verbs: play, pause, step (`n`), reset, command (`command`), state, setState (`link`), link, exportCsv, exportPng, settled, and
 * on and off (`type`, an event type or `"state"`), after which `{v: 1, event: {type, …}}` comes for each. Gives the function that ends it.
 */
export function bridge(handle: Handle): () => void;

/** One sentence that says what this browser lacks to run the simulator; `undefined` if it lacks nothing. */
export function missing(): Promise<string | undefined>;
export function hasWebGL2(): boolean;
export function hasWebGPU(): Promise<boolean>;

/** `<chickadee-lab>`; what stands between the tags is shown until the lab runs, or if it cannot. */
export class ChickadeeLab extends HTMLElement {
  readonly ready: Promise<Handle>;
  readonly handle?: Handle;
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
