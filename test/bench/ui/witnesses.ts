import * as z from "zod";
import { RawClient } from "../rawClient.ts";

/** Machines that are listened to; all simulators are one process, so a few tell of all. */
const LISTENED = 6;

/**
 * Listens at some of the machines themselves, to know whether the simulated printers kept their pace: what
 * reaches the page says nothing of it, since the host hands live data on less often than it comes.
 */
export class Witnesses {
  readonly #clients: readonly RawClient[];
  #reports = 0;
  #since = performance.now();

  private constructor(clients: readonly RawClient[]) {
    this.#clients = clients;
    for (const client of clients) client.onNotification((frame) => this.#count(frame));
  }

  static async listen(urls: readonly string[]): Promise<Witnesses> {
    const step = Math.max(1, Math.floor(urls.length / LISTENED));
    const heard = urls.filter((_, n) => n % step === 0).slice(0, LISTENED);
    const clients = await Promise.all(heard.map((url) => RawClient.connect(`${url}/`)));
    const witnesses = new Witnesses(clients);
    const objects = { toolhead: null };
    for (const client of clients) {
      await client.result(z.unknown(), "printer.objects.subscribe", { objects });
    }
    return witnesses;
  }

  /** Reports a second of each machine since the last call. */
  take(): number {
    const now = performance.now();
    const rate = (this.#reports * 1000) / (now - this.#since) / this.#clients.length;
    this.#reports = 0;
    this.#since = now;
    return rate;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close();
  }

  #count(frame: Buffer): void {
    if (frame.includes("notify_status_update")) this.#reports++;
  }
}
