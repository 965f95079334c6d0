import type { EnclaveCrossing, Request } from "@event-manager/protocol"
import { memoryStore } from "../../untrusted/host/src/storage/memory.ts"
import { newPeople, Pair, type Mail } from "./people.ts"
import { RecordingStore, type StoreCall } from "./recordingStore.ts"
import { openTestEnclave } from "./testEnclave.ts"
import { testPlatform } from "./testPlatform.ts"
import { number } from "./world.ts"

export const people = await newPeople()

export interface Setting {
  readonly store: RecordingStore
  readonly calls: StoreCall[]
  readonly enclave: EnclaveCrossing
  readonly pair: Pair
}

/** An enclave on this state, with ALICE and BOB in session. */
export async function setting(
  inner = memoryStore(),
  snapshotBytesMin = Number.MAX_SAFE_INTEGER,
  life = 0,
): Promise<Setting> {
  const calls: StoreCall[] = []
  const store = new RecordingStore((call) => calls.push(call), inner)
  const platform = testPlatform(`life ${life}`)
  const enclave = await openTestEnclave({ store, platform, snapshotBytesMin })
  return { store, calls, enclave, pair: await Pair.connect(enclave, people, life * 10_000) }
}

/** So many submissions of ALICE's, ready to be delivered. */
export async function submissions({ pair }: Setting, count: number, computation = "It"): Promise<Mail[]> {
  const requests: Request[] = []
  for (let i = 0; i < count; i++) requests.push(await pair.submission(computation, number(`${i}`)))
  return Promise.all(requests.map(async (request) => pair.mail(pair.alice, request)))
}
