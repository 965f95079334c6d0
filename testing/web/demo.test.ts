import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import type { Person } from "./person.ts"
import { create, openComputation, submit, submitKey, takeUp } from "./plan.ts"
import { said } from "./said.ts"
import { exchangeCards, Setting, skip } from "./setting.ts"

/*
 * CONTRACT's demo by four people at four browsers: the same facts as scripts/demo/facts.ts looks for.
 */
let setting: Setting
suite("the demo at the page", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach((t) => setting.everybodyLeaves(t))

  test("the demo by four people in four browsers", async () => {
    const alice = await setting.convenor("ALICE")
    const others = await Promise.all(["BOB", "CHARLEY", "DENISE"].map((name) => setting.member(name)))
    const [bob, charley, denise] = others
    assert.ok(bob !== undefined && charley !== undefined && denise !== undefined)
    await exchangeCards(alice, bob, charley, denise)

    const links = {
      AvgComp: await create(alice, { name: "AvgComp", type: "avg", quorum: 3, others }),
      MaxComp: await create(alice, { name: "MaxComp", type: "max", quorum: 2, others: [bob, charley] }),
      MinComp: await create(alice, { name: "MinComp", type: "min", quorum: 3, others, withoutMe: true }),
      KeyMatcher: await create(alice, { name: "KeyMatcher", type: "key", quorum: 2, others }),
    }

    await openComputation(alice, "AvgComp")
    await submit(alice, "10")
    await submit(alice, "20")
    await openComputation(alice, "MaxComp")
    await submit(alice, "5")
    await openComputation(alice, "MinComp")
    assert.equal(
      await alice.field("submit.number").count(),
      0,
      "who convenes and takes no part is not asked for a number",
    )
    const submissions = { BOB: ["40", "4"], CHARLEY: ["100", "8"], DENISE: ["20", "1"] }
    for (const person of [bob, charley, denise]) {
      const [average, least] = submissions[person.name as keyof typeof submissions]
      await takeUp(person, links.AvgComp)
      await submit(person, average ?? "")
      await openComputation(person, "MinComp")
      await submit(person, least ?? "")
    }
    await denise.open(links.MaxComp)
    await denise.sees("failure.NOT_A_PARTICIPANT.title")
    await denise.sees("opened.notYours")

    await submitKeys(links.KeyMatcher, [
      [alice, "KEYABC", "Alice first message"],
      [alice, "KEYABC", "Alice second message"],
      [bob, "KEYABC", "Bob has it too"],
      [charley, "KEYABC", "Charley as well"],
      [denise, "KEYXYZ", "Denise asks who else"],
      [charley, "KEYXYZ", "Charley does"],
    ])

    for (const person of [alice, ...others]) {
      await openComputation(person, "AvgComp")
      await person.press("result.ask")
      await person.sees("result.average", { n: 4 })
      assert.equal(await answer(person), "45", person.name)
    }
    for (const person of [bob, charley, denise]) {
      await openComputation(person, "MinComp")
      await person.press("result.ask")
      await person.sees("result.lowest")
      assert.match(await answer(person), /^DENISE/, person.name)
    }
    for (const person of [alice, bob, charley]) {
      await openComputation(person, "MaxComp")
      await person.press("result.ask")
      await person.sees("failure.BELOW_QUORUM.title")
      assert.equal(await person.page.locator(".answer").count(), 0)
    }
    const abc = ["KEYABC", "Alice first message", "Alice second message", "Bob has it too", "Charley as well"]
    const xyz = ["KEYXYZ", "Denise asks who else", "Charley does"]
    const told = [
      [alice, abc, xyz],
      [bob, abc, xyz],
      [charley, [...abc, ...xyz], []],
      [denise, xyz, abc],
    ] as const
    for (const [person, sees, sawNot] of told) {
      await openComputation(person, "KeyMatcher")
      for (const text of sees) await person.page.getByRole("table").getByText(text, { exact: true }).waitFor()
      const text = await person.page.getByRole("table").innerText()
      for (const other of sawNot) assert.ok(!text.includes(other), `${person.name} is told '${other}'`)
    }
    const { name, text } = await charley.saves(() => charley.press("matches.save"))
    assert.equal(name, "KeyMatcher.matches.csv")
    assert.equal(text.split("\r\n").length, 1 + 6 + 1)
    await charley.type("matches.search", "denise")
    await charley.seesText(said("matches.shown", { shown: 1, n: 1 }))
  })
})

/** Each from the list of their own computations; whoever comes by the link has not been there before. */
async function submitKeys(link: string, submissions: readonly (readonly [Person, string, string])[]): Promise<void> {
  for (const [person, key, message] of submissions) {
    await person.open(link)
    await submitKey(person, key, message)
  }
}

async function answer(person: Person): Promise<string> {
  return person.page.locator(".answer .value").innerText()
}
