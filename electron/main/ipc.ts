import type * as z from "zod";
import type { IpcMain, IpcMainInvokeEvent, WebContents } from "electron";
import {
  desktopArguments,
  type DesktopChannel,
  type DesktopRequests,
} from "#shared/desktop/ipc.ts";
import { originOf } from "./guards.ts";

export interface TrustedPage {
  /** Our window's page; undefined while there is no window. */
  readonly contents: () => WebContents | undefined;
  readonly origin: string;
}

export type DesktopHandlers = {
  readonly [C in DesktopChannel]: (
    ...args: Parameters<DesktopRequests[C]>
  ) => ReturnType<DesktopRequests[C]>;
};

/** Answers the channels of `DesktopRequests`, and only our own page; the sole user of `ipcMain`. */
export function answerPage(ipcMain: IpcMain, page: TrustedPage, handlers: DesktopHandlers): void {
  const handle = <C extends DesktopChannel>(channel: C): void => {
    const schema: z.ZodType<Parameters<DesktopRequests[C]>> = desktopArguments[channel];
    ipcMain.handle(channel, (event, ...args: unknown[]) => {
      refuseStrangers(event, page, channel);
      const parsed: Parameters<DesktopRequests[C]> = schema.parse(args);
      return handlers[channel](...parsed);
    });
  };
  handle("desktop:reveal-data-folder");
  handle("desktop:state");
  handle("desktop:change-settings");
  handle("desktop:connect");
  handle("desktop:export-diagnostics");
  handle("desktop:take-asks");
}

/** Only the top frame of our window, and only while it shows our own page. */
function refuseStrangers(event: IpcMainInvokeEvent, page: TrustedPage, channel: string): void {
  const contents = page.contents();
  const frame = event.senderFrame;
  const trusted =
    contents !== undefined &&
    event.sender === contents &&
    frame !== null &&
    frame === contents.mainFrame &&
    originOf(frame.url) === page.origin;
  if (!trusted) throw new Error(`${channel} is not answered to this page`);
}
