/*
 * What is said of each command: help, completion and the manual page are made of it. What they do is loaded when it is
 * asked for, so nothing here may import what takes time.
 */
import { normalisations, normalisers } from "@event-manager/client/keys"
import { formats } from "../matches/format.ts"
import type { Usage } from "./command.ts"

const meanings = normalisations.map((each) => `${each}: ${normalisers[each].meaning}`).join("; ")

/** The options of every command that reads keys from a file. */
const fileFlags = [
  [
    "--key-column <column>",
    "which column of a CSV file is the key: its name in the first line, or its number (default: key, or the only one)",
  ],
  ["--header", "the first line names the columns, also where you give them by number"],
  ["--lines", "every line is a key as it stands, with whatever commas and quotes are in it"],
  [`--normalise <${normalisations.join("|")}>`, `what to make of each key (default: none). ${meanings}`],
  ["--rejects <file>", "keep the lines that are left out, with the reason for each"],
  ["--restart", "send the file from its beginning, whatever earlier runs have sent of it"],
] as const

/** Certificates expire, and what endorses a processor sooner: what held when the file was written is checked as of then. */
const atFlag = ["--at <time>", "check its evidence as of then, such as 2026-11-24T12:00:00Z (default: now)"] as const

export const usages = {
  createComputation: {
    name: "create-computation",
    aliases: ["cc"],
    summary: "set up a computation; whoever creates it is its convenor",
    parameters: [
      ["<computation>", "a name for it"],
      ["<type>", "avg, min, max or key"],
      ["<quorum>", "how many participants must submit before anybody may see a result"],
      ["<participants>", "names, with commas between them"],
    ],
    flags: [
      ["--release <first|all|witnessed:W>", "when the result is released (default: first)"],
      ["--expires <when>", "when it ceases to exist: a span such as 30d or 12h, or a date"],
      ["--keys-max <number>", "for key: how many keys each participant may submit, as keys can be guessed"],
      ["--matches <told|count>", "for key: tell each match (default), or only how many of one's own keys matched"],
    ],
    examples: [
      "ALICE create-computation AvgComp avg 3 ALICE,BOB,CHARLEY,DENISE",
      "ALICE create-computation Salaries avg 3 ALICE,BOB,CHARLEY --release witnessed:3 --expires 30d",
      "ALICE create-computation Claims key 2 ALICE,BOB,CHARLEY --keys-max 1000000 --matches count",
    ],
  },
  submitValue: {
    name: "submit-value",
    aliases: ["sv", "submit"],
    summary: "submit a number, or a key and a message, to a computation",
    parameters: [
      ["<computation>", "its name"],
      ["<value>", "a number; for a key computation, a key"],
      ["[message]", "what the other submitters of the same key are told"],
    ],
    flags: [["--save-receipt <file>", "keep the enclave's signed receipt, to compare with others"]],
    examples: ["ALICE submit-value AvgComp 1234.50", 'ALICE submit-value KeyMatcher KEYABC "my message"'],
  },
  submitKeys: {
    name: "submit-keys",
    aliases: ["sk"],
    summary: "submit many keys, and messages, from a file; interrupted, the same command goes on where it was",
    parameters: [
      ["<computation>", "its name"],
      ["<file>", "lines, or CSV, as they are or packed with gzip; - reads what is piped in"],
    ],
    flags: [
      [
        "--message-column <column>",
        "which column of a CSV file is the message that goes with the key (default: message, beside a column key)",
      ],
      ...fileFlags,
    ],
    examples: [
      "INSURER submit-keys Claims claimed.csv --key-column vin --message-column claim --normalise vin",
      "INSURER submit-keys Claims vins.txt.gz --rejects rejected.csv",
      "INSURER submit-keys Claims - --lines",
    ],
  },
  retireKeys: {
    name: "retire-keys",
    aliases: ["rk"],
    summary: "take keys of NAME's out of a computation again; who was told of them stays told",
    parameters: [
      ["<computation>", "its name"],
      ["<file>", "the keys, as 'submit-keys' reads them; - reads what is piped in"],
    ],
    flags: fileFlags,
    examples: [
      "INSURER retire-keys Claims settled.csv --key-column vin --normalise vin",
      "INSURER retire-keys Claims -",
    ],
  },
  listComputations: {
    name: "list-computations",
    aliases: ["lc", "list"],
    summary: "list the computations that NAME takes part in",
    parameters: [],
    flags: [],
    examples: ["ALICE list-computations"],
  },
  getResult: {
    name: "get-result",
    aliases: ["gr", "get"],
    summary: "ask for a computation's result; the first to ask after quorum locks it",
    parameters: [["<computation>", "its name"]],
    flags: [["--save <file>", "keep the signed result, for 'verify-result' to check"]],
    examples: ["ALICE get-result AvgComp", "ALICE get-result AvgComp --save AvgComp.result"],
  },
  getMatches: {
    name: "get-matches",
    aliases: ["gm", "match"],
    summary: "show every key matched so far, over all computations",
    parameters: [],
    flags: [
      ["--follow", "go on, and show new ones as they come"],
      [
        `--format <${formats.join("|")}>`,
        "print them as they are read, however many. In csv an apostrophe stands before text that a spreadsheet could " +
          "take for a formula, and before one that begins the text: take one away to get the text back",
      ],
      ["--since <cursor>", "only what was told after an earlier get-matches, which named this cursor"],
    ],
    examples: [
      "ALICE get-matches",
      "ALICE get-matches --follow --json",
      "ALICE get-matches --format csv",
      "ALICE get-matches --format jsonl --since 0123456789abcdef-17",
    ],
  },
  deleteComputation: {
    name: "delete-computation",
    aliases: ["dc", "delete"],
    summary: "delete a computation, and all that was submitted to it; its convenor may",
    parameters: [["<computation>", "its name"]],
    flags: [],
    examples: ["ALICE delete-computation AvgComp"],
  },
  verifyResult: {
    name: "verify-result",
    aliases: ["vr"],
    summary: "check a saved result: signatures, evidence, constraint, witnesses; needs no host",
    parameters: [["<file>", "what 'get-result --save' wrote"]],
    flags: [atFlag],
    examples: ["ALICE verify-result AvgComp.result", "ALICE verify-result AvgComp.result --at 2026-11-24"],
  },
  compareCheckpoints: {
    name: "compare-checkpoints",
    aliases: ["cp"],
    summary: "compare two saved receipts: do they prove that the enclave was forked or rewound? needs no host",
    parameters: [
      ["<a>", "what 'submit-value --save-receipt' wrote"],
      ["<b>", "another, perhaps somebody else's"],
    ],
    flags: [atFlag],
    examples: ["ALICE compare-checkpoints mine.receipt bobs.receipt"],
  },
  shareIdentity: {
    name: "share-identity",
    aliases: ["si", "share"],
    summary: "write NAME.conclave, the card that others learn NAME from; needs no host",
    parameters: [],
    flags: [],
    examples: ["ALICE share-identity"],
  },
  importCard: {
    name: "import-card",
    aliases: ["ic", "import"],
    summary: "check somebody's card and keep it here",
    parameters: [["<file>", "the card that they sent"]],
    flags: [],
    examples: ["ALICE import-card ~/Downloads/BOB.conclave"],
  },
  whoami: {
    name: "whoami",
    aliases: [],
    summary: "show NAME's key and where it is kept; needs no host",
    parameters: [],
    flags: [],
    examples: ["ALICE whoami"],
  },
  setPassphrase: {
    name: "set-passphrase",
    aliases: [],
    summary: "encrypt NAME's identity file under a passphrase; needs no host",
    parameters: [],
    flags: [
      ["--new-passphrase-file <file>", "take the new passphrase from a file's first line"],
      ["--remove", "keep the identity without a passphrase"],
    ],
    examples: ["ALICE set-passphrase"],
  },
  attestation: {
    name: "attestation",
    aliases: ["at"],
    summary: "show what the host's enclave proves about itself, and what that means",
    parameters: [],
    flags: [["--save <file>", "keep the evidence in a file, for 'inspect-evidence'"]],
    examples: ["ALICE attestation", "ALICE attestation --save host.evidence"],
  },
  ui: {
    name: "ui",
    aliases: [],
    summary: "serve the page from this machine, with NAME's identity, until interrupted",
    parameters: [["[invitation]", "a link that somebody has sent you, to open in it"]],
    flags: [["--open", "open the link in the browser; other users of this machine may see it as it is handed over"]],
    examples: ["ALICE ui", "ALICE ui --open", "-s https://host.example ALICE ui"],
  },
  inspectEvidence: {
    name: "inspect-evidence",
    aliases: ["ie"],
    summary: "show every field of a piece of evidence, of this enclave's or anybody's, and whether it holds",
    parameters: [
      [
        "<file>",
        "a report, quote or document as the processor gave it, or in hex or base64; or what 'attestation --save' wrote",
      ],
    ],
    flags: [
      ["--format <format>", "sev-snp, tdx, sgx, nitro or event-manager (default: as it looks)"],
      ["--collateral <file>", "for tdx and sgx: Intel's collateral, in JSON"],
      ["--endorsement <file>", "for sev-snp: the certificate of the key that signed it, VCEK or VLEK, in DER or PEM"],
      ["--crl <file>", "for sev-snp: AMD's revocation list, in DER"],
      ["--event-log <file>", "for tdx: the event log, to be replayed to the registers"],
      ["--at <time>", "the time to check it at, such as 2026-11-24T12:00:00Z (default: now)"],
    ],
    examples: [
      "inspect-evidence --endorsement vcek.der report.bin",
      "inspect-evidence --collateral collateral.json --at 2026-03-01T00:00:00Z --json quote.bin",
    ],
  },
} as const satisfies Record<string, Usage>
