import { expect, it } from "vitest";
import { waitFor } from "../support/apiClient.ts";
import { BoardPage } from "../support/boardPage.ts";
import { screenshot } from "../support/chromium.ts";
import { launchApp, temporaryFolder } from "../support/electronApp.ts";
import { addFile, stateToRead } from "../support/firstPrint.ts";

it("leads from an empty data folder over simulated printers to a print", async () => {
  const folder = await temporaryFolder();
  const running = await launchApp({ dataDir: folder.path, simSpeed: 300 });
  try {
    const { page } = running;
    await page.getByTestId("first-run").waitFor();
    await screenshot(page, "desktop-first-run");
    await page.getByTestId("door-simulated").click();
    const board = new BoardPage(page);
    const column = await board.column(0);
    await addFile(column, "cube20_0.2mm_PETG.gcode");
    await waitFor("the file in the queue", async () => (await column.rows().count()) === 1);
    await column.part("queue-start").click();
    await column.part("plate-question").waitFor();
    await column.part("plate-clear").click();
    await stateToRead(column, /Printing/);
    await stateToRead(column, /Done/);
    expect(board.complaints).toEqual([]);
  } finally {
    await running.quit();
    await folder.forget();
  }
});
