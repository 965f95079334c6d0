/*
 * Was schiefging, für Menschen, die nichts davon wissen, wie es funktioniert: was geschehen ist, und was nun zu tun ist.
 */

const transport = {
  "failure.HOST_UNREACHABLE.title": "Der Server antwortet nicht",
  "failure.HOST_UNREACHABLE.todo":
    "Nichts, was Sie eingegeben haben, ist verloren. Prüfen Sie Ihre Verbindung. Diese Seite fragt weiter, bis er zurück ist.",
  "failure.HOST_REFUSED.title": "Unter dieser Adresse antwortet etwas, aber kein Event-Manager-Server",
  "failure.HOST_REFUSED.todo": "Prüfen Sie die Adresse bei der Person, von der Sie sie haben.",
  "failure.HOST_BUSY.title": "Der Server ist ausgelastet",
  "failure.HOST_BUSY.todo":
    "Warten Sie einen Moment und versuchen Sie es noch einmal. Nichts, was Sie eingegeben haben, ist verloren.",
  "failure.HOST_NONSENSE.title": "Der Server hat etwas Unlesbares geschickt",
  "failure.HOST_NONSENSE.todo":
    "Versuchen Sie es noch einmal. Haben Sie gerade etwas gesendet, so ist es vielleicht angekommen; es noch einmal zu senden schadet nicht. Bleibt es dabei, sagen Sie es den Betreibern des Servers.",
  "failure.NO_SESSION.title": "Es kam keine geschützte Verbindung zur Enklave zustande",
  "failure.NO_SESSION.todo": "Versuchen Sie es noch einmal. Bleibt es dabei, sagen Sie es den Betreibern des Servers.",
  "failure.WRONG_REPLY.title": "Die Antwort gehört nicht zur Frage",
  "failure.WRONG_REPLY.todo":
    "Sie wurde verworfen. Versuchen Sie es noch einmal; bleibt es dabei, sind Seite und Enklave vielleicht von verschiedenen Versionen.",
} as const

const evidence = {
  "failure.EVIDENCE_MALFORMED.title": "Der Nachweis der Enklave ist nicht lesbar",
  "failure.EVIDENCE_MALFORMED.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.PLATFORM_MISMATCH.title": "Der Nachweis der Enklave widerspricht sich",
  "failure.PLATFORM_MISMATCH.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.REPORT_DATA_MISMATCH.title": "Der Nachweis gehört zu einer anderen Enklave",
  "failure.REPORT_DATA_MISMATCH.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.SIGNATURE_INVALID.title": "Die Unterschrift unter dem Nachweis der Enklave ist falsch",
  "failure.SIGNATURE_INVALID.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.EVIDENCE_FROM_FUTURE.title": "Der Nachweis der Enklave ist in der Zukunft datiert",
  "failure.EVIDENCE_FROM_FUTURE.todo":
    "Prüfen Sie zuerst Datum und Uhrzeit Ihres Rechners. Stimmen sie, sagen Sie es den Betreibern des Servers. Gesendet wurde nichts.",
  "failure.EVIDENCE_EXPIRED.title": "Der Nachweis der Enklave ist zu alt",
  "failure.EVIDENCE_EXPIRED.todo":
    "Prüfen Sie zuerst Datum und Uhrzeit Ihres Rechners. Stimmen sie, müssen die Betreiber des Servers ihn erneuern. Gesendet wurde nichts.",
} as const

const certificates = {
  "failure.CERTIFICATE_MALFORMED.title": "Ein Zertifikat im Nachweis der Enklave ist nicht lesbar",
  "failure.CERTIFICATE_MALFORMED.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.CERTIFICATE_SIGNATURE_INVALID.title": "Ein Zertifikat im Nachweis der Enklave ist gefälscht oder beschädigt",
  "failure.CERTIFICATE_SIGNATURE_INVALID.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.CERTIFICATE_EXPIRED.title": "Ein Zertifikat im Nachweis der Enklave ist abgelaufen",
  "failure.CERTIFICATE_EXPIRED.todo":
    "Prüfen Sie zuerst Datum und Uhrzeit Ihres Rechners. Stimmen sie, müssen die Betreiber des Servers es erneuern. Gesendet wurde nichts.",
  "failure.CERTIFICATE_NOT_YET_VALID.title": "Ein Zertifikat im Nachweis der Enklave ist noch nicht gültig",
  "failure.CERTIFICATE_NOT_YET_VALID.todo":
    "Prüfen Sie zuerst Datum und Uhrzeit Ihres Rechners. Stimmen sie, sagen Sie es den Betreibern des Servers. Gesendet wurde nichts.",
  "failure.CERTIFICATE_REVOKED.title": "Der Hersteller des Prozessors vertraut dieser Maschine nicht mehr",
  "failure.CERTIFICATE_REVOKED.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.CHAIN_UNTRUSTED.title": "Hinter dem Nachweis steht kein Prozessorhersteller, den diese Seite kennt",
  "failure.CHAIN_UNTRUSTED.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.CRL_MALFORMED.title": "Die Liste widerrufener Zertifikate ist nicht lesbar",
  "failure.CRL_MALFORMED.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.CRL_SIGNATURE_INVALID.title": "Die Liste widerrufener Zertifikate ist gefälscht oder beschädigt",
  "failure.CRL_SIGNATURE_INVALID.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.CRL_ISSUER_MISMATCH.title": "Die Liste widerrufener Zertifikate stammt von jemand anderem",
  "failure.CRL_ISSUER_MISMATCH.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.CRL_EXPIRED.title": "Die Liste widerrufener Zertifikate ist zu alt",
  "failure.CRL_EXPIRED.todo":
    "Prüfen Sie zuerst Datum und Uhrzeit Ihres Rechners. Stimmen sie, müssen die Betreiber des Servers die Liste erneuern. Gesendet wurde nichts.",
  "failure.CRL_NOT_YET_VALID.title": "Die Liste widerrufener Zertifikate ist in der Zukunft datiert",
  "failure.CRL_NOT_YET_VALID.todo": "Prüfen Sie zuerst Datum und Uhrzeit Ihres Rechners. Gesendet wurde nichts.",
} as const

const endorsements = {
  "failure.ENDORSEMENT_MISSING.title": "Es fehlt, was für den Prozessor des Servers bürgt",
  "failure.ENDORSEMENT_MISSING.todo":
    "Gesendet wurde nichts. Die Betreiber des Servers müssen es beibringen; versuchen Sie es dann noch einmal.",
  "failure.PRODUCT_MISMATCH.title": "Was für den Prozessor bürgt, gilt einem anderen Modell",
  "failure.PRODUCT_MISMATCH.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.SIGNING_KEY_MISMATCH.title": "Der Nachweis wurde mit einem anderen Schlüssel unterschrieben, als er angibt",
  "failure.SIGNING_KEY_MISMATCH.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.CHIP_MISMATCH.title": "Was für den Prozessor bürgt, gilt einem anderen",
  "failure.CHIP_MISMATCH.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.TCB_MISMATCH.title": "Was für den Prozessor bürgt, gilt einer anderen Fassung seiner Firmware",
  "failure.TCB_MISMATCH.todo":
    "Gesendet wurde nichts. Die Betreiber des Servers müssen das passende Zertifikat beibringen.",
  "failure.QE_SIGNATURE_INVALID.title": "Die Unterschrift der Prüfstelle im Prozessor ist falsch",
  "failure.QE_SIGNATURE_INVALID.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.QE_BINDING_MISMATCH.title": "Teile des Nachweises gehören nicht zusammen",
  "failure.QE_BINDING_MISMATCH.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.COLLATERAL_MALFORMED.title": "Was Intel über den Prozessor sagt, ist nicht lesbar",
  "failure.COLLATERAL_MALFORMED.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.COLLATERAL_EXPIRED.title": "Was Intel über den Prozessor sagt, ist veraltet",
  "failure.COLLATERAL_EXPIRED.todo":
    "Prüfen Sie zuerst Datum und Uhrzeit Ihres Rechners. Stimmen sie, müssen die Betreiber des Servers es erneuern. Gesendet wurde nichts.",
  "failure.COLLATERAL_NOT_YET_VALID.title": "Was Intel über den Prozessor sagt, ist in der Zukunft datiert",
  "failure.COLLATERAL_NOT_YET_VALID.todo": "Prüfen Sie zuerst Datum und Uhrzeit Ihres Rechners. Gesendet wurde nichts.",
  "failure.TCB_INFO_SIGNATURE_INVALID.title": "Intels Wort zur Sicherheit des Prozessors ist gefälscht oder beschädigt",
  "failure.TCB_INFO_SIGNATURE_INVALID.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.FMSPC_MISMATCH.title": "Intels Wort gilt einer anderen Familie von Prozessoren",
  "failure.FMSPC_MISMATCH.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.QE_IDENTITY_SIGNATURE_INVALID.title":
    "Intels Wort zur Prüfstelle im Prozessor ist gefälscht oder beschädigt",
  "failure.QE_IDENTITY_SIGNATURE_INVALID.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.QE_IDENTITY_MISMATCH.title": "Die Prüfstelle im Prozessor ist nicht die von Intel",
  "failure.QE_IDENTITY_MISMATCH.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.TDX_MODULE_MISMATCH.title": "Das Sicherheitsmodul des Prozessors ist nicht das von Intel",
  "failure.TDX_MODULE_MISMATCH.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.EVENT_LOG_MISMATCH.title": "Das Protokoll des Starts passt nicht zu dem, was gemessen wurde",
  "failure.EVENT_LOG_MISMATCH.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
} as const

const standing = {
  "failure.DEBUG_ENABLED.title": "In diese Enklave kann man hineinsehen",
  "failure.DEBUG_ENABLED.todo":
    "Sie läuft in einem Modus für Entwickler. Gesendet wurde nichts; senden Sie ihr nichts, was die Betreiber nicht wissen dürfen.",
  "failure.MIGRATION_AGENT.title": "Diese Enklave kann von einem Helfer verlegt werden, den niemand geprüft hat",
  "failure.MIGRATION_AGENT.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.VMPL_NOT_ACCEPTED.title": "Neben der Enklave läuft etwas mit mehr Rechten",
  "failure.VMPL_NOT_ACCEPTED.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.SERVICE_TD.title": "Ein anderes Programm hat Rechte über diese Enklave",
  "failure.SERVICE_TD.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.TCB_LEVEL_MISSING.title": "Der Hersteller sagt nichts über den Zustand dieses Prozessors",
  "failure.TCB_LEVEL_MISSING.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.TCB_REVOKED.title": "Der Hersteller vertraut dem Zustand dieses Prozessors nicht mehr",
  "failure.TCB_REVOKED.todo":
    "Gesendet wurde nichts. Die Betreiber des Servers müssen die Maschine auf den neuesten Stand bringen.",
  "failure.RELEASE_MALFORMED.title": "Die unterschriebene Angabe, welches Programm läuft, ist nicht lesbar",
  "failure.RELEASE_MALFORMED.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
  "failure.RELEASE_SIGNATURE_INVALID.title":
    "Die unterschriebene Angabe, welches Programm läuft, ist gefälscht oder beschädigt",
  "failure.RELEASE_SIGNATURE_INVALID.todo":
    "Gesendet wurde nichts. Verwenden Sie diesen Server nicht, und sagen Sie es den anderen.",
  "failure.RELEASE_MISMATCH.title": "Die unterschriebene Angabe gilt einem anderen Programm als dem, das läuft",
  "failure.RELEASE_MISMATCH.todo": "Gesendet wurde nichts. Sagen Sie es den Betreibern des Servers.",
} as const

const demanded = {
  "failure.MEASUREMENT_NOT_ACCEPTED.title": "Das ist nicht das Programm, auf das sich Ihre Gruppe geeinigt hat",
  "failure.MEASUREMENT_NOT_ACCEPTED.todo":
    "Gesendet wurde nichts. Fragen Sie, von wem Sie die Regel für Enklaven haben, ob es eine neue gibt. Nehmen Sie sie nicht vom Server.",
  "failure.REVOCATION_LEVEL_TOO_LOW.title": "Diese Fassung des Programms wurde zurückgezogen",
  "failure.REVOCATION_LEVEL_TOO_LOW.todo":
    "Gesendet wurde nichts. Die Betreiber des Servers müssen eine neuere einspielen.",
  "failure.SECURITY_TOO_LOW.title": "Diese Enklave schützt weniger, als Ihre Gruppe verlangt",
  "failure.SECURITY_TOO_LOW.todo": "Gesendet wurde nichts. Sagen Sie es den anderen und den Betreibern des Servers.",
  "failure.PLATFORM_NOT_ACCEPTED.title":
    "Diese Enklave läuft auf einer Art von Maschine, die Ihre Gruppe nicht zulässt",
  "failure.PLATFORM_NOT_ACCEPTED.todo":
    "Gesendet wurde nichts. Sagen Sie es den anderen und den Betreibern des Servers.",
  "failure.ENCLAVE_CHANGED.title": "Unter dieser Adresse antwortet eine andere Enklave",
  "failure.ENCLAVE_CHANGED.todo":
    "Gesendet wurde nichts. Fragen Sie die anderen am Telefon oder persönlich, ob ein Wechsel angekündigt war, und vergleichen Sie den Fingerabdruck.",
  "failure.LEVEL_LOWER.title": "Die Enklave weist jetzt weniger nach als vorher",
  "failure.LEVEL_LOWER.todo":
    "Es wurde nichts mehr an sie gesendet. Sehen Sie an, was sie jetzt nachweist, fragen Sie den Betreiber nach dem Grund, und arbeiten Sie nur weiter, wenn Ihnen das genügt.",
  "failure.PARTY_KEPT_ALREADY.title": "Diese Identität ist hier schon aufbewahrt",
  "failure.PARTY_KEPT_ALREADY.todo":
    "Sie ist unter einem anderen Namen hier, mit allem, was sie sich gemerkt hat. Arbeiten Sie als diese weiter: Eine zweite Kopie wüsste nicht, was die erste bestätigt hat.",
} as const

const history = {
  "failure.HISTORY_CONFLICT.title": "Die Enklave weiß nicht mehr, was Sie gesehen haben",
  "failure.HISTORY_CONFLICT.todo":
    "Verlassen Sie sich nicht auf das, was dieser Server dazu sagt. Speichern Sie die Belege, und sagen Sie es den anderen Beteiligten.",
  "failure.HISTORY_OLDER.title": "Die Geschichte ging in der Zeit zurück",
  "failure.HISTORY_OLDER.todo":
    "Verlassen Sie sich nicht auf das, was dieser Server dazu sagt. Speichern Sie die Belege, und sagen Sie es den anderen Beteiligten.",
  "failure.HISTORY_FORKED.title": "Die Geschichte wurde geändert",
  "failure.HISTORY_FORKED.todo":
    "Verlassen Sie sich nicht auf das, was dieser Server dazu sagt. Speichern Sie die Belege, und sagen Sie es den anderen Beteiligten.",
  "failure.RECEIPT_MISSING.title": "Ihre Eingabe wurde weggelassen",
  "failure.RECEIPT_MISSING.todo":
    "Unterschrieben wurde nichts. Verlassen Sie sich auf kein Ergebnis. Speichern Sie die Belege, und sagen Sie es den anderen Beteiligten.",
  "failure.STATEMENT_CHANGED.title": "Jemand will eine zweite Antwort",
  "failure.STATEMENT_CHANGED.todo":
    "Woraus das Ergebnis berechnet werden soll, ist nicht, was Sie zuvor gesehen haben. Falls Sie etwas bestätigt haben, dann was Sie zuvor gesehen haben, und nichts anderes. Speichern Sie die Belege, und sagen Sie es den anderen Beteiligten.",
  "failure.STATEMENT_INVALID.title": "Diese Urkunde ist nicht, was sie zu sein vorgibt",
  "failure.STATEMENT_INVALID.todo":
    "Sie wurde gekürzt, geändert oder von jemand anderem unterschrieben. Verlassen Sie sich nicht darauf; bitten Sie noch einmal um die Datei.",
} as const

const user = {
  "failure.INVALID_VALUE.title": "Das kann nicht eingereicht werden",
  "failure.INVALID_VALUE.todo": "Sehen Sie sich das Feld noch einmal an.",
  "failure.LIMIT_EXCEEDED.title": "Das ist zu lang oder zu viel",
  "failure.LIMIT_EXCEEDED.todo": "Kürzen Sie es, und versuchen Sie es noch einmal.",
  "failure.CONSTRAINT_SYNTAX.title": "Diese Regel für Enklaven ist nicht lesbar",
  "failure.CONSTRAINT_SYNTAX.todo":
    "Kopieren Sie sie noch einmal vollständig von der Person, von der Sie sie haben. Sie beginnt mit S: oder C:.",
  "failure.CARD_MALFORMED.title": "Das ist keine Karte, oder sie wurde verändert",
  "failure.CARD_MALFORMED.todo":
    "Bitten Sie noch einmal darum. Eine Karte ist eine kleine Datei, die auf .conclave endet.",
  "failure.CARD_CONFLICT.title": "Sie haben unter diesem Namen eine andere Karte",
  "failure.CARD_CONFLICT.todo":
    "Rufen Sie die Person an und vergleichen Sie die Fingerabdrücke. Entfernen Sie erst dann die alte Karte und nehmen Sie die neue.",
  "failure.NAME_AMBIGUOUS.title": "Mehr als eine Karte hat diesen Namen",
  "failure.NAME_AMBIGUOUS.todo": "Entfernen Sie die Karte, die nicht gemeint ist.",
  "failure.UNKNOWN_PARTICIPANT.title": "Von dieser Person haben Sie keine Karte",
  "failure.UNKNOWN_PARTICIPANT.todo": "Bitten Sie sie um ihre Karte, und fügen Sie diese hier hinzu.",
  "failure.IDENTITY_BROKEN.title": "Diese Identität ist nicht lesbar",
  "failure.IDENTITY_BROKEN.todo":
    "Wählen Sie die Datei, die Sie als Sicherung gespeichert haben; ihr Name endet auf .identity.pem.",
  "failure.IDENTITY_IN_USE.title": "Ihre Identität ist anderswo in Gebrauch",
  "failure.IDENTITY_IN_USE.todo": "Schließen Sie das andere Fenster oder Programm, oder machen Sie hier weiter.",
  "failure.PASSPHRASE_NEEDED.title": "Ein Passwort wird gebraucht",
  "failure.PASSPHRASE_NEEDED.todo": "Geben Sie das ein, das Sie für diese Sicherung gewählt haben.",
  "failure.PASSPHRASE_WRONG.title": "Das ist nicht das Passwort",
  "failure.PASSPHRASE_WRONG.todo":
    "Achten Sie auf Großbuchstaben und die Sprache der Tastatur, und versuchen Sie es noch einmal.",
  "failure.MEMORY_BROKEN.title": "Was von früheren Besuchen aufbewahrt wurde, ist nicht lesbar",
  "failure.MEMORY_BROKEN.todo":
    "Ohne das fällt eine ausgetauschte Enklave nicht auf. Nehmen Sie es aus einer Sicherung, oder fragen Sie die anderen nach den Fingerabdrücken.",
  "failure.CONFIG_MISSING.title": "Nichts sagt, welche Enklave zu akzeptieren ist",
  "failure.CONFIG_MISSING.todo": "Fragen Sie Ihre Gruppe nach ihrer Regel oder nach einer Einladung.",
  "failure.CONFIG_SYNTAX.title": "Die Datei mit den Einstellungen ist nicht lesbar",
  "failure.CONFIG_SYNTAX.todo": "Berichtigen Sie sie, oder nehmen Sie sie neu von der Person, von der Sie sie haben.",
  "failure.FILE_UNREADABLE.title": "Die Datei ist nicht lesbar",
  "failure.FILE_UNREADABLE.todo": "Prüfen Sie, ob es die richtige ist, und versuchen Sie es noch einmal.",
  "failure.FILE_UNWRITABLE.title": "Die Datei kann nicht geschrieben werden",
  "failure.FILE_UNWRITABLE.todo":
    "Prüfen Sie, ob Platz ist und Sie dort schreiben dürfen, und versuchen Sie es noch einmal.",
  "failure.FILE_CHANGED.title": "Die Datei ist nicht mehr, was sie war",
  "failure.FILE_CHANGED.todo":
    "Sie wurde inzwischen geändert. Beginnen Sie noch einmal mit der Datei, wie sie jetzt ist.",
} as const

export const errors = {
  ...transport,
  ...evidence,
  ...certificates,
  ...endorsements,
  ...standing,
  ...demanded,
  ...history,
  ...user,
} as const
