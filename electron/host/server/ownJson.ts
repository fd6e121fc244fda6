/**
 * A result that writes its own JSON, because it can do so at less cost than JSON.stringify. Whoever
 * serialises it without knowing gets the same through `toJSON`.
 */
export abstract class OwnJson {
  abstract jsonText(): string;

  toJSON(): unknown {
    return JSON.parse(this.jsonText());
  }
}
