/* Wer man ist, und wen man kennt. */
export const people = {
  "welcome.title": "Gemeinsam rechnen und die eigene Zahl für sich behalten",
  "welcome.lead":
    "Das Durchschnittsgehalt, wer am wenigsten verkauft hat, welche Schäden zweimal gemeldet wurden: Alle reichen etwas ein, und alle erfahren die Antwort. Niemand sieht, was Sie eingereicht haben, weder die anderen noch die Betreiber des Servers.",
  "welcome.who": "Wer sind Sie?",
  "welcome.name": "Ihr Name",
  "welcome.nameHint":
    "So kennen Sie die anderen. Möglich sind Buchstaben ohne Umlaute, Ziffern und . _ - ohne Leerzeichen.",
  "welcome.make": "Los",
  "welcome.keeps":
    "Ein geheimer Schlüssel wird für Sie erzeugt und in diesem Browser aufbewahrt. Lesbar verlässt er ihn nie.",
  "welcome.backup": "Auch eine Sicherung anlegen (geht nur jetzt)",
  "welcome.backupHint":
    "Damit Sie weitermachen können, wenn die Daten dieses Browsers verloren gehen, oder auf einem anderen Gerät.",
  "welcome.notLasting":
    "Dieser Browser kann löschen, was die Seite aufbewahrt, etwa wenn der Platz knapp wird. Legen Sie eine Sicherung an, sonst ist Ihre Identität vielleicht weg.",
  "welcome.newPass": "Passwort für die Sicherung",
  "welcome.newPassHint": "Mindestens 12 Zeichen; am besten mehrere Wörter. Es lässt sich nicht wiederfinden.",
  "welcome.newPassAgain": "Dasselbe Passwort noch einmal",
  "welcome.passShort": "Nehmen Sie mindestens 12 Zeichen.",
  "welcome.passDiffer": "Die beiden sind nicht gleich.",
  "welcome.saveBackup": "Speichern Sie Ihre Sicherung",
  "welcome.saveBackupText":
    "Die Datei ist mit Ihrem Passwort verschlossen. Bewahren Sie sie auf, wo Sie sie wiederfinden.",
  "welcome.goOn": "Weiter",
  "welcome.invited":
    "Sie sind zu {computation} eingeladen. Sagen Sie zuerst, wer Sie sind: Wer Sie eingeladen hat, muss Ihre Karte haben.",
  "welcome.choose": "Weiter als",
  "welcome.another": "Jemand anderes",
  "welcome.have": "Ich habe eine Sicherung",
  "welcome.import": "Sicherung verwenden",
  "welcome.importFile": "Datei mit der Sicherung",
  "welcome.importName": "Name in dieser Sicherung",
  "welcome.passphrase": "Passwort der Sicherung",
  "welcome.importWarning":
    "Was diese Identität anderswo bestätigt oder gesehen hat, ist hier nicht bekannt: Fragen Sie nach keinem Ergebnis, nach dem Sie anderswo gefragt haben.",
  "welcome.how": "So geht es",
  "welcome.how1": "Alle geben den anderen eine Karte, damit feststeht, wer teilnimmt.",
  "welcome.how2": "Jemand beginnt eine Berechnung und schickt den anderen einen Link.",
  "welcome.how3":
    "Alle reichen etwas ein. Was Sie senden, wird für ein versiegeltes Programm, die Enklave, verschlossen, bevor es diese Seite verlässt.",
  "welcome.how4": "Sobald genug eingereicht haben, fragt jemand nach dem Ergebnis, und alle bekommen dasselbe.",
  "welcome.taken": "Ihre Identität ist in einem anderen Fenster geöffnet",
  "welcome.takenText":
    "Nur ein Fenster zugleich darf für Sie handeln, damit Ihre Aufzeichnungen nicht durcheinandergeraten.",
  "welcome.takeOver": "Hier weitermachen",

  "people.title": "Sie und die anderen",
  "people.you": "Sie",
  "people.fingerprint": "Ihr Fingerabdruck",
  "people.fingerprintHint":
    "Lesen Sie ihn den anderen vor, wenn sie Ihre Karte haben, damit sie wissen, dass es Ihre ist.",
  "people.card": "Ihre Karte",
  "people.cardHint":
    "Geben Sie sie allen, mit denen Sie rechnen. Sie ist öffentlich: Auf ihr stehen Ihr Name und Ihr öffentlicher Schlüssel.",
  "people.cardSave": "Karte speichern",
  "people.cardCopy": "Karte kopieren",
  "people.cardQr": "Als QR-Code zeigen",
  "people.cardQrLabel": "QR-Code Ihrer Karte",
  "people.backup": "Sicherung",
  "people.backupNone":
    "Es gibt keine, und sie lässt sich nur zusammen mit einer Identität anlegen. Werden die Daten dieses Browsers gelöscht, so ist Ihre Identität weg, und mit ihr Ihr Anteil an jeder Berechnung.",
  "people.backupThere":
    "Ihre Sicherung ist mit dem Passwort verschlossen, das Sie gewählt haben. Auch event-client liest sie.",
  "people.backupSave": "Sicherung speichern",
  "people.notLasting":
    "Dieser Browser kann löschen, was die Seite aufbewahrt, etwa wenn der Platz knapp wird, und damit auch, was Sie gesehen und bestätigt haben. Bewahren Sie Ihre Sicherung anderswo auf. Haben Sie keine, so legen Sie eine neue Identität mit Sicherung an, bevor Sie an etwas Wichtigem teilnehmen.",
  "people.keptHere": "Ihre Identität ist die Datei, die event-client auf diesem Rechner aufbewahrt.",
  "people.others": "Menschen, die Sie kennen",
  "people.othersNone": "Sie haben noch keine Karten. Bitten Sie die anderen um ihre.",
  "people.add": "Eine Karte hinzufügen",
  "people.addFile": "Karten auswählen (.conclave)",
  "people.addPaste": "Eine Karte einfügen",
  "people.addPasteHint":
    "Drei Zeilen: ein Name, ein Schlüssel, eine Unterschrift. Mehrere Karten können aufeinander folgen.",
  "people.addDo": "Hinzufügen",
  "people.added.one": "Eine Karte wurde hinzugefügt. Vergleichen Sie den Fingerabdruck mit der Person.",
  "people.added.other": "{n} Karten wurden hinzugefügt. Vergleichen Sie die Fingerabdrücke mit den Personen.",
  "people.compare":
    "Vergleichen Sie Fingerabdrücke am Telefon oder persönlich, bevor Sie sich auf eine Karte verlassen.",
  "people.removeTitle": "Die Karte von {name} entfernen?",
  "people.removeText":
    "Laufende Berechnungen bleiben, wie sie sind. Sie zeigen dann statt des Namens den Fingerabdruck.",
  "people.removeNamed": "Die Karte von {name} entfernen",
  "people.forget": "Diese Identität vergessen",
  "people.forgetText":
    "Ihr Schlüssel, die Karten und alles, was gesehen und bestätigt wurde, werden aus diesem Browser gelöscht und lassen sich nicht zurückholen. Mit einer Sicherung bekommen Sie den Schlüssel wieder, aber nicht, was gesehen und bestätigt wurde.",
  "people.forgetTitle": "{name} vergessen?",
  "people.forgetField": "Zur Bestätigung Ihren Namen eintippen",
  "people.forgetWrong": "Das ist nicht Ihr Name.",
  "people.forgetDo": "Endgültig vergessen",
} as const
