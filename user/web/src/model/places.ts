import type { Desk, Place } from "../home/home.ts"
import type { Invitation } from "./invitation.ts"

/**
 * What an invitation tells of a server of which nothing says here which enclave to accept. Until its user has agreed to
 * server and rule, nothing is asked of it, sent to it or kept of it.
 */
export interface NewServer {
  readonly kind: "new server"
  readonly server: string
  readonly constraint: string
  /** Of the enclave. */
  readonly fingerprint: string
}

/** Whether two addresses are of one server, however they are spelled. */
export function isSameServer(one: string, other: string): boolean {
  return normalForm(one) === normalForm(other)
}

/**
 * Where the page is when it is opened: what the user has chosen, then what whoever serves the page suggests, under the rule
 * that the user has agreed to where that says none.
 */
export function defaultPlace(desk: Pick<Desk, "places">, suggested: Place | undefined): Place | undefined {
  const { chosen } = desk.places
  if (chosen !== undefined) return chosen
  if (suggested === undefined) return desk.places.all()[0]
  const ruled = [suggested, ...knownPlaces(desk, undefined, suggested.server)]
  return ruled.find(({ constraint }) => constraint !== undefined) ?? suggested
}

/** The place that an invitation leads to, under the address that is kept of it if one is. */
export function invitedPlace(desk: Pick<Desk, "places">, suggested: Place | undefined, invitation: Invitation): Place {
  const { server, constraint } = invitation
  return { server: knownPlaces(desk, suggested, server)[0]?.server ?? server, constraint }
}

/** What is known of a server without any link: as it is kept, and as it was suggested. */
export function knownPlaces(
  { places }: Pick<Desk, "places">,
  suggested: Place | undefined,
  server: string,
): readonly Place[] {
  const all = suggested === undefined ? places.all() : [...places.all(), suggested]
  return all.filter((each) => isSameServer(each.server, server))
}

/** What a browser reaches this machine by. */
const LOOPBACK = /^(?:localhost|.+\.localhost|127\.[0-9.]+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/

/** Case, encoding, and a default port are made one by URL itself. */
function normalForm(server: string): string {
  const url = URL.parse(server)
  if (url === null) return server
  const host = url.hostname.replace(/\.$/, "")
  const path = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`
  return `${url.protocol}//${LOOPBACK.test(host) ? "localhost" : host}:${url.port}${path}`
}
