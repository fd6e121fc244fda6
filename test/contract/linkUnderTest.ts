import type { PrinterLink } from "../../electron/host/link/printerLink.ts";

/** What a test can do to the printer behind a link. */
export interface PrinterControls {
  /** Breaks the connection; the printer takes the next one. */
  cutConnection(): void;
  /** Breaks the connection and takes no other until `acceptConnections`. */
  refuseConnections(): Promise<void>;
  acceptConnections(): Promise<void>;
  /** RESTART: another run of Klippy in the same process. */
  restartKlippy(): void;
  /** Klippy dies and comes back as another process. */
  killKlippy(): void;
  /** What has happened on the machine, oldest first. */
  record(): readonly {
    readonly event: string;
    readonly path?: string;
    readonly message?: string;
  }[];
}

export interface LinkUnderTest {
  readonly link: PrinterLink;
  readonly printer: PrinterControls;
  /** Stops both. */
  dispose(): Promise<void>;
}

/** A printer of a 250 mm bed with extruder, bed and the files of `gcodes`; `speed` times real time. */
export interface LinkFixture {
  readonly gcodes?: Readonly<Record<string, string>>;
  readonly speed?: number;
}
