import { readFile } from "node:fs/promises";
import * as z from "zod";
import { FarmSnapshot } from "#shared/contract/farm.ts";
import { waitFor } from "./apiClient.ts";
import { gcodeFile } from "./boardPage.ts";

const Answer = z.looseObject({ error: z.undefined().optional() });

/** Calls the host of a running app as a script would. Rejects when it refuses. */
export async function callHost(url: string, method: string, params: object): Promise<void> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${url}server/jsonrpc`, { method: "POST", headers, body });
  Answer.parse(await answer.json());
}

/** All printers as the host shows them now. */
export async function printersOf(url: string): Promise<FarmSnapshot["printers"]> {
  const answer: unknown = await (await fetch(`${url}farm/snapshot`)).json();
  return z.object({ result: FarmSnapshot }).parse(answer).result.printers;
}

/** Uploads a fixture to a printer's library. */
export async function uploadTo(url: string, printer: string, file: string): Promise<void> {
  const form = new FormData();
  form.append("file", new Blob([Uint8Array.from(await readFile(gcodeFile(file)))]), file);
  await fetch(`${url}printers/${printer}/server/files/upload`, { method: "POST", body: form });
}

/** Uploads a fixture to a printer, queues it and starts the queue. */
export async function addPrint(url: string, printer: string, file: string): Promise<void> {
  await uploadTo(url, printer, file);
  await callHost(url, "farm.queue.post", { printer, files: [{ filename: file }], start: true });
}

/** Says that the plate is clear, once it is asked for. */
export async function clearPlate(url: string, printer: string): Promise<void> {
  const asking = await waitFor("the question for the plate", async () =>
    (await printersOf(url)).find(
      ({ id, attention }) => id === printer && attention.some(({ kind }) => kind === "plate"),
    ),
  );
  const { revision } = asking.plate;
  await callHost(url, "farm.plate.set", { printer, state: "clear", revision });
}
