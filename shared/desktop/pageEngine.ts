/**
 * How the app's window runs the page's scripts: V8 collects what died young in spaces of at most this many
 * megabytes. Left alone they grow to sixteen, and emptying one while hundreds of tiles are drawn took the page
 * 20 to 45 ms at once; so it takes less than 10 as a rule, and comes more often.
 */
export const PAGE_JS_FLAGS = "--max-semi-space-size=4";
