import type { PrinterView } from "#shared/contract/farm.ts";
import type { ParamsInput } from "#shared/contract/index.ts";
import { type RulesDraft, rulesChanges, rulesDraftOf, rulesProblems } from "./rulesDraft.ts";

/** What the form of a printer holds. */
export interface Draft {
  readonly name: string;
  /** Separated by commas. */
  readonly tags: string;
  readonly rules: RulesDraft;
}

type Update = ParamsInput<"farm.printers.update">;

export function draftOf({ name, tags, options }: PrinterView): Draft {
  return { name, tags: tags.join(", "), rules: rulesDraftOf(options) };
}

/** What has changed, to be sent; null when nothing has, or when it cannot be sent like this. */
export function updateOf(printer: PrinterView, draft: Draft): Update | null {
  const name = draft.name.trim();
  if (name === "" || Object.keys(rulesProblems(draft.rules)).length > 0) return null;
  const tags = tagsOf(draft.tags);
  const options = rulesChanges(printer.options, draft.rules);
  const update: Update = {
    printer: printer.id,
    ...(name === printer.name ? {} : { name }),
    ...(tags.join() === printer.tags.join() ? {} : { tags }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  return Object.keys(update).length === 1 ? null : update;
}

/** Tags as typed, each once. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
}
