import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import { Folder } from "../src/cliHarness.ts"
import type { Person } from "./person.ts"
import { create, openComputation, submit, takeUp } from "./plan.ts"
import { Setting, skip } from "./setting.ts"

let setting: Setting
suite("witnesses", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach((t) => setting.everybodyLeaves(t))

  test("witnessed by three: each confirms by asking, then all have the answer, and a statement for a third", async (t) => {
    const [alice, bob, charley] = await setting.group("ALICE", "BOB", "CHARLEY")
    assert.ok(alice !== undefined && bob !== undefined && charley !== undefined)
    const link = await create(alice, {
      name: "Salaries",
      type: "avg",
      quorum: 3,
      others: [bob, charley],
      release: "witnessed",
    })
    await submit(alice, "4100.50")
    for (const [person, value] of [
      [bob, "3900"],
      [charley, "4600"],
    ] as const) {
      await takeUp(person, link)
      await submit(person, value)
    }
    await alice.press("result.ask")
    await alice.sees("witness.count", { signed: 1, needed: 3 })
    await alice.sees("witness.signed")
    await bob.press("result.ask")
    await bob.sees("witness.count", { signed: 2, needed: 3 })
    assert.equal(await bob.page.locator(".answer").count(), 0)
    await charley.press("result.ask")
    for (const person of [charley, alice, bob]) {
      await person.sees("result.average", { n: 3 })
      assert.equal(await person.page.locator(".answer .value").innerText(), "4200.166666666667", person.name)
    }
    await openComputation(alice, "Salaries")
    await alice.sees("result.average", { n: 3 })
    const statement = await alice.saves(() => alice.press("result.save"))
    assert.match(statement.name, /^Salaries.*\.result$/)
    await bob.go("verify")
    await verifiesOffline(bob, statement)

    // Anybody can make up an enclave: who has no rule for one is told no more than that the signatures fit.
    const denise = await setting.member("DENISE")
    await denise.go("verify")
    await denise.drops("verify.drop", { name: statement.name, bytes: statement.text })
    await denise.sees("verify.fits")
    assert.equal(await denise.page.getByText(denise.said("verify.good"), { exact: true }).count(), 0)

    const folder = new Folder(t)
    folder.configure(setting.host.url, setting.host.constraint)
    folder.write(statement.name, statement.text)
    const { status, out } = await folder.run("DENISE", "verify-result", statement.name)
    assert.equal(status, 0)
    assert.match(out, /4200\.166666666667/)
  })
})

async function verifiesOffline(person: Person, { name, text }: { name: string; text: string }): Promise<void> {
  await person.context.setOffline(true)
  const { mails } = person
  await person.drops("verify.drop", { name, bytes: text })
  await person.sees("verify.good")
  await person.seesText("4200.166666666667")
  for (const changed of changes(text)) {
    await person.drops("verify.drop", { name, bytes: changed })
    await person.sees("verify.bad")
    assert.equal(await person.page.getByText("4200.166666666667").count(), 0, "nothing of it is shown")
    await person.drops("verify.drop", { name, bytes: text })
    await person.sees("verify.good")
  }
  assert.equal(person.mails, mails)
  await person.context.setOffline(false)
}

/** One letter in each of a few places, and half of it. */
function* changes(text: string): Generator<string> {
  for (const share of [0.3, 0.6, 0.9]) {
    const at = Math.floor(share * text.length)
    yield `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`
  }
  yield text.slice(0, text.length / 2)
}
