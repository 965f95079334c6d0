/*
 * Defects that the simulator must find, each a change of a source's text as it is loaded. Where an assertion of the
 * enclave's own would stop it first, the defect takes that away too: the model must see it by itself.
 */
import type { Defect } from "../variant.ts"

const enclave = "trusted/enclave/src/shell/enclave.ts"
const journal = "trusted/enclave/src/shell/journal.ts"
const record = "trusted/enclave/src/shell/record.ts"
const recovery = "trusted/enclave/src/shell/recovery.ts"
const anchor = "trusted/enclave/src/shell/anchor/anchor.ts"
const decide = "trusted/enclave/src/core/decide.ts"
const keyMatch = "trusted/enclave/src/core/computations/keyMatch.ts"
const release = "trusted/enclave/src/core/release.ts"
const invariants = "trusted/enclave/src/core/invariants.ts"
const dealings = "user/client/src/dealings.ts"
const eventManager = "user/client/src/eventManager.ts"
const history = "user/client/src/history.ts"
const session = "user/client/src/session.ts"
const statements = "user/client/src/statements.ts"

function one(name: string, file: string, find: string, replace: string): Defect {
  return { name, patches: [{ file, find, replace }] }
}

function subtle(defect: Defect): Defect {
  return { ...defect, isSubtle: true }
}

export const defects: readonly Defect[] = [
  one("the reply leaves before the write", enclave, "    await this.#parts.journal.durable()\n", ""),
  one("the sequence window is not checked", enclave, " || session.window.isSpent(header.sequence)", ""),
  subtle(
    one(
      "a client signs a second statement",
      eventManager,
      "if (note.frozen !== undefined) throw statementChanged",
      "if (Number.isNaN(0)) throw statementChanged",
    ),
  ),
  {
    name: "a client compares statements with what it knew a moment before",
    isSubtle: true,
    patches: [
      {
        file: eventManager,
        find: "    const found = await frozenDigest(frozen)\n    const note = this.#dealings.note(terms, computation)\n",
        replace:
          "    const note = this.#dealings.note(terms, computation)\n    const found = await frozenDigest(frozen)\n",
      },
    ],
  },
  one("a client accepts an older head", history, "  if (known === undefined) return\n", "  return\n"),
  one(
    "a client takes HISTORY_CONFLICT for any refusal",
    dealings,
    'response.reason === "HISTORY_CONFLICT"',
    "Number.isNaN(0)",
  ),
  one("the enclave does not check the client's head", decide, "!it.history.contains(known)", "Number.isNaN(0)"),
  subtle(
    one(
      "a client does not check its receipt",
      eventManager,
      "    requireReceipt(computation, note, identity.party, frozen.receipts)\n",
      "",
    ),
  ),
  {
    name: "a reply is not bound to its request",
    patches: [
      { file: session, find: " || found.sequence !== sequence", replace: "" },
      {
        file: session,
        find: "return openReply(this.#toClient, nonce, reply)",
        replace: "return openReply(this.#toClient, sequenceNonce(found.sequence), reply)",
      },
    ],
  },
  {
    name: "the quorum counts submissions, not submitters",
    patches: [
      {
        file: release,
        find: "inputs.submitters < descriptor.quorum",
        replace: "it.history.length - 1 < descriptor.quorum || inputs.submitters === 0",
      },
      { file: invariants, find: "inputs.submitters >= descriptor.quorum", replace: "true" },
    ],
  },
  {
    name: "fewer witnesses are enough for the enclave",
    patches: [
      { file: release, find: "if (witnesses.size < release.witnesses)", replace: "if (witnesses.size < 1)" },
      { file: invariants, find: "witnesses.size >= needed", replace: "true" },
    ],
  },
  {
    name: "fewer witnesses are enough for enclave and client",
    patches: [
      { file: release, find: "if (witnesses.size < release.witnesses)", replace: "if (witnesses.size < 1)" },
      { file: invariants, find: "witnesses.size >= needed", replace: "true" },
      { file: statements, find: "if (distinct < needed)", replace: "if (distinct < Math.min(needed, 1))" },
    ],
  },
  one(
    "the anchor counts, and is not bound to content",
    anchor,
    'return new Uint8Array(createHash("sha256").update(register).update(hash).digest())',
    "const counted = register.slice()\n  new DataView(counted.buffer).setUint32(0, new DataView(counted.buffer).getUint32(0) + 1)\n  return counted",
  ),
  one(
    "the anchor is not compared at start",
    recovery,
    "if (register === undefined || end.register === undefined || equal(register, end.register)) return end",
    "if (Number.isInteger(0)) return end",
  ),
  subtle(one("two enclaves extend one anchor", journal, "      await this.#requireAlone(register)\n", "")),
  subtle(
    one(
      "recovery skips a bad record",
      recovery,
      '    const { header, content } = openRecord(this.#keys, name, bytes)\n    if (header.kind !== "record"',
      "    let opened\n    try {\n      opened = openRecord(this.#keys, name, bytes)\n    } catch {\n      this.next += 1\n" +
        "      this.#previous = hashOf(bytes)\n      return\n    }\n    const { header, content } = opened\n" +
        '    if (header.kind !== "record"',
    ),
  ),
  subtle(
    one(
      "recovery does not check what a record follows",
      recovery,
      "if (!equal(header.previous, this.#previous))",
      "if (Number.isNaN(0))",
    ),
  ),
  one(
    "all lives seal records under one key",
    record,
    'hkdfSync("sha256", this.#sealingKey, life, name, SEALING_KEY_BYTES)',
    'hkdfSync("sha256", this.#sealingKey, "", name, SEALING_KEY_BYTES)',
  ),
  one("request ids are not remembered", decide, "if (earlier !== undefined) return accepted([], earlier)", ""),
  subtle(
    one(
      "a submission held back undoes a later one",
      decide,
      "if (revision <= (it.revisions.get(party) ?? -1))",
      "if (Number.isNaN(0))",
    ),
  ),
  one("outsiders take part", decide, '    if (!it.participants.has(party)) return refused("NOT_A_PARTICIPANT")\n', ""),
  one("the frozen inputs go on changing", decide, '  if (it.frozen !== undefined) return refused("LOCKED")\n', ""),
  one(
    "of a batch the first key alone is taken",
    keyMatch,
    "for (let i = 0; cursor.next(); i++) this.#take(cursor, hashes[i] ?? 0, owner, this.#positions + i)",
    "if (cursor.next()) this.#take(cursor, hashes[0] ?? 0, owner, this.#positions)",
  ),
  one("keys are told below quorum", keyMatch, "    if (after < quorum) return\n", ""),
  one(
    "a retired key stands",
    keyMatch,
    "if (group !== undefined && this.#store.hasMember(group, owner)) this.#leave(group, hashes[i] ?? 0, owner)",
    "void group",
  ),
]
