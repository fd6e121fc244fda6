/**
 * How V8 runs the page's scripts in the app's window, for a page that never stops for long:
 *
 * - What died young is collected in spaces of at most four megabytes. Left alone they grow to sixteen, and
 *   emptying one while hundreds of tiles are drawn took the page 20 to 45 ms at once; so it takes less than
 *   10 as a rule, and comes more often.
 * - What lives is looked through by the page itself, in small steps. V8 would have several helpers do it
 *   meanwhile; on a small machine they take the processor from the very page they spare: with two, it stood
 *   still for up to 90 ms in such a collection. The whole heap is 20 MB. What the document holds has helpers
 *   of its own (`cppheap`), which are left alone: without them the steps came to 20 ms.
 */
export const PAGE_JS_FLAGS = "--max-semi-space-size=4 --no-concurrent-marking";
