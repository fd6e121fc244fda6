/** Sentences of the connection that are worded for programs, as a person reads them. */
export const hostTextsEn: Readonly<Record<string, string>> = {
  "{1}: the connection is closed ({2})":
    "The connection broke before the host had answered. Look whether it was done.",
  "No answer to {1} within {2} ms": "The host has not answered. Look whether it was done.",
};
