import { afterAll, describe, expect, it } from "vitest";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReachView } from "#shared/contract/farmReach.ts";
import { ApiClient } from "../support/apiClient.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

describe("a printer's own port", () => {
  const folder = mkdtemp(join(tmpdir(), "nextplate-port-"));
  let host: TestHost;
  afterAll(async () => {
    await host.stop();
    await rm(await folder, { recursive: true, force: true });
  });

  it("is the same after a restart", async () => {
    host = await startTestHost({ dataDir: await folder, simulate: 1 });
    const client = await ApiClient.connect(host.url);
    const params = { printer: "ada", endpoint: "printer", port: 0 };
    const { ports } = await client.ask(ReachView, "farm.reach.set_port", params);
    await client.close();
    await host.stop();
    host = await startTestHost({ dataDir: await folder, simulate: 1 });
    const own = await ApiClient.connect(`http://127.0.0.1:${ports[0]?.port}/`);
    expect(await own.call("server.info")).toHaveProperty("klippy_state");
    await own.close();
  });
});
