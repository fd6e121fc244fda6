import type { ElectronApplication } from "playwright-core";

/** A PNG of the whole screen: windows with their frames, and boxes of the system's own toolkit. */
export async function wholeScreen(app: ElectronApplication): Promise<Buffer> {
  const text = await app.evaluate(async ({ desktopCapturer, screen }) => {
    const [source] = await desktopCapturer.getSources({
      types: ["screen"],
      thumbnailSize: screen.getPrimaryDisplay().size,
    });
    return source?.thumbnail.toPNG().toString("base64") ?? "";
  });
  return Buffer.from(text, "base64");
}
