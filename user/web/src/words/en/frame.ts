/* The page around its views, and words that many views share. */
export const frame = {
  "page.name": "Event Manager",
  "page.skip": "Skip to the content",
  "page.language": "Language",
  "page.loading": "One moment …",
  "page.nav": "Main",
  "page.servedByHost":
    "This page comes from the server that you would have to trust. It could be made to show you other things than it does, and send what you type to its owner. Use it to try things out, or get the page from your own machine: event-client NAME ui.",
  "page.servedByHost.title": "The server gave you this page",

  "nav.computations": "Computations",
  "nav.people": "People",
  "nav.enclave": "Enclave",
  "nav.verify": "Check a statement",

  "connection.offline": "You are offline. What you entered stays here; this page goes on when you are back.",
  "connection.waiting":
    "The server does not answer at the moment. What you entered stays here; this page keeps trying.",
  "connection.slow": "The server takes its time …",

  "do.cancel": "Cancel",
  "do.back": "Back",
  "do.next": "Next",
  "do.retry": "Try again",
  "do.copied": "Copied",
  "do.copyFailed": "Copying was not allowed. Select the text and copy it by hand.",
  "do.remove": "Remove",
  "do.details": "Details",
  "do.tryAnother": "Choose another file",

  "drop.or": "or drop it here",
  "drop.tooLarge": "This file is larger than {megabytes} MB, the most that is taken here.",
  "drop.working": "Reading …",

  "failure.details": "What exactly was said",
  "failure.clock": "It may also be that date or time on this computer is wrong: look at them first.",

  "qr.tooLong": "This is too long for a QR code that a phone could read. Use the text.",

  "alarm.label": "Alarm",
  "alarm.expected": "What was expected",
  "alarm.came": "What came",
  "alarm.todo": "What to do",
  "alarm.save": "Save the evidence",
  "alarm.saved": "The evidence has been saved. Keep the file: it is what you can show to others.",
  "alarm.stays": "While this is so, nothing can be done with it from this page.",
  "alarm.leave": "Leave, and change nothing",
  "alarm.leaveField": "Type the name of the computation to leave",
  "alarm.leaveDo": "Leave it closed",
  "alarm.any.expected": "What your group has agreed on, and nothing else.",
  "alarm.any.came": "Something that does not meet it. What exactly is written below.",
  "alarm.ENCLAVE_CHANGED.expected": "The enclave that you know from here, with this fingerprint:",
  "alarm.ENCLAVE_CHANGED.came": "Another one. Its fingerprint is not shown: you must know it from elsewhere.",
  "alarm.MEASUREMENT_NOT_ACCEPTED.expected": "An enclave that meets your group's rule:",
  "alarm.MEASUREMENT_NOT_ACCEPTED.came": "One that would need this rule:",
  "alarm.HISTORY_CONFLICT.expected": "A history that goes on from the place that you have seen:",
  "alarm.HISTORY_CONFLICT.came":
    "A history in which that place does not occur. The enclave was set back, or there are two of it.",
  "alarm.HISTORY_OLDER.expected": "A history at least as long as the one that you have seen:",
  "alarm.HISTORY_OLDER.came": "A shorter one. The enclave was set back to an earlier state.",
  "alarm.HISTORY_FORKED.expected": "A history with the same events that you have seen:",
  "alarm.HISTORY_FORKED.came":
    "One with another event in the same place. The enclave was set back, or there are two of it.",
  "alarm.RECEIPT_MISSING.expected": "That your latest submission is among those that count.",
  "alarm.RECEIPT_MISSING.came": "A list of submissions without it.",
  "alarm.STATEMENT_CHANGED.expected": "The same list of submissions that you have seen, and perhaps confirmed.",
  "alarm.STATEMENT_CHANGED.came":
    "Another list. From two lists there would be two answers, and from two answers somebody's number.",
  "alarm.TERMS_DIFFER.expected": "The computation whose terms you have seen.",
  "alarm.TERMS_DIFFER.came": "Another one under the same name.",
  "alarm.INVITATION_OTHER_TERMS.expected": "The computation that the invitation means.",
  "alarm.INVITATION_OTHER_TERMS.came": "Another one under the same name.",
  "alarm.INVITATION_OTHER_ENCLAVE.expected": "The enclave that the invitation names, with this fingerprint:",
  "alarm.INVITATION_OTHER_ENCLAVE.came":
    "Another one. Either somebody put it in the enclave's place, or the invitation is wrong.",
  "alarm.INVITATION_OTHER_CONSTRAINT.expected": "The rule under which you have accepted this server's enclave.",
  "alarm.INVITATION_OTHER_CONSTRAINT.came": "An invitation with another rule for the same server.",
  "alarm.todo.nothing": "Do not submit anything.",
  "alarm.todo.inviter": "Ask whoever invited you, by phone or in person, and compare what is written here.",
  "alarm.todo.tell": "Tell the other participants, by phone or in person, and not through this server.",
  "alarm.todo.compare": "Ask what they see. If others see another history than you, the evidence proves it.",
  "alarm.todo.dontRely": "Do not submit anything more, and rely on no result of this computation.",
  "alarm.todo.announced":
    "Ask whoever runs the server whether a new enclave was announced, and let somebody else in the group confirm it.",
  "alarm.todo.clock": "Check date and time on your computer.",
  "alarm.todo.rule": "Ask your group whether its rule has changed. Never take a rule from the server itself.",
  "alarm.changed.accept": "A change was announced to me, and I have its fingerprint from somebody I trust",
  "alarm.changed.field": "The whole fingerprint that was announced",
  "alarm.changed.hint": "Five groups of four letters or digits. Take them from what you were told, not from this page.",
  "alarm.changed.wrong":
    "That is not this enclave's fingerprint. If it is what you were told, this is the wrong enclave.",
  "alarm.changed.do": "Accept the new enclave",

  "offline.title": "Nothing can be shown at the moment",
} as const
