/** A repeatable stream of numbers in [0, 1), so that a failing run can be had again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Text frames that no printer should send, none of which may change what a link believes: torn and mistyped
 * messages, answers to nobody's questions, status of objects nobody asked for. `methods` are the names of
 * notifications that the link listens to.
 */
export function* junkFrames(
  count: number,
  methods: readonly string[],
  random: () => number,
): Generator<string> {
  const pick = <T>(choices: readonly T[]): T => {
    const chosen = choices[Math.floor(random() * choices.length)];
    if (chosen === undefined) throw new Error("nothing to pick from");
    return chosen;
  };
  const value = (depth = 0): unknown => {
    const leaf: unknown = pick([null, true, 0, -1, 1e308, "", "ready", "\u0000", "\ud800", "💥"]);
    if (depth > 2 || random() < 0.5) return leaf;
    if (random() < 0.5)
      return Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1));
    const keys = [
      "method",
      "id",
      "result",
      "error",
      "params",
      "status",
      "__proto__",
      "constructor",
    ];
    return Object.fromEntries([0, 1].map(() => [pick(keys), value(depth + 1)]));
  };
  // Never what such a notification holds: an object of objects with a number beside it, or a line of text.
  const mistyped = (): unknown =>
    pick<unknown>([
      { junk: value(2) },
      [],
      [[value(2)]],
      [null, null],
      { eventtime: "soon", status: { print_stats: { state: "printing" } } },
      { eventtime: 1e12, status: { print_stats: "printing" } },
      [{ print_stats: "printing" }, 1e12],
      [{ print_stats: { state: "printing" } }, "soon"],
      { response: 5 },
      { status: [] },
    ]);
  // No call has such an id.
  const strangeId = (): unknown =>
    pick<unknown>([null, "1", 1.5, -7, 2 ** 53, [1], { id: 1 }, true]);
  for (let made = 0; made < count; made++) {
    const kind = Math.floor(random() * 7);
    if (kind === 0) yield JSON.stringify({ id: strangeId(), result: value() });
    else if (kind === 1) yield JSON.stringify({ id: strangeId(), error: value() });
    else if (kind === 2) yield JSON.stringify({ method: pick(methods), params: mistyped() });
    else if (kind === 3) yield JSON.stringify({ method: value(), params: value() });
    else if (kind === 4) yield JSON.stringify(value());
    else {
      const whole = JSON.stringify({ jsonrpc: "2.0", method: pick(methods), params: mistyped() });
      // Torn at any place, or with a byte replaced; what still parses is mistyped all the same.
      yield kind === 5
        ? whole.slice(0, Math.floor(random() * (whole.length - 1)))
        : whole.replace(/["{:]/, pick(["", "\u0001", "[", "]"]));
    }
  }
}
