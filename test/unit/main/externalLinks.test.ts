import { describe, expect, it } from "vitest";
import { isAllowedLink } from "../../../electron/main/externalLinks.ts";

const host = "http://127.0.0.1:7140/";

describe("links that may leave the app", () => {
  it.each(["https://github.com/Klipper3d/klipper", "https://moonraker.readthedocs.io/", host])(
    "opens %s",
    (link) => expect(isAllowedLink(link, host)).toBe(true),
  );

  it.each([
    "http://github.com/",
    "https://github.com.example.org/",
    "https://user:pass@github.com/",
    "https://github.com:8443/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "smb://server/share",
    "http://127.0.0.1:7141/",
    "not a link",
  ])("keeps %s shut", (link) => expect(isAllowedLink(link, host)).toBe(false));
});
