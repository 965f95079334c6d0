import { CodedError } from "@event-manager/client"
import { timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"

/** Why a request is not answered: an HTTP status and a line. */
export class RequestRefused extends CodedError<"REQUEST_REFUSED"> {
  readonly status: number

  constructor(status: number, why: string) {
    super("REQUEST_REFUSED", why)
    this.status = status
  }
}

/**
 * The path below the token. Throws RequestRefused for a request that does not come from the page: another host name (DNS
 * rebinding), another origin, another page of this browser, or a wrong token.
 */
export function pathOf({ method, url = "", headers }: IncomingMessage, host: string, token: string): string {
  if (headers.host !== host) throw new RequestRefused(421, "this is not the address of this page")
  const origin = headers.origin
  const isPost = method === "POST"
  if (origin === undefined ? isPost : origin !== `http://${host}`) throw new RequestRefused(403, "another page asks")
  const site = headers["sec-fetch-site"]
  if (site !== undefined && site !== "same-origin" && site !== "none")
    throw new RequestRefused(403, "another page asks")
  const [, given = "", ...rest] = (url.split("?")[0] ?? "").split("/")
  // Without a slash behind the token, the page's files would be looked for beside it.
  if (!isSame(given, token) || rest.length === 0)
    throw new RequestRefused(404, "open the link that event-client printed")
  return rest.join("/")
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The body, of this type and no longer than `bytesMax`. Throws RequestRefused. */
export async function bodyOf(
  request: IncomingMessage,
  type: string,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (request.headers["content-type"] !== type) throw new RequestRefused(415, `${type} expected`)
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of request) {
    if (!(part instanceof Uint8Array)) continue
    length += part.length
    if (length > bytesMax) throw new RequestRefused(413, `at most ${bytesMax} bytes`)
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}
