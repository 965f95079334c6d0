/* What the enclave proves, and what it does not. */
export const enclave = {
  "level.SECURE": "Secure",
  "level.STALE": "Out of date",
  "level.INSECURE": "Not protected",
  "level.SECURE.short": "The machine's maker vouches for it, and knows of no weakness.",
  "level.STALE.short": "The machine is genuine, but its maker knows of weaknesses that are not mended here.",
  "level.INSECURE.short": "Whoever runs the server can read what you send. This is for trying things out.",

  "enclave.title": "The enclave",
  "enclave.lead":
    "An enclave is a program in a sealed part of a machine. Its processor vouches for which program it is, and keeps even the machine's owner out. This page checks that before it sends anything.",
  "enclave.server": "Server",
  "enclave.change": "Use another server",
  "enclave.known": "Servers that you have used",
  "enclave.setTitle": "Which server, and which enclave?",
  "enclave.setText":
    "The easiest way is an invitation: open its link, and this is filled in. Otherwise take both from somebody in your group whom you trust.",
  "enclave.address": "Address of the server",
  "enclave.addressHint": "Such as https://computations.example.org",
  "enclave.constraint": "Rule for accepting enclaves",
  "enclave.constraintHint": "Such as S:5f3a… PROD:1. Take it from your group, never from the server.",
  "enclave.connect": "Check the enclave",
  "enclave.checking": "Checking the enclave …",
  "enclave.proved": "What is proved",
  "enclave.notProved": "What is not",
  "enclave.heldTo": "What it was held to",
  "enclave.heldTo.text":
    "This rule comes from an invitation, from you, or from whoever set this page up. The enclave meets it.",
  "enclave.details": "Details",
  "enclave.again": "Check again",
  "enclave.save": "Save the evidence",

  "enclave.pin.same": "It is the enclave that you know from here.",
  "enclave.pin.new": "It is seen here for the first time. Compare its fingerprint with the others.",
  "enclave.fingerprint": "Its fingerprint",

  "proved.NOTHING": "Nothing against whoever runs the server: {maker} vouches for what the enclave says of itself.",
  "proved.LAUNCH":
    "{maker} vouches that it started exactly the program that was measured, and that the machine's owner cannot look inside.",
  "proved.LAUNCH_OPEN":
    "{maker} vouches that it started the program that was measured. The machine's owner may look inside.",
  "proved.SIGNED_CODE": "Whoever signed this version says which program that is.",
  "proved.SEALED": "What you send is locked to keys that this program made for itself, and that never leave it.",
  "notProved.WEAKNESSES":
    "The processor, its firmware or its settings have known weaknesses. An owner who uses them could read what you send.",
  "notProved.HOST_READS":
    "Whoever runs the server can read what you send. Do not send anything that they must not know.",
  "notProved.WHICH_CODE":
    "Which program it is: no signed note came with the proof. Somebody in your group must have worked out the measurement.",
  "notProved.REWIND":
    "That the server cannot set the enclave back to an earlier state. Whoever has seen more notices, and a result with witnesses has no second answer.",
  "notProved.AVAILABILITY":
    "That the server answers at all, and that nobody listens at the processor itself with special equipment.",
  "maker.mock": "nobody",
  "maker.simulation": "a key on the server's own machine",
  "maker.sev-snp": "AMD's processor",
  "maker.tdx": "Intel's processor",
  "maker.sgx": "Intel's processor",
  "maker.nitro": "Amazon's Nitro system",
  "platform.mock": "none (mock)",
  "platform.simulation": "none (simulation)",
  "platform.sev-snp": "AMD SEV-SNP",
  "platform.tdx": "Intel TDX",
  "platform.sgx": "Intel SGX",
  "platform.nitro": "AWS Nitro",

  "fact.platform": "Platform",
  "fact.level": "Security",
  "fact.reasons": "Why it is no better",
  "fact.advisories": "Advisories",
  "fact.code": "Program (code hash)",
  "fact.signer": "Signed by",
  "fact.product": "Product, revocation level",
  "fact.launch": "Measured start (launch hash)",
  "fact.issued": "Proof dated",
  "fact.undated": "not dated",
  "fact.anchor": "Guard against being set back",
  "fact.substituted": "Your browser lacks",
  "fact.substitutedText": "{what}; this page brings its own.",
  "fact.anchorNone": "none",
} as const
