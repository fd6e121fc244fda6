import { EventEmitter } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { Bonjour } from "bonjour-service";
import type { Disposable } from "#shared/util/disposable.ts";
import type { Announce } from "./announcer.ts";
import type { DiscoveryParts } from "./printerDiscovery.ts";

/** Milliseconds for one connection: a host in the same network answers in a few, absent ones never. */
const CONNECT = 900;

/** The real network under discovery. Nothing is opened before it is used. */
export const localNetworkPorts: Pick<DiscoveryParts, "browse" | "isListening" | "interfaces"> = {
  browse: browseMoonrakers,
  isListening,
  interfaces: networkInterfaces,
};

function browseMoonrakers(onService: (service: unknown) => void): Disposable {
  const bonjour = new Bonjour({}, () => {});
  forgiveSocketErrors(bonjour);
  const browser = bonjour.find({ type: "moonraker" }, onService);
  return {
    dispose() {
      browser.stop();
      bonjour.destroy();
    },
  };
}

/** The real network under announcements. */
export const announceInLocalNetwork: Announce = ({ name, port, txt }) => {
  const bonjour = new Bonjour({}, () => {});
  forgiveSocketErrors(bonjour);
  const service = bonjour.publish({ name, port, txt, type: "moonraker" });
  // Somebody else has this name: the library says so by an error nobody would hear.
  service.on("error", () => {});
  return {
    dispose() {
      // The farewell goes out before the socket is closed.
      bonjour.unpublishAll(() => bonjour.destroy());
    },
  };
};

/**
 * A network that refuses multicast is no reason to fail: nothing is heard then. The library leaves the
 * errors of its socket without a listener, which would end the process.
 */
function forgiveSocketErrors(bonjour: Bonjour): void {
  const server: unknown = Reflect.get(bonjour, "server");
  const mdns: unknown =
    typeof server === "object" && server !== null ? Reflect.get(server, "mdns") : undefined;
  if (!(mdns instanceof EventEmitter)) throw new Error("bonjour-service is built differently");
  mdns.on("error", () => {});
}

function isListening(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.setTimeout(CONNECT, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    // An aborted socket ends with an error, one destroyed before it connected only with close.
    socket.once("close", () => resolve(false));
  });
}
