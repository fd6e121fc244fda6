import { expect } from "vitest";
import { type BoardPage, type Column, gcodeFile } from "./boardPage.ts";
import { waitFor } from "./apiClient.ts";
import { screenshot } from "./chromium.ts";

/** Milliseconds for a print of the fixtures at the speed of these tests, transfer and undo grace included. */
const PRINT = 45_000;

/** Adds a file as a person does: the dialog, the system's file chooser, "Add to Queue". */
export async function addFile(column: Column, file: string): Promise<void> {
  const { page } = column;
  await column.part("add-file").click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByTestId("choose-file").click();
  await (await chooser).setFiles(gcodeFile(file));
  await page.getByTestId("add-to-queue").click();
  await page.getByTestId("add-file-dialog").waitFor({ state: "detached" });
}

/** Waits until the state in the head of a column reads so. */
export function stateToRead(column: Column, words: RegExp, timeout = PRINT): Promise<string> {
  return waitFor(
    `the column's state to read ${String(words)}`,
    async () => {
      const text = await column.part("state").textContent();
      return text !== null && words.test(text) ? text : undefined;
    },
    timeout,
  );
}

/**
 * The first thing everyone does: two files go in through the page, the queue is started, the plate is asked
 * for, both print one after the other, and the second only after the plate was cleared again. `shots` names
 * the pictures kept of it.
 */
export async function printTwoFiles(board: BoardPage, shots: string): Promise<void> {
  const column = await board.column(0);
  await stateToRead(column, /Idle|Plate unknown/);
  await addFile(column, "cube20_0.2mm_PETG.gcode");
  await waitFor("the added file in the queue", async () => (await column.rows().count()) === 1);
  await column.dropFile(gcodeFile("hex-spacer_0.2mm_PETG.gcode"));
  await waitFor("the dropped file in the queue", async () => (await column.rows().count()) === 2);
  expect(await column.rows().allTextContents()).toEqual([
    expect.stringContaining("cube20"),
    expect.stringContaining("hex-spacer"),
  ]);
  await screenshot(board.page, `${shots}-queued`);

  await column.part("queue-start").click();
  await column.part("plate-question").waitFor();
  await stateToRead(column, /Plate unknown/);
  expect(await column.rows().count()).toBe(2);
  await screenshot(board.page, `${shots}-plate-question`);

  await column.part("plate-clear").click();
  await stateToRead(column, /Printing/);
  expect(await column.part("current-print").textContent()).toContain("cube20");
  await screenshot(board.page, `${shots}-printing`);

  await stateToRead(column, /Done/);
  await column.part("plate-question").waitFor();
  expect(await column.rows().allTextContents()).toEqual([expect.stringContaining("hex-spacer")]);
  await screenshot(board.page, `${shots}-finished`);

  await column.part("plate-clear").click();
  await stateToRead(column, /Printing/);
  expect(await column.part("current-print").textContent()).toContain("hex-spacer");
  await stateToRead(column, /Done/);
  expect(await column.rows().count()).toBe(0);
}
