/** Why the host or the app around it could not do what it was started for, in German; see hostTexts.de.ts. */
export const startErrorsDe: Readonly<Record<string, string>> = {
  "The folder {1} is in use by another Nextplate. Use that one, or close it first, or choose another folder with --data-dir.":
    "Der Ordner {1} wird von einem anderen Nextplate benutzt. Nehmen Sie dieses, schließen Sie es zuerst, oder wählen Sie mit --data-dir einen anderen Ordner.",
  "The data folder {1} cannot be written ({2}). Choose another with --data-dir, or fix its permissions.":
    "In den Datenordner {1} lässt sich nicht schreiben ({2}). Wählen Sie mit --data-dir einen anderen, oder berichtigen Sie seine Rechte.",
  "The data in {1} was written by a newer Nextplate (store version {2}; this program reads up to {3}). Start the newer program, or choose another folder with --data-dir.":
    "Die Daten in {1} hat ein neueres Nextplate geschrieben (Speicherversion {2}; dieses Programm liest bis {3}). Starten Sie das neuere Programm, oder wählen Sie mit --data-dir einen anderen Ordner.",
  "Nextplate is still starting.": "Nextplate startet noch.",
  "Nextplate is changing to another host.": "Nextplate wechselt zu einem anderen Host.",
  "The host refused the file (HTTP {1})": "Der Host hat die Datei abgelehnt (HTTP {1})",
  "Version {1} is offered without the project's signature and was not taken.":
    "Version {1} wird ohne die Signatur des Projekts angeboten und wurde nicht übernommen.",
};
