import type { FarmPrinter } from "../engine/farm.ts";
import type { Address } from "./endpoints.ts";

/** What a person sees who opens a printer's endpoint in a browser: what it is and what to do with it. */
export function endpointPage(
  { printer }: FarmPrinter,
  { endpoint, prefix }: Pick<Address, "endpoint" | "prefix">,
): string {
  const name = escaped(printer.name);
  const here = `${prefix}/`;
  const queue = endpoint.kind === "queue" ? here : `${prefix}/queue/`;
  const what =
    endpoint.kind === "queue"
      ? `This is the queue of <b>${name}</b>, for slicers. It is always ready: what is sent here to print waits in the queue, also while the printer is off.`
      : `This is <b>${name}</b> as a Moonraker server, for front ends such as Mainsail or Fluidd. It tells the truth about the printer, also when it is off.`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name} - Nextplate</title>
<body style="font-family: system-ui; max-width: 40rem; margin: 4rem auto; line-height: 1.5">
<h1>${name}</h1>
<p>${what}</p>
<p>In a slicer choose the host type "Klipper (via Moonraker)" and the host and port of this page followed by <code>${queue}</code>.</p>
<p>In a front end add a printer with the host and port of this page${here === "/" ? "" : ` and the path <code>${here}</code>`}.</p>
<p>${prefix.startsWith("/printers/") ? '<a href="/">Open the board</a> &middot; ' : ""}<a href="${here}server/info">server/info</a></p>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
