import { describe, expect, it } from "vitest";
import { lineOf } from "@/features/printer/consoleLines.ts";
import { draftOf, updateOf } from "@/features/printer/optionsDraft.ts";
import { type RulesDraft, rulesProblems } from "@/features/printer/rulesDraft.ts";
import { fromStore, WINDOW, withStatus } from "@/features/printer/temperatureHistory.ts";
import { heaterName, PLOT, temperaturePlot } from "@/features/printer/temperaturePlot.ts";
import { hasCamera, WebcamList } from "@/features/printer/webcams.ts";
import { printerFixture } from "../../support/boardFixtures.ts";

const printer = printerFixture("p", "Voron", { tags: ["rack 1"] });
const live = (temperature: number, target = 200) => ({
  id: printer.id,
  progress: null,
  print_duration: null,
  remaining: null,
  transfer: null,
  layer: null,
  temperatures: [{ name: "extruder", temperature, target }],
});

function withRules(changes: Partial<RulesDraft>) {
  const draft = draftOf(printer);
  return { ...draft, rules: { ...draft.rules, ...changes } };
}

describe("the options of a printer", () => {
  it("send nothing while nothing has changed", () => {
    expect(updateOf(printer, draftOf(printer))).toBeNull();
  });

  it("send what has changed and nothing else", () => {
    const present = draftOf(printer);
    const rules = { ...present.rules, grace: "10" };
    const draft = { ...present, name: " Trident ", tags: "rack 2, PETG,PETG", rules };
    expect(updateOf(printer, draft)).toEqual({
      printer: "p",
      name: "Trident",
      tags: ["rack 2", "PETG"],
      options: { clear_grace: 10 },
    });
  });

  it("are not sent half-typed or out of range", () => {
    expect(updateOf(printer, withRules({ grace: "" }))).toBeNull();
    expect(updateOf(printer, withRules({ grace: "31" }))).toBeNull();
    expect(updateOf(printer, { ...draftOf(printer), name: " " })).toBeNull();
  });

  it("are all in the form, and read as they are typed", () => {
    const changed = withRules({
      platePolicy: "gcode",
      gcode: "EJECT",
      evidence: "field",
      evidenceObject: "filament_switch_sensor plate",
      evidenceField: "filament_detected",
      evidenceValue: "false",
      deadline: "2,5",
      afterFailure: "continue",
      maxFailures: "2",
      powerOn: true,
      powerDevice: " plug ",
      prestage: false,
      outOfService: true,
    });
    expect(updateOf(printer, changed)?.options).toEqual({
      plate_policy: "gcode",
      job_transition_gcode: "EJECT",
      clear_evidence: {
        kind: "field",
        object: "filament_switch_sensor plate",
        field: "filament_detected",
        value: false,
      },
      clear_deadline: 150,
      after_failure: "continue",
      max_failures: 2,
      power_on: "when_job_may_start",
      power_device: "plug",
      prestage: "idle_only",
      out_of_service: true,
    });
  });

  it("say by field what is missing, before anything is sent", () => {
    const { rules } = withRules({
      platePolicy: "gcode",
      evidence: "line",
      powerOn: true,
      delay: "soon",
      maxFailures: "1.5",
    });
    expect(Object.keys(rulesProblems(rules)).toSorted()).toEqual([
      "delay",
      "evidenceLine",
      "gcode",
      "maxFailures",
      "powerDevice",
    ]);
  });
});

describe("the temperatures of the last minutes", () => {
  it("keep a reading a second and forget the oldest", () => {
    let history = withStatus(new Map(), live(20), 0);
    history = withStatus(history, live(21), 250);
    history = withStatus(history, live(22), 1000);
    expect(history.get("extruder")?.map((one) => one.temperature)).toEqual([20, 22]);
    history = withStatus(history, live(23), WINDOW + 500);
    expect(history.get("extruder")?.map((one) => one.temperature)).toEqual([22, 23]);
  });

  it("begin with what the printer itself has kept, of the heaters that are shown", () => {
    const store = { extruder: { temperatures: [20, null, 22], targets: [0, 0, 200] } };
    const other = { mcu: { temperatures: [40] } };
    const history = fromStore({ ...store, ...other }, ["extruder"], 10_000);
    expect([...history]).toEqual([
      [
        "extruder",
        [
          { at: 8000, temperature: 20, target: 0 },
          { at: 10_000, temperature: 22, target: 200 },
        ],
      ],
    ]);
  });

  it("are drawn from the oldest reading to now, within the frame", () => {
    const history = withStatus(withStatus(new Map(), live(20), 0), live(200), 60_000);
    const plot = temperaturePlot(history, 60_000);
    expect(plot).toMatchObject({ top: 300, span: 60_000, ticks: [100, 200] });
    expect(plot?.lines[0]?.points).toBe(`0,186.7 ${PLOT.width},66.7`);
    expect(temperaturePlot(new Map(), 0)).toBeNull();
  });

  it("are named as people say them", () => {
    expect(["extruder", "heater_bed", "heater_generic chamber"].map(heaterName)).toEqual([
      "extruder",
      "bed",
      "chamber",
    ]);
  });
});

describe("the console", () => {
  it("tells errors and remarks from what was asked for", () => {
    expect(lineOf("!! Must home axis first")).toEqual({
      kind: "error",
      text: "Must home axis first",
    });
    expect(lineOf("// probe at 1,2")).toEqual({ kind: "note", text: "probe at 1,2" });
    expect(lineOf("ok").kind).toBe("said");
  });
});

describe("the camera", () => {
  const list = (webcams: object[]) => WebcamList.parse({ webcams });

  it("is there where one makes stills and is switched on", () => {
    expect(hasCamera(list([{ name: "off", enabled: false, snapshot_url: "/a" }, {}]))).toBe(false);
    expect(hasCamera(list([{ name: "nozzle", snapshot_url: "/webcam/?action=snapshot" }]))).toBe(
      true,
    );
  });
});
