import { answerError, exchange, readText } from "./httpExchange.ts";
import { endpointAddress } from "./moonrakerAddress.ts";

/** Asks Moonraker over HTTP to stop the machine at once; `timeout` in milliseconds. */
export async function stopOverHttp(
  server: { readonly resolveUrl: () => Promise<string>; readonly apiKey: string | null },
  signal: AbortSignal,
  timeout: number,
): Promise<void> {
  const response = await exchange({
    method: "POST",
    url: endpointAddress(await server.resolveUrl(), "printer", "emergency_stop"),
    apiKey: server.apiKey,
    signal,
    idleTimeout: timeout,
    headers: { "Content-Length": 0 },
  });
  const text = await readText(response);
  if ((response.statusCode ?? 0) >= 400) throw answerError(response, text);
}
