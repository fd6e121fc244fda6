import fc from "fast-check";
import { CHECKPOINTS } from "../../electron/host/engine/checkpoints.ts";
import type { StartFate } from "./fakeLink.ts";

/** One thing that happens in the life of a queue: a command, a fact of the printer, a fault. */
export type Happening =
  | { readonly kind: "post"; readonly copies: number; readonly start: boolean }
  | {
      readonly kind:
        | "start"
        | "pause"
        | "clear"
        | "clear_with_grace"
        | "occupied"
        | "service"
        | "replace"
        | "print_now"
        | "cancel_print"
        | "undo"
        | "redo";
    }
  | { readonly kind: "remove" | "jump" | "hold" | "decide"; readonly pick: number }
  | { readonly kind: "move"; readonly pick: number; readonly to: number }
  | { readonly kind: "by_hand" | "complete" | "fail" | "cancel" | "connect" | "disconnect" }
  | {
      readonly kind:
        | "crash_klippy"
        | "boot_klippy"
        | "shutdown_klippy"
        | "pause_resume"
        | "perform_late"
        | "tidy_history";
    }
  | { readonly kind: "fate"; readonly fate: StartFate }
  | { readonly kind: "store_fails" | "staging_fails" | "file_changes" | "restart" }
  | { readonly kind: "kill"; readonly at: number; readonly nth: number }
  | { readonly kind: "wait"; readonly time: number };

const FATES: readonly StartFate[] = [
  "ok",
  "refuse",
  "ignore",
  "do_and_lose",
  "lose",
  "tiny",
  "late",
];
const pick = fc.nat(5);
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("post" as const),
      copies: fc.integer({ min: 1, max: 2 }),
      start: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.constantFrom({ kind: "start" as const }, { kind: "clear" as const }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      { kind: "pause" as const },
      { kind: "clear_with_grace" as const },
      { kind: "occupied" as const },
      { kind: "service" as const },
      { kind: "replace" as const },
      { kind: "print_now" as const },
      { kind: "undo" as const },
      { kind: "redo" as const },
      { kind: "cancel_print" as const },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("remove" as const, "jump" as const, "hold" as const, "decide" as const),
      pick,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), pick, to: pick }) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      { kind: "complete" as const },
      { kind: "connect" as const },
      { kind: "boot_klippy" as const },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      { kind: "by_hand" as const },
      { kind: "fail" as const },
      { kind: "cancel" as const },
      { kind: "disconnect" as const },
      { kind: "crash_klippy" as const },
      { kind: "shutdown_klippy" as const },
      { kind: "pause_resume" as const },
      { kind: "perform_late" as const },
      { kind: "tidy_history" as const },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("fate" as const), fate: fc.constantFrom(...FATES) }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { kind: "store_fails" as const },
      { kind: "staging_fails" as const },
      { kind: "file_changes" as const },
      { kind: "restart" as const },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      at: fc.nat(CHECKPOINTS.length - 1),
      nth: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      time: fc.constantFrom(50, 300, 1000, 3000, 12_000),
    }),
  },
);
