/*
 * Every view of the page, one after the other, as people come to them. Whoever takes the tour looks at each stop; the
 * people go on from where they are.
 */
import { strict as assert } from "node:assert"
import type { BrowserContextOptions } from "playwright-core"
import type { Person } from "./person.ts"
import { create, linkOf, openComputation, submit, submitKey, takeUp } from "./plan.ts"
import { enter, exchangeCards, type Setting } from "./setting.ts"

export interface Stop {
  /** As files are named. */
  readonly name: string
  readonly person: Person
}

/** The host must have been started with `--serve-ui`, and is left on another state. */
export async function* tour(setting: Setting, options: BrowserContextOptions = {}): AsyncGenerator<Stop> {
  const [anna, bernd, clara] = await Promise.all(
    ["ANNA", "BERND", "CLARA"].map((name) => setting.person(name, options)),
  )
  assert.ok(anna !== undefined && bernd !== undefined && clara !== undefined)
  yield* arriving(setting, anna, [bernd, clara])
  const link = yield* planning(anna, [bernd, clara])
  await setting.host.copyState("before the submissions")
  yield* computing(setting, [anna, bernd, clara], link)
  yield* matching(anna, bernd)
  yield* statements(anna)
  yield* strangers(setting, link, options)
  yield* trouble(setting, anna, bernd)
}

async function* arriving(setting: Setting, anna: Person, others: readonly Person[]): AsyncGenerator<Stop> {
  await anna.open(setting.page.url)
  await anna.button("welcome.make").waitFor()
  yield { name: "welcome", person: anna }
  await anna.choose("welcome.backup")
  await anna.type("welcome.newPass", "short")
  await anna.press("welcome.make")
  await anna.sees("welcome.passShort")
  yield { name: "welcome-wrong", person: anna }
  await anna.type("welcome.name", "ANNA")
  await anna.type("welcome.newPass", "several words are best")
  await anna.type("welcome.newPassAgain", "several words are best")
  await anna.press("welcome.make")
  await anna.sees("welcome.saveBackup")
  yield { name: "welcome-backup", person: anna }
  await anna.press("welcome.goOn")
  await anna.button("enclave.connect").waitFor()
  yield { name: "which-server", person: anna }
  await enter(anna, setting.host)
  await anna.sees("list.none")
  yield { name: "computations-none", person: anna }
  await anna.go("enclave")
  await anna.sees("enclave.heldTo.text")
  yield { name: "enclave", person: anna }
  await anna.go("people")
  yield { name: "people-none", person: anna }
  for (const other of others) {
    await other.open(setting.page.url)
    await other.type("welcome.name", other.name)
    await other.press("welcome.make")
  }
  await exchangeCards(anna, ...others)
  yield { name: "people", person: anna }
  await anna.page.getByRole("button", { name: anna.said("people.removeNamed", { name: "CLARA" }) }).click()
  await anna.page.getByRole("dialog").waitFor()
  yield { name: "people-remove", person: anna }
  await anna.press("do.cancel")
}

async function* planning(anna: Person, others: readonly Person[]): AsyncGenerator<Stop, string> {
  await anna.go("computations")
  await anna.press("list.create")
  await anna.press("do.next")
  await anna.sees("create.nameMissing")
  yield { name: "create-what", person: anna }
  await anna.type("create.name", "Salaries")
  await anna.press("do.next")
  for (const other of others) await anna.choose({ text: other.name })
  yield { name: "create-who", person: anna }
  await anna.press("do.next")
  await anna.type("create.quorum", "2")
  await anna.choose("create.release.witnessed")
  yield { name: "create-rules", person: anna }
  await anna.type("create.quorum", "3")
  await anna.press("do.next")
  yield { name: "create-review", person: anna }
  await anna.press("create.do")
  await anna.isAt("Salaries")
  const link = await linkOf(anna)
  await anna.unfold("invite.showQr")
  yield { name: "invite", person: anna }
  return link
}

async function* computing(setting: Setting, people: readonly Person[], link: string): AsyncGenerator<Stop> {
  const [anna, bernd, clara] = people
  assert.ok(anna !== undefined && bernd !== undefined && clara !== undefined)
  await bernd.open(link)
  await bernd.button("opened.use").waitFor()
  yield { name: "invitation-new-server", person: bernd }
  await bernd.press("opened.use")
  await bernd.isAt("Salaries")
  yield { name: "invitation", person: bernd }
  await bernd.type("submit.number", "3.900,00")
  await bernd.press("submit.do")
  await bernd.page.locator(".error").first().waitFor()
  yield { name: "submit-wrong", person: bernd }
  await submit(bernd, "3900")
  yield { name: "submitted", person: bernd }
  await anna.open(setting.page.url)
  await openComputation(anna, "Salaries")
  await submit(anna, "4100.50")
  await takeUp(clara, link)
  await submit(clara, "4600")
  await bernd.press("result.ask")
  await bernd.sees("witness.count", { signed: 1, needed: 3 })
  yield { name: "awaiting-witnesses", person: bernd }
  for (const person of [clara, anna]) await person.press("result.ask")
  await anna.page.locator(".answer").waitFor()
  yield { name: "result", person: anna }
  await anna.press("one.delete")
  await anna.page.getByRole("dialog").waitFor()
  yield { name: "delete", person: anna }
  await anna.press("do.cancel")
}

const TABLE =
  "VIN\tmessage\n1HGCM82633A004352\tclaim 17\nWVWZZZ1JZXW000001\tclaim 18\n\tclaim 19\n1M8GDM9AXKP042788\tclaim 20\n"

async function* matching(anna: Person, bernd: Person): AsyncGenerator<Stop> {
  const link = await create(anna, { name: "Claims", type: "key", quorum: 2, others: [bernd] })
  yield { name: "keys", person: anna }
  await anna.choose("keys.table")
  await anna.type("keys.paste", TABLE)
  await anna.press("keys.read")
  await anna.page.getByRole("table").first().waitFor()
  await anna.unfold("keys.problems")
  yield { name: "keys-table", person: anna }
  await anna.press("keys.do.other", { n: 3 })
  await anna.button("keys.another").waitFor()
  await bernd.open(link)
  await submitKey(bernd, "1HGCM82633A004352", "bernd's claim")
  await submitKey(bernd, "1M8GDM9AXKP042788", "<b>another</b> \u202eclaim")
  await anna.page.getByRole("table").getByText("bernd's claim").waitFor()
  await anna.page
    .getByRole("table")
    .getByText(/another/)
    .waitFor()
  yield { name: "matches", person: anna }
  await anna.go("computations")
  await anna.page.getByRole("button", { name: /^Claims / }).waitFor()
  yield { name: "computations", person: anna }
}

async function* statements(anna: Person): AsyncGenerator<Stop> {
  await openComputation(anna, "Salaries")
  await anna.page.locator(".answer").waitFor()
  const { name, text } = await anna.saves(() => anna.press("result.save"))
  await anna.go("verify")
  yield { name: "verify", person: anna }
  await anna.drops("verify.drop", { name, bytes: text })
  await anna.sees("verify.good")
  yield { name: "verify-genuine", person: anna }
  await anna.drops("verify.drop", { name, bytes: text.slice(0, -200) })
  await anna.sees("verify.bad")
  yield { name: "verify-changed", person: anna }
}

async function* strangers(setting: Setting, link: string, options: BrowserContextOptions): AsyncGenerator<Stop> {
  const doris = await setting.person("DORIS", options)
  await doris.open(setting.host.url)
  await doris.sees("page.servedByHost.title")
  yield { name: "served-by-host", person: doris }
  await doris.open(link)
  await doris.type("welcome.name", "DORIS")
  yield { name: "welcome-invited", person: doris }
  await doris.press("welcome.make")
  await doris.press("opened.use")
  await doris.sees("opened.notYours")
  yield { name: "invitation-not-yours", person: doris }
  await doris.openTab()
  await doris.open(setting.page.url)
  await doris.isAt(doris.said("welcome.taken"))
  yield { name: "two-tabs", person: doris }
}

async function* trouble(setting: Setting, anna: Person, bernd: Person): AsyncGenerator<Stop> {
  await openComputation(bernd, "Claims")
  await setting.host.restart("before the submissions")
  await bernd.open(setting.page.url)
  await bernd.page.getByRole("button", { name: /^Salaries / }).click()
  await bernd.isAt(bernd.said("failure.HISTORY_OLDER.title"))
  yield { name: "alarm-history", person: bernd }
  await setting.host.restart("another")
  await anna.open(setting.page.url)
  await anna.isAt(anna.said("failure.ENCLAVE_CHANGED.title"))
  await anna.unfold("alarm.changed.accept")
  yield { name: "alarm-enclave", person: anna }
  await setting.host.stop()
  await anna.open(setting.page.url)
  await anna.sees("connection.waiting")
  yield { name: "server-away", person: anna }
}
