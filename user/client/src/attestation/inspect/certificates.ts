import { AttestationError } from "../../errors.ts"
import type { Certificate } from "../x509/certificate.ts"
import { dated } from "./plain.ts"

/** What people ask of a certificate. */
export function certificateFields({ serial, notBefore, notAfter, publicKey, algorithm }: Certificate): object {
  return { serial, notBefore: dated(notBefore), notAfter: dated(notAfter), key: publicKey.kind, signedWith: algorithm }
}

/** What `read` makes of certificates, undefined where they cannot be read: what comes with them is shown all the same. */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof AttestationError) return undefined
    throw error
  }
}
