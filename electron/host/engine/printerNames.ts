import type { LinkConfig, Printer } from "#shared/domain/printer.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { PrinterId } from "#shared/domain/ids.ts";

/** An id made from a printer's name, free and readable: "Voron 2.4" -> `voron-2-4`, then `voron-2-4-2`. */
export function freePrinterId(name: string, isTaken: (id: PrinterId) => boolean): PrinterId {
  const slug =
    name
      .normalize("NFKD")
      .replaceAll(/[\u0300-\u036F]/g, "")
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 40)
      .replace(/-+$/, "") || "printer";
  for (let n = 1; ; n++) {
    const id = PrinterId.parse(n === 1 ? slug : `${slug}-${n}`);
    if (!isTaken(id)) return id;
  }
}

/** The lowest seat that no simulated printer of the farm has. */
export function freeSeat(printers: readonly Printer[]): number {
  const taken = new Set(
    printers.flatMap(({ link }) => (link.kind === "simulated" ? [link.seat] : [])),
  );
  let seat = 0;
  while (taken.has(seat)) seat++;
  return seat;
}

/** Where a printer is reached, without secrets. */
export function addressOf(link: LinkConfig): string {
  switch (link.kind) {
    case "moonraker":
      return link.url;
    case "klipper":
      return link.socket;
    case "simulated":
      return "simulated";
    default:
      return assertNever(link, "link");
  }
}

/** Two links are one machine when this is the same. Keys and the like do not matter. */
export function machineOf(link: LinkConfig): string {
  switch (link.kind) {
    case "moonraker":
      return link.url;
    case "klipper":
      return `${link.socket} ${link.folder ?? ""}`;
    case "simulated":
      return `simulated ${link.seat}`;
    default:
      return assertNever(link, "link");
  }
}

/** The name of a printer nobody named: its host, or what it is where that is this computer. */
export function hostOf(link: Exclude<LinkConfig, { kind: "simulated" }>): string {
  if (link.kind === "moonraker") return new URL(link.url).hostname;
  return link.socket.startsWith("/") ? "Klipper" : link.socket.replace(/:\d+$/, "");
}
