import { hostErrorsDe } from "./hostErrors.de.ts";
import { startErrorsDe } from "./startErrors.de.ts";

/**
 * What the host says in English, by sentence, in German. {1}, {2} … are the values the host puts in; the
 * German sentence may place them elsewhere. A test reads the host's source and misses none of them.
 */
export const hostTextsDe: Readonly<Record<string, string>> = {
  // Why a job waits.
  "The printer is out of service.": "Der Drucker ist außer Betrieb.",
  "The printer cannot be reached.": "Der Drucker ist nicht erreichbar.",
  "The printer is being switched on.": "Der Drucker wird eingeschaltet.",
  "Klipper is not running, or the printer has no power. {1}":
    "Klipper läuft nicht, oder der Drucker hat keinen Strom. {1}",
  "Klipper is not ready.{1} {2}": "Klipper ist nicht bereit.{1} {2}",
  "Finding out what the printer has done meanwhile.":
    "Es wird geklärt, was der Drucker inzwischen getan hat.",
  "The present print is paused.": "Der laufende Druck pausiert.",
  "The present print is about to end.": "Der laufende Druck ist gleich zu Ende.",
  "The printer is printing.": "Der Drucker druckt.",
  "A print is being started.": "Ein Druck wird gestartet.",
  "The next file is being brought to the printer.": "Die nächste Datei wird zum Drucker gebracht.",
  "{1} is paused; it was not started by this queue.":
    "{1} pausiert und wurde nicht von dieser Warteschlange gestartet.",
  "{1} prints; it was not started by this queue.":
    "{1} wird gedruckt und wurde nicht von dieser Warteschlange gestartet.",
  "Klipper still holds a paused print: resume or cancel it.":
    "Klipper hält noch einen pausierten Druck: fortsetzen oder abbrechen.",
  "The printer still works a file.": "Der Drucker arbeitet noch eine Datei ab.",
  "The printer moves or moved a moment ago: hands may be inside.":
    "Der Drucker bewegt sich oder hat es eben getan: Es könnten Hände darin sein.",
  "The plate must be cleared first.": "Erst muss die Platte frei sein.",
  "The printer's g-code clears the plate first.": "Erst räumt der G-Code des Druckers die Platte.",
  "What happens here cannot be stored, so no print is started: {1}":
    "Was hier geschieht, lässt sich nicht speichern, daher wird kein Druck gestartet: {1}",
  "Is the plate clear? {1}": "Ist die Platte frei? {1}",
  "The plate is being cleared.": "Die Platte wird geräumt.",
  "The queue is paused.": "Die Warteschlange ist angehalten.",
  "The queue is paused: {1}": "Die Warteschlange ist angehalten: {1}",
  "Each print of this printer needs a start.":
    "Jeder Druck auf diesem Drucker braucht einen Start.",
  "{1} It is tried again soon.": "{1} Es wird gleich noch einmal versucht.",
  "Starts in a moment; this can still be undone.":
    "Startet gleich; das lässt sich noch rückgängig machen.",
  "Waits for the delay between two prints.": "Wartet die Pause zwischen zwei Drucken ab.",
  "The last print did not finish: say what becomes of it.":
    "Der letzte Druck wurde nicht fertig: Was soll mit ihm geschehen?",
  "Other copies go first.": "Andere Exemplare sind zuerst dran.",
  "This printer's plate is cleared on its board only.":
    "Die Platte dieses Druckers wird nur auf seinem Board freigegeben.",
  "The plate's state has only just been announced: look, then start again.":
    "Der Stand der Platte ist eben erst gemeldet worden: nachsehen, dann noch einmal starten.",
  "Finding out who manages this printer.": "Es wird geklärt, wer diesen Drucker verwaltet.",
  "Nobody could find out who manages this printer: {1}":
    "Es war nicht zu klären, wer diesen Drucker verwaltet: {1}",
  "Managed by {1}.": "Verwaltet von {1}.",
  "Managed by {1} ({2}).": "Verwaltet von {1} ({2}).",
  "{1}{2}. Import its jobs and pause it, or leave it alone?":
    "{1}{2}. Aufträge übernehmen und sie anhalten, oder sie so lassen?",
  "The printer's own job queue is empty": "Die eigene Warteschlange des Druckers ist leer",
  "The printer's own job queue holds {1}": "In der eigenen Warteschlange des Druckers: {1}",
  "The g-code between two prints names {1}, which this printer does not have.":
    "Der G-Code zwischen zwei Drucken nennt {1}; das kennt dieser Drucker nicht.",
  "{1} waiting for this printer": "{1} warten auf diesen Drucker",
  "Sliced for {1}; this printer is {2}.": "Für {1} geslict; dieser Drucker ist {2}.",
  "Sliced for a {1} mm nozzle; this printer has {2} mm.":
    "Für eine Düse mit {1} mm geslict; dieser Drucker hat {2} mm.",
  "The part is {1} mm tall; this printer reaches {2} mm.":
    "Das Teil ist {1} mm hoch; dieser Drucker schafft {2} mm.",
  "The parts lie at X {1} to {2}, Y {3} to {4} mm; this printer's nozzle reaches X {5} to {6}, Y {7} to {8} mm.":
    "Die Teile liegen bei X {1} bis {2}, Y {3} bis {4} mm; die Düse dieses Druckers reicht von X {5} bis {6}, Y {7} bis {8} mm.",
  "{1} is on already.": "{1} ist schon eingeschaltet.",
  "{1} could not be switched on: {2}": "{1} ließ sich nicht einschalten: {2}",
  "{1} was switched on, but Klipper has not come up.":
    "{1} wurde eingeschaltet, aber Klipper ist nicht gestartet.",
  "From the printer's own queue ({1}, {2})":
    "Aus der eigenen Warteschlange des Druckers ({1}, {2})",

  // What is said of the plate.
  "{1} is being started.": "{1} wird gestartet.",
  "{1} is finished.": "{1} ist fertig.",
  "{1} ended {2}.": "{1} endete ({2}).",
  "{1} ended failed.": "{1} ist fehlgeschlagen.",
  "{1} ended cancelled.": "{1} wurde abgebrochen.",
  "{1} was started at the printer.": "{1} wurde am Drucker gestartet.",
  "A file was started at the printer.": "Am Drucker wurde eine Datei gestartet.",
  "{1} was started late.": "{1} wurde verspätet gestartet.",
  "{1} was printing when the printer went out of sight.":
    "{1} wurde gedruckt, als die Verbindung zum Drucker abriss.",
  "Another print was begun at the printer.": "Am Drucker wurde ein anderer Druck begonnen.",
  "This printer clears its plate by itself.": "Dieser Drucker räumt seine Platte selbst.",
  "The plate was {1}.": "Die Platte wurde gemeldet ({1}).",
  "The plate was said to be clear.": "Die Platte wurde als frei gemeldet.",
  "The plate was said to be occupied.": "Die Platte wurde als belegt gemeldet.",
  "The queue was started at an idle printer.":
    "Die Warteschlange wurde an einem ruhenden Drucker gestartet.",
  "A new printer: nobody has said yet what lies on its plate.":
    "Ein neuer Drucker: Noch hat niemand gesagt, was auf seiner Platte liegt.",
  "The start did not happen, so nothing was printed.":
    "Der Start fand nicht statt, also wurde nichts gedruckt.",
  "The printer has printed something else meanwhile.":
    "Der Drucker hat inzwischen etwas anderes gedruckt.",
  "The print was interrupted.": "Der Druck wurde unterbrochen.",
  "The g-code between two prints is running.": "Der G-Code zwischen zwei Drucken läuft.",
  "The g-code between two prints has run.": "Der G-Code zwischen zwei Drucken ist gelaufen.",
  "The g-code between two prints failed: {1}": "Der G-Code zwischen zwei Drucken schlug fehl: {1}",
  "It has not ended within {1}.": "Er war nach {1} noch nicht zu Ende.",
  "Klipper was restarted.": "Klipper wurde neu gestartet.",
  'It ran, but the printer did not say "{1}".':
    "Er lief, aber der Drucker hat „{1}“ nicht gemeldet.",
  "It ran, but {1} {2} is not {3}.": "Er lief, aber {1} {2} ist nicht {3}.",
  "The printer went out of sight while its plate was being cleared.":
    "Die Verbindung zum Drucker riss ab, während seine Platte geräumt wurde.",
  "The program ended while the plate was being cleared.":
    "Das Programm endete, während die Platte geräumt wurde.",
  "The printer's history has changed while it was out of sight.":
    "Der Verlauf des Druckers hat sich geändert, während er nicht zu sehen war.",
  "Klipper was restarted, and it keeps no history of its prints.":
    "Klipper wurde neu gestartet und führt keinen Verlauf seiner Drucke.",
  "The printer did something while it was out of sight.":
    "Der Drucker hat etwas getan, während er nicht zu sehen war.",
  "This printer was never seen before, and it keeps no history of its prints.":
    "Dieser Drucker ist neu hier und führt keinen Verlauf seiner Drucke.",
  "The printer has printed since the plate was said to be clear.":
    "Der Drucker hat gedruckt, seit die Platte als frei gemeldet wurde.",
  "The printer's address was changed, and another machine may answer there.":
    "Die Adresse des Druckers wurde geändert; dort könnte eine andere Maschine antworten.",
  "The printer was removed from the farm.": "Der Drucker wurde aus der Farm entfernt.",
  "The printer's address was changed during this print, and what answers there does not print it.":
    "Die Adresse des Druckers wurde während dieses Drucks geändert; was dort antwortet, druckt ihn nicht.",
  "This printer was never seen before: its last print may have come after the word on its plate.":
    "Dieser Drucker ist neu hier: Sein letzter Druck kann nach dem Wort über seine Platte gekommen sein.",
  "The printer has a print behind it that nobody saw.":
    "Der Drucker hat einen Druck hinter sich, den niemand gesehen hat.",
  "The queue comes from a backup: prints may have run since. Look at the plate and at the list.":
    "Die Warteschlange stammt aus einer Sicherung: Seitdem kann gedruckt worden sein. Platte und Liste ansehen.",
  "The record of a print was damaged: look at the plate, and at what was printed last.":
    "Die Aufzeichnung eines Drucks war beschädigt: Platte ansehen, und was zuletzt gedruckt wurde.",
  "What was known of the plate was damaged: look at it.":
    "Was von der Platte bekannt war, ist beschädigt: Bitte nachsehen.",
  "The record of this job was damaged: check it, then release the hold.":
    "Die Aufzeichnung dieses Auftrags war beschädigt: prüfen, dann freigeben.",

  // What was seen of a print, and how it ended.
  "The printer's history has a new entry {1}.":
    "Der Verlauf des Druckers hat einen neuen Eintrag {1}.",
  "The printer said it selected the file.":
    "Der Drucker hat gemeldet, dass er die Datei gewählt hat.",
  "The printer reports the print as {1}.": "Der Drucker meldet den Druck als {1}.",
  "The connection was lost after the start was sent, and Klipper keeps no history of its prints.":
    "Nach dem Startbefehl riss die Verbindung ab, und Klipper führt keinen Verlauf seiner Drucke.",
  "Klipper was restarted after the start was sent, and it keeps no history of its prints.":
    "Klipper wurde nach dem Startbefehl neu gestartet und führt keinen Verlauf seiner Drucke.",
  "Klipper was restarted and the printer's history has no new entry.":
    "Klipper wurde neu gestartet, und der Verlauf des Druckers hat keinen neuen Eintrag.",
  "The printer refused to start: {1}": "Der Drucker hat den Start abgelehnt: {1}",
  "The printer did nothing with the start.": "Der Drucker hat auf den Start nicht reagiert.",
  "The printer neither did nor refused the start within ten minutes.":
    "Der Drucker hat den Start zehn Minuten lang weder ausgeführt noch abgelehnt.",
  "The printer performs this start after all, late.":
    "Der Drucker führt diesen Start nun doch noch aus.",
  "The printer selected the file of this start after all, late.":
    "Der Drucker hat die Datei dieses Starts nun doch noch gewählt.",
  "An earlier start is being performed after all.": "Ein früherer Start wird nun doch ausgeführt.",
  "The printer's history has a print of this file that nobody saw begin.":
    "Der Verlauf des Druckers hat einen Druck dieser Datei, dessen Beginn niemand gesehen hat.",
  "This file was printed while the printer was out of sight: by this queue's start, or by hand.":
    "Diese Datei wurde gedruckt, während der Drucker nicht zu sehen war: durch diese Warteschlange oder von Hand.",
  "The print failed.": "Der Druck ist fehlgeschlagen.",
  "Cancelled.": "Abgebrochen.",
  "The print began, but the printer shows no sign of it.":
    "Der Druck begann, aber der Drucker zeigt nichts mehr davon.",
  "The printer's history says: {1}.": "Der Verlauf des Druckers sagt: {1}.",
  "The printer dropped the print without saying how it ended.":
    "Der Drucker hat den Druck aufgegeben, ohne zu sagen, wie er endete.",
  "Klipper was restarted during the print.": "Klipper wurde während des Drucks neu gestartet.",
  "The file has been read to its end.": "Die Datei wurde bis zum Ende gelesen.",
  "Klipper has shut down.": "Klipper hat abgeschaltet.",
  "Klipper has shut down: {1}": "Klipper hat abgeschaltet: {1}",
  "Another copy goes first now.": "Ein anderes Exemplar ist jetzt zuerst dran.",
  "Stopped by a person.": "Von Hand angehalten.",
  "The program ended before the start.": "Das Programm endete vor dem Start.",
  "The start was not sent: {1}": "Der Start wurde nicht gesendet: {1}",
  "The program is ending.": "Das Programm wird beendet.",
  "The queue was paused or stopped.": "Die Warteschlange wurde angehalten.",
  "The connection is another one.": "Die Verbindung ist inzwischen eine andere.",
  "The right to start prints there ran out.": "Das Recht, dort Drucke zu starten, ist abgelaufen.",
  "The file on the printer is not the one that was brought there.":
    "Die Datei auf dem Drucker ist nicht die, die dorthin gebracht wurde.",
  "The printer did not answer before the start.":
    "Der Drucker hat vor dem Start nicht geantwortet.",
  "Who manages this printer could not be confirmed.":
    "Wer diesen Drucker verwaltet, ließ sich nicht bestätigen.",

  // Why a file is not brought to a printer.
  "Files come to this printer only while nothing prints there.":
    "Dateien kommen nur auf diesen Drucker, während er nicht druckt.",
  "A print there has just begun: its first five minutes are left alone.":
    "Dort hat eben ein Druck begonnen: Seine ersten fünf Minuten bleiben ungestört.",
  "The print there ran out of moves: it comes first.":
    "Dem Druck dort gingen die Bewegungen aus: Er geht vor.",
  "The printer's computer is busy: the print there comes first.":
    "Der Rechner des Druckers ist ausgelastet: Der Druck dort geht vor.",
  "The printer's computer answers slowly: the print there comes first.":
    "Der Rechner des Druckers antwortet langsam: Der Druck dort geht vor.",
  "The printer's disk has {1} MB free; {2} needs {3} MB, and {4} MB stay free. Delete files on the printer":
    "Auf dem Drucker sind {1} MB frei; {2} braucht {3} MB, und {4} MB bleiben frei. Löschen Sie Dateien auf dem Drucker",
  "The printer stored other bytes than {1} has, {2} times. Does its Moonraker rewrite uploads ([file_manager] enable_object_processing)? Switch that off; else check its disk":
    "Der Drucker hat {2}-mal andere Bytes gespeichert, als {1} hat. Schreibt sein Moonraker Dateien um ([file_manager] enable_object_processing)? Schalten Sie das ab; sonst prüfen Sie seinen Datenträger",
  "The printer refuses the file while it prints or holds it: {1}":
    "Der Drucker nimmt die Datei nicht an, solange er sie druckt oder offen hält: {1}",
  "The file is larger than the printer takes (Moonraker: max_upload_size)":
    "Die Datei ist größer, als der Drucker annimmt (Moonraker: max_upload_size)",
  "The printer refused the file: {1}. Is its disk full?":
    "Der Drucker hat die Datei abgelehnt: {1}. Ist seine Platte voll?",
  "The file has {1} bytes instead of {2}": "Die Datei hat {1} statt {2} Bytes",
  "The printer's answer to the transfer makes no sense":
    "Die Antwort des Druckers auf die Übertragung ergibt keinen Sinn",
  "The printer has no file {1}": "Der Drucker hat keine Datei {1}",
  "{1} was not verified": "{1} wurde nicht geprüft",
  "The bytes of this file are missing or damaged in the library's folder: upload it again.":
    "Die Daten dieser Datei fehlen in der Bibliothek oder sind beschädigt: Bitte neu hochladen.",
  "Entries of the printer's history were deleted after the start was sent: it proves nothing.":
    "Nach dem Startbefehl wurden Einträge aus dem Verlauf des Druckers gelöscht: Er beweist nichts.",
  "The parts lie at {1}; this printer's nozzle reaches {2}.":
    "Die Teile liegen bei {1}; die Düse dieses Druckers erreicht {2}.",
  ...startErrorsDe,
  ...hostErrorsDe,
};
