import { serverErrorsDe } from "./serverErrors.de.ts";

/** What the host says of connections, of what it did not do and of files: the second half of its texts. */
export const hostErrorsDe: Readonly<Record<string, string>> = {
  // How a printer is reached.
  "The printer refuses us. Enter its API key (Moonraker: [authorization], or Settings in Mainsail or Fluidd), or add this computer to its trusted_clients":
    "Der Drucker lehnt uns ab. Geben Sie seinen API-Schlüssel ein (Moonraker: [authorization], oder in den Einstellungen von Mainsail oder Fluidd), oder nehmen Sie diesen Computer in seine trusted_clients auf",
  "{1} refuses the connection. Is Moonraker running there, and is the port right?":
    "{1} lehnt die Verbindung ab. Läuft dort Moonraker, und stimmt der Port?",
  "There is no host named {1}. Check the name, or use the IP address":
    "Es gibt keinen Rechner namens {1}. Prüfen Sie den Namen, oder nehmen Sie die IP-Adresse",
  "There is no way to {1}. Is the printer on, and on this network?":
    "Kein Weg zu {1}. Ist der Drucker an und in diesem Netz?",
  "{1} broke the connection off": "{1} hat die Verbindung abgebrochen",
  "{1} cannot be reached: {2}": "{1} ist nicht erreichbar: {2}",
  "{1} does not answer. Is the printer on, and is the address right?":
    "{1} antwortet nicht. Ist der Drucker an, und stimmt die Adresse?",
  "The connection broke off: {1}": "Die Verbindung brach ab: {1}",
  "{1} answers with an error (HTTP {2})": "{1} antwortet mit einem Fehler (HTTP {2})",
  "{1} answers, but there is no Moonraker (HTTP {2}). Check port and path":
    "{1} antwortet, aber dort ist kein Moonraker (HTTP {2}). Prüfen Sie Port und Pfad",
  "{1} answers (HTTP {2}), but there is no Moonraker. Check port and path; Moonraker's own port is 7125":
    "{1} antwortet (HTTP {2}), aber dort ist kein Moonraker. Prüfen Sie Port und Pfad; Moonrakers eigener Port ist 7125",
  "Something answers there, but not as a Moonraker does. Check the address":
    "Dort antwortet etwas, aber nicht wie ein Moonraker. Prüfen Sie die Adresse",
  "Klippy is not connected. Is the printer switched on?":
    "Klippy ist nicht verbunden. Ist der Drucker eingeschaltet?",
  "The printer is not connected": "Der Drucker ist nicht verbunden",
  "The printer did not answer: {1}": "Der Drucker hat nicht geantwortet: {1}",
  "Enter the printer's address, for example voron.local or 10.0.0.7:7125":
    "Geben Sie die Adresse des Druckers ein, zum Beispiel voron.local oder 10.0.0.7:7125",
  "Write an IPv6 address in brackets: [{1}]": "Schreiben Sie eine IPv6-Adresse in Klammern: [{1}]",
  "Leave user name and password out of the address; enter an API key instead":
    "Lassen Sie Benutzer und Passwort aus der Adresse weg; geben Sie stattdessen einen API-Schlüssel ein",
  "The socket's path must be one line of text": "Der Pfad des Sockets muss eine Zeile Text sein",
  "Enter the path of Klipper's socket, for example /home/pi/printer_data/comms/klippy.sock, or host:port where it is forwarded":
    "Geben Sie den Pfad von Klippers Socket ein, zum Beispiel /home/pi/printer_data/comms/klippy.sock, oder host:port, wo er weitergeleitet wird",
  "Enter the whole path of the folder on this computer, from the root on":
    "Geben Sie den ganzen Pfad des Ordners auf diesem Computer ein, von der Wurzel an",
  "The printer's folder {1} is not there. Is it mounted?":
    "Den Ordner {1} des Druckers gibt es nicht. Ist er eingehängt?",
  "This user may not write to {1}. Klipper's user and this one both need the right to":
    "Dieser Benutzer darf nicht in {1} schreiben. Klippers Benutzer und dieser brauchen beide das Recht",
  "The disk of {1} is full": "Der Datenträger von {1} ist voll",
  "Klipper has not said where its files are. Its configuration needs a [virtual_sdcard] section":
    "Klipper hat nicht gesagt, wo seine Dateien liegen. Seine Konfiguration braucht einen Abschnitt [virtual_sdcard]",
  "Klipper has not said yet where its files are, since it is not ready":
    "Klipper hat noch nicht gesagt, wo seine Dateien liegen, denn es ist nicht bereit",
  "Klipper says that its files are in {1}, which means nothing to this computer. Enter the folder's whole path":
    "Klipper sagt, seine Dateien lägen in {1}, womit dieser Computer nichts anfangen kann. Den vollen Pfad des Ordners eintragen",
  "Klipper is not ready any more": "Klipper ist nicht mehr bereit",
  "Klipper is not ready ({1}), so it could not be tested whether it reads the folder.":
    "Klipper ist nicht bereit ({1}); ob es den Ordner liest, ließ sich nicht prüfen.",
  "Klipper has no [virtual_sdcard] section in its configuration, so it cannot print files. Add one with the path of a folder, and restart Klipper":
    "Klipper hat keinen Abschnitt [virtual_sdcard] in der Konfiguration und kann keine Dateien drucken. Einen mit dem Pfad eines Ordners ergänzen und Klipper neu starten",
  "Klipper is busy, so it could not be tested whether it reads the folder. Test again later.":
    "Klipper ist beschäftigt; ob es den Ordner liest, ließ sich nicht prüfen. Später noch einmal testen.",
  "Klipper does not see files put into {1}. Its own folder is {2}: give the path where that folder is mounted on this computer":
    "Klipper sieht die Dateien in {1} nicht. Sein eigener Ordner ist {2}: Geben Sie an, wo dieser auf diesem Computer eingehängt ist",
  "This user may not write to {1} ({2}). Give it the right to, for example through the group of Klipper's user":
    "Dieser Benutzer darf nicht in {1} schreiben ({2}). Geben Sie ihm das Recht, etwa über die Gruppe von Klippers Benutzer",
  "There is no folder {1} on this computer. Give the path where Klipper's folder is mounted here":
    "Auf diesem Computer gibt es keinen Ordner {1}. Geben Sie an, wo Klippers Ordner hier eingehängt ist",
  "Something answers there, but not as Klipper's API server does. Check the path or port":
    "Dort antwortet etwas, aber nicht wie Klippers API-Server. Prüfen Sie Pfad oder Port",
  "Klipper cannot open a file named {1}": "Klipper kann keine Datei namens {1} öffnen",
  "{1} refuses the connection. Does the bridge to Klipper's socket run there?":
    "{1} lehnt die Verbindung ab. Läuft dort die Brücke zu Klippers Socket?",
  "There is no socket at {1}. Is Klipper running, and is this its API socket (klippy.py -a)?":
    "Bei {1} ist kein Socket. Läuft Klipper, und ist das sein API-Socket (klippy.py -a)?",
  "This user may not open {1}. Add it to the group of the socket, or run as Klipper's user":
    "Dieser Benutzer darf {1} nicht öffnen. Nehmen Sie ihn in die Gruppe des Sockets auf, oder starten Sie als Klippers Benutzer",
  "Nobody listens at {1}. Is Klipper running? It makes its socket anew when it starts":
    "Bei {1} hört niemand zu. Läuft Klipper? Es legt seinen Socket beim Start neu an",
  "Klipper closed it": "Klipper hat sie geschlossen",
  "Emergency stop {1}: {2}. Switch the printer off by hand":
    "Not-Halt {1}: {2}. Schalten Sie den Drucker von Hand ab",
  "Announcements cannot be heard ({1}).": "Ankündigungen sind nicht zu hören ({1}).",
  "That is {1} addresses; one search asks {2} at most. Name smaller networks, such as 192.168.1.0/24.":
    "Das sind {1} Adressen; eine Suche fragt höchstens {2}. Nennen Sie kleinere Netze, etwa 192.168.1.0/24.",

  // What the page's own connection says.
  "Not sent: there is no connection to the host":
    "Nicht gesendet: Es gibt keine Verbindung zum Host",
  "Not sent: there is no connection to this printer":
    "Nicht gesendet: Es gibt keine Verbindung zu diesem Drucker",
  "No answer to {1} within {2} ms":
    "Der Host hat nicht geantwortet. Sehen Sie nach, ob es geschehen ist.",
  "{1}: the connection is closed ({2})":
    "Die Verbindung riss ab, bevor der Host geantwortet hat. Sehen Sie nach, ob es geschehen ist.",
  "The host answered {1} in a form this page does not know. Reload the page; if it stays, update the host.":
    "Der Host hat {1} in einer Form beantwortet, die diese Seite nicht kennt. Laden Sie sie neu; bleibt es so, aktualisieren Sie den Host.",
  "The host did not answer. Is it still running? Try again.":
    "Der Host hat nicht geantwortet. Läuft er noch? Versuchen Sie es noch einmal.",
  "Upload cancelled": "Hochladen abgebrochen",

  // Why something was not done.
  "There is nothing to undo in this queue.":
    "In dieser Warteschlange gibt es nichts rückgängig zu machen.",
  "There is nothing to redo in this queue.":
    "In dieser Warteschlange gibt es nichts zu wiederholen.",
  "{1} has started or left the queue since, so this cannot be {2}.":
    "{1} ist inzwischen gestartet oder nicht mehr in der Warteschlange: Das geht nicht mehr.",
  "{1} is here again, so this cannot be {2}.": "{1} ist wieder hier: Das geht nicht mehr.",
  "There is nothing to {1} in this queue.":
    "In dieser Warteschlange gibt es nichts rückgängig zu machen oder zu wiederholen.",
  "The other printer of this move has been removed since.":
    "Der andere Drucker dieser Verschiebung wurde inzwischen entfernt.",
  "This queue has changed meanwhile: look again.":
    "Diese Warteschlange hat sich inzwischen geändert: Bitte noch einmal nachsehen.",
  "Half of this move is in the queue of {1}.":
    "Die Hälfte dieser Verschiebung steht in der Warteschlange von {1}.",
  "This move cannot be {1} any more: move them by hand.":
    "Diese Verschiebung lässt sich nicht mehr zurücknehmen: Verschieben Sie von Hand.",
  "{1} was decided on since, so this cannot be {2}.":
    "Über {1} ist inzwischen entschieden: Das geht nicht mehr.",
  "This printer has no camera.": "Dieser Drucker hat keine Kamera.",
  "The camera shows nothing: {1}": "Die Kamera zeigt nichts: {1}",
  "No copy {1} waits in this queue.": "Das Exemplar {1} wartet nicht mehr in dieser Warteschlange.",
  "No copies of job {1} wait in this queue.":
    "Vom Auftrag {1} wartet kein Exemplar mehr in dieser Warteschlange.",
  "{1} is being started and cannot be changed any more: cancel the print instead.":
    "{1} wird gerade gestartet und lässt sich nicht mehr ändern: Brechen Sie stattdessen den Druck ab.",
  "{1} was sent to this printer and may still begin there: it cannot be moved to another one now.":
    "{1} wurde an diesen Drucker geschickt und kann dort noch beginnen: Jetzt lässt es sich nicht zu einem anderen verschieben.",
  "Copies were moved to {1} since: move them back instead.":
    "Inzwischen gingen Exemplare zu {1}: Verschieben Sie sie stattdessen zurück.",
  "Copies came from {1} since: move them back instead.":
    "Inzwischen kamen Exemplare von {1}: Verschieben Sie sie stattdessen zurück.",
  "Copies are moved from one printer to another one.":
    "Exemplare gehen von einem Drucker zu einem anderen.",
  "The plate has changed since you looked: it is {1} now. Look again, then answer.":
    "Die Platte hat sich geändert, seit Sie nachgesehen haben. Bitte noch einmal nachsehen, dann antworten.",
  "The plate is in use by a print: clear it when that has ended.":
    "Auf der Platte wird gedruckt: Geben Sie sie frei, wenn der Druck zu Ende ist.",
  "There is no finished print on this plate to count parts of.":
    "Auf dieser Platte liegt kein fertiger Druck, dessen Teile sich zählen ließen.",
  "The plate is being cleared: wait until that has ended.":
    "Die Platte wird gerade geräumt: Warten Sie, bis das zu Ende ist.",
  "This print has been decided on already.": "Über diesen Druck ist schon entschieden.",
  "{1} Nothing was started or queued: queue it on the board to print it here anyway.":
    "{1} Nichts wurde gestartet oder angestellt: Stellen Sie es auf dem Board an, um es trotzdem hier zu drucken.",
  "{1} Nothing was started or queued.": "{1} Nichts wurde gestartet oder angestellt.",
  "The file was not queued.": "Die Datei wurde nicht angestellt.",
  "{1} is in the printer's queue but not on its disk: remove it there, then import again.":
    "{1} steht in der Warteschlange des Druckers, liegt aber nicht auf ihm: dort entfernen, dann noch einmal übernehmen.",
  "{1} still has {2}. Remove them first, or remove the printer with force.":
    "{1} hat noch Aufträge oder einen laufenden Druck. Nehmen Sie die zuerst heraus.",
  "{1} is {2} already: one machine has one queue here.":
    "{1} ist schon {2}: Jede Maschine hat hier eine Warteschlange.",
  "Another host manages this printer: take it over first.":
    "Ein anderer Computer verwaltet diesen Drucker: Übernehmen Sie ihn zuerst.",
  "The printer cannot be reached: take it over when it can.":
    "Der Drucker ist nicht erreichbar: Übernehmen Sie ihn, wenn er es ist.",
  'There is no printer "{1}"': "Es gibt keinen Drucker „{1}“",
  'There is no printer "{1}". farm.printers.list names them.':
    "Es gibt keinen Drucker „{1}“. Vielleicht wurde er entfernt.",
  "There is no printer yet. Add one on the board, or with farm.printers.add.":
    "Es gibt noch keinen Drucker. Fügen Sie auf dem Board einen hinzu.",
  "The program is ending: try again when it runs.":
    "Das Programm wird beendet: Versuchen Sie es, wenn es wieder läuft.",
  "Not stored: {1}": "Nicht gespeichert: {1}",
  "The disk with Nextplate's data is full: nothing was changed. Free some space and try again.":
    "Der Datenträger mit den Daten von Nextplate ist voll: Nichts wurde geändert. Schaffen Sie Platz und versuchen Sie es noch einmal.",
  "Nextplate's data could not be written ({1}): nothing was changed. Check the disk and try again.":
    "Die Daten von Nextplate ließen sich nicht schreiben ({1}): Nichts wurde geändert. Prüfen Sie den Datenträger und versuchen Sie es noch einmal.",
  "The store refused a change: {1}": "Der Speicher hat eine Änderung abgelehnt: {1}",
  "Nextplate's data was damaged, so the last backup is in use: check every queue and plate before you start.{1}":
    "Die Daten von Nextplate waren beschädigt; die letzte Sicherung ist in Gebrauch: Prüfen Sie jede Warteschlange und Platte, bevor Sie starten.{1}",
  "Nextplate's data was damaged and no backup could be read, so it starts empty.{1}":
    "Die Daten von Nextplate waren beschädigt, und keine Sicherung war lesbar; es beginnt leer.{1}",
  "A backup was restored: check every queue and plate before you start.{1}":
    "Eine Sicherung wurde zurückgespielt: Prüfen Sie jede Warteschlange und Platte, bevor Sie starten.{1}",
  "Nextplate's data cannot be stored ({1}): what you queue now is lost when the program ends. Check the disk, then start again.":
    "Die Daten von Nextplate lassen sich nicht speichern ({1}): Was Sie jetzt anstellen, ist verloren, wenn das Programm endet. Prüfen Sie den Datenträger und starten Sie neu.",
  "The backup has vanished: try again.":
    "Die Sicherung ist verschwunden: Versuchen Sie es noch einmal.",
  "There is no backup yet: make one first.":
    "Es gibt noch keine Sicherung: Legen Sie zuerst eine an.",
  "Nothing is stored on this disk now: there is no backup.":
    "Zurzeit wird hier nichts gespeichert: Es gibt keine Sicherung.",
  "There are {1} keys already: revoke one first.":
    "Es gibt schon {1} Schlüssel: Widerrufen Sie zuerst einen.",
  "There is no such key; it may have been revoked already.":
    "Diesen Schlüssel gibt es nicht; vielleicht wurde er schon widerrufen.",
  "This needs an API key that may {1}; the one used may only {2}.":
    "Dafür ist ein Schlüssel mit mehr Rechten nötig ({1}); der benutzte darf nur {2}.",
  "Too many requests are waiting. Wait for their answers first.":
    "Zu viele Anfragen warten. Warten Sie erst deren Antworten ab.",
  "Internal Server Error: the cause is in the log of this computer.":
    "Interner Fehler: Die Ursache steht im Protokoll dieses Computers.",
  "{1} is answered by the printer's own Moonraker, which is not connected. Switch the printer on and try again.":
    "Das beantwortet der Drucker selbst, und er ist nicht verbunden. Schalten Sie ihn ein und versuchen Sie es noch einmal.",
  "{1} lies on the printer, which is off, and has not been copied from it yet. Switch the printer on, or upload the file here.":
    "{1} liegt auf dem Drucker, der aus ist, und wurde noch nicht von ihm kopiert. Schalten Sie ihn ein, oder laden Sie die Datei hier hoch.",

  // Files.
  "There is no {1} any more.": "{1} gibt es nicht mehr.",
  "There is no file {1} any more.": "Die Datei {1} gibt es nicht mehr.",
  "There is no file {1}.": "Es gibt keine Datei {1}.",
  "There is no folder {1}.": "Es gibt keinen Ordner {1}.",
  "There is a folder {1} already.": "Es gibt schon einen Ordner {1}.",
  "{1} exists already: choose another name, or delete that one first.":
    "{1} gibt es schon: Wählen Sie einen anderen Namen, oder löschen Sie die vorhandene zuerst.",
  "{1} is a file, not a folder.": "{1} ist eine Datei, kein Ordner.",
  "{1} is a folder: choose another name.": "{1} ist ein Ordner: Wählen Sie einen anderen Namen.",
  "{1} still holds files: delete them first.": "{1} enthält noch Dateien: Löschen Sie die zuerst.",
  "A folder cannot be moved into itself.":
    "Ein Ordner lässt sich nicht in sich selbst verschieben.",
  "A folder cannot be copied into itself.": "Ein Ordner lässt sich nicht in sich selbst kopieren.",
  "Files cannot be moved between the g-code kept here and the other folders on the printer.":
    "Dateien lassen sich nicht zwischen dem G-Code hier und den anderen Ordnern des Druckers verschieben.",
  "No file with this content is in the library.": "Keine Datei der Bibliothek hat diesen Inhalt.",
  "The file library is closing.": "Die Bibliothek wird geschlossen.",
  "The file was renamed to or from .ufp while it was sent.":
    "Die Datei bekam während der Übertragung die Endung .ufp oder verlor sie.",
  "The file arrived with other bytes than its checksum says: send it again.":
    "Die Datei kam anders an, als ihre Prüfsumme sagt: Bitte noch einmal senden.",
  "The disk of the file library is full: free some space, then send the file again.":
    "Der Datenträger der Bibliothek ist voll: Schaffen Sie Platz und senden Sie die Datei noch einmal.",
  "The file library cannot be written ({1}): check the permissions of its folder.":
    "Die Bibliothek lässt sich nicht schreiben ({1}): Prüfen Sie die Rechte ihres Ordners.",
  "The file library's disk failed ({1}): check the disk, then send the file again.":
    "Der Datenträger der Bibliothek versagt ({1}): Prüfen Sie ihn und senden Sie die Datei noch einmal.",
  "The package holds no /3D/model.gcode: slice it again.":
    "Das Paket enthält kein /3D/model.gcode: Bitte neu slicen.",
  "The package cannot be unpacked: {1}.": "Das Paket lässt sich nicht auspacken: {1}.",
  "The upload was aborted.": "Das Hochladen wurde abgebrochen.",
  "The file did not arrive whole ({1}): send it again.":
    "Die Datei kam nicht ganz an ({1}): Bitte noch einmal senden.",
  "The file is larger than {1}, the most this server takes.":
    "Die Datei ist größer als {1}; mehr nimmt dieser Host nicht an.",
  "The file is not g-code: {1}.": "Die Datei ist kein G-Code: {1}.",
  "The file is larger than the limit of {1} bytes":
    "Die Datei ist größer als die Grenze von {1} Bytes",
  "Invalid params: url: must be an http or https address":
    "Die Adresse muss mit http:// oder https:// anfangen.",
  "There are {1} webhooks already: remove one first.":
    "Es gibt schon {1} Webhooks: Entfernen Sie erst einen.",
  "answered {1}": "antwortete {1}",
  "answered {1}: redirects are not followed, enter the address it leads to":
    "antwortete {1}: Weiterleitungen wird nicht gefolgt, tragen Sie die Adresse ein, zu der sie führt",
  "could not be reached: {1}": "nicht erreichbar: {1}",
  "no answer within {1} s": "keine Antwort binnen {1} s",
  "The upload ended before the form was complete":
    "Das Hochladen endete, bevor das Formular vollständig war",
  ...serverErrorsDe,
};
