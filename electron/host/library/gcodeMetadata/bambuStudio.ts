import { orcaSlicer } from "./orcaSlicer.ts";
import type { Slicer } from "./slicer.ts";

/** Bambu Studio, the ancestor of OrcaSlicer: the same words, totals only in the header. */
export const bambuStudio: Slicer = {
  name: "BambuStudio",
  signature: /^; BambuStudio (\S+)/,
  fields: orcaSlicer.fields,
};
