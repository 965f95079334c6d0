/*
 * What the page keeps in a browser, kept in memory.
 */
import { httpTransport, name, type Transport } from "@event-manager/client"
import { IDBFactory, IDBKeyRange, IDBObjectStore } from "fake-indexeddb"
import { BrowserHome } from "../../user/web/src/home/browserHome.ts"
import type { Desk } from "../../user/web/src/home/home.ts"
import { Visit } from "../../user/web/src/model/visit.ts"
import { CLOCK_MS_FIRST } from "./testPlatform.ts"

export const MOCK_CONSTRAINT = `S:${"0".repeat(64)} PROD:1 SEC:INSECURE`

/** A browser that has kept nothing yet, and in which no page is open. */
export async function emptyBrowser(): Promise<void> {
  const { held = [] } = await navigator.locks.query()
  for (const { name = "" } of held) await navigator.locks.request(name, { steal: true }, async () => undefined)
  Object.assign(globalThis, { indexedDB: new IDBFactory(), IDBKeyRange, IDBObjectStore })
}

/** The home of a page in it; it reaches every host by this transport. */
export async function openPageHome(transport?: Transport): Promise<BrowserHome> {
  const abilities = { signer: undefined, substituted: [] }
  const reach = transport === undefined ? httpTransport : (): Transport => transport
  return BrowserHome.open({ kind: "browser", suggested: undefined, page: "https://page.test/" }, abilities, reach)
}

/** A desk of a new identity. */
export async function newDesk(home: BrowserHome, called: string): Promise<Desk> {
  await home.create(name(called), undefined)
  return home.open(name(called))
}

/** What takes the place of the world for a visit: the enclave's clock, and pauses that take no time. */
export const testOptions = { now: () => CLOCK_MS_FIRST / 1_000, pause: async (): Promise<void> => undefined }

export function visitOf(desk: Desk, transport: Transport, constraint: string | undefined = MOCK_CONSTRAINT): Visit {
  const suggested = { server: transport.address, constraint: MOCK_CONSTRAINT }
  return new Visit(desk, { server: transport.address, constraint }, { ...testOptions, suggested })
}
