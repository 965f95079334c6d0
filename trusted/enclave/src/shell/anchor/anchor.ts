import { CodedError, DIGEST_BYTES, invariant, type AnchorName } from "@event-manager/protocol"
import { createHash } from "node:crypto"

/**
 * The freshness anchor (DESIGN section 6): a small register outside the host's reach, bound to content, that tells
 * whether a state is the latest.
 *
 * One call at a time: another while one is under way is an InvariantError. Both calls throw AnchorError. Nothing is
 * repeated here that may have taken effect.
 */
export interface Anchor {
  readonly name: AnchorName
  /** The register, 32 bytes, zeros where it was never extended; undefined where there is no anchor to compare with. */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>
  /**
   * Sets the register r to `extended(r, hash)`. Once it resolves, that outlasts a loss of power; when it rejects, it
   * has happened or not, and only `read` tells which. The hash, 32 bytes, passes in the clear: give it a value that
   * only the enclave can compute, or whoever may delete the register can make it anew and replay what it kept.
   */
  extend(hash: Uint8Array): Promise<void>
}

/** What `extend` makes of a register's value: SHA-256(register | hash). Both are 32 bytes, or it throws InvariantError. */
export function extended(register: Uint8Array, hash: Uint8Array): Uint8Array<ArrayBuffer> {
  invariant(register.length === DIGEST_BYTES && hash.length === DIGEST_BYTES, "an anchor is extended 32 bytes by 32")
  return new Uint8Array(createHash("sha256").update(register).update(hash).digest())
}

/** The anchor cannot be used: whoever runs the enclave must act, and the message says how. */
export class AnchorError extends CodedError<
  | "ADDRESS_SYNTAX"
  | "TPM_UNREACHABLE"
  | "TPM_BUSY"
  /** The TPM answered with a response code that no retry mends. */
  | "TPM_REFUSED"
  /** What answers does not speak TPM 2.0. */
  | "TPM_NONSENSE"
  | "INDEX_UNDEFINED"
  /** There is such an index, but it does not keep what an anchor must, or not in the way that is expected. */
  | "INDEX_UNSUITABLE"
> {}
