/*
 * Two people, their computation, and a host that starts their enclave anew on whatever state it likes.
 */
import { name, type Descriptor, type Digest, type Release, type Submission } from "@event-manager/protocol"
import { termsOf, type SignedSubmitted } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { memoryStore, type MemoryStore } from "../../untrusted/host/src/storage/memory.ts"
import { HostileHost, newUser, type User } from "./hostileHost.ts"
import { openTestEnclave } from "./testEnclave.ts"
import { testPlatform } from "./testPlatform.ts"
import { expectKind } from "./world.ts"

export interface Pair {
  readonly host: HostileHost
  /** What the enclave that is running now stores in. */
  readonly store: MemoryStore
  readonly alice: User
  readonly bob: User
  readonly descriptor: Descriptor
  readonly terms: Digest
}

/** ALICE has created a computation for BOB and herself, and neither has submitted. */
export async function openPair(type = "avg", release: Release = { kind: "first" }): Promise<Pair> {
  const store = memoryStore()
  const host = new HostileHost(await openTestEnclave({ store }))
  const [alice, bob] = [await newUser(host), await newUser(host)]
  const participants = [alice.identity.party, bob.identity.party]
  const plan = { computation: name("It"), type, quorum: 1, release, participants, expiresAt: undefined }
  expectKind(await alice.manager.create(plan), "created")
  const { descriptor } = expectKind(await bob.manager.describe(name("It")), "described")
  return { host, store, alice, bob, descriptor, terms: await termsOf(descriptor) }
}

let lives = 0

/** Puts an enclave on this state in place of the one that was running. */
export async function restart({ host }: Pick<Pair, "host">, store: MemoryStore): Promise<void> {
  lives += 1
  host.enclave = await openTestEnclave({ store, platform: testPlatform(`life ${lives}`) })
}

/** Submits what must be accepted. */
export async function submitted(user: User, descriptor: Descriptor, submission: Submission): Promise<SignedSubmitted> {
  const response = await user.manager.submit(descriptor, submission, { isSigned: true })
  assert.ok(response.kind === "submitted", `submitted expected: ${JSON.stringify(response)}`)
  return response
}
