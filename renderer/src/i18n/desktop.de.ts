import type { desktopEn } from "./desktop.en.ts";
import type { TranslationOf } from "#shared/i18n/translation.ts";

export const desktopDe: TranslationOf<typeof desktopEn> = {
  desktop: {
    chooseJob: "Wählen Sie zuerst auf dem Board einen Auftrag.",
    taken: "{name} liegt in der Bibliothek",
    takenMany: "{count} Datei liegt in der Bibliothek | {count} Dateien liegen in der Bibliothek",
    notTaken: "{name} wurde nicht übernommen: {reason}",
    queueIt: "Zur Warteschlange hinzufügen",
    title: "Dieser Computer",
    notify: "Benachrichtigen bei",
    notice: {
      plate: "Platte abräumen",
      failed: "Druck, der eine Entscheidung braucht",
      paused: "Pausierter Druck",
      link: "Drucker mit Arbeit, der nicht erreichbar ist",
    },
    quiet: "Ruhezeit",
    quietHint:
      "In dieser Zeit erscheint nichts. Board und Symbolleiste zählen weiter, wer Sie braucht.",
    quietFrom: "Von",
    quietTo: "bis",
    running: "Betrieb",
    tray: "Warteschlangen in der Symbolleiste weiterlaufen lassen, wenn das Fenster geschlossen wird",
    trayMissing:
      "Dieser Desktop zeigt keine Symbole in der Leiste, Nextplate endet deshalb mit seinem Fenster. Drucke laufen weiter; was wartet, startet nicht.",
    openAtLogin: "Nextplate bei der Anmeldung starten",
    startHidden: "Ohne Fenster starten",
    startHiddenHint: "Nur wo es ein Symbol gibt, mit dem es sich öffnen lässt.",
    keepAwake: "Diesen Computer wach halten, solange ein Druck läuft",
    updates: "Aktualisierungen",
    updatesStable: "Stabil",
    updatesBeta: "Beta",
    updatesOff: "Aus",
    updateLoading: "Version {version} wird geladen.",
    updateReady: "Version {version} wird beim Beenden eingerichtet; nie während ein Druck startet.",
    updateFailed: "Die letzte Suche nach Aktualisierungen schlug fehl: {reason}",
    diagnostics: "Diagnose exportieren",
    diagnosticsHint:
      "Protokolle und Einstellungen in einer Textdatei, ohne Schlüssel und Passwörter.",
    exported: "Diagnose geschrieben nach {file}",
    remote: "Nextplate auf einem anderen Computer",
    remoteText:
      "Dieses Fenster kann statt der eigenen die Warteschlangen eines Nextplate zeigen, das anderswo läuft, etwa in der Werkstatt.",
    remoteShown: "Jetzt zu sehen: {url}.",
    remoteWithKey: "Jede Anfrage trägt einen API-Schlüssel.",
    remoteWithoutKey: "Ohne API-Schlüssel.",
    remoteLeave: "Zurück zu den Warteschlangen dieses Computers",
    remoteAddress: "Adresse",
    remoteAddressHint: "Zum Beispiel werkstatt.local:7140",
    remoteKey: "API-Schlüssel",
    remoteKeyKept:
      "Dort unter Optionen, API-Schlüssel erzeugt. Der Schlüsselbund dieses Computers bewahrt ihn verschlüsselt auf.",
    remoteKeyForgotten:
      "Dort unter Optionen, API-Schlüssel erzeugt. Dieser Computer hat keinen Schlüsselbund: beim nächsten Start wird wieder danach gefragt.",
    remoteConnect: "Zeigen",
    remoteStay: "Hier bleiben",
    remoteAsk: "Stattdessen {url} zeigen?",
    remoteAskText:
      "Die Warteschlangen dieses Computers stehen, solange ein anderer gezeigt wird: laufende Drucke gehen weiter, was wartet, startet nicht.",
  },
};
