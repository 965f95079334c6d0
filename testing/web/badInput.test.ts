import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import type { Person } from "./person.ts"
import { create, openComputation, submit, submitKey, takeUp } from "./plan.ts"
import { said } from "./said.ts"
import { cardOf, enter, Setting, skip } from "./setting.ts"
import { cell, workbook } from "./workbook.ts"

let setting: Setting
suite("hostile input", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach((t) => setting.everybodyLeaves(t))

  const MARKUP = '<img src="x" onerror="pwned=1"><script>pwned=2</script>'
  /** Right-to-left override, an isolate that is not closed, a terminal's escape, and a line that looks like the page's own. */
  const BIDI = "\u202eabc\u2066\u001b[31m\u2028Result: 1"

  test("a number field that a megabyte is pasted into, and what else is no number", async () => {
    const alice = await alone("Numbers")
    const { mails } = alice
    const cases = [
      ["1".repeat(1_048_576), "number.tooMuch"],
      ["", "number.empty"],
      ["12,50", "number.notNumber"],
      ["١٢", "number.notNumber"],
      ["1e3", "number.notNumber"],
      ["=1+1", "number.notNumber"],
      ["+5", "number.notNumber"],
      [MARKUP, "number.notNumber"],
    ] as const
    for (const [text, error] of cases) {
      await alice.field("submit.number").evaluate((input: HTMLInputElement, value) => {
        input.value = value
        input.dispatchEvent(new Event("input", { bubbles: true }))
      }, text)
      await alice.press("submit.do")
      await alice.page.locator(".error").first().waitFor()
      if (text !== "12,50") await alice.sees(error)
      assert.equal(await alice.field("submit.number").getAttribute("aria-invalid"), "true")
    }
    assert.equal(alice.mails, mails, "nothing was sent")
    await submit(alice, "12.50")
  })

  test("workbooks: a bomb that says so, one that does not, formulas, and one that was cut", async () => {
    const alice = await alone("Workbooks", "key")
    await alice.choose("keys.table")
    const zeros = new Uint8Array(64 * 1_024 * 1_024)
    const bombs = [
      [workbook("", { content: zeros, claims: 3_000_000_000 }), "failure.SPREADSHEET_TOO_LARGE.title"],
      [workbook("", { content: zeros, claims: 1_000 }), "failure.SPREADSHEET_MALFORMED.title"],
      [workbook(`<row r="1">${cell("A1", "K")}</row>`).slice(0, -30), "failure.SPREADSHEET_MALFORMED.title"],
      [Buffer.from("d0cf11e0a1b11ae1", "hex"), "failure.SPREADSHEET_UNSUPPORTED.title"],
      [Buffer.from([0xff, 0x00, 0xfe]), "failure.TABLE_NOT_TEXT.title"],
    ] as const
    for (const [bytes, title] of bombs) {
      await alice.drops("keys.file", { name: "keys.xlsx", bytes })
      await alice.sees(title)
    }
    const rows = [
      `<row r="1">${cell("A1", "VIN")}${cell("B1", "message")}</row>`,
      `<row r="2">${cell("A2", "KEY1", 'HYPERLINK("http://evil.example","x")')}${cell("B2", MARKUP)}</row>`,
      `<row r="3">${cell("A3", "KEY2")}${cell("B3", BIDI.replace("\u001b", ""))}</row>`,
    ]
    await alice.drops("keys.file", { name: "keys.xlsx", bytes: workbook(rows.join("")) })
    await alice.seesText(said("table.FORMULAS.one", { n: 1 }))
    await alice.page.getByRole("table").getByText("KEY1").waitFor()
    await alice.page.getByRole("table").getByText(MARKUP).waitFor()
    await alice.seesText(said("keys.do.other", { n: 2 }))
    await alice.press("keys.do.other", { n: 2 })
    await alice.seesText(said("keys.progress", { sent: 2, total: 2 }))
    await untouched(alice)
  })

  test("keys and messages that are markup, scripts or turn the line around stay text for whoever reads them", async () => {
    const [alice, bob] = await setting.group("ALICE", "BOB")
    assert.ok(alice !== undefined && bob !== undefined)
    const link = await create(alice, { name: "Texts", type: "key", quorum: 2, others: [bob] })
    await submitKey(alice, MARKUP, `${BIDI}${MARKUP}`)
    await takeUp(bob, link)
    await submitKey(bob, MARKUP, "javascript:pwned=3")
    await submitKey(bob, MARKUP, "=HYPERLINK(1)")
    for (const person of [alice, bob]) {
      const table = person.page.getByRole("table")
      for (const message of ["javascript:pwned=3", "=HYPERLINK(1)"]) await table.getByText(message).waitFor()
      await table.getByText(MARKUP).first().waitFor()
      assert.doesNotMatch(await table.innerText(), /[\u0000-\u0008\u001b\u2028-\u202e\u2066-\u2069]/)
      await untouched(person)
    }
    const { text } = await bob.saves(() => bob.press("matches.save"))
    assert.match(text, /,"'=HYPERLINK\(1\)"\r\n/)
    assert.doesNotMatch(text, /(^|,)"?[=+@-]/m, "no cell that a spreadsheet would run")
  })

  test("cards: one that was changed, one of somebody else under a known name, one that is far too long, one that is no text", async () => {
    const [alice] = await setting.group("ALICE", "BOB")
    const mallory = await setting.member("BOB")
    assert.ok(alice !== undefined)
    const { text } = await cardOf(mallory)
    const [name = "", key = "", signature = ""] = text.split("\n")
    const cases = [
      [
        `${name}\n${key}\n${signature.replace(/^./, (letter) => (letter === "A" ? "B" : "A"))}\n`,
        "failure.CARD_MALFORMED.title",
      ],
      [`${MARKUP}\n${key}\n${signature}\n`, "failure.CARD_MALFORMED.title"],
      [`CHARLEY\n${key}\n${signature}\n`, "failure.CARD_MALFORMED.title"],
      [`${name}\n${key}\n`, "failure.CARD_MALFORMED.title"],
      ["\u0000\ufffd", "failure.CARD_MALFORMED.title"],
      [text, "failure.CARD_CONFLICT.title"],
    ] as const
    for (const [card, title] of cases) {
      await alice.go("verify")
      await alice.go("people")
      await alice.drops("people.addFile", { name: `${MARKUP}.conclave`, bytes: card })
      await alice.sees(title)
      assert.equal(await alice.page.locator("main ul li").filter({ hasText: "BOB" }).count(), 1)
      assert.equal(await alice.page.locator("main ul li").count(), 1, "no card came of it")
    }
    await alice.drops("people.addFile", { name: "x.conclave", bytes: "x".repeat(1_048_576) })
    await alice.page.locator("[role=alert] .error").waitFor()
    await untouched(alice)
  })

  test("links whose parts are markup, or far too long", async () => {
    const alice = await setting.member("ALICE")
    const pin = "ab".repeat(32)
    const parts = {
      invitation: "1",
      host: "http://127.0.0.1:9/",
      constraint: `C:${pin}`,
      enclave: pin,
      computation: "It",
      terms: pin,
    }
    const cases = [
      [{ ...parts, computation: MARKUP }, "failure.INVITATION_COMPUTATION.title"],
      [{ ...parts, host: "javascript:pwned=4" }, "failure.INVITATION_HOST.title"],
      [{ ...parts, constraint: MARKUP }, "failure.INVITATION_CONSTRAINT.title"],
      [{ ...parts, enclave: "zz" }, "failure.INVITATION_PIN.title"],
      [{ ...parts, invitation: "2" }, "failure.INVITATION_VERSION.title"],
      [{ ...parts, more: MARKUP }, "failure.INVITATION_MALFORMED.title"],
      [{ ...parts, constraint: "S:".padEnd(100_000, "a") }, "failure.INVITATION_TOO_LONG.title"],
    ] as const
    for (const [given, title] of cases) {
      await alice.open(`${setting.page.url}#${new URLSearchParams(given).toString()}`)
      await alice.sees(title)
      await untouched(alice)
    }
    assert.deepEqual([...alice.asked], [new URL(setting.page.url).origin], "nobody else was asked")
  })

  test("two tabs with one identity: the second says so, and may take over", async () => {
    const alice = await alone("Tabs")
    const first = alice.page
    await alice.openTab()
    await alice.open(setting.page.url)
    await alice.isAt(said("welcome.taken"))
    await alice.press("welcome.takeOver")
    await openComputation(alice, "Tabs")
    await submit(alice, "1")
    alice.turnTo(first)
    await alice.isAt(said("failure.IDENTITY_TAKEN_OVER.title"))
    assert.equal(await alice.field("submit.number").count(), 0)
  })

  test("a browser that keeps nothing for the page: it says so, and sends nothing", async () => {
    const alice = await setting.person("ALICE")
    await alice.context.addInitScript(() => {
      IDBFactory.prototype.open = (): never => {
        throw new DOMException("denied", "SecurityError")
      }
    })
    await alice.open(setting.page.url)
    await alice.sees("failure.STORAGE_DENIED.title")
    assert.deepEqual([...alice.asked], [new URL(setting.page.url).origin])
  })

  test("storage that is full: an identity is not made, a number is not sent, and goes when there is room", async () => {
    const alice = await setting.person("ALICE")
    await alice.context.addInitScript(fillingStorage)
    await alice.open(setting.page.url)
    await alice.page.evaluate("full = true")
    await alice.type("welcome.name", "ALICE")
    await alice.press("welcome.make")
    await alice.sees("failure.STORAGE_FULL.title")
    await alice.page.evaluate("full = false")
    await alice.press("welcome.make")
    await begin(alice, "Full")
    await alice.page.evaluate("full = true")
    await alice.type("submit.number", "1")
    await alice.press("submit.do")
    await alice.sees("failure.STORAGE_FULL.title")
    assert.equal(await alice.field("submit.number").inputValue(), "1")
    await alice.page.evaluate("full = false")
    await submit(alice, "1")
    // Nothing was sent before: this is the first event after the creation.
    const [line = ""] = await alice.page
      .locator("ol li")
      .filter({ hasText: said("timeline.submitted") })
      .allInnerTexts()
    assert.match(line, new RegExp(said("timeline.position", { position: 2 })))
  })

  test("a clock that is a day wrong: it says that it may be the clock, and nothing is sent", async () => {
    const cases = [
      [-1, "", "failure.EVIDENCE_FROM_FUTURE.title"],
      [1, " EXPIRE:PT12H", "failure.EVIDENCE_EXPIRED.title"],
    ] as const
    for (const [days, more, title] of cases) {
      const alice = await setting.person("ALICE")
      await alice.context.clock.setSystemTime(Date.now() + days * 86_400_000)
      await alice.open(setting.page.url)
      await alice.type("welcome.name", "ALICE")
      await alice.press("welcome.make")
      await enter(alice, { url: setting.host.url, constraint: `${setting.host.constraint}${more}` })
      await alice.sees(title)
      await alice.seesText(/date or time on this computer|date and time on your computer/)
      assert.equal(alice.mails, 0)
    }
  })
})

/** Runs in the page: while `full` is true, no transaction in which something is written comes to its end. */
function fillingStorage(): void {
  const page = Object.assign(globalThis, { full: false })
  for (const method of ["put", "add"] as const) {
    const keep = IDBObjectStore.prototype[method]
    IDBObjectStore.prototype[method] = function (...given): IDBRequest<IDBValidKey> {
      const request = Reflect.apply(keep, this, given)
      if (page.full) {
        const error = new DOMException("no room", "QuotaExceededError")
        Object.defineProperty(this.transaction, "error", { value: error })
        this.transaction.abort()
      }
      return request
    }
  }
}

/** From an identity that was just made to a computation of hers that waits for what she submits. */
async function begin(alice: Person, name: string): Promise<void> {
  const bob = await setting.member("BOB")
  const card = await cardOf(bob)
  await enter(alice, setting.host)
  await alice.button("list.create").waitFor()
  await alice.go("people")
  await alice.drops("people.addFile", { name: card.name, bytes: card.text })
  await alice.seesText(said("people.added.one"))
  await create(alice, { name, type: "avg", quorum: 2, others: [bob] })
}

/** ALICE with a computation that waits for what she submits. */
async function alone(name: string, type: "avg" | "key" = "avg"): Promise<Person> {
  const [alice, bob] = await setting.group("ALICE", "BOB")
  assert.ok(alice !== undefined && bob !== undefined)
  await create(alice, { name, type, quorum: 2, others: [bob] })
  return alice
}

/** No text has become anything but text. */
async function untouched({ page }: Person): Promise<void> {
  assert.equal(await page.evaluate("globalThis.pwned"), undefined)
  assert.equal(await page.locator("main img, main script, main iframe").count(), 0)
}
