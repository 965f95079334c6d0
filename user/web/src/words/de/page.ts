/* Was die Seite selbst nicht kann, oder mit dem, was sie bekam, nicht tut. */
export const page = {
  "failure.STORAGE_DENIED.title": "Ihr Browser lässt diese Seite nichts aufbewahren",
  "failure.STORAGE_DENIED.todo":
    "Gesendet wurde nichts. Verlassen Sie das private Fenster, oder erlauben Sie der Seite, Daten zu speichern, und laden Sie sie neu.",
  "failure.STORAGE_FULL.title": "Im Speicher Ihres Browsers ist kein Platz mehr",
  "failure.STORAGE_FULL.todo":
    "Schaffen Sie Platz auf diesem Gerät, und versuchen Sie es noch einmal. Haben Sie gerade etwas gesendet, so ist es vielleicht angekommen; es noch einmal zu senden schadet nicht.",
  "failure.STORAGE_BROKEN.title": "Was dieser Browser für die Seite aufbewahrt, ist nicht lesbar",
  "failure.STORAGE_BROKEN.todo":
    "Laden Sie die Seite neu. Bleibt es dabei, nehmen Sie Ihre Identität aus der Sicherung, notfalls in einem anderen Browser.",
  "failure.IDENTITY_ELSEWHERE.title": "Ihre Identität ist in einem anderen Fenster geöffnet",
  "failure.IDENTITY_ELSEWHERE.todo":
    "Nur ein Fenster zugleich darf für Sie handeln. Schließen Sie das andere, oder machen Sie hier weiter.",
  "failure.IDENTITY_TAKEN_OVER.title": "Sie haben in einem anderen Fenster weitergemacht",
  "failure.IDENTITY_TAKEN_OVER.todo": "Dieses Fenster hat aufgehört. Laden Sie die Seite neu, um hier weiterzumachen.",
  "failure.IDENTITY_UNKNOWN.title": "Diese Identität wird hier nicht mehr aufbewahrt",
  "failure.IDENTITY_UNKNOWN.todo": "Laden Sie die Seite neu, und nehmen Sie Ihre Identität aus der Sicherung.",
  "failure.NAME_KEPT_ALREADY.title": "Eine Identität dieses Namens wird hier schon aufbewahrt",
  "failure.NAME_KEPT_ALREADY.todo": "Verwenden Sie diese, oder wählen Sie einen anderen Namen.",
  "failure.OWN_MACHINE_GONE.title": "Das Programm, das Ihnen diese Seite zeigt, ist beendet",
  "failure.OWN_MACHINE_GONE.todo":
    "Starten Sie event-client NAME ui noch einmal, und öffnen Sie den Link, den es ausgibt. Was Sie eingegeben haben, bleibt solange hier.",
  "failure.OWN_MACHINE_REFUSED.title": "Das Programm, das Ihnen diese Seite zeigt, hat abgelehnt",
  "failure.OWN_MACHINE_REFUSED.todo":
    "Sehen Sie nach, was es in seinem Fenster sagt; laden Sie dann die Seite über ihren Link neu.",
  "failure.OWN_MACHINE_TOKEN.title": "Diese Seite wurde nicht über ihren Link geöffnet",
  "failure.OWN_MACHINE_TOKEN.todo": "Öffnen Sie den ganzen Link, den event-client NAME ui ausgegeben hat.",
  "failure.NOT_ON_OWN_MACHINE.title": "Das macht man hier mit event-client",
  "failure.NOT_ON_OWN_MACHINE.todo":
    "Ihre Identität ist eine Datei auf diesem Rechner. Verwenden Sie dafür event-client in einem Terminal.",
  "failure.OTHER_HOST.title": "Diese Seite erreicht nur einen Server",
  "failure.OTHER_HOST.todo": "Für einen anderen starten Sie event-client -s ADRESSE NAME ui.",
  "failure.INVITATION_MALFORMED.title": "Dieser Link ist keine Einladung, oder er wurde gekürzt",
  "failure.INVITATION_MALFORMED.todo":
    "Kopieren Sie ihn noch einmal vollständig von der Person, die ihn geschickt hat.",
  "failure.INVITATION_TOO_LONG.title": "Dieser Link ist viel zu lang für eine Einladung",
  "failure.INVITATION_TOO_LONG.todo": "Kopieren Sie ihn noch einmal von der Person, die ihn geschickt hat.",
  "failure.INVITATION_VERSION.title": "Diese Einladung ist von einer anderen Version",
  "failure.INVITATION_VERSION.todo":
    "Laden Sie diese Seite neu, damit sie die neueste ist; oder bitten Sie um eine neue Einladung.",
  "failure.INVITATION_HOST.title": "Die Adresse des Servers ist falsch",
  "failure.INVITATION_HOST.todo": "Bitten Sie um eine neue Einladung.",
  "failure.INVITATION_CONSTRAINT.title": "Die Regel für Enklaven in dieser Einladung ist falsch",
  "failure.INVITATION_CONSTRAINT.todo": "Bitten Sie um eine neue Einladung.",
  "failure.INVITATION_PIN.title": "Der Fingerabdruck der Enklave in dieser Einladung ist falsch",
  "failure.INVITATION_PIN.todo": "Bitten Sie um eine neue Einladung.",
  "failure.INVITATION_COMPUTATION.title": "Die Berechnung in dieser Einladung ist falsch",
  "failure.INVITATION_COMPUTATION.todo": "Bitten Sie um eine neue Einladung.",
  "failure.INVITATION_OTHER_HOST.title": "Diese Einladung gilt einem anderen Server",
  "failure.INVITATION_OTHER_HOST.todo":
    "Diese Seite erreicht nur einen Server. Starten Sie event-client mit der Adresse aus der Einladung.",
  "failure.INVITATION_OTHER_CONSTRAINT.title": "Diese Einladung verlangt eine andere Enklave als Sie",
  "failure.INVITATION_OTHER_CONSTRAINT.todo":
    "Fragen Sie am Telefon oder persönlich nach, warum. Gesendet wurde nichts.",
  "failure.INVITATION_OTHER_ENCLAVE.title": "Es antwortet eine andere Enklave als die, zu der Sie eingeladen sind",
  "failure.INVITATION_OTHER_ENCLAVE.todo":
    "Gesendet wurde nichts. Reichen Sie nichts ein. Vergleichen Sie den Fingerabdruck der Enklave am Telefon oder persönlich mit der Person, die Sie eingeladen hat.",
  "failure.INVITATION_OTHER_TERMS.title": "Das ist nicht die Berechnung, zu der Sie eingeladen sind",
  "failure.INVITATION_OTHER_TERMS.todo":
    "Sie heißt genauso, aber es gilt etwas anderes. Reichen Sie nichts ein; fragen Sie die Person, die Sie eingeladen hat.",
  "failure.TABLE_EMPTY.title": "Darin steht nichts",
  "failure.TABLE_EMPTY.todo": "Kopieren Sie die Zellen noch einmal, oder wählen Sie eine andere Datei.",
  "failure.TABLE_TOO_LARGE.title": "Diese Tabelle ist größer, als hier angenommen wird",
  "failure.TABLE_TOO_LARGE.todo":
    "Verwenden Sie event-client submit-keys in einem Terminal: Das nimmt Dateien jeder Größe.",
  "failure.TABLE_NOT_TEXT.title": "Das ist keine Tabelle",
  "failure.TABLE_NOT_TEXT.todo":
    "Speichern Sie sie aus Ihrer Tabellenkalkulation als CSV (UTF-8) oder XLSX, und versuchen Sie es noch einmal.",
  "failure.TABLE_NO_KEYS.title": "In der gewählten Spalte steht kein Schlüssel",
  "failure.TABLE_NO_KEYS.todo": "Wählen Sie eine andere Spalte.",
  "failure.SPREADSHEET_MALFORMED.title": "Diese Tabellendatei ist nicht lesbar",
  "failure.SPREADSHEET_MALFORMED.todo": "Speichern Sie sie als CSV (UTF-8), und versuchen Sie es noch einmal.",
  "failure.SPREADSHEET_TOO_LARGE.title": "Diese Tabellendatei ist größer, als hier angenommen wird",
  "failure.SPREADSHEET_TOO_LARGE.todo":
    "Speichern Sie sie als CSV, und verwenden Sie event-client submit-keys in einem Terminal: Das nimmt Dateien jeder Größe.",
  "failure.SPREADSHEET_UNSUPPORTED.title": "Diese Art von Tabellendatei wird nicht angenommen",
  "failure.SPREADSHEET_UNSUPPORTED.todo":
    "Speichern Sie sie als XLSX ohne Passwort oder als CSV (UTF-8), und versuchen Sie es noch einmal.",
  "failure.CONSTRAINT_MISSING.title": "Nichts sagt, welche Enklave zu akzeptieren ist",
  "failure.CONSTRAINT_MISSING.todo": "Fragen Sie Ihre Gruppe nach ihrer Regel oder nach einer Einladung.",
  "failure.CRYPTO_MISSING.title": "Ihrem Browser fehlt, was zum Schutz Ihrer Daten nötig ist",
  "failure.CRYPTO_MISSING.todo":
    "Gesendet wurde nichts. Bringen Sie Ihren Browser auf den neuesten Stand, oder nehmen Sie einen anderen.",
  "failure.NOT_SECURE_CONTEXT.title": "Diese Seite kam über eine ungeschützte Verbindung",
  "failure.NOT_SECURE_CONTEXT.todo":
    "Gesendet wurde nichts. Öffnen Sie sie unter einer Adresse, die mit https:// beginnt.",
  "failure.STATEMENT_TOO_LARGE.title": "Diese Datei ist viel zu groß für eine Urkunde",
  "failure.STATEMENT_TOO_LARGE.todo":
    "Wählen Sie die Datei, die mit dem Ergebnis gespeichert wurde; ihr Name endet auf .result.",
  "failure.FILE_TOO_LARGE.title": "Diese Datei ist größer, als hier angenommen wird",
  "failure.FILE_TOO_LARGE.todo": "Wählen Sie eine andere.",
  "failure.CANCELLED.title": "Angehalten",
  "failure.CANCELLED.todo": "Was bis dahin geschehen ist, bleibt.",
} as const

/* Was sonst noch von der Seite kommen kann. */
export const others = {
  "failure.NAME_SYNTAX.title": "Das ist kein Name",
  "failure.NAME_SYNTAX.todo":
    "Ein Name hat 1 bis 64 Buchstaben (ohne Umlaute), Ziffern oder . _ - und keine Leerzeichen.",
  "failure.MALFORMED.title": "Etwas, das ankam, ist nicht lesbar",
  "failure.MALFORMED.todo":
    "Versuchen Sie es noch einmal. Bleibt es dabei, sind Seite und Enklave vielleicht von verschiedenen Versionen.",
  "failure.INTERNAL.title": "Diese Seite hat einen Fehler",
  "failure.INTERNAL.todo":
    "Nichts, was Sie eingegeben haben, ist verloren. Laden Sie die Seite neu; bleibt es dabei, melden Sie, was unten steht.",
} as const
