import { arch, cpus, hostname, loadavg, platform, release, totalmem, uptime } from "node:os";
import { machineMethods } from "#shared/contract/machine.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { MethodName, Result } from "#shared/contract/index.ts";
import type { Arguments, Call, HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";
import { askPrinter, serverBehind } from "../printerSide.ts";

/**
 * The computer at the printer, its console and cameras. While it is off the answers are about this
 * computer, what was heard of the printer before, or empty, in the form front ends wait for.
 */
export function machineHandlers(parts: HandlerParts): HandlersOf<typeof machineMethods> {
  const { clock, stagedNames, memory } = parts;
  const ask = async <M extends keyof typeof machineMethods & MethodName>(
    method: M,
    params: Arguments,
    call: Call,
    off: () => Result<M>,
  ): Promise<Result<M>> => {
    const answer = await askPrinter(stagedNames, method, params, call);
    if (answer === undefined) return off();
    // The table ties each name to its schema, which a union cannot say.
    return machineMethods[method].result.parse(answer) as Result<M>;
  };

  return {
    "machine.system_info": (_, call) => ask("machine.system_info", {}, call, thisComputer),
    "machine.proc_stats": (_, call) =>
      ask("machine.proc_stats", {}, call, () => ({
        moonraker_stats: [],
        throttled_state: null,
        cpu_temp: null,
        network: {},
        system_cpu_usage: { cpu: Math.min(100, ((loadavg()[0] ?? 0) * 100) / cpus().length) },
        system_memory: { total: totalmem() / 1024, available: null, used: null },
        system_uptime: uptime(),
        websocket_connections: parts.sessionCount(),
        time: clock.now() / 1000,
      })),
    "server.gcode_store": ({ count }, call) =>
      ask("server.gcode_store", count === undefined ? {} : { count }, call, () => ({
        gcode_store: call.printer === null ? [] : memory.console(call.printer.id, count),
      })),
    "server.temperature_store": (params, call) =>
      ask("server.temperature_store", params, call, () =>
        call.printer === null ? {} : memory.temperatures(call.printer.id),
      ),
    "server.webcams.list": async (_, call) => {
      const { webcams } = await ask("server.webcams.list", {}, call, () => ({ webcams: [] }));
      const server = call.printer === null ? null : await serverBehind(call.printer.link);
      return server === null ? { webcams } : { webcams: webcams.map(absoluteFrom(server.url)) };
    },
    "server.announcements.list": (params, call) =>
      ask("server.announcements.list", params, call, () => ({ entries: [], feeds: [] })),
    "server.announcements.feeds": (_, call) =>
      ask("server.announcements.feeds", {}, call, () => ({ feeds: [] })),
    "server.announcements.update": ({ subscriptions }, call) => {
      const given = subscriptions === undefined ? {} : { subscriptions };
      const none = { entries: [], feeds: [], modified: false };
      return ask("server.announcements.update", given, call, () => none);
    },
    "server.announcements.dismiss": (params, call) =>
      ask("server.announcements.dismiss", params, call, () => {
        throw new AppError(
          "not_found",
          `Announcement ${params.entry_id} is not known: while the printer is off there are none.`,
        );
      }),
    "server.announcements.post_feed": (params, call) =>
      ask("server.announcements.post_feed", params, call, () => skipped(params.name)),
    "server.announcements.delete_feed": (params, call) =>
      ask("server.announcements.delete_feed", params, call, () => skipped(params.name)),
  };
}

/** The feeds are the printer's own: Moonraker's word for one that stayed as it was. */
const skipped = (feed: string) => ({ feed, action: "skipped" });

/** Cameras are served beside the printer's own web pages, not by us: a bare path would point here. */
function absoluteFrom(server: string) {
  const pages = `http://${new URL(server).hostname}`;
  return <T extends { name: string; [key: string]: unknown }>(webcam: T): T => {
    const absolute = Object.entries(webcam).flatMap(([key, value]) =>
      key.endsWith("_url") && typeof value === "string" && value.startsWith("/")
        ? [[key, pages + value]]
        : [],
    );
    return { ...webcam, ...Object.fromEntries(absolute) };
  };
}

function thisComputer(): Result<"machine.system_info"> {
  const [cpu] = cpus();
  return {
    system_info: {
      python: { version: [], version_string: "" },
      cpu_info: {
        cpu_count: cpus().length,
        bits: arch().includes("64") ? "64bit" : "32bit",
        processor: arch(),
        cpu_desc: cpu?.model ?? "",
        serial_number: "",
        hardware_desc: "",
        model: cpu?.model ?? "",
        total_memory: Math.round(totalmem() / 1024),
        memory_units: "kB",
      },
      sd_info: {},
      distribution: {
        name: `Nextplate on ${hostname()} (the printer is off)`,
        id: platform(),
        version: release(),
        version_parts: {},
        like: "",
        codename: "",
      },
      virtualization: { virt_type: "none", virt_identifier: "none" },
      network: {},
      canbus: {},
      available_services: [],
      service_state: {},
      provider: "none",
      instance_ids: {},
    },
  };
}
