import type { PrinterView, TestedPrinter } from "#shared/contract/farm.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { PlatePolicy } from "#shared/domain/plate.ts";
import { computed, shallowReactive, shallowRef } from "vue";
import { useHost } from "../../app/hostAccess.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { hostOf, type WrittenPrinter } from "./addressList.ts";

/** Tests at a time: dead addresses take seconds each and must not hold up the living. */
const AT_ONCE = 8;

export interface Candidate extends WrittenPrinter {
  readonly id: number;
  /** Undefined while it has not been looked at. */
  readonly tested: TestedPrinter | undefined;
  /** The printer of this farm that has the address already. */
  readonly known: string | null;
  readonly chosen: boolean;
  /** Why adding it failed; null = not tried or done. */
  readonly failure: string | null;
}

/** Printers that may be added: looked at first, so that each says what is wrong before it is on the board. */
export function useCandidates() {
  const { call } = useHost();
  const farm = useFarmStore();
  const candidates = shallowReactive(new Map<number, Candidate>());
  const busy = shallowRef<"checking" | "adding" | null>(null);
  const done = shallowRef(0);
  let nextId = 1;
  /** Grows when the list is thrown away: answers for a former one are not wanted. */
  let round = 0;

  const list = computed(() => [...candidates.values()]);
  const chosen = computed(() => list.value.filter((candidate) => candidate.chosen));

  function knownAs(address: string): string | null {
    const host = hostOf(address);
    for (const printer of farm.views.values()) {
      if (hostOf(printer.link.address) === host) return printer.name;
    }
    return null;
  }

  function put(written: WrittenPrinter, tested?: TestedPrinter): number {
    const id = nextId++;
    const known = knownAs(written.address);
    const good = tested?.ok === true;
    candidates.set(id, {
      ...written,
      id,
      tested,
      known,
      chosen: good && known === null,
      failure: null,
    });
    return id;
  }

  /** Looks at all of them, a few at a time. */
  async function check(written: readonly WrittenPrinter[]): Promise<void> {
    const mine = ++round;
    candidates.clear();
    done.value = 0;
    busy.value = "checking";
    const waiting = written.map((printer) => put(printer)).values();
    const worker = async (): Promise<void> => {
      for (const id of waiting) {
        const candidate = candidates.get(id);
        if (candidate === undefined) continue;
        const tested = await test(candidate);
        if (mine !== round) return;
        patch(id, { tested, chosen: tested.ok && candidate.known === null });
        done.value++;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (mine === round) busy.value = null;
  }

  async function test({ address, key }: WrittenPrinter): Promise<TestedPrinter> {
    try {
      return await call("farm.printers.test", { address, api_key: key === "" ? null : key });
    } catch (error) {
      return { ok: false, reason: "unreachable", message: messageOf(error) };
    }
  }

  /** Adds the chosen ones; those that fail stay listed with the reason. Resolves with those added. */
  async function addChosen(platePolicy: PlatePolicy): Promise<readonly PrinterView[]> {
    busy.value = "adding";
    const added: PrinterView[] = [];
    for (const candidate of chosen.value) {
      const { id, address, key, name, tags, tested } = candidate;
      const own = tested?.ok === true ? tested.name : null;
      const called = name === "" ? own : name;
      try {
        const view = await call("farm.printers.add", {
          link: { kind: "moonraker", address, api_key: key === "" ? null : key },
          ...(called === null || called === "" ? {} : { name: called }),
          ...(tags.length === 0 ? {} : { tags: [...tags] }),
          ...(platePolicy === "confirm" ? {} : { options: { plate_policy: platePolicy } }),
        });
        farm.applyView(view);
        added.push(view);
        candidates.delete(id);
      } catch (error) {
        patch(id, { failure: messageOf(error), chosen: false });
      }
    }
    busy.value = null;
    return added;
  }

  function patch(id: number, change: Partial<Candidate>): void {
    const candidate = candidates.get(id);
    if (candidate !== undefined) candidates.set(id, { ...candidate, ...change });
  }

  function remove(id: number): void {
    candidates.delete(id);
  }

  function clear(): void {
    round++;
    busy.value = null;
    candidates.clear();
  }

  return { list, chosen, busy, done, put, patch, check, addChosen, remove, clear };
}
