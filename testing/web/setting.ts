/*
 * What the tests of a file share: one browser, the page on a server of its own, and one host.
 */
import { strict as assert } from "node:assert"
import type { Browser, BrowserContextOptions } from "playwright-core"
import { findChromium, launchChromium } from "../conformance/browser.ts"
import { servePage, type PageServer } from "./pageServer.ts"
import { Person } from "./person.ts"
import { SimulationHost } from "./simulationHost.ts"

const chromium = findChromium()
/** Why the tests of the page are left out, which in CI they never are. */
export const skip =
  chromium === undefined && process.env["CI"] !== "true" ? "there is no Chromium: apt-get install chromium" : false

export class Setting {
  readonly browser: Browser
  readonly page: PageServer
  readonly host: SimulationHost
  readonly #people: Person[] = []

  private constructor(browser: Browser, page: PageServer, host: SimulationHost) {
    this.browser = browser
    this.page = page
    this.host = host
  }

  static async begin(...hostOptions: readonly string[]): Promise<Setting> {
    assert.ok(chromium !== undefined, "there is no Chromium: apt-get install chromium")
    const [browser, page, host] = await Promise.all([
      launchChromium(chromium),
      servePage(),
      SimulationHost.start(...hostOptions),
    ])
    return new Setting(browser, page, host)
  }

  /** Somebody new at a browser of their own, who has not opened the page yet, and which addresses it may ask. */
  async person(
    name: string,
    options: BrowserContextOptions = {},
    origins = [this.page.url, this.host.url],
  ): Promise<Person> {
    const context = await this.browser.newContext({ locale: "en-GB", reducedMotion: "reduce", ...options })
    const tongue = options.locale === "de-DE" ? "de" : "en"
    const person = await Person.sit({ name, context, origins, tongue })
    this.#people.push(person)
    return person
  }

  /** Somebody with an identity, at the page, or at where a link leads. */
  async member(name: string, link = this.page.url, options?: BrowserContextOptions): Promise<Person> {
    const person = await this.person(name, options)
    await person.open(link)
    await person.type("welcome.name", name)
    await person.press("welcome.make")
    await person.page.getByRole("navigation").waitFor()
    return person
  }

  /** These people: the first has said which host and which enclave, and all have one another's cards. */
  async group(...names: readonly string[]): Promise<readonly Person[]> {
    const [first = "ALICE", ...others] = names
    const people = await Promise.all([this.convenor(first), ...others.map((name) => this.member(name))])
    await exchangeCards(...people)
    return people
  }

  /** Somebody who has said which host and which enclave. */
  async convenor(name: string, options?: BrowserContextOptions): Promise<Person> {
    const person = await this.member(name, undefined, options)
    await enter(person, this.host)
    await person.button("list.create").waitFor()
    return person
  }

  /** Everybody leaves, and what must hold of every visit is asserted. What they saw last is said where a test failed. */
  async everybodyLeaves({ passed }: { readonly passed?: boolean } = {}): Promise<void> {
    for (const person of this.#people.splice(0)) {
      if (passed === false) process.stderr.write(`${person.name} saw at last: ${await person.text()}\n`)
      await person.leave()
    }
  }

  async end(): Promise<void> {
    await Promise.all([this.browser.close(), this.host.close()])
    this.page.close()
  }
}

/** Says which host, and which enclave there. */
export async function enter(
  person: Person,
  { url, constraint }: Pick<SimulationHost, "url" | "constraint">,
): Promise<void> {
  await person.type("enclave.address", url)
  await person.type("enclave.constraint", constraint)
  await person.press("enclave.connect")
}

/** Everybody gets everybody's card, as files. */
export async function exchangeCards(...people: readonly Person[]): Promise<void> {
  const cards = await Promise.all(people.map(cardOf))
  for (const [i, person] of people.entries()) {
    const others = cards.filter((_, j) => j !== i).map(({ name, text }) => ({ name, bytes: text }))
    await person.drops("people.addFile", ...others)
    await person.seesText(
      others.length === 1 ? person.said("people.added.one") : person.said("people.added.other", { n: others.length }),
    )
  }
}

/** Goes to one's card, and saves it. */
export async function cardOf(person: Person): Promise<{ readonly name: string; readonly text: string }> {
  await person.go("people")
  return person.saves(() => person.press("people.cardSave"))
}
