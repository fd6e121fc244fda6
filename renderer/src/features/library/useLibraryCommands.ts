import type { LibraryItem } from "#shared/contract/farmLibrary.ts";
import { type Ref, shallowReactive } from "vue";
import { useHost } from "../../app/hostAccess.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useToastStore } from "../../stores/toastStore.ts";
import { lastPart, type Listing } from "./libraryEntries.ts";
import { useUploadQueueStore } from "./uploadQueueStore.ts";

/** A file that was replaced while copies of its former bytes wait: somebody has to say what they print. */
export interface Replaced {
  readonly tree: string;
  readonly path: string;
  readonly former: LibraryItem;
}

/** Changes to the library. None of these rejects: a failure becomes a toast that says why. */
export function useLibraryCommands(options: {
  readonly tree: Ref<string>;
  readonly listing: () => Listing | undefined;
  readonly reload: () => Promise<Listing | undefined>;
  readonly isWaiting: (tree: string, file: LibraryItem) => boolean;
}) {
  const { call, upload, address } = useHost();
  const { t, plural, said } = useMessages();
  const toasts = useToastStore();
  const uploads = useUploadQueueStore();
  const replaced = shallowReactive<Replaced[]>([]);

  async function attempt(what: string, run: () => Promise<string>): Promise<void> {
    try {
      const text = await run();
      if (text !== "") toasts.show({ tone: "good", text });
    } catch (error) {
      toasts.show({ tone: "bad", text: t("done.failed", { what, reason: said(error) }) });
    }
    await options.reload();
  }

  /** The host knows trees by their names; the farm's own is the one that is no printer. */
  const named = (tree: string): "farm:" => tree as "farm:";
  const join = (folder: string, name: string): string =>
    folder === "" ? name : `${folder}/${name}`;

  function createFolder(folder: string, name: string): Promise<void> {
    return attempt(name, async () => {
      const path = join(folder, name);
      await call("farm.library.create_folder", { tree: named(options.tree.value), path });
      return "";
    });
  }

  function rename(path: string, name: string): Promise<void> {
    return attempt(lastPart(path), async () => {
      const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
      const to = join(folder, name);
      await call("farm.library.move", { tree: named(options.tree.value), from: path, to });
      return t("library.renamed", { name });
    });
  }

  function moveTo(paths: readonly string[], folder: string): Promise<void> {
    return attempt(t("library.move"), async () => {
      const tree = named(options.tree.value);
      for (const from of paths) {
        await call("farm.library.move", { tree, from, to: join(folder, lastPart(from)) });
      }
      return t("library.moved", { folder: folder === "" ? t("library.root") : folder });
    });
  }

  function remove(paths: readonly string[]): Promise<void> {
    return attempt(t("library.remove"), async () => {
      const params = { tree: named(options.tree.value), paths: [...paths] };
      const { removed } = await call("farm.library.remove", params);
      return plural("library.removed", removed);
    });
  }

  /** Sends files into a folder of the tree shown; a name that replaces what a queue waits for is asked about. */
  function send(files: readonly File[], folder: string): void {
    const tree = options.tree.value;
    const url =
      tree === "farm:"
        ? `${address.http}/farm/library/upload`
        : `${address.http}/printers/${tree}/server/files/upload`;
    for (const file of files) {
      const before = options.listing()?.files.find(({ path }) => path === join(folder, file.name));
      uploads.add({
        file,
        send: async (sending) => {
          const { item } = await upload({ url, folder, ...sending });
          if (tree !== options.tree.value) return;
          const now = (await options.reload())?.files.find(({ path }) => path === item.path);
          if (before === undefined || now === undefined || now.content === before.content) return;
          if (options.isWaiting(tree, before)) {
            replaced.push({ tree, path: item.path, former: before });
          }
        },
      });
    }
  }

  function adopt({ tree, path, former }: Replaced): Promise<void> {
    return attempt(lastPart(path), async () => {
      const params = { tree: named(tree), path, from: former.content };
      const { adopted, kept } = await call("farm.library.adopt", params);
      const rest = kept === 0 ? "" : ` ${t("library.keptSome", { count: kept })}`;
      return plural("library.adopted", adopted) + rest;
    });
  }

  return { replaced, createFolder, rename, moveTo, remove, send, adopt };
}
