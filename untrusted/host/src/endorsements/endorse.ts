import {
  decode,
  DecodeError,
  encode,
  evidenceCodec,
  type Endorsement,
  type Evidence,
} from "@event-manager/protocol/frame"
import { join } from "node:path"
import type { Clock } from "../clock.ts"
import type { Log } from "../log.ts"
import { Cache, type Held } from "./cache.ts"
import { DCAP_SOURCE_DEFAULT, dcapEndorsement } from "./dcap.ts"
import { readManifest } from "./manifest.ts"
import { SNP_SOURCE_DEFAULT, snpEndorsements } from "./snp.ts"
import { openSource, type Source } from "./source.ts"

export interface EndorsementOptions {
  /** File of the signed release manifest that names this enclave's code. */
  readonly releaseManifest?: string
  /** URL or folder of certificates and revocation lists for SEV-SNP. */
  readonly snpEndorsements?: string
  /** URL or folder of collateral for TDX and SGX. */
  readonly dcapEndorsements?: string
  /** The folder in which state is kept, and with it what was fetched. */
  readonly data?: string
}

interface Sources {
  readonly snp: Source
  readonly dcap: Source
}

type Fetched = readonly { readonly kind: Endorsement["kind"]; readonly held: Held }[]

/** Evidence as it goes out, and when its endorsements are to be asked for again. */
interface Endorsed {
  readonly bytes: Uint8Array
  readonly dueMs: number
}

interface Made {
  readonly evidence: Uint8Array
  readonly endorsed: Promise<Endorsed>
  isRenewed: boolean
}

/** Throws HostError (ENDORSEMENTS). */
export async function openEndorser(options: EndorsementOptions, log: Log, clock: Clock): Promise<Endorser> {
  const {
    releaseManifest: file,
    snpEndorsements = SNP_SOURCE_DEFAULT,
    dcapEndorsements = DCAP_SOURCE_DEFAULT,
  } = options
  const manifest: Endorsement[] = file === undefined ? [] : [{ kind: "release", bytes: await readManifest(file) }]
  const sources = { snp: openSource(snpEndorsements, clock), dcap: openSource(dcapEndorsements, clock) }
  const folder = options.data === undefined ? undefined : join(options.data, "endorsements")
  return new Endorser(manifest, sources, new Cache(folder, clock, log), clock)
}

/** Adds to an enclave's evidence what others say of its platform and code. */
export class Endorser {
  readonly #manifest: readonly Endorsement[]
  readonly #sources: Sources
  readonly #cache: Cache
  readonly #clock: Clock
  #made: Made | undefined

  constructor(manifest: readonly Endorsement[], sources: Sources, cache: Cache, clock: Clock) {
    this.#manifest = manifest
    this.#sources = sources
    this.#cache = cache
    this.#clock = clock
  }

  /**
   * The evidence with its endorsements, made once for each evidence. Where those are due again they are renewed meanwhile,
   * and nobody waits for that. What cannot be had is left out: clients say what they miss.
   */
  async endorse(evidence: Uint8Array): Promise<Uint8Array> {
    const made = this.#made
    if (made === undefined || !isSame(made.evidence, evidence)) return (await this.#make(evidence).endorsed).bytes
    const { bytes, dueMs } = await made.endorsed
    if (this.#clock.nowMs() >= dueMs && !made.isRenewed) {
      made.isRenewed = true
      void this.#renew(made)
    }
    return bytes
  }

  #make(evidence: Uint8Array): Made {
    const made = { evidence, endorsed: this.#endorsed(evidence), isRenewed: false }
    this.#made = made
    return made
  }

  async #renew(old: Made): Promise<void> {
    const endorsed = Promise.resolve(await this.#endorsed(old.evidence))
    if (this.#made === old) this.#made = { evidence: old.evidence, endorsed, isRenewed: false }
  }

  async #endorsed(bytes: Uint8Array): Promise<Endorsed> {
    const evidence = decoded(bytes)
    if (evidence === undefined) return { bytes, dueMs: Number.POSITIVE_INFINITY }
    const fetched = await this.#fetched(evidence.quote)
    const others = fetched.flatMap(({ kind, held }) => (held.bytes === undefined ? [] : [{ kind, bytes: held.bytes }]))
    const endorsements = [...this.#manifest, ...others]
    const dueMs = Math.min(...fetched.map(({ held }) => held.dueMs))
    return { bytes: encode(evidenceCodec, { ...evidence, endorsements }), dueMs }
  }

  async #fetched(quote: Evidence["quote"]): Promise<Fetched> {
    switch (quote.kind) {
      case "sev-snp":
        return snpEndorsements(quote, this.#sources.snp, this.#cache)
      case "tdx":
      case "sgx":
        return [{ kind: "dcap", held: await dcapEndorsement(quote, this.#sources.dcap, this.#cache) }]
      // Nitro documents carry their chain; the others have nobody to endorse them.
      case "nitro":
      case "simulation":
      case "mock":
        return []
    }
  }
}

/** What is no evidence goes out as it came: clients refuse it by its own code. */
function decoded(bytes: Uint8Array): Evidence | undefined {
  try {
    return decode(evidenceCodec, bytes)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
