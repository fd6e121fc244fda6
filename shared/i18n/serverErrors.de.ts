/** What the host's server answers to a request it does not carry out, as far as the page can cause it. */
export const serverErrorsDe: Readonly<Record<string, string>> = {
  // Who may come in.
  "Listening on {1} opens the printers to other computers: set an API key first, or listen on 127.0.0.1.":
    "Auf {1} zu lauschen öffnet die Drucker für andere Computer: Legen Sie erst einen API-Schlüssel an, oder lauschen Sie auf 127.0.0.1.",
  'This server does not answer to the name "{1}". Use the address it listens on.':
    "Dieser Host hört nicht auf den Namen „{1}“. Nehmen Sie die Adresse, auf der er lauscht.",
  "Web pages of {1} may not control printers. Allow the origin in the settings if it is yours.":
    "Webseiten von {1} dürfen keine Drucker steuern. Erlauben Sie die Herkunft in den Einstellungen, wenn es Ihre ist.",
  "Browsers may not do this with GET, since any web page could make them: use POST.":
    "Browser dürfen das nicht mit GET, denn jede Webseite könnte sie dazu bringen: Nehmen Sie POST.",
  "Too many wrong keys came from this address. Wait a minute, then use the right one.":
    "Von dieser Adresse kamen zu viele falsche Schlüssel. Warten Sie eine Minute und nehmen Sie dann den richtigen.",
  "Too many clients are connected": "Zu viele Programme sind verbunden",
  "This needs a user who may {1}; {2} may only {3}.":
    "Das braucht jemanden, der „{1}“ darf; {2} darf nur „{3}“.",
  "User {1} already exists": "{1} gibt es schon",
  "There are {1} users already: delete one first.":
    "Es gibt schon {1} Benutzer: Löschen Sie erst einen.",
  "No registered user: {1}": "{1} ist hier kein Benutzer",
  "Invalid Request for user {1}": "Für {1} geht das nicht",
  "Cannot delete logged in user {1}": "{1} ist gerade angemeldet und lässt sich nicht löschen",
  "A user name has 1 to 60 characters, without spaces at its ends.":
    "Ein Benutzername hat 1 bis 60 Zeichen, ohne Leerzeichen am Anfang und Ende.",
  "A password has {1} to {2} characters.": "Ein Passwort hat {1} bis {2} Zeichen.",

  // Where the host is reached.
  "The network cannot be told ({1}).": "Das Netz ließ sich nicht benachrichtigen ({1}).",
  "Nextplate listens on this computer only, so there is nothing others could reach. Start it with --host and an address of the network, with an API key.":
    "Nextplate lauscht nur auf diesem Computer, für andere gibt es also nichts zu erreichen. Starten Sie es mit --host und einer Adresse des Netzes, mit einem API-Schlüssel.",
  "Port {1} on {2} is already in use. Stop the other program, or choose another port.":
    "Port {1} auf {2} ist schon belegt. Beenden Sie das andere Programm, oder wählen Sie einen anderen Port.",
  "Cannot listen on {1}:{2} ({3}). Choose another address or port.":
    "Auf {1}:{2} lässt sich nicht lauschen ({3}). Wählen Sie eine andere Adresse oder einen anderen Port.",
  "This endpoint has no port of its own.": "Diese Adresse hat keinen eigenen Port.",
  "There is no printer of that name": "Einen Drucker dieses Namens gibt es nicht",
  "There is no websocket at this address": "Unter dieser Adresse gibt es keinen Websocket",

  // Files and what a printer answers.
  "These files lie on the printer, whose own Moonraker is not connected: nothing was changed. Switch the printer on and try again.":
    "Diese Dateien liegen auf dem Drucker, dessen Moonraker nicht verbunden ist: Nichts wurde geändert. Schalten Sie den Drucker ein und versuchen Sie es noch einmal.",
  "These files lie in Klipper's own folder and there is no Moonraker to change them: nothing was changed. Change them in that folder.":
    "Diese Dateien liegen in Klippers eigenem Ordner, und es gibt kein Moonraker, das sie ändern könnte: Nichts wurde geändert. Ändern Sie sie in diesem Ordner.",
  "The printer's answer to the change makes no sense":
    "Was der Drucker auf die Änderung antwortete, ergibt keinen Sinn",
  "The folder {1} stands for the printer's own files and cannot be changed itself.":
    "Der Ordner {1} steht für die eigenen Dateien des Druckers und lässt sich selbst nicht ändern.",
  "Files below printer/ lie on the printer: copy them out of it to keep them here; what is kept here is brought to the printer when it is to print.":
    "Dateien unter printer/ liegen auf dem Drucker: Kopieren Sie sie heraus, um sie hier zu behalten. Was hier liegt, kommt zum Drucker, wenn er es drucken soll.",
  "At least one file or folder is needed": "Es braucht mindestens eine Datei oder einen Ordner",
  "The archive {1} needs a name that ends in .zip": "Der Name des Archivs {1} muss auf .zip enden",
  "G-code is kept here and the other folders lie on the printer: pack them into two archives.":
    "G-Code liegt hier, die anderen Ordner liegen auf dem Drucker: Packen Sie zwei Archive.",
  "That is more than one archive holds (4 GB and {1} files): pack it in parts.":
    "Das ist mehr, als in ein Archiv passt (4 GB und {1} Dateien): Packen Sie es in Teilen.",
  "There is not enough room on this computer's disk for the archive.":
    "Auf dem Datenträger dieses Computers ist nicht genug Platz für das Archiv.",
  "The printer answered {1}": "Der Drucker antwortete: {1}",
  "This file has no thumbnail": "Diese Datei hat kein Vorschaubild",
  "Klippy Host not connected": "Klipper ist nicht verbunden",
  "G-Code File {1} does not exist": "Die G-Code-Datei {1} gibt es nicht",
  "File {1} does not exist": "Die Datei {1} gibt es nicht",
  "Announcement {1} is not known: while the printer is off there are none.":
    "Die Mitteilung {1} ist nicht bekannt: Solange der Drucker aus ist, gibt es keine.",
  "Path {1} does not exist": "Den Pfad {1} gibt es nicht",
  "Directory does not exist ({1})": "Den Ordner {1} gibt es nicht",
  "Directory not empty: {1}. Delete it with force=true.": "Der Ordner {1} ist nicht leer.",
  "Metadata not available for <{1}>": "Für {1} gibt es keine Angaben",
  "Unable to open file": "Die Datei ließ sich nicht öffnen",
  'The root "{1}" lies on the printer, whose own Moonraker is not connected: nothing was stored. Switch the printer on and send the file again.':
    "Der Ordner „{1}“ liegt auf dem Drucker, dessen Moonraker nicht verbunden ist: Nichts wurde gespeichert. Schalten Sie den Drucker ein und senden Sie die Datei noch einmal.",
  "The farm's own library has the root gcodes only.":
    "Die Bibliothek der Farm hat nur den Ordner gcodes.",
  "Through here at most {1} bytes go to a printer's own folders. Upload it at the printer's own address.":
    "Hierüber gehen höchstens {1} Bytes in die eigenen Ordner eines Druckers. Laden Sie die Datei unter dessen eigener Adresse hoch.",
  'The form has no file, or its name holds a line break: send a part "file" with a plain name':
    "Es kam keine Datei an, oder ihr Name enthält einen Zeilenumbruch",
  "The form is malformed": "Die Datei kam verstümmelt an",
  "The data folder cannot be written ({1}). Choose another with --data-dir, or fix its permissions.":
    "Der Datenordner lässt sich nicht schreiben ({1}). Wählen Sie mit --data-dir einen anderen, oder richten Sie seine Rechte.",
  "There is no such webhook; farm.webhooks.list names them.": "Diesen Webhook gibt es nicht.",
};
