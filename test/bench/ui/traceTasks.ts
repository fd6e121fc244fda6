import * as z from "zod";

const Event = z.looseObject({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number().default(0),
  /** Microseconds on the clock, and of a processor. */
  dur: z.number().default(0),
  tdur: z.number().default(0),
  args: z.looseObject({ name: z.unknown() }).partial().default({}),
});
const Trace = z.object({ traceEvents: z.array(Event) });

/** A task of the page's thread. Milliseconds. */
export interface Task {
  readonly start: number;
  /** On the clock, with what it waited for a processor. */
  readonly duration: number;
  /** What a processor worked for it. */
  readonly own: number;
}

/** Of a trace with the category "toplevel": the page's tasks that took `least` milliseconds or longer. */
export function pageTasks(trace: string, least: number): readonly Task[] {
  const { traceEvents } = Trace.parse(JSON.parse(trace));
  const thread = ({ pid, tid }: { readonly pid: number; readonly tid: number }) => `${pid} ${tid}`;
  const pages = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(thread),
  );
  return traceEvents
    .filter((event) => event.name === "ThreadControllerImpl::RunTask" && pages.has(thread(event)))
    .map(({ ts, dur, tdur }) => ({ start: ts / 1000, duration: dur / 1000, own: tdur / 1000 }))
    .filter(({ duration }) => duration >= least);
}
