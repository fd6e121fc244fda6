/** The stations of an attempt, and a command, at which something is persisted, done or announced. */
const STATIONS = [
  "command",
  "staging",
  "staged",
  "starting",
  "printing",
  "finishing",
  "ended",
] as const;

/**
 * What happens around each commit: just before it, just after it, after its effects went out, and after
 * others were told. Killing the process at any of them must lose nothing and print nothing twice.
 */
const MOMENTS = ["before_commit", "committed", "acted", "announced"] as const;
export type CheckpointMoment = (typeof MOMENTS)[number];

export type CheckpointName =
  | `${CheckpointStation}.${CheckpointMoment}`
  | "start.before_send"
  | "start.sent"
  | "start.answered";

/** Every name, for a test that kills at each and fails when one is never reached. */
export const CHECKPOINTS: readonly CheckpointName[] = [
  ...STATIONS.flatMap((station) => MOMENTS.map((moment) => `${station}.${moment}` as const)),
  "start.before_send",
  "start.sent",
  "start.answered",
];

/** Called at each boundary; in production it does nothing. */
export type Checkpoint = (name: CheckpointName) => void;

export const noCheckpoint: Checkpoint = () => {};

export type CheckpointStation = (typeof STATIONS)[number];
