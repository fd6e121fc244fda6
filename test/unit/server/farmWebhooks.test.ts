import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { farmWebhookMethods } from "#shared/contract/farmWebhooks.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { type ApiHarness, startApiHarness } from "../../support/apiHarness.ts";
import { startReceiver, type WebhookReceiver } from "../../support/webhookReceiver.ts";

const created = farmWebhookMethods["farm.webhooks.create"].result;

describe("webhooks over the API", () => {
  let api: ApiHarness;
  let client: ApiClient;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    api = await startApiHarness();
    client = await ApiClient.connect(api.url);
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await client.close();
    await receiver.stop();
    await api.stop();
  });

  it("are made, tried, changed and removed; the secret is told once", async () => {
    const params = { name: "shop light", url: receiver.url };
    const { secret, view } = await client.ask(created, "farm.webhooks.create", params);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(await client.call("farm.webhooks.test", { id: view.id })).toMatchObject({ ok: true });
    expect(receiver.arrived[0]).toMatchObject({ type: "test", data: { webhook: "shop light" } });
    const id = view.id;
    await client.call("farm.webhooks.update", { id, name: "lamp", events: ["attention"] });
    const list = await client.call("farm.webhooks.list");
    expect(list).toMatchObject({ webhooks: [{ id, name: "lamp", events: ["attention"] }] });
    expect(JSON.stringify(list)).not.toContain(secret);
    expect(await client.call("farm.webhooks.remove", { id })).toEqual({ removed: id });
    await expect(client.call("farm.webhooks.test", { id })).rejects.toMatchObject({ code: -32601 });
  });

  it.each(["ftp://host/", "file:///etc/passwd", "hooks", "http://user:secret@host/", ""])(
    "refuse the address %j",
    async (url) => {
      await expect(client.call("farm.webhooks.create", { name: "x", url })).rejects.toMatchObject({
        code: -32602,
      });
    },
  );

  it("are for administrators: they carry the farm's news elsewhere", () => {
    for (const definition of Object.values(farmWebhookMethods)) {
      expect(definition.scope).toBe("admin");
    }
  });
});
