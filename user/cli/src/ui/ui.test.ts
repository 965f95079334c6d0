import { CARD_BYTES_MAX, makeCard, name, type Terms } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { afterEach, beforeEach, describe, test, type TestContext } from "node:test"
import { Folder, MOCK_CONSTRAINT, mockHost, type Running } from "../../../../testing/src/cliHarness.ts"
import { newIdentity } from "../../../../testing/src/testClient.ts"
import type { Desk } from "../../../web/src/home/home.ts"
import { OwnMachineHome } from "../../../web/src/home/ownMachineHome.ts"
import { askServed } from "../../../web/src/home/served.ts"
import { Visit } from "../../../web/src/model/visit.ts"

const ALICE = name("ALICE")
const nodes = globalThis.fetch

/** As a browser does, and Node does not: a page's origin goes with what it sends. */
beforeEach(() => {
  globalThis.fetch = async (url, init = {}) => {
    const { origin } = new URL(String(url))
    return nodes(url, { ...init, headers: { ...init.headers, origin } })
  }
})
afterEach(() => {
  globalThis.fetch = nodes
})

interface Page {
  readonly running: Running
  readonly link: URL
  readonly home: OwnMachineHome
}

async function open(folder: Folder, ...args: readonly string[]): Promise<Page> {
  const running = folder.start(...args, "--json")
  const link = new URL(await running.match(/"link":"([^"]+)"/))
  const home = await OwnMachineHome.open(await askServed(link), link)
  return { running, link, home }
}

async function end({ running }: Page, desk?: Desk): Promise<void> {
  await desk?.close()
  running.signal("SIGINT")
  const { status, lines } = await running.ended
  assert.deepEqual([status, JSON.parse(lines.at(-1) ?? "").code], [0, "SUCCESS"])
}

async function folderAt(t: TestContext): Promise<{ folder: Folder; url: string }> {
  const { url } = await mockHost(t)
  const folder = new Folder(t)
  folder.configure(url)
  return { folder, url: `${url}/` }
}

describe("event-client NAME ui", () => {
  test("is a page whose identity, notes, cards and journal are the command's files", async (t) => {
    const { folder, url } = await folderAt(t)
    await folder.addPeople("ALICE", "BOB")
    const page = await open(folder, "ALICE", "ui")
    const { home } = page
    assert.deepEqual([home.kind, home.suggested], ["own machine", { server: url, constraint: MOCK_CONSTRAINT }])
    assert.equal(home.page, undefined, "nobody else is to have its address")
    const desk = await home.open(ALICE)
    const bob = desk.cards.all().find((card) => card.name === "BOB")
    assert.ok(bob !== undefined)
    const visit = new Visit(desk, { server: url, constraint: MOCK_CONSTRAINT })
    const participants = [desk.identity.party, bob.party]
    const release = { kind: "witnessed", witnesses: 2 } as const
    const plan: Terms = {
      computation: name("It"),
      type: "avg",
      quorum: 2,
      release,
      participants,
      expiresAt: undefined,
    }
    const created = await visit.create(plan)
    assert.ok(created.kind === "done", JSON.stringify(created))
    assert.equal((await visit.submit(created.value, "10")).kind, "done")
    await end(page, desk)
    // The commands know all that the page has seen, and it what they have.
    assert.equal((await folder.run("BOB", "submit-value", "It", "20")).status, 0)
    assert.equal((await folder.run("ALICE", "submit-value", "It", "30")).status, 0)
    const later = await open(folder, "ALICE", "ui")
    const again = await later.home.open(ALICE)
    const result = await new Visit(again, { server: url, constraint: MOCK_CONSTRAINT }).result(created.value)
    assert.ok(result.kind === "done" && result.value.kind === "awaiting", JSON.stringify(result))
    assert.deepEqual(
      again.journal.of(created.value.terms).map(({ happening }) => happening.kind),
      ["created", "submitted", "frozen", "witnessed"],
    )
    await end(later, again)
    assert.match((await folder.run("BOB", "get-result", "It")).out, /SUCCESS\. Result: 25/)
  })

  test("takes the host and the constraint from an invitation where nothing else says them", async (t) => {
    const { url } = await mockHost(t)
    const folder = new Folder(t)
    const fragment = new URLSearchParams({ invitation: "1", host: `${url}/` }).toString()
    const page = await open(folder, "ALICE", "ui", `https://page.test/#${fragment}`)
    assert.deepEqual(
      [page.link.hash, page.home.suggested],
      [`#${fragment}`, { server: `${url}/`, constraint: undefined }],
    )
    const desk = await page.home.open(ALICE)
    assert.throws(() => desk.transport("http://other.test/"), { code: "OTHER_HOST" })
    await desk.places.keep({ server: `${url}/`, constraint: MOCK_CONSTRAINT })
    await end(page, desk)
    const later = await open(folder, "-s", url, "ALICE", "ui")
    assert.equal(later.home.suggested?.constraint, MOCK_CONSTRAINT)
    await end(later)
  })

  test("does not let a page change what the configuration says, nor make or forget identities", async (t) => {
    const { folder, url } = await folderAt(t)
    const page = await open(folder, "ALICE", "ui")
    const desk = await page.home.open(ALICE)
    await assert.rejects(desk.places.keep({ server: url, constraint: `C:${"1".repeat(64)}` }), {
      code: "OWN_MACHINE_REFUSED",
      message: /configuration file/,
    })
    await assert.rejects(page.home.create(), { code: "NOT_ON_OWN_MACHINE" })
    await assert.rejects(page.home.forget(), { code: "NOT_ON_OWN_MACHINE" })
    await assert.rejects(desk.cards.remove(name("BOB")), { code: "NOT_ON_OWN_MACHINE" })
    const card = await makeCard(name("BOB"), await newIdentity())
    await desk.cards.save(card)
    assert.ok(card.text.length < CARD_BYTES_MAX)
    assert.equal(folder.read("BOB.conclave"), card.text)
    await end(page, desk)
  })

  test("holds the identity's lock, and lets it go at the end", async (t) => {
    const { folder } = await folderAt(t)
    const page = await open(folder, "ALICE", "ui")
    const { status, err } = await folder.run("ALICE", "list-computations")
    assert.deepEqual([status, err.includes("IDENTITY_IN_USE")], [1, true])
    await end(page)
    assert.match((await folder.run("ALICE", "list-computations")).out, /^NO_RESULTS/)
  })

  test("a page whose command has ended says so", async (t) => {
    const { folder } = await folderAt(t)
    const page = await open(folder, "ALICE", "ui")
    const desk = await page.home.open(ALICE)
    await end(page)
    await assert.rejects(desk.identity.sign(new Uint8Array(1)), { code: "OWN_MACHINE_GONE" })
    await assert.rejects(desk.pins.set("x", desk.identity.party), { code: "OWN_MACHINE_GONE" })
    const gone = await new Visit(desk, page.home.suggested ?? assert.fail()).list()
    assert.ok(gone.kind === "failed")
    assert.deepEqual([gone.failure.code, gone.failure.mayPass], ["OWN_MACHINE_GONE", true])
    await desk.close()
  })

  test("a host that is away is the host's failure, and not the command's", async (t) => {
    const folder = new Folder(t)
    folder.configure("http://127.0.0.1:1")
    const page = await open(folder, "ALICE", "ui")
    const desk = await page.home.open(ALICE)
    const gone = await new Visit(desk, page.home.suggested ?? assert.fail()).attest()
    assert.ok(gone.kind === "failed")
    assert.equal(gone.failure.code, "HOST_UNREACHABLE")
    await end(page, desk)
  })

  test("refuses what is no invitation", async (t) => {
    const { folder } = await folderAt(t)
    const { status, err } = await folder.run("ALICE", "ui", "https://page.test/")
    assert.deepEqual([status, /that is no invitation/.test(err)], [2, true])
  })
})
