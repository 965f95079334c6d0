/*
 * Reads structures of varying length one part after the other; numbers are little-endian.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { Fields } from "../littleEndian.ts"

export class Cursor {
  readonly #bytes: Bytes
  #at = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  /** How many bytes have been taken. */
  get at(): number {
    return this.#at
  }

  /** The next bytes, as a view; `what` they are is for the message. Throws DecodeError where there are fewer. */
  take(length: number, what: string): Bytes {
    const left = this.#bytes.length - this.#at
    if (length > left) throw new DecodeError("TRUNCATED", `${what}: ${length} bytes expected, ${left} left`)
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  uint16(what: string): number {
    return new Fields(this.take(2, what)).uint16(0)
  }

  uint32(what: string): number {
    return new Fields(this.take(4, what)).uint32(0)
  }

  /** All that has not been taken yet, as a view; it stays. */
  rest(): Bytes {
    return this.#bytes.subarray(this.#at)
  }

  /** Throws DecodeError where something is left over of `what` has been read. */
  end(what: string): void {
    const left = this.#bytes.length - this.#at
    if (left > 0) throw new DecodeError("LEFTOVER_BYTES", `${what}: ${left} bytes left over`)
  }
}
