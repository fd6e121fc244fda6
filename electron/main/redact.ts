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
    .replace(ADDRESS_LOGIN, "$1[redacted]@");
  return home.length > 1 ? secrets.replaceAll(home, "~") : secrets;
}

const NAMES = "api[-_]?key|x-api-key|token|access[-_]token|password|secret|authorization";
/** `"apiKey":"abc"` */
const SECRET_FIELD = new RegExp(`("(?:${NAMES})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, "gi");
/** The same within a string of JSON: `\\"apiKey\\":\\"abc\\"`. */
const NESTED_FIELD = new RegExp(`(\\\\"(?:${NAMES})\\\\"\\s*:\\s*)\\\\"[^"]*?\\\\"`, "gi");
/** `?token=abc` */
const SECRET_PARAMETER = new RegExp(`([?&](?:${NAMES})=)[^&\\s"']+`, "gi");
/** `Authorization: Bearer abc` */
const SECRET_HEADER = new RegExp(`((?:${NAMES}):\\s*(?:bearer\\s+|basic\\s+)?)[^\\s",}\\]]+`, "gi");
/** `http://user:password@host` */
const ADDRESS_LOGIN = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@"']+@/gi;
