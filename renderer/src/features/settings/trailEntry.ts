import type { Result } from "#shared/contract/index.ts";
import type { MessageKey, Messages } from "../../i18n/messages.ts";

export type TrailEntry = Result<"farm.access.log">["entries"][number];

type Kind<K> = K extends `trail.kind.${infer Name}` ? Name : never;
/** What each kind says of its data; a kind with a text and no line here is a compile error. */
const SHOWN: Readonly<Record<Kind<MessageKey>, readonly string[]>> = {
  logged_in: ["user"],
  logged_out: ["user"],
  credential_refused: [],
  user_created: ["user"],
  user_deleted: ["user"],
  password_changed: ["user"],
  key_created: ["name"],
  key_revoked: ["key"],
  reach_changed: [],
  webhook_created: ["name", "address"],
  webhook_changed: ["name"],
  webhook_removed: ["name"],
};

/** An entry of the audit trail in words; one of a newer host is shown by the host's own word for it. */
export function trailText({ t }: Messages, { kind, data }: TrailEntry): string {
  if (!isKnown(kind)) return kind.replaceAll("_", " ");
  const values = Object.fromEntries(SHOWN[kind].map((key) => [key, wordOf(data[key])]));
  const { scope, what } = data;
  return t(`trail.kind.${kind}`, {
    ...values,
    ...(isScope(scope) ? { scope: t(`settings.scope.${scope}`) } : {}),
    what: t(`trail.what.${refused(what)}`),
  });
}

/** Who did it, and from where when that says more. */
export function trailActor({ actor, data }: TrailEntry): string {
  const address = wordOf(data["address"]);
  const name = actor.name ?? "";
  const isOurs = data["webhook"] !== undefined;
  return isOurs || address === "" || address === name ? name : `${name}, ${address}`;
}

function isKnown(kind: string): kind is keyof typeof SHOWN {
  return Object.hasOwn(SHOWN, kind);
}

function isScope(value: unknown): value is "read" | "operate" | "admin" {
  return value === "read" || value === "operate" || value === "admin";
}

function refused(what: unknown): "key" | "token" | "password" | "other" {
  if (what === "API key") return "key";
  if (what === "password") return "password";
  return typeof what === "string" && what.endsWith("token") ? "token" : "other";
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
