import {
  bytesOf,
  checkpointSigned,
  decode,
  DecodeError,
  descriptorHashed,
  digest,
  encode,
  frozenSigned,
  resultSigned,
  savedCheckpointCodec,
  savedResultCodec,
  type Checkpoint,
  type Descriptor,
  type Digest,
  type Frozen,
  type Result,
  type SavedCheckpoint,
  type SavedResult,
} from "@event-manager/protocol"
import { readArmor, writeArmor } from "./armor.ts"
import { verifyEvidence, type Attested } from "./attestation/evidence.ts"
import type { Roots } from "./attestation/roots.ts"
import { HistoryError } from "./errors.ts"
import { sha256, verifyEd25519 } from "./primitives.ts"

const RESULT = "EVENT MANAGER RESULT"
const CHECKPOINT = "EVENT MANAGER CHECKPOINT"

/** Of descriptors in use: they are asked for with each submission, and may name a thousand participants. */
const knownTerms = new WeakMap<Descriptor, Promise<Digest>>()

/** The digest by which a descriptor's terms are agreed to. A descriptor is never changed. */
export function termsOf(descriptor: Descriptor): Promise<Digest> {
  const known = knownTerms.get(descriptor)
  if (known !== undefined) return known
  const terms = sha256(descriptorHashed(descriptor)).then((hash) => digest(hash))
  knownTerms.set(descriptor, terms)
  return terms
}

/** The digest under which frozen inputs are remembered. */
export async function frozenDigest(frozen: Frozen): Promise<Digest> {
  return digest(await sha256(frozenSigned(frozen)))
}

/**
 * Checks a result: the enclave's signature, and the witnesses that its terms demand. Throws HistoryError
 * (STATEMENT_INVALID).
 */
export async function verifyResult(result: Result, signature: Uint8Array<ArrayBuffer>): Promise<void> {
  const { frozen, witnesses } = result
  const { name, release, participants } = frozen.descriptor
  if (!(await verifyEd25519(bytesOf(frozen.identity), resultSigned(result), signature))) {
    throw invalid(name, "the enclave's signature is wrong")
  }
  const signed = frozenSigned(frozen)
  for (const { party, signature: theirs } of witnesses) {
    const isGood = participants.includes(party) && (await verifyEd25519(bytesOf(party), signed, theirs))
    if (!isGood) throw invalid(name, "a witness's signature is wrong")
  }
  const needed = release.kind === "witnessed" ? release.witnesses : 0
  const distinct = new Set(witnesses.map((witness) => witness.party)).size
  if (distinct < needed) throw invalid(name, `it has ${distinct} witnesses where its terms demand ${needed}`)
}

/** Throws HistoryError (STATEMENT_INVALID). */
async function verifyCheckpoint({ checkpoint, signature }: SavedCheckpoint): Promise<void> {
  if (await verifyEd25519(bytesOf(checkpoint.identity), checkpointSigned(checkpoint), signature)) return
  throw invalid("the checkpoint", "the enclave's signature is wrong")
}

export function writeResult(saved: SavedResult): string {
  return writeArmor(RESULT, encode(savedResultCodec, saved))
}

export function writeCheckpoint(saved: SavedCheckpoint): string {
  return writeArmor(CHECKPOINT, encode(savedCheckpointCodec, saved))
}

/**
 * Reads a saved result and checks all that can be checked without asking anybody; `at` is in seconds since 1970. What
 * remains to the caller is whether the attested enclave is one to trust. Throws HistoryError, AttestationError.
 */
export async function readResult(
  text: string,
  at: number,
  roots?: Roots,
): Promise<{ result: Result; attested: Attested }> {
  const saved = readSaved(savedResultCodec, RESULT, text)
  await verifyResult(saved.result, saved.signature)
  const attested = await verifyEvidence(saved.evidence, at, roots)
  if (attested.statement.identity !== saved.result.frozen.identity) {
    throw invalid(saved.result.frozen.descriptor.name, "its evidence is that of another enclave")
  }
  return { result: saved.result, attested }
}

/** Reads a saved checkpoint likewise. Throws HistoryError, AttestationError. */
export async function readCheckpoint(
  text: string,
  at: number,
  roots?: Roots,
): Promise<{ checkpoint: Checkpoint; attested: Attested }> {
  const saved = readSaved(savedCheckpointCodec, CHECKPOINT, text)
  await verifyCheckpoint(saved)
  const attested = await verifyEvidence(saved.evidence, at, roots)
  if (attested.statement.identity !== saved.checkpoint.identity) {
    throw invalid("the checkpoint", "its evidence is that of another enclave")
  }
  return { checkpoint: saved.checkpoint, attested }
}

/** What two checkpoints say together. */
export type Comparison =
  /** They are about different enclaves or computations. */
  | "unrelated"
  /** Both can be true. */
  | "compatible"
  /** They cannot both be true: the enclave was forked or rewound between them. */
  | "conflict"

export function compareCheckpoints(a: Checkpoint, b: Checkpoint): Comparison {
  if (a.identity !== b.identity || a.terms !== b.terms) return "unrelated"
  return a.head.length === b.head.length && a.head.hash !== b.head.hash ? "conflict" : "compatible"
}

function readSaved<T>(codec: Parameters<typeof decode<T>>[0], label: string, text: string): T {
  try {
    return decode(codec, readArmor(label, text))
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new HistoryError("STATEMENT_INVALID", `this is no ${label.toLowerCase()}, or it was cut or changed`, {
      cause,
    })
  }
}

export function invalid(what: string, why: string): HistoryError {
  return new HistoryError("STATEMENT_INVALID", `what was said about ${what} cannot be relied on: ${why}`)
}
