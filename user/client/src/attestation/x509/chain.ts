/*
 * Certification paths (RFC 5280 section 6), to roots that are pinned.
 */
import { AttestationError } from "../../errors.ts"
import type { Certificate } from "./certificate.ts"
import { verifySigned } from "./signature.ts"

/** At least one: a verifier without a root would accept nothing, or worse. */
export type NonEmpty<T> = readonly [T, ...T[]]

const CHAIN_MAX = 8

/**
 * Checks a chain, the leaf first, each certificate issued by the one behind it and the last by a root, or itself one;
 * answers with the chain up to and with that root. All must be valid at `at`, in seconds since 1970. Throws
 * AttestationError (CHAIN_UNTRUSTED, CERTIFICATE_SIGNATURE_INVALID, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID).
 */
export async function verifyChain(
  chain: NonEmpty<Certificate>,
  roots: NonEmpty<Certificate>,
  at: number,
): Promise<readonly Certificate[]> {
  if (chain.length > CHAIN_MAX) throw untrusted(`a chain of ${chain.length} certificates`)
  const last = chain.at(-1) ?? chain[0]
  const isRoot = roots.some(({ der }) => der.toHex() === last.der.toHex())
  const root = roots.find(({ subject }) => subject === last.issuer)
  if (root === undefined) throw untrusted("a certificate chain does not end in a pinned root")
  const path = isRoot ? chain : [...chain, root]
  for (const certificate of path) requireValidAt(certificate, at)
  const links = linksOf(path)
  for (const [depth, link] of links.entries()) requireMayIssue(link, depth)
  // Each is a turn in another thread: together they take little more than one.
  await Promise.all(links.map(requireIssued))
  return path
}

interface Link {
  readonly certificate: Certificate
  readonly issuer: Certificate
}

function linksOf(path: readonly Certificate[]): readonly Link[] {
  return path.flatMap((certificate, depth) => {
    const issuer = path[depth + 1]
    return issuer === undefined ? [] : [{ certificate, issuer }]
  })
}

/** `below` is how many authorities stand between the issuer and the leaf. */
function requireMayIssue({ certificate, issuer }: Link, below: number): void {
  if (certificate.issuer !== issuer.subject) throw untrusted("a certificate was issued by another than the next one")
  if (issuer.mayIssue && (issuer.authority?.pathLengthMax ?? -1) >= below) return
  throw untrusted("a certificate was issued by one that may not issue it")
}

async function requireIssued({ certificate, issuer }: Link): Promise<void> {
  if (await verifySigned(issuer.publicKey, certificate.algorithm, certificate.signed, certificate.signature)) return
  throw new AttestationError("CERTIFICATE_SIGNATURE_INVALID", "the signature of a certificate is wrong")
}

function requireValidAt({ notBefore, notAfter }: Certificate, at: number): void {
  if (at < notBefore) {
    const day = new Date(notBefore * 1_000).toISOString()
    throw new AttestationError("CERTIFICATE_NOT_YET_VALID", `a certificate is valid from ${day} only; check the clock`)
  }
  if (at > notAfter) {
    const day = new Date(notAfter * 1_000).toISOString()
    throw new AttestationError("CERTIFICATE_EXPIRED", `a certificate expired on ${day}`)
  }
}

function untrusted(why: string): AttestationError {
  return new AttestationError("CHAIN_UNTRUSTED", `the evidence is not vouched for by its platform's maker: ${why}`)
}
