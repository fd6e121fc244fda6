import { connect, type Socket } from "node:net";
import { DbusReader, type DbusValue, DbusWriter, textOf } from "./dbusWire.ts";

const CALL = 1;
const REPLY = 2;
const ERROR = 3;
const SIGNAL = 4;

/** Codes of the header's fields. */
const FIELD = {
  path: 1,
  interface: 2,
  member: 3,
  error: 4,
  reply: 5,
  to: 6,
  from: 7,
  signature: 8,
};

export interface DbusMessage {
  readonly type: number;
  readonly serial: number;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly from: string;
  readonly replyTo: number;
  readonly body: readonly DbusValue[];
}

/** What a method answers: the signature and the values of its reply. */
export type DbusAnswer = readonly [signature: string, ...values: DbusValue[]];

export interface DbusListener {
  /** Answers a call made to us; undefined = no such method. */
  readonly answer?: (call: DbusMessage) => DbusAnswer | undefined;
  /** A signal we asked the bus for. */
  readonly heard?: (signal: DbusMessage) => void;
  /** The bus is gone, or said what cannot be read. Once, not after `close`. */
  readonly ended?: () => void;
}

/** Bytes of a message; the protocol's own limit. */
const LONGEST = 128 * 1024 * 1024;

interface Address {
  readonly to: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
}

/** One connection to a message bus: as much of D-Bus as a tray and notifications need, on either side. */
export class DbusConnection {
  readonly #socket: Socket;
  readonly #listener: DbusListener;
  readonly #pending = new Map<number, (message: DbusMessage | null) => void>();
  #received = Buffer.alloc(0);
  #serial = 1;
  #ended = false;

  private constructor(socket: Socket, listener: DbusListener) {
    this.#socket = socket;
    this.#listener = listener;
  }

  /** Connects to `unix:path=...` or `unix:abstract=...` and says hello. */
  static async open(address: string, listener: DbusListener): Promise<DbusConnection> {
    const socket = connect(socketPath(address));
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    const user = Buffer.from(String(process.getuid?.() ?? 0)).toString("hex");
    socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
    const greeting = await new Promise<string>((resolve) => {
      socket.once("data", (data: Buffer) => resolve(data.toString()));
      socket.once("close", () => resolve("it hung up"));
    });
    if (!greeting.startsWith("OK")) {
      socket.destroy();
      throw new Error(`The bus refused us: ${greeting}`);
    }
    socket.write("BEGIN\r\n");
    const connection = new DbusConnection(socket, listener);
    socket.on("data", (data: Buffer) => connection.#receive(data));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => connection.#end());
    await connection.#callBus("Hello", "", []);
    return connection;
  }

  async ownName(name: string): Promise<void> {
    await this.#callBus("RequestName", "su", [name, 0]);
  }

  async giveUpName(name: string): Promise<void> {
    await this.#callBus("ReleaseName", "s", [name]);
  }

  async isOwned(name: string): Promise<boolean> {
    const [owned] = await this.#callBus("NameHasOwner", "s", [name]);
    return owned === true;
  }

  /** Signals the rule matches are heard from now on. */
  async listenFor(rule: string): Promise<void> {
    await this.#callBus("AddMatch", "s", [rule]);
  }

  /** Rejects with the other side's error. */
  call(
    to: Address,
    signature = "",
    values: readonly DbusValue[] = [],
  ): Promise<readonly DbusValue[]> {
    return new Promise((resolve, reject) => {
      const serial = this.#send(CALL, signature, values, [
        [FIELD.path, "o", to.path],
        [FIELD.interface, "s", to.interface],
        [FIELD.member, "s", to.member],
        [FIELD.to, "s", to.to],
      ]);
      this.#pending.set(serial, (answer) => {
        if (answer === null) reject(new Error(`${to.member}: the bus is gone`));
        else if (answer.type === ERROR) reject(errorIn(answer, to.member));
        else resolve(answer.body);
      });
    });
  }

  /** `to` empty = to everyone who listens. */
  signal(
    source: Omit<Address, "to">,
    to: string,
    signature: string,
    values: readonly DbusValue[],
  ): void {
    this.#send(SIGNAL, signature, values, [
      [FIELD.path, "o", source.path],
      [FIELD.interface, "s", source.interface],
      [FIELD.member, "s", source.member],
      ...(to === "" ? [] : [[FIELD.to, "s", to] as const]),
    ]);
  }

  close(): void {
    this.#ended = true;
    this.#socket.destroy();
  }

  #end(): void {
    for (const settle of this.#pending.values()) settle(null);
    this.#pending.clear();
    if (this.#ended) return;
    this.#ended = true;
    this.#listener.ended?.();
  }

  #callBus(member: string, signature: string, values: readonly DbusValue[]) {
    const name = "org.freedesktop.DBus";
    const path = "/org/freedesktop/DBus";
    return this.call({ to: name, path, interface: name, member }, signature, values);
  }

  #send(
    type: number,
    signature: string,
    values: readonly DbusValue[],
    fields: readonly (readonly [code: number, type: string, value: DbusValue])[],
  ): number {
    const serial = this.#serial++;
    const body = new DbusWriter().writeAll(signature, values).bytes;
    const all = signature === "" ? fields : [...fields, [FIELD.signature, "g", signature] as const];
    const header = new DbusWriter();
    header.writeAll("yyyyuua(yv)", [
      "l".charCodeAt(0),
      type,
      0,
      1,
      body.length,
      serial,
      all.map(([code, kind, value]) => [code, { signature: kind, value }]),
    ]);
    header.align(8);
    this.#socket.write(Buffer.concat([header.bytes, body]));
    return serial;
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    try {
      this.#readMessages();
    } catch {
      // After bytes that cannot be read nobody knows where the next message begins.
      this.#socket.destroy();
    }
  }

  #readMessages(): void {
    for (;;) {
      if (this.#received.length < 16) return;
      const bodyLength = this.#received.readUInt32LE(4);
      const fieldsLength = this.#received.readUInt32LE(12);
      const headerLength = Math.ceil((16 + fieldsLength) / 8) * 8;
      const length = headerLength + bodyLength;
      if (length > LONGEST) throw new Error("Too long for a message");
      if (this.#received.length < length) return;
      const message = readMessage(this.#received.subarray(0, length), headerLength);
      this.#received = this.#received.subarray(length);
      this.#take(message);
    }
  }

  #take(message: DbusMessage): void {
    if (message.type === REPLY || message.type === ERROR) {
      this.#pending.get(message.replyTo)?.(message);
      this.#pending.delete(message.replyTo);
      return;
    }
    if (message.type === SIGNAL) return this.#listener.heard?.(message);
    if (message.type !== CALL) return;
    const answer = this.#listener.answer?.(message);
    const to = [
      [FIELD.reply, "u", message.serial],
      [FIELD.to, "s", message.from],
    ] as const;
    if (answer === undefined) {
      const unknown = "org.freedesktop.DBus.Error.UnknownMethod";
      this.#send(ERROR, "s", [message.member], [...to, [FIELD.error, "s", unknown]]);
      return;
    }
    const [signature, ...values] = answer;
    this.#send(REPLY, signature, values, to);
  }
}

function socketPath(address: string): string {
  const path = /unix:path=([^,;]+)/.exec(address)?.[1];
  if (path !== undefined) return decodeURIComponent(path);
  const abstract = /unix:abstract=([^,;]+)/.exec(address)?.[1];
  if (abstract !== undefined) return `\0${decodeURIComponent(abstract)}`;
  throw new Error(`No socket in ${address}`);
}

function errorIn({ body }: DbusMessage, member: string): Error {
  return new Error(`${member}: ${textOf(body[0] ?? "")}`);
}

function readMessage(bytes: Buffer, bodyAt: number): DbusMessage {
  const reader = new DbusReader(bytes);
  const [, type, , , , serial, fields] = reader.readAll("yyyyuua(yv)");
  const found = new Map<number, DbusValue>();
  for (const field of Array.isArray(fields) ? fields : []) {
    const [code, variant] = Array.isArray(field) ? field : [];
    if (typeof variant === "object" && "signature" in variant)
      found.set(Number(code), variant.value);
  }
  const text = (code: number): string => textOf(found.get(code) ?? "");
  const body = new DbusReader(bytes.subarray(bodyAt)).readAll(text(FIELD.signature));
  return {
    type: Number(type),
    serial: Number(serial),
    path: text(FIELD.path),
    interface: text(FIELD.interface),
    member: text(FIELD.member),
    from: text(FIELD.from),
    replyTo: Number(found.get(FIELD.reply) ?? 0),
    body,
  };
}
