import { isMethodName, methods, type MethodName } from "#shared/contract/index.ts";
import { AppError } from "#shared/rpc/errors.ts";

/** The HTTP side of the contract table. */
export interface HttpRoutes {
  /** The method a request calls. Throws `not_found` for an unknown path, `method_not_allowed` for a verb. */
  find(verb: string, path: string): MethodName;
  /** Whether any verb calls a method at this path. */
  has(path: string): boolean;
}

export function createHttpRoutes(): HttpRoutes {
  const byPath = new Map<string, Map<string, MethodName>>();
  for (const [name, definition] of Object.entries(methods)) {
    if (!isMethodName(name) || !("http" in definition)) continue;
    if (definition.http === undefined) continue;
    const { verb, path, orVerb } = definition.http;
    const verbs = byPath.get(path) ?? new Map<string, MethodName>();
    verbs.set(verb, name);
    if (orVerb !== undefined) verbs.set(orVerb, name);
    byPath.set(path, verbs);
  }
  return {
    has: (path) => byPath.has(path),
    find(verb, path) {
      const verbs = byPath.get(path);
      if (verbs === undefined) throw new AppError("not_found", "Not Found");
      const found = verbs.get(verb);
      if (found === undefined) throw new AppError("method_not_allowed", "Method Not Allowed");
      return found;
    },
  };
}
