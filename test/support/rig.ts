import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { FarmDriver } from "./farmDriver.ts";
import { addressBy, type LinkBy } from "./linkKinds.ts";
import { startTestHost, type TestHost } from "./testHost.ts";

/** One simulated printer and a host that follows it by either link, in a folder of their own. */
export class Rig {
  readonly printer: SimulatedPrinter;
  readonly id: string;
  readonly #folder: string;
  #host: TestHost;
  #farm: FarmDriver;

  private constructor(
    printer: SimulatedPrinter,
    id: string,
    folder: string,
    host: TestHost,
    farm: FarmDriver,
  ) {
    this.printer = printer;
    this.id = id;
    this.#folder = folder;
    this.#host = host;
    this.#farm = farm;
  }

  /** Resolves when the printer is idle and its plate waits for a word. */
  static async start(by: LinkBy): Promise<Rig> {
    const folder = await mkdtemp(join(tmpdir(), "nextplate-rig-"));
    const gcodes = join(folder, "gcodes");
    await mkdir(gcodes);
    const klipper = { socket: join(folder, "klippy.sock"), folder: gcodes };
    const printer = new SimulatedPrinter({ name: "rig", speed: 20, clock: systemClock, klipper });
    await printer.start();
    const host = await startTestHost({ dataDir: join(folder, "data") });
    const farm = await FarmDriver.connect(host.url);
    const address = addressBy(by, { url: printer.url, socket: klipper.socket });
    const id = await farm.addPrinter("rig", address, "confirm", by);
    await farm.until(id, "ready", (view) => view.activity === "idle");
    return new Rig(printer, id, folder, host, farm);
  }

  /** Connected to the present host. */
  get farm(): FarmDriver {
    return this.#farm;
  }

  /** Ends the host and starts another one on its data. */
  async restartHost(): Promise<void> {
    await this.#farm.close();
    await this.#host.stop();
    this.#host = await startTestHost({ dataDir: this.#host.dataDir });
    this.#farm = await FarmDriver.connect(this.#host.url);
  }

  async stop(): Promise<void> {
    await this.#farm.close();
    await this.#host.stop();
    await this.printer.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
