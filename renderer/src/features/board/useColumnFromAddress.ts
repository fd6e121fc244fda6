import { onMounted, onUnmounted } from "vue";

/**
 * Brings the column that the address names into view: `#/board?printer=voron`. A notification, the tray or
 * a link led there.
 */
export function useColumnFromAddress(focusColumn: (printer: string) => void): void {
  function follow(): void {
    const [path, query = ""] = location.hash.split("?");
    const printer = new URLSearchParams(query).get("printer");
    if (path === "#/board" && printer !== null) focusColumn(printer);
  }
  onMounted(() => {
    window.addEventListener("hashchange", follow);
    follow();
  });
  onUnmounted(() => window.removeEventListener("hashchange", follow));
}
