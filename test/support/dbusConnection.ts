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

/** Answers calls made to us; undefined = no such method. */
export type DbusService = (call: DbusMessage) => DbusAnswer | undefined;

interface Address {
  readonly to: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
}

/** One connection to a message bus: as much of D-Bus as tests of a tray and of notifications need. */
export class DbusConnection {
  readonly #socket: Socket;
  readonly #service: DbusService;
  readonly #pending = new Map<number, (message: DbusMessage) => void>();
  #received = Buffer.alloc(0);
  #serial = 1;

  private constructor(socket: Socket, service: DbusService) {
    this.#socket = socket;
    this.#service = service;
  }

  /** Connects to `unix:path=...` and says hello. */
  static async open(address: string, service: DbusService): Promise<DbusConnection> {
    const path = /unix:path=([^,;]+)/.exec(address)?.[1];
    if (path === undefined) throw new Error(`No socket path in ${address}`);
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    const user = Buffer.from(String(process.getuid?.() ?? 0)).toString("hex");
    socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
    const greeting = await new Promise<string>((resolve) =>
      socket.once("data", (data: Buffer) => resolve(data.toString())),
    );
    if (!greeting.startsWith("OK")) throw new Error(`The bus refused us: ${greeting}`);
    socket.write("BEGIN\r\n");
    const connection = new DbusConnection(socket, service);
    socket.on("data", (data: Buffer) => connection.#receive(data));
    await connection.#callBus("Hello", "", []);
    return connection;
  }

  async ownName(name: string): Promise<void> {
    await this.#callBus("RequestName", "su", [name, 0]);
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
      this.#pending.set(serial, ({ type, body }) => {
        if (type === ERROR) reject(new Error(`${to.member}: ${textOf(body[0])}`));
        else resolve(body);
      });
    });
  }

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
      [FIELD.to, "s", to],
    ]);
  }

  close(): void {
    this.#socket.destroy();
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
    for (;;) {
      if (this.#received.length < 16) return;
      const bodyLength = this.#received.readUInt32LE(4);
      const fieldsLength = this.#received.readUInt32LE(12);
      const headerLength = Math.ceil((16 + fieldsLength) / 8) * 8;
      const length = headerLength + bodyLength;
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
    if (message.type !== CALL) return;
    const answer = this.#service(message);
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
