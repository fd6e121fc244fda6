import type { printerEn } from "./printer.en.ts";
import type { TranslationOf } from "./translation.ts";

/** Texte der Regeln eines Druckers, seiner Notizen und seiner Adressen für andere Programme. */
export const printerDe: TranslationOf<typeof printerEn> = {
  rules: {
    starts: "Was einen Druck startet",
    failures: "Wenn ein Druck fehlschlägt",
    machine: "Die Maschine",
    graceHint: "0 bis 30 Sekunden, in denen sich ein Start zurücknehmen lässt",
    deadline: "Spätestens nach",
    deadlineHint: "Minuten; danach gilt die Platte als unklar",
    maxFailures: "Fehldrucke hintereinander",
    maxFailuresHint: "Danach hält die Warteschlange trotzdem an",
    prestage: "Die nächste Datei schon während eines Drucks übertragen",
    prestageHint:
      "Langsam und nie in den ersten fünf Minuten. Aus: nur, wenn der Drucker nicht druckt.",
    powerOn: "Drucker einschalten, wenn ein Auftrag starten darf",
    powerOnHint: "Ausgeschaltet wird nie etwas.",
    powerDevice: "Stromschalter",
    powerDeviceHint: "Sein Name im Moonraker des Druckers, wie in [power printer_plug]",
    evidence: {
      label: "Der G-Code hat gewirkt, wenn",
      none: "er ohne Fehler lief",
      line: "der Drucker eine Zeile meldet",
      field: "ein Wert in Klipper stimmt",
      text: "Zeile, die das Makro meldet",
      textHint: "z. B. PLATTE_FREI, gesendet mit RESPOND MSG=PLATTE_FREI",
      object: "Objekt",
      objectHint: "z. B. filament_switch_sensor platte",
      name: "Feld",
      value: "Wert",
    },
    problem: {
      needed: "Das wird gebraucht.",
      number: "Hier wird eine Zahl in Sekunden gebraucht, 0 oder mehr.",
      grace: "Hier wird eine Zahl von 0 bis 30 gebraucht.",
      deadline: "Hier wird eine Zahl von 1 bis 1440 gebraucht.",
      maxFailures: "Hier wird eine ganze Zahl von 1 bis 100 gebraucht.",
      gcode: "Ohne G-Code wird die Platte nie frei: Geben Sie den Namen des Makros ein.",
      device: "Nennen Sie den Schalter, der eingeschaltet werden soll.",
    },
  },
  note: {
    change: "Notiz …",
    title: "Notiz zu {name}",
    text: "Steht auf der Zeile, für alle, die am Drucker stehen. Leer: keine Notiz.",
    label: "Notiz",
    save: "Notiz speichern",
    saved: "{name}: Notiz gespeichert",
    gone: "{name}: Notiz entfernt",
  },
  service: {
    takeOut: "Außer Betrieb nehmen",
    putBack: "Wieder in Betrieb nehmen",
    out: "Außer Betrieb",
    outText: "Hier startet nichts, bis er wieder in Betrieb ist.",
  },
  link: {
    reconnect: "Jetzt neu verbinden",
    reconnecting: "Verbindet …",
  },
  slicer: {
    use: "Aus dem Slicer benutzen",
    useText:
      "Tragen Sie diese Adresse in OrcaSlicer, PrusaSlicer oder Cura als Moonraker-Drucker (Klipper) ein. Sie nimmt Dateien an, auch wenn der Drucker druckt oder aus ist.",
    mainsail: "In Mainsail oder Fluidd öffnen",
    mainsailText:
      "Fügen Sie dort einen Drucker mit dieser Adresse hinzu. Sie sagt über die Maschine die Wahrheit.",
    waiting: "Wartet auf die erste Datei aus einem Slicer …",
    arrived: "Die erste Datei ist da: {name}.",
    next: "Slicer verbinden",
    done: "Fertig",
    later: "Später",
    more: "Alle Adressen stehen unter „Einstellungen“.",
    printer: "Drucker",
  },
  transfers: {
    title: "Übertragungen",
    text: "Dateien, die während eines Drucks zum Drucker kommen, dürfen den Druck nicht stören.",
    rate: "Höchstens",
    rateHint: "MB pro Sekunde zu einem Drucker, der druckt, 0,05 bis 1000",
    saved: "Übertragungsrate gespeichert",
    problem: "Hier wird eine Zahl von 0,05 bis 1000 gebraucht.",
  },
};
