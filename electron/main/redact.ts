/**
 * Takes out of a text what must not leave this computer: keys, tokens and passwords by their names, those
 * in addresses, and the name of the user in paths. The log redacts what it knows to be secret when it is
 * written; this is for what it did not know.
 */
export function redact(text: string, home: string): string {
  const secrets = text
    .replace(NESTED_FIELD, '$1\\"[redacted]\\"')
    .replace(SECRET_FIELD, '$1"[redacted]"')
    .replace(SECRET_PARAMETER, "$1[redacted]")
    .replace(SECRET_HEADER, "$1[redacted]")
    .replace(BEARER, "$1[redacted]")
    .replace(ADDRESS_LOGIN, "$1[redacted]@");
  if (home.length <= 1) return secrets;
  // A log is JSON, in which Windows' separators are doubled.
  return secrets.replaceAll(home.replaceAll("\\", "\\\\"), "~").replaceAll(home, "~");
}

/** With what may stand before: `refresh_token`, `X-Api-Key`. */
const NAMES = "(?:[\\w-]*[-_])?(?:api[-_]?key|token|password|passwd|secret|authorization|cookie)";
/** `"apiKey":"abc"` */
const SECRET_FIELD = new RegExp(`("(?:${NAMES})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, "gi");
/** The same within a string of JSON: `\\"apiKey\\":\\"abc\\"`. */
const NESTED_FIELD = new RegExp(`(\\\\"(?:${NAMES})\\\\"\\s*:\\s*)\\\\"[^"]*?\\\\"`, "gi");
/** `?token=abc` */
const SECRET_PARAMETER = new RegExp(`([?&](?:${NAMES})=)[^&\\s"']+`, "gi");
/** `Authorization: Bearer abc` */
const SECRET_HEADER = new RegExp(`((?:${NAMES}):\\s*(?:bearer\\s+|basic\\s+)?)[^\\s",}\\]]+`, "gi");
/** `Bearer abc`, wherever it stands. */
const BEARER = /(\bbearer\s+)(?!\[redacted)[\w.~+/=-]{8,}/gi;
/** `http://user:password@host` */
const ADDRESS_LOGIN = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@"']+@/gi;
