import type { IncomingMessage } from "node:http";
import type { TestedPrinter } from "#shared/contract/farm.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import * as z from "zod";
import { type DialFailure, DialError, timedOut, UNAUTHORIZED_ADVICE } from "./dialError.ts";
import { exchange, parseJson, readText } from "./httpExchange.ts";
import { endpointAddress, moonrakerAddress } from "./moonrakerAddress.ts";
import { PrinterInfoAnswer, ServerInfoAnswer } from "./moonrakerFrames.ts";

/** Milliseconds for the whole test. */
const DEADLINE = 6_000;

// Stricter than the link's own reading: here the question is whether this is a Moonraker at all.
const InfoBody = z.looseObject({
  result: z
    .looseObject({ klippy_state: z.string() })
    .transform((result) => ServerInfoAnswer.parse(result)),
});
const PrinterBody = z.looseObject({ result: PrinterInfoAnswer });

/**
 * Looks whether a Moonraker answers at an address somebody typed, without adding anything.
 * Never rejects: what is wrong is the answer, with the sentence that says what to do.
 */
export async function testPrinter(address: string, apiKey: string | null): Promise<TestedPrinter> {
  let base: string;
  try {
    base = moonrakerAddress(address);
  } catch (error) {
    return failed("bad_address", messageOf(error));
  }
  const signal = AbortSignal.timeout(DEADLINE);
  try {
    const info = await readInfo(base, apiKey, signal);
    const hostname = await readHostname(base, apiKey, signal);
    return {
      ok: true,
      name: hostname,
      klippy_state: info.klippy_state,
      moonraker_version: info.moonraker_version,
      hostname,
      folder: null,
      notice: null,
    };
  } catch (error) {
    if (signal.aborted) return failed("timeout", timedOut(new URL(base).host).message);
    if (error instanceof DialError) return failed(error.failure, error.message);
    if (error instanceof AppError && error.code === "unauthorized") {
      return failed("unauthorized", error.message);
    }
    return failed("unreachable", messageOf(error));
  }
}

async function readInfo(
  base: string,
  apiKey: string | null,
  signal: AbortSignal,
): Promise<z.output<typeof ServerInfoAnswer>> {
  const response = await get(endpointAddress(base, "server", "info"), apiKey, signal);
  const text = await readText(response);
  const status = response.statusCode ?? 0;
  if (status === 401 || status === 403) throw new DialError("unauthorized", UNAUTHORIZED_ADVICE);
  const body = InfoBody.safeParse(parseJson(text));
  if (status === 200 && body.success) return body.data.result;
  throw new DialError(
    "not_moonraker",
    `${new URL(base).host} answers (HTTP ${status}), but there is no Moonraker. Check port and path; ` +
      "Moonraker's own port is 7125",
  );
}

/** The printer's name for itself; null while Klippy is away, which is no fault of the connection. */
async function readHostname(
  base: string,
  apiKey: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const response = await get(endpointAddress(base, "printer", "info"), apiKey, signal);
  const body = PrinterBody.safeParse(parseJson(await readText(response)));
  return body.success ? body.data.result.hostname : null;
}

function get(url: string, apiKey: string | null, signal: AbortSignal): Promise<IncomingMessage> {
  return exchange({ method: "GET", url, apiKey, signal, idleTimeout: DEADLINE });
}

function failed(reason: DialFailure, message: string): TestedPrinter {
  return { ok: false, reason, message };
}
