import { describe, expect, it } from "vitest";
import type { IpcMain, WebContents } from "electron";
import { answerPage, type DesktopHandlers } from "../../../electron/main/ipc.ts";

type Listener = Parameters<IpcMain["handle"]>[1];

const ORIGIN = "nextplate://app";
const frame = (url: string) => ({ url });
const page = { mainFrame: frame("nextplate://app/#/board") };

/** What our window's page, or another one, gets for a question of the shell's. */
async function asked(event: object, contents: object | undefined = page, ...args: unknown[]) {
  const listeners = new Map<string, Listener>();
  const ipcMain = { handle: (name: string, listener: Listener) => listeners.set(name, listener) };
  const took: unknown[] = [];
  const answered = async (...given: unknown[]) => void took.push(given);
  const handlers = {
    "desktop:reveal-data-folder": answered,
    "desktop:state": answered,
    "desktop:change-settings": answered,
    "desktop:connect": answered,
    "desktop:export-diagnostics": answered,
    "desktop:take-asks": answered,
  };
  answerPage(
    // @ts-expect-error As much of Electron as is used.
    ipcMain,
    { contents: () => contents as WebContents | undefined, origin: ORIGIN },
    handlers as unknown as DesktopHandlers,
  );
  const refusals: string[] = [];
  for (const [name, listener] of listeners) {
    try {
      // @ts-expect-error As much of the event as is used.
      await listener(event, ...(name === "desktop:change-settings" ? [{}] : args));
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { took, refusals };
}

describe("what the shell answers", () => {
  it("are questions of the top frame of its window", async () => {
    const { took } = await asked({ sender: page, senderFrame: page.mainFrame });
    // Connecting takes two words, of which there are none here.
    expect(took).toEqual([[], [], [{}], [], []]);
  });

  it.each([
    ["another window's", { sender: {}, senderFrame: page.mainFrame }],
    ["a frame within the page", { sender: page, senderFrame: frame("nextplate://app/") }],
    ["a frame that is gone", { sender: page, senderFrame: null }],
  ])("is nothing to %s", async (_who, event) => {
    const { took, refusals } = await asked(event);
    expect(took).toEqual([]);
    expect(refusals).toHaveLength(6);
    for (const words of refusals) expect(words).toContain("is not answered to this page");
  });

  it.each(["https://evil.example/", "nextplate://other/", "file:///app/", "data:text/html,x", ""])(
    "is nothing to our own window while it shows %s",
    async (url) => {
      const mainFrame = frame(url);
      const contents = { mainFrame };
      const { took, refusals } = await asked(
        { sender: contents, senderFrame: mainFrame },
        contents,
      );
      expect([took, refusals.length]).toEqual([[], 6]);
    },
  );

  it("is nothing where there is no window", async () => {
    const event = { sender: undefined, senderFrame: page.mainFrame };
    expect((await asked(event, undefined)).took).toEqual([]);
  });
});
