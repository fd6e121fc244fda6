import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import type { Component } from "vue";
import type { PrinterView } from "#shared/contract/farm.ts";
import { type HostAccess, HOST } from "@/app/hostAccess.ts";
import { createMessages } from "@/i18n/messages.ts";
import { useFarmStore } from "@/stores/farmStore.ts";

export interface SentCall {
  readonly method: string;
  readonly params: unknown;
}

/** A host that writes down what it is asked and answers what the test says; an Error is thrown. */
function scriptedHost(
  answers: Readonly<Record<string, unknown>> = {},
  upload: HostAccess["upload"] = () => Promise.resolve({ item: { path: "uploaded.gcode" } }),
): {
  readonly access: HostAccess;
  readonly calls: SentCall[];
} {
  const calls: SentCall[] = [];
  const call = (method: string, params: unknown): Promise<unknown> => {
    calls.push({ method, params });
    const answer = answers[method];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const access: HostAccess = {
    address: { http: "http://board.test", websocket: "ws://board.test/websocket" },
    // The script stands for the contract's types; what it answers is the test's own business.
    call: call as HostAccess["call"],
    upload,
    retryNow: () => undefined,
  };
  return { access, calls };
}

/** Mounts a component of the board as the app does, with printers already known. */
export function mountBoard(
  component: Component,
  options: {
    readonly props?: Record<string, unknown>;
    readonly printers?: readonly PrinterView[];
    readonly answers?: Readonly<Record<string, unknown>>;
    readonly upload?: HostAccess["upload"];
  } = {},
) {
  const pinia = createPinia();
  setActivePinia(pinia);
  const printers = [...(options.printers ?? [])];
  useFarmStore().applySnapshot(
    { version: "0.1.0", revision: 1, now: Date.now() / 1000, store_notice: null, printers },
    Date.now(),
  );
  const { access, calls } = scriptedHost(options.answers, options.upload);
  const wrapper = mount(component, {
    ...(options.props === undefined ? {} : { props: options.props }),
    global: { plugins: [pinia, createMessages()], provide: { [HOST as symbol]: access } },
    attachTo: document.body,
  });
  const byId = (id: string) => wrapper.find(`[data-testid="${id}"]`);
  return { wrapper, calls, byId };
}
