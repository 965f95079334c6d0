import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import { alarmStays } from "./alarm.ts"
import { create, openComputation, submit, submitKey, takeUp } from "./plan.ts"
import { said } from "./said.ts"
import { Setting, skip } from "./setting.ts"

/*
 * What somebody has seen is held against what they are shown: in the list, in a view that stays open, and under a name that
 * is used again.
 */
let setting: Setting
suite("what was seen", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach(async (t) => {
    await setting.everybodyLeaves(t)
    await setting.host.restart("data")
  })

  test("an enclave that is set back while matches are counted: the alarm, and no notice beside the count", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    await create(alice, { name: "Counted", type: "key", quorum: 2, others: [bob], matches: "counted" })
    await setting.host.copyState("uncounted")
    await submitKey(alice, "KEY", "")
    await alice.sees("matches.own.other", { n: 0 })
    await setting.host.restart("uncounted")
    await alarmStays(alice, "failure.HISTORY_CONFLICT.title")
    await alice.type("alarm.leaveField", "Counted")
    await alice.press("alarm.leaveDo")
    await alice.page.getByRole("button", { name: new RegExp(`^Counted .*${said("state.alarm")}$`) }).waitFor()
  })

  test("another computation under a known name: the alarm where it was seen; its own terms, with a warning, where it was not", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    const link = await create(alice, { name: "Again", type: "avg", quorum: 2, others: [bob] })
    await takeUp(bob, link)
    await submit(bob, "1")
    await bob.go("computations")
    await bob.page.getByRole("button", { name: /^Again / }).waitFor()
    await alice.press("one.delete")
    await alice.type("delete.field", "Again")
    await alice.press("delete.do")
    await create(alice, { name: "Again", type: "avg", quorum: 1, others: [bob] })

    await bob.page.getByRole("button", { name: /^Again / }).click()
    await alarmStays(bob, "failure.TERMS_DIFFER.title")
    await bob.open(setting.page.url)
    await bob.sees("list.missing")
    await openComputation(bob, "Again")
    await bob.sees("one.newUnderName")
    await bob.sees("state.new")
  })

  test("an enclave that is set back to before a computation was created: the list says that it was there", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    await setting.host.copyState("before")
    await create(alice, { name: "Gone", type: "avg", quorum: 2, others: [bob] })
    await setting.host.restart("before")
    await alice.open(setting.page.url)
    await alice.sees("list.missing")
    await alice.page.getByRole("status").getByText("Gone").waitFor()
  })

  test("an identity is forgotten by its name, and with all that it knew", async () => {
    const alice = await setting.convenor("ALICE")
    await alice.go("people")
    await alice.press("people.forget")
    await alice.type("people.forgetField", "BOB")
    await alice.press("people.forgetDo")
    await alice.sees("people.forgetWrong")
    await alice.type("people.forgetField", "ALICE")
    await alice.press("people.forgetDo")
    await alice.button("welcome.make").waitFor()
    await alice.type("welcome.name", "ALICE")
    await alice.press("welcome.make")
    await alice.button("enclave.connect").waitFor()
  })

  test("a file that is dropped beside its place does not take the place of the page", async () => {
    const alice = await setting.member("ALICE")
    await alice.go("people")
    await alice.field("people.addPaste").waitFor()
    const isHeld = await alice.page.evaluate<boolean[]>(
      "['dragover', 'drop'].map((type) => !document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true })))",
    )
    assert.deepEqual(isHeld, [true, true])
  })
})
