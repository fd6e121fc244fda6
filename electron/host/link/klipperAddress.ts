import { homedir } from "node:os";
import { isAbsolute, posix } from "node:path";
import { AppError } from "#shared/rpc/errors.ts";

/** Where Klipper's API server is: a socket of this computer, or a port it is forwarded to. */
export type KlipperEndpoint =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[^\s:/[\]]+):(\d{1,5})$/i;

/**
 * Turns what a person typed ("/tmp/klippy_uds", "~/printer_data/comms/klippy.sock", "10.0.0.7:7126",
 * "tcp://pi:7126") into the address that is stored. Throws AppError `bad_request` that says what is wrong.
 */
export function klipperAddress(typed: string): string {
  const text = typed.trim().replace(/^unix:(?:\/\/)?|^tcp:\/\//i, "");
  if (/[\0\r\n]/.test(text)) throw bad("The socket's path must be one line of text");
  if (text.startsWith("~/")) return posix.join(homedir(), text.slice(2));
  if (text.startsWith("/")) return posix.normalize(text);
  const port = Number(HOST_AND_PORT.exec(text)?.[2] ?? Number.NaN);
  if (port >= 1 && port <= 65_535) return text;
  throw bad(
    "Enter the path of Klipper's socket, for example /home/pi/printer_data/comms/klippy.sock, or " +
      "host:port where it is forwarded",
  );
}

/** The folder a person typed, `~` expanded; throws AppError `bad_request` when it is no absolute path. */
export function klipperFolder(typed: string | null): string | null {
  if (typed === null) return null;
  const text = expandHome(typed.trim());
  if (!/[\0\r\n]/.test(text) && (text.startsWith("/") || /^[a-z]:[\\/]/i.test(text))) return text;
  throw bad("Enter the whole path of the folder on this computer, from the root on");
}

/**
 * Klipper's own `[virtual_sdcard] path` as a path of this computer; null for one that only Klipper's process
 * understands (`~pi/gcodes`, `gcodes`): made up here it would be another folder.
 */
export function configuredFolder(path: string): string | null {
  const expanded = expandHome(path);
  return isAbsolute(expanded) ? expanded : null;
}

/** Klipper expands `~` to its own user's home; on one computer that is mostly ours. */
function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? posix.join(homedir(), path.slice(1)) : path;
}

/** Reads a stored address. */
export function klipperEndpoint(address: string): KlipperEndpoint {
  const tcp = HOST_AND_PORT.exec(address);
  if (tcp === null) return { kind: "path", path: address };
  const host = (tcp[1] ?? "").replace(/^\[|\]$/g, "");
  return { kind: "tcp", host, port: Number(tcp[2]) };
}

function bad(message: string): AppError {
  return new AppError("bad_request", message);
}
