/*
 * Fields of the structures that processors sign, which are little-endian at fixed places. Whoever reads them has checked
 * that the structure is there whole.
 */
import type { Bytes } from "../webCrypto.ts"

export class Fields {
  readonly #bytes: Bytes
  readonly #view: DataView

  constructor(bytes: Bytes) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  uint8(at: number): number {
    return this.#view.getUint8(at)
  }

  uint16(at: number): number {
    return this.#view.getUint16(at, true)
  }

  uint32(at: number): number {
    return this.#view.getUint32(at, true)
  }

  uint64(at: number): bigint {
    return this.#view.getBigUint64(at, true)
  }

  /** A copy; what Node calls a Buffer has a `slice` that is none. */
  bytes(at: number, length: number): Bytes {
    return new Uint8Array(this.#bytes.subarray(at, at + length))
  }

  hex(at: number, length: number): string {
    return this.#bytes.subarray(at, at + length).toHex()
  }
}
