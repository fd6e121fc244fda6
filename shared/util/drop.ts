/**
 * Marks a promise as deliberately not awaited. `onError` must say what happens to a failure:
 * a dropped promise whose rejection nobody sees is a bug of its own.
 */
export function drop(promise: Promise<unknown>, onError: (error: unknown) => void): void {
  promise.then(undefined, onError);
}
