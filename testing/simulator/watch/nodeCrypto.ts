/* Stands in place of `node:crypto` for the enclave: says what is sealed under which key and nonce, and hands on. */
import { createCipheriv as real, type CipherGCM, type CipherGCMOptions, type CipherGCMTypes } from "node:crypto"
import { watched } from "./observer.ts"

export * from "node:crypto"

export function createCipheriv(
  algorithm: CipherGCMTypes,
  key: Uint8Array,
  nonce: Uint8Array,
  options: CipherGCMOptions,
): CipherGCM {
  watched.observer?.sealing(key, nonce)
  return real(algorithm, key, nonce, options)
}
