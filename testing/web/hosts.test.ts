import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import type { Person } from "./person.ts"
import { create, openComputation, submit, takeUp } from "./plan.ts"
import { said } from "./said.ts"
import { Setting, skip } from "./setting.ts"

/*
 * No network, a host that is slow, and one that is restarted: nothing that was typed is lost, nor sent twice.
 */
let setting: Setting
suite("hosts that go away", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach((t) => setting.everybodyLeaves(t))

  test("a host that is restarted while a number is sent: the page waits, and submits once", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    await create(alice, { name: "Restarted", type: "avg", quorum: 1, others: [bob] })
    await alice.type("submit.number", "12.5")
    await setting.host.stop()
    await alice.press("submit.do")
    await alice.button("submit.working").waitFor()
    assert.equal(await alice.field("submit.number").inputValue(), "12.5")
    await setting.host.start()
    await alice.sees("submit.done")
    await submittedOnce(alice)
  })

  test("a host that is away when a view is opened: the view says so, and comes when the host does", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    const link = await create(alice, { name: "Away", type: "avg", quorum: 1, others: [bob] })
    await setting.host.stop()
    await takeUp(bob, link)
    await bob.sees("failure.HOST_UNREACHABLE.title")
    await alice.open(setting.page.url)
    await alice.sees("connection.waiting")
    await setting.host.start()
    await alice.page.getByRole("button", { name: /^Away / }).click()
    await alice.isAt("Away")
    await bob.press("do.retry")
    await bob.isAt("Away")
  })

  test("offline: the page says so, keeps what was typed, and goes on when it is back", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    await create(alice, { name: "Offline", type: "avg", quorum: 1, others: [bob] })
    await alice.type("submit.number", "-7")
    await alice.context.setOffline(true)
    await alice.sees("connection.offline")
    await alice.press("submit.do")
    assert.equal(await alice.field("submit.number").inputValue(), "-7")
    await alice.context.setOffline(false)
    await alice.sees("submit.done")
    await submittedOnce(alice)
  })

  test("a slow host: the page says so while it waits", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    await create(alice, { name: "Slow", type: "avg", quorum: 1, others: [bob] })
    const gate = Promise.withResolvers<void>()
    await alice.context.route("**/mail", async (route) => {
      await gate.promise
      await route.continue()
    })
    await alice.type("submit.number", "3")
    await alice.press("submit.do")
    await alice.sees("connection.slow")
    assert.equal(await alice.field("submit.number").inputValue(), "3")
    await alice.field("submit.number").press("Enter")
    gate.resolve()
    await alice.sees("submit.done")
    await alice.page.getByText(said("connection.slow")).waitFor({ state: "detached" })
    await submittedOnce(alice)
  })

  test("an answer that is lost: what was typed is there, and submitting again counts once", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    await create(alice, { name: "Lost", type: "avg", quorum: 1, others: [bob] })
    let lost = 0
    await alice.context.route("**/mail", async (route) => {
      if (lost > 0) return route.continue()
      lost += 1
      await route.fetch()
      return route.abort("connectionreset")
    })
    await alice.type("submit.number", "3")
    await alice.press("submit.do")
    await alice.sees("submit.done")
    assert.equal(lost, 1)
    await submittedOnce(alice)
  })
})

/** The history has two events, the computation's creation and this submission; and there is one line of it here. */
async function submittedOnce(person: Person): Promise<void> {
  await openComputation(person, await person.page.getByRole("heading", { level: 1 }).innerText())
  const lines = person.page.locator("ol li").filter({ hasText: said("timeline.submitted") })
  await lines.first().waitFor()
  assert.equal(await lines.count(), 1)
  assert.match(await lines.innerText(), new RegExp(said("timeline.position", { position: 2 })))
  await submit(person, "1")
}
