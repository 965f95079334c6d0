import { z } from "zod"
import { systemCode } from "./errors.ts"

const statuses = {
  BAD_REQUEST: 400,
  MAIL_SIZE: 400,
  NOT_FOUND: 404,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  BUSY: 503,
  CLOSING: 503,
  NO_EVIDENCE: 503,
  ENCLAVE_GONE: 503,
} as const
export type RefusalCode = keyof typeof statuses

const messages: Readonly<Record<RefusalCode, string>> = {
  BAD_REQUEST: "this is not a request that the host understands",
  MAIL_SIZE: "the body does not have the size of a frame",
  NOT_FOUND: "there is nothing here; see /openapi.json",
  BODY_TOO_LARGE: "the body is longer than the longest frame",
  MEDIA_TYPE: "mail is application/octet-stream",
  RATE_LIMITED: "too many requests from this address; try again when retry-after says",
  INTERNAL: "the host failed; its log says more",
  BUSY: "the host has as much in hand as it takes; try again",
  CLOSING: "the host is shutting down",
  NO_EVIDENCE: "the enclave's platform gives no evidence now; try again",
  ENCLAVE_GONE: "the enclave is gone; the host is shutting down",
}

/** What the host answers a request that it does not serve. Whoever sent the request must act. */
export class Refusal extends Error {
  override readonly name = "Refusal"
  readonly code: RefusalCode
  readonly statusCode: number

  constructor(code: RefusalCode, options?: ErrorOptions) {
    super(messages[code], options)
    this.code = code
    this.statusCode = statuses[code]
  }
}

export const refusalBody = z
  .object({ code: z.string().describe("stable, for programs"), message: z.string().describe("for people") })
  .describe("Why the request was not served")

/** Error codes of Fastify that have one of ours. (Fastify's manual, Reference/Errors.) */
const fastifyCodes: ReadonlyMap<string | undefined, RefusalCode> = new Map([
  ["FST_ERR_CTP_INVALID_MEDIA_TYPE", "MEDIA_TYPE"],
  ["FST_ERR_CTP_BODY_TOO_LARGE", "BODY_TOO_LARGE"],
  // Only mail has a body to validate, and its size is all there is to it.
  ["FST_ERR_VALIDATION", "MAIL_SIZE"],
])

/** The refusal that answers whatever a route, a hook or Fastify itself has thrown. */
export function refusalFor(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown
  const known = fastifyCodes.get(systemCode(thrown))
  if (known !== undefined) return new Refusal(known, { cause: thrown })
  return new Refusal(isClientError(thrown) ? "BAD_REQUEST" : "INTERNAL", { cause: thrown })
}

function isClientError(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || !("statusCode" in thrown)) return false
  return typeof thrown.statusCode === "number" && thrown.statusCode >= 400 && thrown.statusCode < 500
}
