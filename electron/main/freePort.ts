import { createServer } from "node:net";

/**
 * The first port from `first` on that nobody listens on, among `count`; 0 (any) when all are taken.
 * Another program may still take it before we do: then the start fails with its own clear message.
 */
export async function firstFreePort(
  address: string,
  first: number,
  count: number,
): Promise<number> {
  for (let port = first; port < first + count; port++) {
    if (await isFree(address, port)) return port;
  }
  return 0;
}

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
