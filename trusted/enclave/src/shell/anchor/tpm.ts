import { DIGEST_BYTES, invariant } from "@event-manager/protocol"
import { AnchorError, type Anchor } from "./anchor.ts"
import { extend, parseResponse, read, readPublic, type Answer, type Command, type PublicArea } from "./nv.ts"
import type { Transport } from "./transport.ts"

/*
 * An NV index of type EXTEND in a TPM 2.0 as the anchor (sections as in nv.ts).
 *
 * Such an index can only be extended or deleted, so reading and extending it need no secret: its authorisation is
 * empty. Whoever else reaches the TPM can extend it and so stop the enclave, but not rewind it. Two attackers remain,
 * whom nothing in this file stops:
 * - Who owns the hierarchy the index was defined under can delete it, define it anew and replay the hashes it saw.
 *   Set the owner's and the lockout's authorisation to values nobody keeps, and extend by values that only the enclave
 *   can compute.
 * - Who controls the way from here to the TPM. A password session (Part 1 section 19.4) has no integrity: such an
 *   attacker answers reads as it likes and swallows extends. So the TPM must stand inside the enclave's own boundary,
 *   as the TPM of a confidential VM can; one that the host relays or emulates is no anchor against that host. An HMAC
 *   session would help only if salted to a key of this TPM that is known beforehand, and that is not built.
 */

/** Part 2 section 6.6.3: TPM_RC_NV_UNINITIALIZED, and TPM_RC_HANDLE of the first handle (nothing is defined there). */
const NV_UNINITIALIZED = 0x14a
const NO_SUCH_HANDLE = 0x18b
/** TPM_RC_TESTING, TPM_RC_NV_RATE and TPM_RC_RETRY: the TPM did not begin the command, so it is safe to send it again. */
const NOT_BEGUN: ReadonlySet<number> = new Set([0x90a, 0x920, 0x922])
const ATTEMPTS_MAX = 10
const PAUSE_MS_FIRST = 10

/** Part 2 section 6.3, TPM_ALG_SHA256. */
const SHA256 = 0x000b
/**
 * Part 2 section 13.4, TPMA_NV: AUTHWRITE, type EXTEND, AUTHREAD, and NO_DA, so that others' wrong passwords do not
 * lock it. No other bit may be set: ORDERLY and CLEAR_STCLEAR would take the register back to zeros at a reset.
 */
const ATTRIBUTES = 0x02040044
/** WRITTEN comes with the first extend; PLATFORMCREATE and POLICY_DELETE only make the index harder to delete. */
const ATTRIBUTES_FREE = 0x60000400

type Pause = (durationMs: number) => Promise<unknown>
const realPause: Pause = (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs))

/**
 * The command with which an operator defines an anchor's index, once:
 * `tpm2_nvdefine 0x1500016 -C o -g sha256 -s 32 -a "nt=extend|authread|authwrite|no_da"`
 */
export function defineCommand(index: number): string {
  return `tpm2_nvdefine ${hex(index)} -C o -g sha256 -s ${DIGEST_BYTES} -a "nt=extend|authread|authwrite|no_da"`
}

/** The index as an anchor, once it is found to be what `defineCommand` makes. Throws AnchorError. */
export async function openTpmAnchor(index: number, transport: Transport, pause: Pause = realPause): Promise<Anchor> {
  let busy = false
  async function run<T>(command: Command<T>): Promise<Answer<T>> {
    invariant(!busy, "an anchor takes one call at a time")
    busy = true
    try {
      return await answerTo(command, transport, pause)
    } finally {
      busy = false
    }
  }
  checkSuitable(index, accepted(index, await run(readPublic(index))).publicArea)
  return {
    name: "tpm",
    async read() {
      const answer = await run(read(index))
      // Never extended: with the attributes checked above, nothing brings an extended index back to this.
      if (answer.kind === "refused" && answer.code === NV_UNINITIALIZED) return new Uint8Array(DIGEST_BYTES)
      return accepted(index, answer).parameters.data
    },
    async extend(hash) {
      accepted(index, await run(extend(index, hash)))
    },
  }
}

async function answerTo<T>(command: Command<T>, transport: Transport, pause: Pause): Promise<Answer<T>> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (attempt > 0) await pause(PAUSE_MS_FIRST * 2 ** attempt)
    const answer = parseResponse(command, await transport(command.bytes))
    if (answer.kind === "done" || !NOT_BEGUN.has(answer.code)) return answer
  }
  throw new AnchorError(
    "TPM_BUSY",
    `the TPM asked ${ATTEMPTS_MAX} times to be tried later: start again when it is idle`,
  )
}

function accepted<T>(index: number, answer: Answer<T>): T {
  if (answer.kind === "done") return answer.body
  if (answer.code === NO_SUCH_HANDLE) {
    const message = `the TPM has no NV index ${hex(index)}; for a new anchor, run: ${defineCommand(index)}`
    throw new AnchorError("INDEX_UNDEFINED", message)
  }
  throw new AnchorError("TPM_REFUSED", `the TPM refused: tpm2_rc_decode ${hex(answer.code)} says why`)
}

function checkSuitable(index: number, area: PublicArea): void {
  const fields = [
    ["index", area.index, index],
    ["hash algorithm", area.hash, SHA256],
    ["attributes", (area.attributes & ~ATTRIBUTES_FREE) >>> 0, ATTRIBUTES],
    ["size", area.dataBytes, DIGEST_BYTES],
  ] as const
  for (const [name, actual, expected] of fields) {
    if (actual === expected) continue
    const message = `NV index ${hex(index)} has ${name} ${hex(actual)}, not ${hex(expected)}`
    throw new AnchorError("INDEX_UNSUITABLE", `${message}: take another index, and run: ${defineCommand(index)}`)
  }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
