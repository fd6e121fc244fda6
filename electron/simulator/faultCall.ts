import * as z from "zod";
import type { Faults } from "./faults.ts";

type Call = (faults: Faults, args: unknown) => void | Promise<void>;

const count = z.int().min(0).optional();
const on = z.boolean().optional();
const milliseconds = z.number().min(0);

/** Pairs the arguments of one fault with the fault itself, so that a typo in a test is an error. */
function fault<T extends readonly unknown[]>(
  schema: z.ZodType<T>,
  run: (faults: Faults, args: T) => void | Promise<void>,
): Call {
  return (faults, args) => run(faults, schema.parse(args));
}

const none = z.tuple([]);
const times = z.union([z.tuple([]), z.tuple([count])]);
const toggle = z.union([z.tuple([]), z.tuple([on])]);

/** Every fault by name, for callers outside this process. */
export const FAULT_CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ["dropLink", fault(none, (faults) => faults.dropLink())],
  ["stallLink", fault(z.tuple([milliseconds]), (faults, [ms]) => faults.stallLink(ms))],
  ["refuseConnections", fault(toggle, (faults, [value]) => faults.refuseConnections(value))],
  ["silentAccept", fault(toggle, (faults, [value]) => faults.silentAccept(value))],
  [
    "refuseStart",
    fault(z.union([z.tuple([z.string()]), z.tuple([z.string(), count])]), (faults, [text, n]) =>
      faults.refuseStart(text, n),
    ),
  ],
  ["ignoreStart", fault(times, (faults, [n]) => faults.ignoreStart(n))],
  ["startLate", fault(z.tuple([milliseconds.nullable()]), (faults, [ms]) => faults.startLate(ms))],
  ["startTwice", fault(times, (faults, [n]) => faults.startTwice(n))],
  ["ackLost", fault(times, (faults, [n]) => faults.ackLost(n))],
  ["uploadKeepsOtherBytes", fault(times, (faults, [n]) => faults.uploadKeepsOtherBytes(n))],
  [
    "uploadFails",
    fault(z.union([z.tuple([z.int()]), z.tuple([z.int(), count])]), (faults, [status, n]) =>
      faults.uploadFails(status, n),
    ),
  ],
  [
    "uploadSlow",
    fault(z.tuple([z.number().positive().nullable()]), (faults, [rate]) => faults.uploadSlow(rate)),
  ],
  [
    "failMidPrint",
    fault(z.tuple([z.string(), z.number().min(0).max(1)]), (faults, [text, progress]) =>
      faults.failMidPrint(text, progress),
    ),
  ],
  [
    "shutdown",
    fault(z.union([z.tuple([]), z.tuple([z.string()])]), (faults, [text]) => faults.shutdown(text)),
  ],
  ["klippyRestart", fault(none, (faults) => faults.klippyRestart())],
  ["klippyDisconnect", fault(none, (faults) => faults.klippyDisconnect())],
  ["klippyConnect", fault(none, (faults) => faults.klippyConnect())],
  ["moonrakerRestart", fault(none, (faults) => faults.moonrakerRestart())],
  ["hostOff", fault(none, (faults) => faults.hostOff())],
  ["hostOn", fault(none, (faults) => faults.hostOn())],
  ["duplicateFrames", fault(toggle, (faults, [value]) => faults.duplicateFrames(value))],
  ["reorderFrames", fault(toggle, (faults, [value]) => faults.reorderFrames(value))],
  [
    "announce",
    fault(z.tuple([z.string(), z.array(z.unknown())]), (faults, [method, params]) =>
      faults.announce(method, params),
    ),
  ],
  ["slowAnswers", fault(z.tuple([milliseconds]), (faults, [ms]) => faults.slowAnswers(ms))],
  ["diskFull", fault(toggle, (faults, [value]) => faults.diskFull(value))],
  [
    "requireApiKey",
    fault(z.tuple([z.string().nullable()]), (faults, [key]) => faults.requireApiKey(key)),
  ],
  ["clear", fault(none, (faults) => faults.clear())],
]);
