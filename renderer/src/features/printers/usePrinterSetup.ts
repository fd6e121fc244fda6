import type { TestedPrinter } from "#shared/contract/farm.ts";
import type { ParamsInput } from "#shared/contract/index.ts";
import { type ShallowRef, shallowRef } from "vue";
import { useHost } from "../../app/hostAccess.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { useToastStore } from "../../stores/toastStore.ts";

export interface PrinterEntry {
  readonly address: string;
  readonly key: string;
  readonly name: string;
}

/** Klipper's own socket, and the folder of its prints; an empty folder is where Klipper says it is. */
export interface SocketEntry {
  readonly socket: string;
  readonly folder: string;
  readonly name: string;
}

/** Adding printers: one call at a time, failures told where the operator looks. */
export function usePrinterSetup(): {
  readonly busy: Readonly<ShallowRef<boolean>>;
  readonly failure: Readonly<ShallowRef<string | null>>;
  readonly test: (entry: PrinterEntry) => Promise<TestedPrinter | undefined>;
  readonly testLink: (link: ReachedLink) => Promise<TestedPrinter | undefined>;
  readonly add: (entry: PrinterEntry) => Promise<boolean>;
  readonly addSimulated: (count: number) => Promise<boolean>;
  readonly testSocket: (entry: SocketEntry) => Promise<TestedPrinter | undefined>;
  readonly addSocket: (entry: SocketEntry) => Promise<boolean>;
} {
  const { call } = useHost();
  const farm = useFarmStore();
  const toasts = useToastStore();
  const { t, said } = useMessages();
  const busy = shallowRef(false);
  const failure = shallowRef<string | null>(null);

  async function guard<T>(run: () => Promise<T>): Promise<T | undefined> {
    busy.value = true;
    failure.value = null;
    try {
      return await run();
    } catch (error) {
      failure.value = said(error);
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  function testLink(link: ReachedLink): Promise<TestedPrinter | undefined> {
    return guard(() => call("farm.printers.test", link));
  }

  function test(entry: PrinterEntry): Promise<TestedPrinter | undefined> {
    return testLink(moonrakerOf(entry));
  }

  function testSocket(entry: SocketEntry): Promise<TestedPrinter | undefined> {
    return testLink(socketOf(entry));
  }

  function add(entry: PrinterEntry): Promise<boolean> {
    return addLink(moonrakerOf(entry), entry.name.trim());
  }

  function addSocket(entry: SocketEntry): Promise<boolean> {
    return addLink(socketOf(entry), entry.name.trim());
  }

  async function addLink(
    link: ParamsInput<"farm.printers.add">["link"],
    name: string,
  ): Promise<boolean> {
    const done = await guard(async () => {
      const view = await call("farm.printers.add", name === "" ? { link } : { link, name });
      farm.applyView(view);
      toasts.show({ tone: "good", text: t("add.added", { name: view.name }) });
      return true;
    });
    return done ?? false;
  }

  async function addSimulated(count: number): Promise<boolean> {
    const done = await guard(async () => {
      for (let added = 0; added < count; added++) {
        farm.applyView(await call("farm.printers.add", { link: { kind: "simulated" } }));
      }
      return true;
    });
    if (done === undefined && failure.value !== null) {
      const reason = failure.value;
      toasts.show({ tone: "bad", text: t("done.failed", { what: t("add.simulated"), reason }) });
    }
    return done ?? false;
  }

  return { busy, failure, test, testLink, add, addSimulated, testSocket, addSocket };
}

/** A printer's server as it was typed in. */
export function moonrakerOf({ address, key }: Omit<PrinterEntry, "name">) {
  return { kind: "moonraker", address: address.trim(), api_key: key.trim() || null } as const;
}

export function socketOf({ socket, folder }: Omit<SocketEntry, "name">) {
  return { kind: "klipper", address: socket.trim(), folder: folder.trim() || null } as const;
}

export type ReachedLink = ReturnType<typeof moonrakerOf> | ReturnType<typeof socketOf>;
