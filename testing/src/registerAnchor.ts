import type { Anchor } from "@event-manager/enclave"
import { createHash } from "node:crypto"

/** A register in memory. It fails when a test says so: before it is extended, or after. */
export class RegisterAnchor implements Anchor {
  readonly name = "tpm"
  value = new Uint8Array(32)
  failsBefore = false
  failsAfter = false

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    return this.value.slice()
  }

  async extend(hash: Uint8Array): Promise<void> {
    if (this.failsBefore) throw new RangeError("nothing was extended")
    this.value = new Uint8Array(createHash("sha256").update(this.value).update(hash).digest())
    if (this.failsAfter) throw new RangeError("it was extended, and the answer is lost")
  }
}
