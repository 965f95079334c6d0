/** What of JIFF is used, and what its server and clients must agree on. */
import { load } from "./load.ts"

export interface Share {
  sadd(other: Share): Share
}

/** What a client is still to send: under way, and not yet. */
interface Mailbox {
  readonly pending: unknown
  readonly current: { readonly messages: readonly unknown[] }
}

export interface Client {
  readonly id: number
  readonly socket: { readonly mailbox: Mailbox; disconnect(): void }
  apply_extension(extension: unknown, options: object): void
  connect(): void
  restFlush(): void
  wait_for(parties: readonly (number | string)[], done: () => void): void
  share(
    value: number | null,
    threshold: number,
    receivers: readonly (number | string)[],
    senders: readonly number[],
  ): Readonly<Record<number, Share>>
  emit(tag: string, receivers: readonly (number | string)[], text: string): void
  listen(tag: string, heard: (from: number | string, text: string) => void): void
  open(share: Share, receivers: readonly number[]): Promise<number>
}

export interface Server {
  readonly computationMaps: { readonly maxCount: Record<string, number> }
  apply_extension(extension: unknown, options: object): void
  compute(computation: string, options: object): Client
}

interface Jiff {
  readonly JIFFClient: new (url: string, computation: string, options: object) => Client
  readonly JIFFServer: new (server: unknown, options: object) => Server
  readonly JIFFClientRestful: unknown
  readonly JIFFServerRestful: unknown
}

export const jiff = load<Jiff>("jiff-mpc")

export const COMPUTATION = "average"
export const SERVER = "s1"
export const analyst = 1
/** Both must put their shares together. */
export const THRESHOLD = 2
/** The largest prime below 2^26: products of two still fit a JavaScript number. */
export const FIELD = 67_108_859

/** This party's share of the sum: one call for each participant, as each made its share by itself. */
export function sumOfShares(party: Client, count: number): Share {
  const shares = Array.from({ length: count }, (_, at) => at + 2).flatMap((sender) => {
    const share = party.share(null, THRESHOLD, [analyst, SERVER], [sender])[sender]
    return share === undefined ? [] : [share]
  })
  return shares.reduce((sum, share) => sum.sadd(share))
}
