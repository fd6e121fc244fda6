import { describe, expect, it } from "vitest";
import type { BeforeSendResponse, OnBeforeSendHeadersListenerDetails } from "electron";
import { sendRemoteKey } from "../../../electron/main/guards.ts";

const access = { hostUrl: "http://farm.local:7140/", apiKey: "KEY" };

/** What becomes of the headers of a request of the page. */
function headersOf(url: string, requestHeaders: Record<string, string>, to = access): unknown {
  let sent: unknown = requestHeaders;
  const webRequest = {
    onBeforeSendHeaders(
      listener: (
        details: Pick<OnBeforeSendHeadersListenerDetails, "url" | "requestHeaders">,
        answer: (response: BeforeSendResponse) => void,
      ) => void,
    ) {
      listener({ url, requestHeaders }, (answer) => (sent = answer.requestHeaders ?? sent));
    },
  };
  // @ts-expect-error As much of a session as is used.
  sendRemoteKey({ webRequest }, () => to);
  return sent;
}

describe("the key of a host on another computer", () => {
  it("goes with what the page sends there, also over its websocket", () => {
    for (const url of ["http://farm.local:7140/farm/snapshot", "ws://farm.local:7140/websocket"]) {
      expect(headersOf(url, { Accept: "*/*" })).toEqual({ Accept: "*/*", "X-Api-Key": "KEY" });
    }
  });

  it("goes nowhere else, and is taken out again where that host answers with another address", () => {
    for (const url of [
      "http://evil.example/",
      "http://farm.local:7141/",
      "https://farm.local:7140/",
    ]) {
      expect(headersOf(url, { Accept: "*/*", "X-Api-Key": "KEY" })).toEqual({ Accept: "*/*" });
    }
  });
});
