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
