/** The WebAssembly module as the files beside this one see it: src/web/ in Rust. */

import type { LabEvent, LabState, Names, Operation, Selftest, Transformer } from './chickadee.js';

/** One lab: src/web/handle.rs. Its verbs throw an `Error` of one sentence. */
export interface WasmLab {
  /** `listener` gets the events of a frame; it must not call the lab before it has returned. */
  start(canvas: HTMLCanvasElement, options: object, listener: (events: LabEvent[]) => void): Promise<void>;
  /** Gives canvas and device back; everything but the picture goes on. */
  rest(): void;
  wake(canvas: HTMLCanvasElement): Promise<void>;
  frames(more: boolean): number;
  maxSide(): number;
  focusEdge(backward: boolean): 'end' | 'none' | 'inside';
  /** Pixels of the canvas. */
  scrolls(x: number, y: number, dy: number): boolean;
  setOptions(options: object): void;
  /** A file, or why it could not be read. */
  openFile(name: string, bytes: Uint8Array | undefined, why: string): void;
  note(sentence: string): void;
  copied(text: string, done: boolean): void;
  addressLink(): string;
  setLoading(model: string, fraction: number): void;
  provide(model: string, bytes: Uint8Array): void;
  goWithout(model: string, why: string): void;
  command(command: unknown): void;
  state(): LabState;
  setState(link: unknown): string[];
  link(): string;
  isSettled(): boolean;
  csv(table: unknown): string;
  openModel(name: string, bytes: Uint8Array): void;
  png(): Promise<Uint8Array<ArrayBuffer>>;
  work(): { frames: number; logic: number; ui: number; longest: number; slice: number };
  destroy(): void;
}

/** The whole module. */
export interface Bindings {
  /** The build that it belongs to: see size.js. */
  BUILD?: string;
  /** Compiles and starts it. */
  default(from: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  Lab: new () => WasmLab;
  Transformer: {
    new (bytes: Uint8Array): Transformer;
    untrained(width: number, layers: number, heads: number): Transformer;
  };
  names(): Names;
  /** Workers are there: how to hand one of them a record, and how to end them all. */
  useWorkers(workers: number, post: (worker: number, record: Uint8Array) => void, close: () => void): void;
  workerSaid(worker: number, record: Uint8Array): void;
  workersFailed(why: string): void;
  selftest(each?: (operation: Operation) => void): Promise<Selftest>;
}
