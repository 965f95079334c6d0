import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import { alarmStays } from "./alarm.ts"
import { create, submit, takeUp } from "./plan.ts"
import { said } from "./said.ts"
import { enter, Setting, skip } from "./setting.ts"

/*
 * Hosts that rewind, fork and swap the enclave, and links that lead elsewhere.
 */
let setting: Setting
suite("alarms", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach(async (t) => {
    await setting.everybodyLeaves(t)
    await setting.host.restart("data")
  })

  test("a host that rewinds the enclave: the alarm takes the view, and does not go by habit", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    await create(alice, { name: "Rewound", type: "avg", quorum: 2, others: [bob] })
    await setting.host.copyState("rewound")
    await submit(alice, "40417")
    await setting.host.restart("rewound")
    await alice.press("result.ask")
    await alarmStays(alice, "failure.HISTORY_CONFLICT.title")
    const evidence = await alice.saves(() => alice.press("alarm.save"))
    assert.match(evidence.text, /^alarm: HISTORY_CONFLICT\n/)
    assert.match(evidence.text, /latest place seen: \{.*"length":/)
    // Times and digests have digits too, but none of so many by themselves.
    assert.doesNotMatch(evidence.text, /\b40[,.]?417\b/, "no number is in it")

    await alice.press("alarm.leaveDo")
    await alice.sees("delete.wrong")
    await alice.type("alarm.leaveField", "Rewound")
    await alice.press("alarm.leaveDo")
    await alice.isAt(said("list.title"))
    await alice.page.locator(".bar").getByText(said("failure.HISTORY_CONFLICT.title")).waitFor()
    await alice.page.getByRole("button", { name: /^Rewound / }).click()
    await alarmStays(alice, "failure.HISTORY_CONFLICT.title")

    // A page that is loaded anew has forgotten the alarm, and not what was seen.
    await alice.open(setting.page.url)
    await alice.page.getByRole("button", { name: /^Rewound / }).click()
    await alarmStays(alice, "failure.HISTORY_OLDER.title")
    await alice.seesText(/· as number 2 in its history/)
    const again = await alice.saves(() => alice.press("alarm.save"))
    assert.match(again.text, /latest place seen: \{.*"length":/)
  })

  test("a host that forks the enclave: whoever has seen one branch is not told the other", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    const link = await create(alice, { name: "Forked", type: "avg", quorum: 1, others: [bob] })
    await setting.host.copyState("fork")
    await submit(alice, "40")
    await setting.host.restart("fork")
    await takeUp(bob, link)
    for (const value of ["50", "51", "52"]) await submit(bob, value)
    await alice.press("result.ask")
    await alarmStays(alice, "failure.HISTORY_CONFLICT.title")
    await alice.page.goBack()
    await alarmStays(alice, "failure.HISTORY_CONFLICT.title")
  })

  test("a host that puts another enclave in its place: accepted by the fingerprint that was announced, and not else", async () => {
    const alice = await setting.convenor("ALICE")
    await setting.host.restart("swapped")
    await alice.go("enclave")
    await alice.press("enclave.again")
    const { mails } = alice
    await alarmStays(alice, "failure.ENCLAVE_CHANGED.title")
    await alice.open(setting.page.url)
    await alarmStays(alice, "failure.ENCLAVE_CHANGED.title")
    assert.equal(alice.mails, mails, "nothing was sent to it")

    const bob = await setting.convenor("BOB")
    await bob.go("enclave")
    const fingerprint = await bob.page.locator(".mono.large").innerText()
    assert.match(fingerprint, /^\w{4}(-\w{4}){4}$/)
    await alice.unfold("failure.details")
    const shown = await alice.page.locator("main").innerText()
    for (const group of fingerprint.split("-")) assert.ok(!shown.includes(group), "it must be known from elsewhere")

    await alice.unfold("alarm.changed.accept")
    for (const wrong of ["0000", fingerprint.slice(0, 4), fingerprint.slice(0, -4)]) {
      await alice.type("alarm.changed.field", wrong)
      await alice.press("alarm.changed.do")
      await alice.sees("alarm.changed.wrong")
    }
    await alice.type("alarm.changed.field", fingerprint)
    await alice.press("alarm.changed.do")
    await alice.button("list.create").waitFor()
  })

  test("an enclave that the rule does not accept: the alarm, and nothing is sent", async () => {
    const alice = await setting.member("ALICE")
    const constraint = `C:${"ab".repeat(32)} SEC:INSECURE`
    await alice.type("enclave.address", setting.host.url)
    await alice.type("enclave.constraint", constraint)
    await alice.press("enclave.connect")
    await alarmStays(alice, "failure.MEASUREMENT_NOT_ACCEPTED.title")
    assert.equal(alice.mails, 0)
    await alice.press("enclave.change")
    await enter(alice, setting.host)
    await alice.sees("enclave.heldTo.text")
  })

  test("a link to a server that is new: nothing is asked of it, sent to it or kept before the reader agrees", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    const link = await create(alice, { name: "New", type: "avg", quorum: 2, others: [bob] })
    const { origin } = new URL(setting.host.url)
    await bob.open(link)
    await bob.sees("opened.newServer")
    for (const text of [setting.host.url, setting.host.constraint]) await bob.seesText(text)
    await bob.press("opened.dontUse")
    await bob.isAt(said("list.title"))
    await bob.open(link)
    await bob.sees("opened.newServer")
    assert.ok(!bob.asked.has(origin), "it was not even asked for its evidence")
    await bob.press("opened.use")
    await bob.isAt("New")
    await bob.page.locator("main").getByText(setting.host.url).waitFor()
    await bob.open(link)
    await bob.isAt("New")
  })

  test("links: a wrong pin, a foreign rule, another computation under the name, a link that was cut", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    const link = await create(alice, { name: "Linked", type: "avg", quorum: 2, others: [bob] })
    const other = await create(alice, { name: "Other", type: "avg", quorum: 2, others: [bob] })

    await takeUp(bob, changed(link, "enclave", "ab".repeat(32)))
    await alarmStays(bob, "failure.INVITATION_OTHER_ENCLAVE.title")
    await takeUp(bob, changed(link, "constraint", `C:${"ab".repeat(32)} SEC:INSECURE`))
    await alarmStays(bob, "failure.MEASUREMENT_NOT_ACCEPTED.title")
    assert.equal(bob.mails, 0, "nothing was sent")
    await takeUp(bob, changed(link, "terms", parameters(other).get("terms") ?? ""))
    await alarmStays(bob, "failure.INVITATION_OTHER_TERMS.title")
    await bob.open(link.slice(0, -20))
    await bob.sees("failure.INVITATION_COMPUTATION.title")
    await bob.open(link.slice(0, link.indexOf("&terms")))
    await bob.sees("failure.INVITATION_MALFORMED.title")

    await takeUp(bob, link)
    await submit(bob, "1")
    await bob.open(changed(link, "constraint", `${setting.host.constraint} PLATFORM:simulation`))
    await alarmStays(bob, "failure.INVITATION_OTHER_CONSTRAINT.title")
    await bob.open(changed(link, "enclave", "ab".repeat(32)))
    await alarmStays(bob, "failure.INVITATION_OTHER_ENCLAVE.title")
    await bob.open(link)
    await bob.isAt("Linked")
  })
})

function parameters(link: string): URLSearchParams {
  return new URLSearchParams(new URL(link).hash.slice(1))
}

/** A link with one of its parts replaced. */
function changed(link: string, part: string, value: string): string {
  const parts = parameters(link)
  parts.set(part, value)
  return `${new URL(link).origin}/#${parts.toString()}`
}
