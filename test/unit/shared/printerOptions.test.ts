import { describe, expect, it } from "vitest";
import { DEFAULT_PRINTER_OPTIONS, PrinterOptions } from "#shared/domain/printer.ts";

describe("options stored by an earlier version", () => {
  it("stand for what the later ones are by default", () => {
    const stored = {
      automaticTransition: true,
      loadOnStartup: false,
      jobTransitionDelay: 0,
      jobTransitionGcode: "",
      platePolicy: "confirm",
      clearGrace: 5,
      startClearsPlate: "idle",
      afterFailure: "hold",
      outOfService: false,
    };
    expect(PrinterOptions.parse(stored)).toEqual(DEFAULT_PRINTER_OPTIONS);
  });
});
