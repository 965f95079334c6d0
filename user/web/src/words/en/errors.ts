/*
 * What went wrong, for somebody who knows nothing of how it works: `title` says what happened, `act` what to do now.
 */

const transport = {
  "failure.HOST_UNREACHABLE.title": "The server does not answer",
  "failure.HOST_UNREACHABLE.todo":
    "Nothing that you entered is lost. Check your connection. This page keeps asking until it is back.",
  "failure.HOST_REFUSED.title": "This address answered, but not as an Event Manager server",
  "failure.HOST_REFUSED.todo": "Check the address with whoever gave it to you.",
  "failure.HOST_BUSY.title": "The server is busy",
  "failure.HOST_BUSY.todo": "Wait a moment, and try again. Nothing that you entered is lost.",
  "failure.HOST_NONSENSE.title": "The server sent something that cannot be read",
  "failure.HOST_NONSENSE.todo":
    "Try again. If you were sending something, it may have arrived; sending it again does no harm. If it stays so, tell whoever runs the server.",
  "failure.NO_SESSION.title": "No protected connection to the enclave came about",
  "failure.NO_SESSION.todo": "Try again. If it stays so, tell whoever runs the server.",
  "failure.WRONG_REPLY.title": "The answer does not belong to the question",
  "failure.WRONG_REPLY.todo":
    "It was thrown away. Try again; if it stays so, this page and the enclave may be of different versions.",
} as const

const evidence = {
  "failure.EVIDENCE_MALFORMED.title": "The enclave's proof cannot be read",
  "failure.EVIDENCE_MALFORMED.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.PLATFORM_MISMATCH.title": "The enclave's proof contradicts itself",
  "failure.PLATFORM_MISMATCH.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.REPORT_DATA_MISMATCH.title": "The proof belongs to another enclave",
  "failure.REPORT_DATA_MISMATCH.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.SIGNATURE_INVALID.title": "The signature under the enclave's proof is wrong",
  "failure.SIGNATURE_INVALID.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.EVIDENCE_FROM_FUTURE.title": "The enclave's proof is dated in the future",
  "failure.EVIDENCE_FROM_FUTURE.todo":
    "Check date and time on your computer first. If they are right, tell whoever runs the server. Nothing was sent.",
  "failure.EVIDENCE_EXPIRED.title": "The enclave's proof is too old",
  "failure.EVIDENCE_EXPIRED.todo":
    "Check date and time on your computer first. If they are right, whoever runs the server must renew the proof. Nothing was sent.",
} as const

const certificates = {
  "failure.CERTIFICATE_MALFORMED.title": "A certificate in the enclave's proof cannot be read",
  "failure.CERTIFICATE_MALFORMED.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.CERTIFICATE_SIGNATURE_INVALID.title": "A certificate in the enclave's proof is forged or damaged",
  "failure.CERTIFICATE_SIGNATURE_INVALID.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.CERTIFICATE_EXPIRED.title": "A certificate in the enclave's proof has expired",
  "failure.CERTIFICATE_EXPIRED.todo":
    "Check date and time on your computer first. If they are right, whoever runs the server must renew it. Nothing was sent.",
  "failure.CERTIFICATE_NOT_YET_VALID.title": "A certificate in the enclave's proof is not valid yet",
  "failure.CERTIFICATE_NOT_YET_VALID.todo":
    "Check date and time on your computer first. If they are right, tell whoever runs the server. Nothing was sent.",
  "failure.CERTIFICATE_REVOKED.title": "The processor's maker has withdrawn its trust in this machine",
  "failure.CERTIFICATE_REVOKED.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.CHAIN_UNTRUSTED.title": "No processor maker known to this page stands behind the proof",
  "failure.CHAIN_UNTRUSTED.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.CRL_MALFORMED.title": "The list of withdrawn certificates cannot be read",
  "failure.CRL_MALFORMED.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.CRL_SIGNATURE_INVALID.title": "The list of withdrawn certificates is forged or damaged",
  "failure.CRL_SIGNATURE_INVALID.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.CRL_ISSUER_MISMATCH.title": "The list of withdrawn certificates is somebody else's",
  "failure.CRL_ISSUER_MISMATCH.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.CRL_EXPIRED.title": "The list of withdrawn certificates is too old",
  "failure.CRL_EXPIRED.todo":
    "Check date and time on your computer first. If they are right, whoever runs the server must renew the list. Nothing was sent.",
  "failure.CRL_NOT_YET_VALID.title": "The list of withdrawn certificates is dated in the future",
  "failure.CRL_NOT_YET_VALID.todo": "Check date and time on your computer first. Nothing was sent.",
} as const

const endorsements = {
  "failure.ENDORSEMENT_MISSING.title": "What vouches for the server's processor is missing",
  "failure.ENDORSEMENT_MISSING.todo": "Nothing was sent. Whoever runs the server must supply it; then try again.",
  "failure.PRODUCT_MISMATCH.title": "What vouches for the processor is about another model",
  "failure.PRODUCT_MISMATCH.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.SIGNING_KEY_MISMATCH.title": "The proof was signed with another key than it says",
  "failure.SIGNING_KEY_MISMATCH.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.CHIP_MISMATCH.title": "What vouches for the processor is about another one",
  "failure.CHIP_MISMATCH.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.TCB_MISMATCH.title": "What vouches for the processor is about another version of its firmware",
  "failure.TCB_MISMATCH.todo": "Nothing was sent. Whoever runs the server must supply the fitting certificate.",
  "failure.QE_SIGNATURE_INVALID.title": "The signature of the processor's own verifier is wrong",
  "failure.QE_SIGNATURE_INVALID.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.QE_BINDING_MISMATCH.title": "Parts of the proof do not belong together",
  "failure.QE_BINDING_MISMATCH.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.COLLATERAL_MALFORMED.title": "What Intel says about the processor cannot be read",
  "failure.COLLATERAL_MALFORMED.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.COLLATERAL_EXPIRED.title": "What Intel says about the processor is out of date",
  "failure.COLLATERAL_EXPIRED.todo":
    "Check date and time on your computer first. If they are right, whoever runs the server must renew it. Nothing was sent.",
  "failure.COLLATERAL_NOT_YET_VALID.title": "What Intel says about the processor is dated in the future",
  "failure.COLLATERAL_NOT_YET_VALID.todo": "Check date and time on your computer first. Nothing was sent.",
  "failure.TCB_INFO_SIGNATURE_INVALID.title": "Intel's word on the processor's security is forged or damaged",
  "failure.TCB_INFO_SIGNATURE_INVALID.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.FMSPC_MISMATCH.title": "Intel's word is about another family of processors",
  "failure.FMSPC_MISMATCH.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.QE_IDENTITY_SIGNATURE_INVALID.title": "Intel's word on the processor's verifier is forged or damaged",
  "failure.QE_IDENTITY_SIGNATURE_INVALID.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.QE_IDENTITY_MISMATCH.title": "The processor's verifier is not Intel's",
  "failure.QE_IDENTITY_MISMATCH.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.TDX_MODULE_MISMATCH.title": "The processor's security module is not Intel's",
  "failure.TDX_MODULE_MISMATCH.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.EVENT_LOG_MISMATCH.title": "The log of what was started does not fit what was measured",
  "failure.EVENT_LOG_MISMATCH.todo": "Nothing was sent. Tell whoever runs the server.",
} as const

const standing = {
  "failure.DEBUG_ENABLED.title": "This enclave can be looked into",
  "failure.DEBUG_ENABLED.todo":
    "It runs in a mode for developers. Nothing was sent; do not send anything to it that its owner must not know.",
  "failure.MIGRATION_AGENT.title": "This enclave can be moved by a helper that nobody has checked",
  "failure.MIGRATION_AGENT.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.VMPL_NOT_ACCEPTED.title": "Something with more rights runs beside the enclave",
  "failure.VMPL_NOT_ACCEPTED.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.SERVICE_TD.title": "Another program has rights over this enclave",
  "failure.SERVICE_TD.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.TCB_LEVEL_MISSING.title": "The maker says nothing about the state of this processor",
  "failure.TCB_LEVEL_MISSING.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.TCB_REVOKED.title": "The maker has withdrawn its trust in the state of this processor",
  "failure.TCB_REVOKED.todo": "Nothing was sent. Whoever runs the server must update the machine.",
  "failure.RELEASE_MALFORMED.title": "The signed note on which program runs cannot be read",
  "failure.RELEASE_MALFORMED.todo": "Nothing was sent. Tell whoever runs the server.",
  "failure.RELEASE_SIGNATURE_INVALID.title": "The signed note on which program runs is forged or damaged",
  "failure.RELEASE_SIGNATURE_INVALID.todo": "Nothing was sent. Do not use this server, and tell the others.",
  "failure.RELEASE_MISMATCH.title": "The signed note is about another program than the one that runs",
  "failure.RELEASE_MISMATCH.todo": "Nothing was sent. Tell whoever runs the server.",
} as const

const demanded = {
  "failure.MEASUREMENT_NOT_ACCEPTED.title": "This is not the program that your group agreed on",
  "failure.MEASUREMENT_NOT_ACCEPTED.todo":
    "Nothing was sent. Ask whoever gave you the rule for accepting enclaves whether there is a new one. Do not take it from the server.",
  "failure.REVOCATION_LEVEL_TOO_LOW.title": "This version of the program has been withdrawn",
  "failure.REVOCATION_LEVEL_TOO_LOW.todo": "Nothing was sent. Whoever runs the server must install a newer one.",
  "failure.SECURITY_TOO_LOW.title": "This enclave protects less than your group demands",
  "failure.SECURITY_TOO_LOW.todo": "Nothing was sent. Tell the others, and whoever runs the server.",
  "failure.PLATFORM_NOT_ACCEPTED.title": "This enclave runs on a kind of machine that your group does not accept",
  "failure.PLATFORM_NOT_ACCEPTED.todo": "Nothing was sent. Tell the others, and whoever runs the server.",
  "failure.ENCLAVE_CHANGED.title": "Another enclave answers at this address",
  "failure.ENCLAVE_CHANGED.todo":
    "Nothing was sent. Ask the others, by phone or in person, whether a change was announced, and compare the fingerprint.",
  "failure.LEVEL_LOWER.title": "The enclave now proves less than before",
  "failure.LEVEL_LOWER.todo":
    "Nothing more was sent to it. Look at what it proves now, ask whoever runs the host why, and go on only if that is enough for you.",
  "failure.PARTY_KEPT_ALREADY.title": "This identity is kept here already",
  "failure.PARTY_KEPT_ALREADY.todo":
    "It is here under another name, with all that it remembers. Go on as that one: a second copy would not know what the first has confirmed.",
} as const

const history = {
  "failure.HISTORY_CONFLICT.title": "The enclave no longer knows what you have seen",
  "failure.HISTORY_CONFLICT.todo":
    "Do not rely on what this server says about it. Save the evidence, and tell the other participants.",
  "failure.HISTORY_OLDER.title": "The history went back in time",
  "failure.HISTORY_OLDER.todo":
    "Do not rely on what this server says about it. Save the evidence, and tell the other participants.",
  "failure.HISTORY_FORKED.title": "The history has been changed",
  "failure.HISTORY_FORKED.todo":
    "Do not rely on what this server says about it. Save the evidence, and tell the other participants.",
  "failure.RECEIPT_MISSING.title": "Your submission was left out",
  "failure.RECEIPT_MISSING.todo":
    "Nothing was signed. Do not rely on a result. Save the evidence, and tell the other participants.",
  "failure.STATEMENT_CHANGED.title": "Somebody is after a second answer",
  "failure.STATEMENT_CHANGED.todo":
    "What the result is to be computed from is not what you saw before. If you have confirmed anything, it is what you saw before, and nothing else. Save the evidence, and tell the other participants.",
  "failure.STATEMENT_INVALID.title": "This statement is not what it says",
  "failure.STATEMENT_INVALID.todo":
    "It was cut, changed, or signed by somebody else. Do not rely on it; ask for the file again.",
} as const

const user = {
  "failure.INVALID_VALUE.title": "This cannot be submitted",
  "failure.INVALID_VALUE.todo": "Look at the field again.",
  "failure.LIMIT_EXCEEDED.title": "This is too long or too much",
  "failure.LIMIT_EXCEEDED.todo": "Shorten it, and try again.",
  "failure.CONSTRAINT_SYNTAX.title": "This rule for accepting enclaves cannot be read",
  "failure.CONSTRAINT_SYNTAX.todo": "Copy it again, whole, from whoever gave it to you. It begins with S: or C:.",
  "failure.CARD_MALFORMED.title": "This is no card, or it was changed",
  "failure.CARD_MALFORMED.todo": "Ask its owner for it again. A card is a small file that ends in .conclave.",
  "failure.CARD_CONFLICT.title": "You have another card under this name",
  "failure.CARD_CONFLICT.todo":
    "Call its owner and compare fingerprints. Only then remove the old card and take the new one.",
  "failure.NAME_AMBIGUOUS.title": "More than one card has this name",
  "failure.NAME_AMBIGUOUS.todo": "Remove the card that is not meant.",
  "failure.UNKNOWN_PARTICIPANT.title": "You have no card of this participant",
  "failure.UNKNOWN_PARTICIPANT.todo": "Ask them for their card, and add it here.",
  "failure.IDENTITY_BROKEN.title": "Your identity cannot be read",
  "failure.IDENTITY_BROKEN.todo": "Take it from your backup.",
  "failure.IDENTITY_IN_USE.title": "Your identity is in use elsewhere",
  "failure.IDENTITY_IN_USE.todo": "Close the other window or program that uses it, or go on here instead.",
  "failure.PASSPHRASE_NEEDED.title": "A passphrase is needed",
  "failure.PASSPHRASE_NEEDED.todo": "Enter the one that you chose for this backup.",
  "failure.PASSPHRASE_WRONG.title": "This is not the passphrase",
  "failure.PASSPHRASE_WRONG.todo": "Mind capital letters and the language of your keyboard, and try again.",
  "failure.MEMORY_BROKEN.title": "What was kept of earlier visits cannot be read",
  "failure.MEMORY_BROKEN.todo":
    "Without it, an enclave that was changed cannot be noticed. Take it from a backup, or ask the others for their fingerprints.",
  "failure.CONFIG_MISSING.title": "Nothing says which enclave to accept",
  "failure.CONFIG_MISSING.todo": "Ask your group for its rule, or for an invitation.",
  "failure.CONFIG_SYNTAX.title": "The settings file cannot be read",
  "failure.CONFIG_SYNTAX.todo": "Correct it, or take it anew from whoever gave it to you.",
  "failure.FILE_UNREADABLE.title": "The file cannot be read",
  "failure.FILE_UNREADABLE.todo": "Check that it is the right file, and try again.",
  "failure.FILE_UNWRITABLE.title": "The file cannot be written",
  "failure.FILE_UNWRITABLE.todo": "Check that there is room and that you may write there, and try again.",
  "failure.FILE_CHANGED.title": "The file is not what it was",
  "failure.FILE_CHANGED.todo": "It was changed meanwhile. Begin again with the file as it is now.",
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
