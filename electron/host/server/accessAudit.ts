import type { Actor } from "#shared/domain/plate.ts";
import type { Clock } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import type { AccessJournal } from "../store/accessJournal.ts";

/** What is written down of who is let in, and of who changed that. */
export type AccessEvent =
  | "logged_in"
  | "logged_out"
  | "credential_refused"
  | "user_created"
  | "user_deleted"
  | "password_changed"
  | "key_created"
  | "key_revoked"
  | "reach_changed"
  | "webhook_created"
  | "webhook_changed"
  | "webhook_removed";

/** The audit trail of access. What is shown as a credential is never part of it. */
export class AccessAudit {
  readonly #journal: AccessJournal;
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;

  constructor(journal: AccessJournal, clock: Clock, report: (error: unknown) => void) {
    this.#journal = journal;
    this.#clock = clock;
    this.#report = report;
  }

  /** Nobody waits for it: a full disk must not lock anybody out, or in. */
  note(kind: AccessEvent, actor: Actor, data: Readonly<Record<string, unknown>>): void {
    const entry = { at: this.#clock.now(), kind, actor, data };
    drop(this.#journal.record(entry), this.#report);
  }
}
