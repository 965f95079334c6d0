import type { Digest, Name } from "@event-manager/client"
import type { Desk } from "../home/home.ts"
import type { Entry } from "./journal.ts"
import { isSameServer } from "./places.ts"

/** A computation that was at this host, and that it lists no longer: deleted, expired, or set back to before it was. */
export interface Missing {
  readonly computation: Name
  readonly terms: Digest
  /** When this page last saw something happen in it, in seconds since 1970. */
  readonly at: number
}

/** Computations of one's own that one does not take part in, and that are asked for one by one. */
const CONVENED_MAX = 50
/** What was longer ago has had time to expire. */
const SECONDS_MAX = 60 * 86_400

/** The latest computations that were created at this host, and are not listed for want of taking part. */
export function convenedAt(desk: Pick<Desk, "journal">, server: string, listed: ReadonlySet<Digest>): readonly Entry[] {
  return unlisted(desk, server, listed).slice(-CONVENED_MAX)
}

/** What the journal has of this host, and the host has not; the latest first. `there` is what it has, `at` now. */
export function missingOf(
  desk: Pick<Desk, "journal">,
  server: string,
  there: ReadonlySet<Digest>,
  at: number,
): readonly Missing[] {
  const unasked = new Set(unlisted(desk, server, there).slice(0, -CONVENED_MAX))
  const here = desk.journal.all().filter((entry) => isAt(entry, server))
  return (
    [...Map.groupBy(here, ({ terms }) => terms).values()]
      .filter((entries) => !entries.some((entry) => unasked.has(entry)))
      // An alarm alone may be about an invitation to what never was.
      .filter((entries) => entries.some(({ happening }) => happening.kind !== "alarm"))
      .map((entries) => entries.at(-1))
      .filter((last): last is Entry => last !== undefined && last.happening.kind !== "deleted")
      .filter((last) => !there.has(last.terms) && at - last.at < SECONDS_MAX)
      .map(({ computation, terms, at: seen }) => ({ computation, terms, at: seen }))
      .toReversed()
  )
}

function unlisted({ journal }: Pick<Desk, "journal">, server: string, listed: ReadonlySet<Digest>): readonly Entry[] {
  return journal.created().filter((entry) => !listed.has(entry.terms) && isAt(entry, server))
}

function isAt({ server }: Entry, here: string): boolean {
  return server !== undefined && isSameServer(server, here)
}
