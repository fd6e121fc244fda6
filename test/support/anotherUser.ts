/** The user "nobody" of most systems. */
const NOBODY = 65_534;

/** Tests may run as root, whom no permission stops: what is to be refused is then done by this user. */
export const UNPRIVILEGED: number | null = process.getuid?.() === 0 ? NOBODY : null;

/** Runs something without root's rights, where this process has them. One at a time. */
export async function withoutPrivileges<T>(run: () => Promise<T>): Promise<T> {
  if (UNPRIVILEGED === null) return run();
  process.seteuid?.(UNPRIVILEGED);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
