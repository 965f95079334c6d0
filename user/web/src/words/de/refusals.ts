/* Was die Enklave antwortet, statt zu tun, worum sie gebeten wurde. */
export const refusals = {
  "failure.TOO_FEW_PARTICIPANTS.title": "Zu wenige nehmen teil",
  "failure.TOO_FEW_PARTICIPANTS.todo": "Eine Berechnung braucht mindestens zwei Beteiligte.",
  "failure.QUORUM_ZERO.title": "Niemand müsste etwas einreichen",
  "failure.QUORUM_ZERO.todo": "Mindestens eine Person muss einreichen, bevor es ein Ergebnis gibt.",
  "failure.QUORUM_ABOVE_PARTICIPANTS.title": "Es müssten mehr einreichen, als teilnehmen",
  "failure.QUORUM_ABOVE_PARTICIPANTS.todo": "Fügen Sie Beteiligte hinzu, oder verlangen Sie weniger Eingaben.",
  "failure.NAME_TAKEN.title": "Es gibt schon eine Berechnung dieses Namens",
  "failure.NAME_TAKEN.todo": "Wählen Sie einen anderen Namen.",
  "failure.UNKNOWN_TYPE.title": "Das kann diese Enklave nicht berechnen",
  "failure.UNKNOWN_TYPE.todo": "Laden Sie diese Seite neu, damit sie zur Version der Enklave passt.",
  "failure.PARTICIPANT_TWICE.title": "Eine Person ist zweimal aufgeführt",
  "failure.PARTICIPANT_TWICE.todo":
    "Alle nehmen einmal teil. Entfernen Sie eine der beiden Karten mit demselben Fingerabdruck.",
  "failure.NO_SUCH_COMPUTATION.title": "Diese Berechnung gibt es nicht",
  "failure.NO_SUCH_COMPUTATION.todo":
    "Sie wurde gelöscht, ist abgelaufen, oder Sie nehmen nicht daran teil. Fragen Sie, wer sie angelegt hat.",
  "failure.NOT_A_PARTICIPANT.title": "Sie nehmen an dieser Berechnung nicht teil",
  "failure.NOT_A_PARTICIPANT.todo":
    "Wer sie angelegt hat, hat vielleicht eine andere Karte von Ihnen. Vergleichen Sie die Fingerabdrücke.",
  "failure.NOT_THE_CONVENOR.title": "Das darf nur, wer die Berechnung angelegt hat",
  "failure.NOT_THE_CONVENOR.todo": "Fragen Sie diese Person.",
  "failure.LOCKED.title": "Nach dem Ergebnis wurde schon gefragt",
  "failure.LOCKED.todo": "Es kann nichts mehr eingereicht oder geändert werden. Fragen Sie nach dem Ergebnis.",
  "failure.BELOW_QUORUM.title": "Bisher haben zu wenige eingereicht",
  "failure.BELOW_QUORUM.todo":
    "Es müssen mindestens {number} sein. Durch die Frage wurde nichts geschlossen; fragen Sie später noch einmal.",
  "failure.STREAMED.title": "Treffer kommen, sobald sie gefunden sind",
  "failure.STREAMED.todo": "Sehen Sie in der Tabelle der Treffer nach.",
  "failure.TERMS_DIFFER.title": "Das ist eine andere Berechnung als die, die Sie gesehen haben",
  "failure.TERMS_DIFFER.todo":
    "Sie heißt genauso, aber es gilt etwas anderes. Eingereicht wurde nichts. Fragen Sie, wer sie angelegt hat, bevor Sie weitermachen.",
  "failure.NOT_A_NUMBER.title": "Diese Berechnung nimmt eine Zahl",
  "failure.NOT_A_NUMBER.todo": "Schreiben Sie sie wie 1234.50 oder -7.",
  "failure.NOT_A_KEY.title": "Diese Berechnung nimmt einen Schlüssel",
  "failure.NOT_A_KEY.todo": "Ein Schlüssel ist ein Wort oder eine Nummer von höchstens 256 Byte.",
  "failure.TOO_MANY_COMPUTATIONS.title": "Diese Enklave ist voll",
  "failure.TOO_MANY_COMPUTATIONS.todo":
    "Sie fasst höchstens {number} Berechnungen. Sagen Sie es den Betreibern des Servers.",
  "failure.TOO_MANY_COMPUTATIONS_OF_CONVENOR.title": "Sie haben so viele Berechnungen angelegt, wie man darf",
  "failure.TOO_MANY_COMPUTATIONS_OF_CONVENOR.todo": "Das sind {number}. Löschen Sie eine, die erledigt ist.",
  "failure.TOO_MANY_SUBMISSIONS.title": "Diese Berechnung ist voll",
  "failure.TOO_MANY_SUBMISSIONS.todo":
    "Sie nimmt höchstens {number} Eingaben. Nehmen Sie erledigte Schlüssel zurück, oder beginnen Sie eine neue Berechnung.",
  "failure.TOO_MUCH_TEXT.title": "Diese Enklave ist voll",
  "failure.TOO_MUCH_TEXT.todo":
    "Sie bewahrt höchstens {number} Byte an Schlüsseln und Nachrichten auf. Sagen Sie es den Betreibern des Servers.",
  "failure.TOO_MANY_MATCHES.title": "Diese Enklave ist voll",
  "failure.TOO_MANY_MATCHES.todo":
    "Sie bewahrt höchstens {number} Mitteilungen von Treffern auf. Sagen Sie es den Betreibern des Servers.",
  "failure.EXPIRY_TOO_FAR.title": "Dieser Tag liegt zu weit voraus",
  "failure.EXPIRY_TOO_FAR.todo": "Eine Berechnung besteht höchstens zehn Jahre.",
  "failure.EXPIRY_PAST.title": "Dieser Tag ist vorbei",
  "failure.EXPIRY_PAST.todo":
    "Wählen Sie einen späteren. Ist er nicht vorbei, prüfen Sie Datum und Uhrzeit Ihres Rechners.",
  "failure.MALFORMED_REQUEST.title": "Die Enklave konnte die Anfrage dieser Seite nicht lesen",
  "failure.MALFORMED_REQUEST.todo": "Die Seite ist vielleicht von einer anderen Version. Laden Sie sie neu.",
  "failure.WITNESSES_OUT_OF_RANGE.title": "So viele können nicht um Bestätigung gebeten werden",
  "failure.WITNESSES_OUT_OF_RANGE.todo":
    "Es müssen mehr als die Hälfte der Beteiligten sein, und nicht mehr als alle {number}.",
  "failure.RELEASE_NEEDS_ONE_ANSWER.title": "Treffer kommen, sobald sie gefunden sind",
  "failure.RELEASE_NEEDS_ONE_ANSWER.todo": "Darum ist nicht zu wählen, wie das Ergebnis herauskommt.",
  "failure.NOT_ALL_SUBMITTED.title": "Es haben noch nicht alle eingereicht",
  "failure.NOT_ALL_SUBMITTED.todo":
    "Noch fehlen: {number}. Durch die Frage wurde nichts geschlossen; fragen Sie später noch einmal.",
  "failure.NOTHING_TO_WITNESS.title": "Hier ist nichts zu bestätigen",
  "failure.NOTHING_TO_WITNESS.todo": "Fragen Sie noch einmal nach dem Ergebnis.",
  "failure.WITNESS_SIGNATURE_WRONG.title": "Ihre Bestätigung passte nicht",
  "failure.WITNESS_SIGNATURE_WRONG.todo":
    "Sie galt nicht dem, woraus das Ergebnis berechnet wird. Fragen Sie noch einmal nach dem Ergebnis.",
  "failure.SUPERSEDED.title": "Eine spätere Eingabe von Ihnen gilt",
  "failure.SUPERSEDED.todo":
    "Diese kam nach ihr an und wurde nicht genommen. Wollen Sie diese, reichen Sie sie noch einmal ein.",
  "failure.TOO_MANY_PLACES.title": "Diese Enklave ist voll",
  "failure.TOO_MANY_PLACES.todo":
    "Ihre Berechnungen haben zusammen höchstens {number} Beteiligte. Sagen Sie es den Betreibern des Servers.",
  "failure.KEYS_MAX.title": "Sie haben so viele Schlüssel eingereicht, wie Sie dürfen",
  "failure.KEYS_MAX.todo": "Das sind {number}; zurückgenommene zählen mit.",
  "failure.NEEDS_KEYS.title": "Das gilt Berechnungen, die Schlüssel abgleichen",
  "failure.NEEDS_KEYS.todo": "Sehen Sie nach, was diese Berechnung nimmt.",
  "failure.FRAME_TOO_SMALL.title": "Die Enklave konnte die Schlüssel so, wie sie kamen, nicht nehmen",
  "failure.FRAME_TOO_SMALL.todo": "Die Seite ist vielleicht von einer anderen Version. Laden Sie sie neu.",
  "failure.TOO_MANY_OF_ONE_KEY.title": "Einer der Schlüssel wurde zu oft eingereicht",
  "failure.TOO_MANY_OF_ONE_KEY.todo":
    "Von einem Schlüssel werden höchstens {number} Eingaben aufbewahrt. Lassen Sie ihn weg.",
} as const
