import { describe, expect, it } from "vitest";
import { FarmDriver } from "../support/farmDriver.ts";
import { startTestHost } from "../support/testHost.ts";

describe("a host that stops", () => {
  it("leaves nothing running that a command had set going", async () => {
    const host = await startTestHost({ simulate: 1 });
    const farm = await FarmDriver.connect(host.url);
    const id = "ada";
    await farm.upload(id, "part.gcode", "G28\nG1 X10 F3000\nM400\n");
    const posted = farm.client.call("farm.queue.post", {
      printer: id,
      files: [{ filename: "part.gcode" }],
      start: true,
    });
    await expect(posted).resolves.toBeDefined();
    // The notification of that post is still on its way.
    await host.stop();
    await farm.close();
    // Anything that acts on a closed store now would be an uncaught error and fail this file.
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
});
