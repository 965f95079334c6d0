/** Participants as the library has them, each with an identity, a session and notes of its own. */
import {
  EventManager,
  httpTransport,
  parseConstraint,
  readSubmission,
  type Descriptor,
  type Identity,
  type Name,
  type Note,
  type Notebook,
  type PartyKey,
  type Pins,
  type Refused,
  type Submitted,
} from "@event-manager/client"
import { partyKey } from "@event-manager/protocol"
import { generateKeyPairSync, sign } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { BenchError } from "../benchError.ts"
import type { Host } from "./host.ts"

/** A participant with a new identity. Its keys and notes are kept in memory: its disk is not measured. */
export function newParticipant(host: Host): Participant {
  const identity = newIdentity()
  const manager = new EventManager({
    transport: httpTransport(host.url),
    constraint: parseConstraint(host.constraint),
    identity,
    pins: memoryPins(),
    notebook: memoryNotebook(),
    now: () => Math.floor(Date.now() / 1_000),
    pause: (milliseconds) => pause(milliseconds),
  })
  return { identity, manager }
}

export interface Participant {
  readonly identity: Identity
  readonly manager: EventManager
}

/** Creates a computation among them, the first being its convenor. */
export async function createComputation(
  participants: readonly Participant[],
  computation: Name,
  type: "avg" | "key",
): Promise<void> {
  const parties = participants.map(({ identity }) => identity.party)
  const terms = { computation, type, quorum: parties.length, participants: parties, expiresAt: undefined }
  accepted(await participants[0]?.manager.create({ ...terms, release: { kind: "first" } }))
}

/** What a participant sees of the computation before it submits. */
export async function descriptorOf({ manager }: Participant, computation: Name): Promise<Descriptor> {
  return accepted(await manager.describe(computation)).descriptor
}

export async function submit({ manager }: Participant, descriptor: Descriptor, value: string): Promise<Submitted> {
  return accepted(await manager.submit(descriptor, readSubmission(descriptor, value, undefined)))
}

/** The answer. Throws BenchError for a refusal, since the scenarios ask for nothing that should be refused. */
export function accepted<A extends { readonly kind: string }>(answer: A | Refused | undefined): A {
  if (answer === undefined || isRefused(answer)) {
    throw new BenchError(`the enclave refused: ${answer?.reason ?? "there is no such participant"}`)
  }
  return answer
}

function isRefused(answer: { readonly kind: string }): answer is Refused {
  return answer.kind === "refused"
}

function newIdentity(): Identity {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const { x } = publicKey.export({ format: "jwk" })
  return {
    party: partyKey(Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" })),
    sign: async (data) => new Uint8Array(sign(null, data, privateKey)),
  }
}

function memoryPins(): Pins {
  const pins = new Map<string, PartyKey>()
  return {
    get: (address) => pins.get(address),
    async set(address, identity) {
      pins.set(address, identity)
    },
    accepted: undefined,
  }
}

function memoryNotebook(): Notebook {
  const notes = new Map<string, Note>()
  return {
    note: (terms) => notes.get(terms),
    async write(terms, note) {
      notes.set(terms, note)
    },
  }
}
