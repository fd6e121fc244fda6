import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { parseDesktopArguments } from "../../../electron/main/desktopArguments.ts";
import { firstFreePort } from "../../../electron/main/freePort.ts";
import { shellTexts } from "../../../electron/main/texts/shellTexts.ts";
import { startFailurePage } from "../../../electron/main/startFailure.ts";

const parse = (...argv: string[]) => parseDesktopArguments(argv, { HOME: "/home/a" }, "linux");

describe("the desktop app's command line", () => {
  it("takes the host's options among the words of Electron and debuggers", () => {
    const parsed = parse("--inspect=0", ".", "--simulate", "2", "--data-dir=/farm", "--no-sandbox");
    expect(parsed).toMatchObject({
      host: { kind: "serve", simulate: 2, dataDir: "/farm", port: 7140, host: "127.0.0.1" },
      portNamed: false,
    });
  });

  it("knows whether a port was asked for by number", () => {
    expect(parse("--port", "7200")).toMatchObject({ host: { port: 7200 }, portNamed: true });
  });

  it("never listens beyond this computer", () => {
    expect(parse("--host", "0.0.0.0")).toMatchObject({ host: { host: "127.0.0.1" } });
  });

  it.each([
    { argv: ["--port", "x"], said: "--port takes" },
    { argv: ["--simulate=1.5"], said: "--simulate" },
    { argv: ["--data-dir"], said: "--data-dir" },
    { argv: ["--data-dir", "--port=1"], said: "--data-dir" },
  ])("says what is wrong with $argv", ({ argv, said }) => {
    expect(parse(...argv).host).toMatchObject({
      kind: "invalid",
      message: expect.stringContaining(said),
    });
  });
});

describe("the port of the desktop app", () => {
  it("is the next one when the first is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const taken = typeof address === "object" && address !== null ? address.port : 0;
    expect(await firstFreePort("127.0.0.1", taken, 1)).toBe(0);
    expect(await firstFreePort("127.0.0.1", taken, 5)).toBeGreaterThan(taken);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("the page of a failed start", () => {
  it("shows the message as text, whatever it holds", () => {
    const page = startFailurePage('In use by <b>"other"</b>', "/data & more", shellTexts("en"));
    expect(page).toContain("In use by &lt;b&gt;&quot;other&quot;&lt;/b&gt;");
    expect(page).toContain("/data &amp; more");
  });

  it("speaks the app's language", () => {
    const message =
      "The folder /farm is in use by another Nextplate. Use that one, or close it first, or choose another folder with --data-dir.";
    const page = startFailurePage(message, "/farm", shellTexts("de"));
    expect(page).toContain('<html lang="de">');
    expect(page).toContain("Der Ordner /farm wird von einem anderen Nextplate benutzt.");
    expect(page).toContain("Erneut versuchen");
  });
});
