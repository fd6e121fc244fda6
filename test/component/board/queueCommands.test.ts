import { enableAutoUnmount, flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { defineComponent } from "vue";
import { useQueueCommands } from "@/features/board/useQueueCommands.ts";
import { useUploadStore } from "@/stores/uploadStore.ts";
import { printerFixture } from "../../support/boardFixtures.ts";
import { mountBoard } from "../support/mountBoard.ts";

enableAutoUnmount(afterEach);

/** Three files dropped together; each arrives, or fails, when the test says so. */
function droppedTogether() {
  const printer = printerFixture("p", "Voron");
  const arrivals = new Map<string, (error?: Error) => void>();
  let commands: ReturnType<typeof useQueueCommands> | undefined;
  const mounted = mountBoard(
    defineComponent({ setup: () => ((commands = useQueueCommands()), () => null) }),
    {
      printers: [printer],
      answers: { "farm.queue.post": printer.queue },
      upload: ({ file }) =>
        new Promise((resolve, reject) => {
          arrivals.set(file.name, (error) =>
            error === undefined ? resolve({ item: { path: file.name } }) : reject(error),
          );
        }),
    },
  );
  const names = ["first.gcode", "second.gcode", "third.gcode"];
  const files = names.map((name) => new File(["G28"], name));
  void commands?.uploadAndPost(printer, files, { copies: 1, start: false });
  return {
    arrive: async (name: string, error?: Error) => {
      arrivals.get(name)?.(error);
      await flushPromises();
    },
    posted: () =>
      mounted.calls.map(({ params }) => (params as { files: { filename: string }[] }).files[0]),
  };
}

describe("files dropped together", () => {
  it("are queued in their order, whichever arrives first", async () => {
    const { arrive, posted } = droppedTogether();
    await arrive("third.gcode");
    await arrive("second.gcode");
    expect(posted()).toEqual([]);
    await arrive("first.gcode");
    expect(posted().map((file) => file?.filename)).toEqual([
      "first.gcode",
      "second.gcode",
      "third.gcode",
    ]);
  });

  it("do not wait for one that failed, and one cancelled meanwhile is not queued", async () => {
    const { arrive, posted } = droppedTogether();
    const uploads = useUploadStore();
    await arrive("second.gcode");
    await arrive("third.gcode");
    const second = [...uploads.uploads.values()].find(({ name }) => name === "second.gcode");
    uploads.dismiss(second?.id ?? -1);
    await arrive("first.gcode", new Error("not g-code"));
    expect(posted().map((file) => file?.filename)).toEqual(["third.gcode"]);
  });
});
