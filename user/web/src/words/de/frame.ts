/* Die Seite um ihre Ansichten herum, und Wörter, die viele Ansichten brauchen. */
export const frame = {
  "page.name": "Event Manager",
  "page.skip": "Zum Inhalt springen",
  "page.language": "Sprache",
  "page.loading": "Einen Moment …",
  "page.nav": "Hauptbereiche",
  "page.servedByHost":
    "Diese Seite kommt von dem Server, dem Sie vertrauen müssten. Er könnte sie anderes anzeigen lassen, als sie tut, und an seine Betreiber schicken lassen, was Sie eingeben. Verwenden Sie sie zum Ausprobieren, oder nehmen Sie die Seite von Ihrem eigenen Rechner: event-client NAME ui.",
  "page.servedByHost.title": "Der Server hat Ihnen diese Seite gegeben",

  "nav.computations": "Berechnungen",
  "nav.people": "Personen",
  "nav.enclave": "Enklave",
  "nav.verify": "Urkunde prüfen",

  "connection.offline":
    "Sie sind offline. Was Sie eingegeben haben, bleibt hier; die Seite macht weiter, sobald Sie zurück sind.",
  "connection.waiting":
    "Der Server antwortet zurzeit nicht. Was Sie eingegeben haben, bleibt hier; die Seite versucht es weiter.",
  "connection.slow": "Der Server lässt sich Zeit …",

  "do.cancel": "Abbrechen",
  "do.back": "Zurück",
  "do.next": "Weiter",
  "do.retry": "Noch einmal versuchen",
  "do.copied": "Kopiert",
  "do.copyFailed": "Das Kopieren wurde nicht erlaubt. Markieren Sie den Text, und kopieren Sie ihn von Hand.",
  "do.remove": "Entfernen",
  "do.details": "Einzelheiten",
  "do.tryAnother": "Andere Datei wählen",

  "drop.or": "oder hierher ziehen",
  "drop.tooLarge": "Diese Datei ist größer als {megabytes} MB, und mehr wird hier nicht angenommen.",
  "drop.working": "Wird gelesen …",

  "failure.details": "Was genau gesagt wurde",
  "failure.clock": "Vielleicht gehen auch nur Datum oder Uhr dieses Rechners falsch: Sehen Sie zuerst dort nach.",

  "qr.tooLong": "Das ist zu lang für einen QR-Code, den ein Telefon lesen könnte. Verwenden Sie den Text.",

  "alarm.label": "Alarm",
  "alarm.expected": "Was erwartet wurde",
  "alarm.came": "Was kam",
  "alarm.todo": "Was zu tun ist",
  "alarm.save": "Belege speichern",
  "alarm.saved": "Die Belege sind gespeichert. Bewahren Sie die Datei auf: Sie können sie anderen zeigen.",
  "alarm.stays": "Solange das so ist, kann von dieser Seite aus nichts damit getan werden.",
  "alarm.leave": "Verlassen und nichts ändern",
  "alarm.leaveField": "Zum Verlassen den Namen der Berechnung eintippen",
  "alarm.leaveDo": "Geschlossen lassen",
  "alarm.any.expected": "Worauf sich Ihre Gruppe geeinigt hat, und nichts anderes.",
  "alarm.any.came": "Etwas, das dem nicht entspricht. Was genau, steht unten.",
  "alarm.ENCLAVE_CHANGED.expected": "Die Enklave, die Sie von hier kennen, mit diesem Fingerabdruck:",
  "alarm.ENCLAVE_CHANGED.came":
    "Eine andere. Ihr Fingerabdruck wird nicht gezeigt: Sie müssen ihn von anderswo wissen.",
  "alarm.MEASUREMENT_NOT_ACCEPTED.expected": "Eine Enklave, die der Regel Ihrer Gruppe entspricht:",
  "alarm.MEASUREMENT_NOT_ACCEPTED.came": "Eine, für die diese Regel nötig wäre:",
  "alarm.HISTORY_CONFLICT.expected": "Eine Geschichte, die von der Stelle aus weitergeht, die Sie gesehen haben:",
  "alarm.HISTORY_CONFLICT.came":
    "Eine Geschichte, in der diese Stelle nicht vorkommt. Die Enklave wurde zurückgesetzt, oder es gibt sie zweimal.",
  "alarm.HISTORY_OLDER.expected": "Eine Geschichte, mindestens so lang wie die, die Sie gesehen haben:",
  "alarm.HISTORY_OLDER.came": "Eine kürzere. Die Enklave wurde auf einen früheren Stand zurückgesetzt.",
  "alarm.HISTORY_FORKED.expected": "Eine Geschichte mit denselben Ereignissen, die Sie gesehen haben:",
  "alarm.HISTORY_FORKED.came":
    "Eine mit einem anderen Ereignis an derselben Stelle. Die Enklave wurde zurückgesetzt, oder es gibt sie zweimal.",
  "alarm.RECEIPT_MISSING.expected": "Dass Ihre letzte Eingabe unter denen ist, die zählen.",
  "alarm.RECEIPT_MISSING.came": "Eine Liste der Eingaben ohne sie.",
  "alarm.STATEMENT_CHANGED.expected": "Dieselbe Liste von Eingaben, die Sie gesehen und vielleicht bestätigt haben.",
  "alarm.STATEMENT_CHANGED.came":
    "Eine andere Liste. Aus zwei Listen gäbe es zwei Antworten, und aus zwei Antworten die Zahl von jemandem.",
  "alarm.TERMS_DIFFER.expected": "Die Berechnung, deren Bedingungen Sie gesehen haben.",
  "alarm.TERMS_DIFFER.came": "Eine andere unter demselben Namen.",
  "alarm.LEVEL_LOWER.expected": "Eine Enklave, so gut geschützt wie bei Ihrem letzten Blick:",
  "alarm.LEVEL_LOWER.came": "Eine, die weniger geschützt ist:",
  "alarm.INVITATION_OTHER_TERMS.expected": "Die Berechnung, die die Einladung meint.",
  "alarm.INVITATION_OTHER_TERMS.came": "Eine andere unter demselben Namen.",
  "alarm.INVITATION_OTHER_ENCLAVE.expected": "Die Enklave, die die Einladung nennt, mit diesem Fingerabdruck:",
  "alarm.INVITATION_OTHER_ENCLAVE.came":
    "Eine andere. Entweder hat sie jemand an die Stelle der Enklave gesetzt, oder die Einladung ist falsch.",
  "alarm.INVITATION_OTHER_CONSTRAINT.expected": "Die Regel, unter der Sie die Enklave dieses Servers akzeptiert haben.",
  "alarm.INVITATION_OTHER_CONSTRAINT.came": "Eine Einladung mit einer anderen Regel für denselben Server.",
  "alarm.todo.nothing": "Reichen Sie nichts ein.",
  "alarm.todo.inviter":
    "Fragen Sie die Person, die Sie eingeladen hat, am Telefon oder persönlich, und vergleichen Sie, was hier steht.",
  "alarm.todo.tell": "Sagen Sie es den anderen Beteiligten, am Telefon oder persönlich, und nicht über diesen Server.",
  "alarm.todo.compare":
    "Fragen Sie, was die anderen sehen. Sehen sie eine andere Geschichte als Sie, so beweisen es die Belege.",
  "alarm.todo.dontRely": "Reichen Sie nichts weiter ein, und verlassen Sie sich auf kein Ergebnis dieser Berechnung.",
  "alarm.todo.announced":
    "Fragen Sie die Betreiber des Servers, ob eine neue Enklave angekündigt war, und lassen Sie es sich von jemand anderem in der Gruppe bestätigen.",
  "alarm.todo.clock": "Prüfen Sie Datum und Uhrzeit Ihres Rechners.",
  "alarm.todo.operator":
    "Fragen Sie die Betreiber des Servers und jemand anderen in der Gruppe, warum sie jetzt weniger geschützt ist.",
  "alarm.todo.rule":
    "Fragen Sie Ihre Gruppe, ob sich ihre Regel geändert hat. Nehmen Sie eine Regel nie vom Server selbst.",
  "alarm.changed.accept":
    "Der Wechsel wurde mir angekündigt, und ich habe den Fingerabdruck von jemandem, dem ich vertraue",
  "alarm.changed.field": "Der ganze Fingerabdruck, wie er angekündigt wurde",
  "alarm.changed.hint":
    "Fünf Gruppen aus vier Buchstaben oder Ziffern. Nehmen Sie sie aus der Ankündigung, nicht von dieser Seite.",
  "alarm.changed.wrong":
    "Das ist nicht der Fingerabdruck dieser Enklave. Wurde Ihnen das gesagt, so ist es die falsche Enklave.",
  "alarm.changed.do": "Die neue Enklave akzeptieren",
  "alarm.lower.accept": "Ich weiß, warum, und für das, was ich einreiche, genügt dieser Schutz",
  "alarm.lower.do": "Mit weniger Schutz weitermachen",

  "offline.title": "Zurzeit kann nichts gezeigt werden",
} as const
