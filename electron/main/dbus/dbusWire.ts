/** A value of a D-Bus message: structs and arrays are arrays, a dictionary is an array of pairs. */
export type DbusValue = number | string | boolean | Variant | readonly DbusValue[];

export interface Variant {
  readonly signature: string;
  readonly value: DbusValue;
}

const ALIGNMENT: Readonly<Record<string, number>> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  b: 4,
  i: 4,
  u: 4,
  s: 4,
  o: 4,
  a: 4,
  h: 4,
  x: 8,
  t: 8,
  d: 8,
  "(": 8,
  "{": 8,
};

/** Splits a signature into its complete types. */
export function splitSignature(signature: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length;) {
    const end = endOfType(signature, at);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function endOfType(signature: string, at: number): number {
  const first = signature[at];
  if (first === "a") return endOfType(signature, at + 1);
  if (first !== "(" && first !== "{") return at + 1;
  let depth = 0;
  for (let next = at; next < signature.length; next++) {
    if ("({".includes(signature.charAt(next))) depth++;
    else if (")}".includes(signature.charAt(next)) && --depth === 0) return next + 1;
  }
  throw new Error(`Not a signature: ${signature}`);
}

/** Writes values little-endian, aligned from its own start. */
export class DbusWriter {
  readonly #bytes: number[] = [];

  get bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  align(size: number): void {
    while (this.#bytes.length % size !== 0) this.#bytes.push(0);
  }

  writeAll(signature: string, values: readonly DbusValue[]): this {
    splitSignature(signature).forEach((type, index) => this.write(type, values[index] ?? 0));
    return this;
  }

  write(type: string, value: DbusValue): void {
    this.align(ALIGNMENT[type.charAt(0)] ?? 1);
    switch (type.charAt(0)) {
      case "y":
        return void this.#bytes.push(Number(value));
      case "b":
      case "i":
      case "u":
        return this.#number(Number(value), 4);
      case "n":
      case "q":
        return this.#number(Number(value), 2);
      case "x":
        return void this.#bytes.push(
          ...bytesOf((eight) => eight.writeBigInt64LE(BigInt(Number(value)))),
        );
      case "d":
        return void this.#bytes.push(...bytesOf((eight) => eight.writeDoubleLE(Number(value))));
      case "s":
      case "o":
        this.#number(Buffer.byteLength(textOf(value)), 4);
        return void this.#bytes.push(...Buffer.from(`${textOf(value)}\0`));
      case "g":
        this.#bytes.push(textOf(value).length);
        return void this.#bytes.push(...Buffer.from(`${textOf(value)}\0`));
      case "v": {
        const { signature, value: inner } = asVariant(value);
        this.write("g", signature);
        return this.write(signature, inner);
      }
      case "(":
      case "{":
        return void this.writeAll(type.slice(1, -1), asArray(value));
      case "a":
        return this.#array(type.slice(1), asArray(value));
      default:
        throw new Error(`Not written here: ${type}`);
    }
  }

  #array(type: string, values: readonly DbusValue[]): void {
    const lengthAt = this.#bytes.length;
    this.#number(0, 4);
    this.align(ALIGNMENT[type.charAt(0)] ?? 1);
    const start = this.#bytes.length;
    for (const value of values) this.write(type, value);
    const length = this.#bytes.length - start;
    for (let byte = 0; byte < 4; byte++)
      this.#bytes[lengthAt + byte] = (length >>> (8 * byte)) & 255;
  }

  #number(value: number, size: number): void {
    for (let byte = 0; byte < size; byte++) this.#bytes.push((value >>> (8 * byte)) & 255);
  }
}

/** Reads what a `DbusWriter` writes. */
export class DbusReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  align(size: number): void {
    while (this.#at % size !== 0) this.#at++;
  }

  get position(): number {
    return this.#at;
  }

  readAll(signature: string): DbusValue[] {
    return splitSignature(signature).map((type) => this.read(type));
  }

  read(type: string): DbusValue {
    const size = ALIGNMENT[type.charAt(0)] ?? 1;
    this.align(size);
    switch (type.charAt(0)) {
      case "y":
        return this.#bytes.readUInt8(this.#step(1));
      case "b":
        return this.#bytes.readUInt32LE(this.#step(4)) !== 0;
      case "n":
        return this.#bytes.readInt16LE(this.#step(2));
      case "q":
        return this.#bytes.readUInt16LE(this.#step(2));
      case "i":
        return this.#bytes.readInt32LE(this.#step(4));
      case "u":
      case "h":
        return this.#bytes.readUInt32LE(this.#step(4));
      case "x":
        return Number(this.#bytes.readBigInt64LE(this.#step(8)));
      case "t":
        return Number(this.#bytes.readBigUInt64LE(this.#step(8)));
      case "d":
        return this.#bytes.readDoubleLE(this.#step(8));
      case "s":
      case "o":
        return this.#text(this.#bytes.readUInt32LE(this.#step(4)));
      case "g":
        return this.#text(this.#bytes.readUInt8(this.#step(1)));
      case "v": {
        const signature = textOf(this.read("g"));
        return { signature, value: this.read(signature) };
      }
      case "(":
      case "{":
        return this.readAll(type.slice(1, -1));
      case "a":
        return this.#array(type.slice(1));
      default:
        throw new Error(`Not read here: ${type}`);
    }
  }

  #array(type: string): DbusValue[] {
    const length = this.#bytes.readUInt32LE(this.#step(4));
    this.align(ALIGNMENT[type.charAt(0)] ?? 1);
    const end = this.#at + length;
    const values: DbusValue[] = [];
    while (this.#at < end) values.push(this.read(type));
    return values;
  }

  #text(length: number): string {
    const start = this.#step(length + 1);
    return this.#bytes.toString("utf8", start, start + length);
  }

  #step(size: number): number {
    const at = this.#at;
    this.#at += size;
    return at;
  }
}

function bytesOf(write: (eight: Buffer) => void): Buffer {
  const eight = Buffer.alloc(8);
  write(eight);
  return eight;
}

function asArray(value: DbusValue): readonly DbusValue[] {
  if (!Array.isArray(value)) throw new Error("An array was expected");
  return value;
}

function asVariant(value: DbusValue): Variant {
  if (typeof value !== "object" || !("signature" in value))
    throw new Error("A variant was expected");
  return value;
}

/** A value that must be a text or a number, as text. */
export function textOf(value: DbusValue | undefined): string {
  if (typeof value === "object" || value === undefined) throw new Error("A text was expected");
  return String(value);
}
