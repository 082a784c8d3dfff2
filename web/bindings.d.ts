/** The WebAssembly module as the files beside this one see it: src/web/ in Rust. */

import type { LabEvent, LabState, Names, Operation, Selftest, Transformer } from './chickadee.js';

/** One lab: src/web/handle.rs. Its verbs throw an `Error` of one sentence. */
export interface WasmLab {
  /** `listener` gets the events of a frame; it must not call the lab before it has returned. */
  start(canvas: HTMLCanvasElement, options: object, models: string, listener: (events: LabEvent[]) => void): Promise<void>;
  command(command: unknown): void;
  state(): LabState;
  setState(link: unknown): string[];
  link(): string;
  isSettled(): boolean;
  csv(): string;
  openModel(name: string, bytes: Uint8Array): void;
  png(): Promise<Uint8Array<ArrayBuffer>>;
  work(): { frames: number; logic: number; ui: number; longest: number };
  destroy(): void;
}

/** The whole module. */
export interface Bindings {
  /** Compiles and starts it. */
  default(from: { module_or_path: Response }): Promise<unknown>;
  Lab: new () => WasmLab;
  Transformer: {
    new (bytes: Uint8Array): Transformer;
    untrained(width: number, layers: number, heads: number): Transformer;
  };
  names(): Names;
  selftest(each?: (operation: Operation) => void): Promise<Selftest>;
}
