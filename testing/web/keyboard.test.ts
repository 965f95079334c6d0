import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import type { Locator } from "playwright-core"
import type { Person } from "./person.ts"
import { create, linkOf, submit, takeUp } from "./plan.ts"
import { cardOf, exchangeCards, Setting, skip } from "./setting.ts"

/*
 * How much it takes: a keyboard alone, and a mouse as seldom as can be.
 */
let setting: Setting
suite("how much it takes", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach((t) => setting.everybodyLeaves(t))

  test("the main path with a keyboard alone: an identity, a computation, a submission, the result", async () => {
    const bob = await setting.member("BOB")
    const card = await cardOf(bob)
    const alice = await setting.person("ALICE")
    await alice.open(setting.page.url)
    await typeInto(alice, alice.field("welcome.name"), "ALICE\n")
    await headed(alice, "list.title")
    await typeInto(alice, alice.field("enclave.address"), setting.host.url)
    await typeInto(alice, alice.field("enclave.constraint"), setting.host.constraint)
    await press(alice, alice.button("enclave.connect"))
    await alice.button("list.create").waitFor()

    await press(alice, alice.page.getByRole("navigation").getByRole("button", { name: alice.said("nav.people") }))
    await headed(alice, "people.title")
    await typeInto(alice, alice.field("people.addPaste"), card.text)
    await press(alice, alice.button("people.addDo"))
    await alice.sees("people.added.one")
    await press(alice, alice.page.getByRole("navigation").getByRole("button", { name: alice.said("nav.computations") }))
    await headed(alice, "list.title")
    await press(alice, alice.button("list.create"))
    await headed(alice, "create.step.what")
    await alice.page.keyboard.press("Tab")
    await alice.page.keyboard.press("ArrowDown")
    await typeInto(alice, alice.field("create.name"), "Keyboard\n")
    await headed(alice, "create.step.who")
    await press(alice, alice.page.getByRole("checkbox", { name: /^BOB/ }), "Space")
    await press(alice, alice.button("do.next"))
    await headed(alice, "create.step.rules")
    await press(alice, alice.button("do.next"))
    await headed(alice, "create.step.review")
    await press(alice, alice.button("create.do"))
    await alice.isAt("Keyboard")
    const link = await linkOf(alice)
    await typeInto(alice, alice.field("submit.number"), "1\n")
    await alice.sees("submit.done")

    await bob.open(link)
    await press(bob, bob.button("opened.use"))
    await bob.isAt("Keyboard")
    assert.equal(await focused(bob), "H1")
    await typeInto(bob, bob.field("submit.number"), "2\n")
    await bob.sees("submit.done")
    await press(bob, bob.button("result.ask"))
    await bob.sees("result.lowest")
    await press(alice, alice.button("result.ask"))
    await alice.sees("result.lowest")
    assert.match(await alice.page.locator(".answer .value").innerText(), /^ALICE/)
    await press(alice, alice.button("one.delete"))
    await alice.page.getByRole("dialog").waitFor()
    await alice.page.keyboard.press("Escape")
    await alice.page.getByRole("dialog").waitFor({ state: "hidden" })
    assert.equal(await alice.button("one.delete").evaluate((button) => button === document.activeElement), true)
  })

  test("from the link of an invitation to the result: one field and three clicks, one of which agrees to the server; six with an identity and a card", async () => {
    const bob = await setting.person("BOB")
    let clicks = 0
    await bob.context.exposeFunction("clicked", () => {
      clicks += 1
    })
    await bob.context.addInitScript(() => {
      addEventListener("click", ({ isTrusted, target }) => {
        // A label's click is passed on to its field: that is one.
        if (isTrusted && !(target instanceof HTMLInputElement))
          Reflect.apply(Reflect.get(globalThis, "clicked"), globalThis, [])
      })
    })
    await bob.open(setting.page.url)
    await bob.type("welcome.name", "BOB")
    await bob.press("welcome.make")
    await cardOf(bob)
    const toCard = clicks

    const alice = await setting.convenor("ALICE")
    await exchangeCards(alice, bob)
    const link = await create(alice, { name: "Clicks", type: "avg", quorum: 2, others: [bob] })
    await submit(alice, "10")
    clicks = 0
    await takeUp(bob, link)
    await bob.type("submit.number", "20")
    await bob.press("submit.do")
    await bob.sees("submit.done")
    await bob.press("result.ask")
    await bob.sees("result.average", { n: 2 })
    assert.equal(await bob.page.locator(".answer .value").innerText(), "15")
    assert.deepEqual({ toCard, clicks }, { toCard: 3, clicks: 3 })
  })
})

const STOPS_MAX = 60

/** Goes on with Tab until it is there. */
async function tabTo({ page }: Person, target: Locator): Promise<void> {
  await target.waitFor()
  for (let stops = 0; stops < STOPS_MAX; stops++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press("Tab")
    const unseen = await page.evaluate<string>(unseenFocus)
    assert.equal(unseen, "", "where one is can be seen")
  }
  assert.fail(`Tab does not lead to ${String(target)}`)
}

/** In the page: what has the focus, if nothing shows it. */
const unseenFocus = `(() => {
  const element = document.activeElement
  if (element === null || element === document.body) return ""
  const shown = element.matches("input.visually-hidden") ? element.closest("label") : element
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shown)
  return (outlineStyle === "none" || outlineWidth === "0px") && boxShadow === "none" ? shown.outerHTML.slice(0, 200) : ""
})()`

async function typeInto(person: Person, field: Locator, text: string): Promise<void> {
  await tabTo(person, field)
  const line = text.endsWith("\n") && (await field.evaluate((element) => element.tagName)) === "INPUT"
  await person.page.keyboard.insertText(line ? text.trimEnd() : text)
  if (line) await person.page.keyboard.press("Enter")
}

async function press(person: Person, button: Locator, key = "Enter"): Promise<void> {
  await tabTo(person, button)
  await person.page.keyboard.press(key)
}

/** A view came, and the focus is on its heading. */
async function headed(person: Person, key: Parameters<Person["said"]>[0]): Promise<void> {
  await person.isAt(person.said(key))
  assert.equal(await focused(person), "H1")
}

function focused({ page }: Person): Promise<string> {
  return page.evaluate("document.activeElement.tagName")
}
