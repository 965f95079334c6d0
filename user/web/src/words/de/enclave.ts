/* Was die Enklave nachweist, und was nicht. */
export const enclave = {
  "level.SECURE": "Sicher",
  "level.STALE": "Veraltet",
  "level.INSECURE": "Ungeschützt",
  "level.SECURE.short": "Der Hersteller der Maschine bürgt für sie und kennt keine Schwachstelle.",
  "level.STALE.short": "Die Maschine ist echt, aber ihr Hersteller kennt Schwachstellen, die hier nicht behoben sind.",
  "level.INSECURE.short": "Wer den Server betreibt, kann lesen, was Sie senden. Das ist zum Ausprobieren da.",

  "enclave.title": "Die Enklave",
  "enclave.lead":
    "Eine Enklave ist ein Programm in einem versiegelten Teil einer Maschine. Der Prozessor bürgt dafür, welches Programm es ist, und hält auch die Betreiber der Maschine draußen. Diese Seite prüft das, bevor sie etwas sendet.",
  "enclave.server": "Server",
  "enclave.change": "Einen anderen Server verwenden",
  "enclave.known": "Server, die Sie verwendet haben",
  "enclave.setTitle": "Welcher Server, und welche Enklave?",
  "enclave.setText":
    "Am einfachsten geht es mit einer Einladung: Öffnen Sie ihren Link, und dies ist ausgefüllt. Sonst nehmen Sie beides von jemandem aus Ihrer Gruppe, dem Sie vertrauen.",
  "enclave.address": "Adresse des Servers",
  "enclave.addressHint": "Wie https://computations.example.org",
  "enclave.constraint": "Regel für Enklaven",
  "enclave.constraintHint": "Wie S:5f3a… PROD:1. Nehmen Sie sie von Ihrer Gruppe, nie vom Server.",
  "enclave.connect": "Enklave prüfen",
  "enclave.checking": "Die Enklave wird geprüft …",
  "enclave.proved": "Was nachgewiesen ist",
  "enclave.notProved": "Was nicht",
  "enclave.heldTo": "Woran sie gemessen wurde",
  "enclave.heldTo.text":
    "Diese Regel kommt aus einer Einladung, von Ihnen oder von denen, die diese Seite eingerichtet haben. Die Enklave entspricht ihr.",
  "enclave.details": "Einzelheiten",
  "enclave.again": "Noch einmal prüfen",
  "enclave.save": "Nachweis speichern",

  "enclave.pin.same": "Es ist die Enklave, die Sie von hier kennen.",
  "enclave.pin.new": "Sie ist hier zum ersten Mal zu sehen. Vergleichen Sie ihren Fingerabdruck mit den anderen.",
  "enclave.fingerprint": "Fingerabdruck der Enklave",

  "proved.NOTHING": "Nichts gegenüber den Betreibern des Servers: Was die Enklave von sich sagt, bezeugt {maker}.",
  "proved.LAUNCH":
    "{maker} bürgt dafür, dass genau das gemessene Programm gestartet wurde und die Betreiber der Maschine nicht hineinsehen können.",
  "proved.LAUNCH_OPEN":
    "{maker} bürgt dafür, dass das gemessene Programm gestartet wurde. Die Betreiber der Maschine können hineinsehen.",
  "proved.SIGNED_CODE": "Wer diese Fassung unterschrieben hat, sagt, welches Programm das ist.",
  "proved.SEALED":
    "Was Sie senden, ist mit Schlüsseln verschlossen, die dieses Programm selbst erzeugt hat und die es nie verlassen.",
  "notProved.WEAKNESSES":
    "Prozessor, Firmware oder Einstellungen haben bekannte Schwachstellen. Betreiber, die sie ausnutzen, könnten lesen, was Sie senden.",
  "notProved.HOST_READS":
    "Wer den Server betreibt, kann lesen, was Sie senden. Senden Sie nichts, was er nicht wissen darf.",
  "notProved.WHICH_CODE":
    "Welches Programm es ist: Mit dem Nachweis kam keine unterschriebene Angabe. Jemand in Ihrer Gruppe muss die Messung nachgerechnet haben.",
  "notProved.REWIND":
    "Dass der Server die Enklave nicht auf einen früheren Stand zurücksetzen kann. Wer mehr gesehen hat, merkt es, und ein Ergebnis mit Bestätigungen hat keine zweite Antwort.",
  "notProved.AVAILABILITY":
    "Dass der Server überhaupt antwortet, und dass niemand mit besonderem Gerät am Prozessor selbst lauscht.",
  "maker.mock": "niemand",
  "maker.simulation": "ein Schlüssel auf dem Rechner des Servers",
  "maker.sev-snp": "Der Prozessor von AMD",
  "maker.tdx": "Der Prozessor von Intel",
  "maker.sgx": "Der Prozessor von Intel",
  "maker.nitro": "Das Nitro-System von Amazon",
  "platform.mock": "keine (mock)",
  "platform.simulation": "keine (simulation)",
  "platform.sev-snp": "AMD SEV-SNP",
  "platform.tdx": "Intel TDX",
  "platform.sgx": "Intel SGX",
  "platform.nitro": "AWS Nitro",

  "fact.platform": "Plattform",
  "fact.level": "Sicherheit",
  "fact.reasons": "Warum nicht besser",
  "fact.advisories": "Sicherheitshinweise",
  "fact.code": "Programm (Code-Hash)",
  "fact.signer": "Unterschrieben von",
  "fact.product": "Produkt, Widerrufsstufe",
  "fact.launch": "Gemessener Start (Launch-Hash)",
  "fact.issued": "Nachweis vom",
  "fact.undated": "ohne Datum",
  "fact.anchor": "Schutz vor dem Zurücksetzen",
  "fact.substituted": "Ihrem Browser fehlt",
  "fact.substitutedText": "{what}; diese Seite bringt es selbst mit.",
  "fact.anchorNone": "keiner",
} as const
