import type { PrinterView } from "#shared/contract/farm.ts";
import type { ReasonCode } from "#shared/domain/queue.ts";

/** What a person must say or do first. A head that waits for anything else must start at last. */
const PERSON: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "not_armed",
  "plate_occupied",
  "plate_unknown",
  "decision_open",
  "held",
]);
/** Seconds a healthy printer may stay as it is with work to do. A clearing, a delay and ten minutes of doubt fit in. */
const PATIENCE = 30 * 60;

/** Notices engines that stand still although nothing keeps them. */
export class SoakWatch {
  readonly #since = new Map<string, { readonly state: string; readonly at: number }>();

  /** What stands still for too long, in words. `ill`: something lasting is wrong with its machine. */
  look(view: PrinterView, ill: boolean, now: number): string | null {
    const state = ill ? null : waiting(view);
    const before = this.#since.get(view.id);
    if (state === null) this.#since.delete(view.id);
    else if (before?.state !== state) this.#since.set(view.id, { state, at: now });
    else if (now - before.at > PATIENCE) {
      this.#since.delete(view.id);
      return `${view.name} stands still: ${state}`;
    }
    return null;
  }
}

/** The state a printer may not stay in; null = it prints, has nothing to do, or a person must act. */
function waiting({ queue, current, plate }: PrinterView): string | null {
  if (current !== null) {
    const isLong = current.state === "printing" || current.state === "paused";
    return isLong ? null : `${current.state} ${current.filename} (${current.attempt ?? "foreign"})`;
  }
  const head = queue.rows.find((row) => row.hold === null);
  if (head === undefined || !queue.armed || queue.decisions.length > 0) return null;
  if (plate.state === "occupied" || plate.state === "unknown") return null;
  const codes = head.reasons.map((reason) => reason.code);
  if (codes.some((code) => PERSON.has(code))) return null;
  return `${head.job_id} waits for ${codes.length === 0 ? "nothing" : codes.join()}`;
}
