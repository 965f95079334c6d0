import type { Certificate } from "../x509/certificate.ts"
import { dated } from "./plain.ts"

/** What people ask of a certificate. */
export function certificateFields({ serial, notBefore, notAfter, publicKey, algorithm }: Certificate): object {
  return { serial, notBefore: dated(notBefore), notAfter: dated(notAfter), key: publicKey.kind, signedWith: algorithm }
}
