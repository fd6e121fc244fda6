import type { Event } from "../util/event.ts";

/** A two-way channel of text frames, already open. WebSocket, Unix socket or a pair in memory. */
export interface Transport {
  /** Sends one frame. After the channel closed this does nothing. */
  send(text: string): void;
  /** Closes the channel; `onDidClose` follows. */
  close(): void;
  readonly onDidReceive: Event<string>;
  /** Fires exactly once, with a reason for the log. */
  readonly onDidClose: Event<string>;
}
