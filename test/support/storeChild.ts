import { once } from "node:events";
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A process of its own that holds a store; see storeProcess.ts for what it does. */
export interface StoreChild {
  readonly process: ChildProcess;
  /** Revisions of which the child was told that they are durable. */
  acknowledged(): readonly number[];
  /** Resolves once the child was told of `count` durable writes. */
  reach(count: number): Promise<void>;
  /** kill -9, and nothing else. */
  kill(): Promise<void>;
}

/** Starts it on `dir`; it commits one write after another until it is killed. */
export function startStoreChild(dir: string): StoreChild {
  const script = fileURLToPath(new URL("storeProcess.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dir], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let output = "";
  let look = (): void => {};
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
    look();
  });
  // A last line cut short by the kill is no acknowledgement.
  const acknowledged = () => output.split("\n").slice(0, -1).map(Number);
  return {
    process: child,
    acknowledged,
    reach: (count) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (acknowledged().length >= count) resolve();
        };
        look();
        child.once("exit", (code) => reject(new Error(`the child ended early (${code})`)));
      }),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
