/** A sentence of the host with the places where values stand, ready to be recognised. */
interface Sentence {
  readonly form: RegExp;
  readonly german: string;
  /** Letters that are not a value: of two sentences that fit, the one that says more is meant. */
  readonly weight: number;
}

/** Puts a text of the host into the reader's language. A text that is not known stays as it is. */
export type HostTextTranslator = (text: string) => string;

const VALUE = /\{(\d)\}/g;
/** Texts repeat with every change of a queue; more than these are worked out anew. */
const REMEMBERED = 500;

/**
 * Recognises the host's sentences by their fixed words, as they are also stored with prints and plates, and
 * says them in another language. Values that are sentences themselves are translated too.
 */
export function hostTextTranslator(
  sentences: Readonly<Record<string, string>>,
): HostTextTranslator {
  const plain = new Map(Object.entries(sentences));
  const forms = Object.entries(sentences)
    .filter(([english]) => english.includes("{1}"))
    .map(([english, german]) => sentenceOf(english, german))
    .sort((a, b) => b.weight - a.weight);
  const remembered = new Map<string, string>();

  function translated(text: string): string {
    const whole = plain.get(text);
    if (whole !== undefined) return whole;
    for (const { form, german } of forms) {
      const match = form.exec(text);
      if (match === null) continue;
      return german.replace(VALUE, (_, place: string) => inner(match[Number(place)] ?? "")).trim();
    }
    return text;
  }

  /** A value keeps the room around it: a message that may be missing brings its own space. */
  function inner(value: string): string {
    const words = value.trim();
    return words === "" ? value : value.replace(words, () => translated(words));
  }

  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED) remembered.clear();
    const said = translated(text);
    remembered.set(text, said);
    return said;
  };
}

/** English sentences count their values from 1, in the order in which they stand. */
function sentenceOf(english: string, german: string): Sentence {
  const fixed = english.split(VALUE).filter((_, index) => index % 2 === 0);
  const pattern = fixed.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("([^]*?)");
  // A value at the end may be missing, and so may the space before it.
  const form = new RegExp(`^${pattern.replace(/ \(\[\^\]\*\?\)$/, "(?: ([^]*?))?")}$`, "u");
  return { form, german, weight: fixed.join("").length };
}
