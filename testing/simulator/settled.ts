/*
 * When a run may let the next thing happen: when nothing can go on by itself any more.
 */

/** With ideal primitives all is done at once: when the microtasks have run, everything waits for the run. */
export function microtasksDone(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

/** The methods of WebCrypto that clients and enclaves use. */
const methods = [
  "decapsulateBits",
  "decrypt",
  "deriveBits",
  "deriveKey",
  "digest",
  "encapsulateBits",
  "encrypt",
  "exportKey",
  "generateKey",
  "getPublicKey",
  "importKey",
  "sign",
  "verify",
] as const

/**
 * Real primitives work on other threads: counts what is under way there, and draws WebCrypto's random values from
 * `drawn`. For the whole process, from here on.
 */
export function watchWebCrypto(drawn: (length: number) => Uint8Array): () => Promise<void> {
  const calls = { underWay: 0 }
  const { subtle } = globalThis.crypto
  for (const method of methods) {
    const real: unknown = Reflect.get(subtle, method)
    if (typeof real !== "function") continue
    const counted = async (...given: unknown[]): Promise<unknown> => {
      calls.underWay += 1
      try {
        return await Reflect.apply(real, subtle, given)
      } finally {
        calls.underWay -= 1
      }
    }
    Object.defineProperty(subtle, method, { value: counted })
  }
  const fill = <T extends Uint8Array>(into: T): T => {
    into.set(drawn(into.length))
    return into
  }
  Object.defineProperty(globalThis.crypto, "getRandomValues", { value: fill })
  return async () => {
    do await microtasksDone()
    while (calls.underWay > 0)
  }
}
