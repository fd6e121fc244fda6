import { once } from "node:events";
import { WebSocketServer } from "ws";
import * as z from "zod";
import { ApiClient } from "../support/apiClient.ts";

const Request = z.object({ id: z.number() });

/** The limit for answers: a server that sends ready bytes back. */
export async function startEcho(
  result: string,
): Promise<{ client: ApiClient; close: () => Promise<void> }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.on("message", (data) => {
      const { id } = Request.parse(JSON.parse(z.instanceof(Buffer).parse(data).toString("utf8")));
      socket.send(`{"jsonrpc":"2.0","result":${result},"id":${id}}`);
    });
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const client = await ApiClient.connect(`http://127.0.0.1:${port}/`);
  return {
    client,
    async close() {
      await client.close();
      server.close();
    },
  };
}
