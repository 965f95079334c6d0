/*
 * What the tests of a file share: one browser, the page on a server of its own, and one host.
 */
import { strict as assert } from "node:assert"
import type { Browser, BrowserContextOptions } from "playwright-core"
import { findChromium, launchChromium } from "../conformance/browser.ts"
import { servePage, type PageServer } from "./pageServer.ts"
import { Person } from "./person.ts"
import { said } from "./said.ts"
import { SimulationHost } from "./simulationHost.ts"

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
    const path = findChromium()
    assert.ok(path !== undefined, "these tests need Debian's chromium: apt-get install chromium")
    const [browser, page, host] = await Promise.all([
      launchChromium(path),
      servePage(),
      SimulationHost.start(...hostOptions),
    ])
    return new Setting(browser, page, host)
  }

  /** Somebody new at a browser of their own, who has not opened the page yet. */
  async person(name: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await this.browser.newContext({ locale: "en-GB", reducedMotion: "reduce", ...options })
    const person = await Person.sit(name, context, [this.page.url, this.host.url])
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

  /** Somebody who has said which host and which enclave. */
  async convenor(name: string, options?: BrowserContextOptions): Promise<Person> {
    const person = await this.member(name, undefined, options)
    await connect(person, this.host)
    return person
  }

  /** Everybody leaves, and what must hold of every visit is asserted. */
  async everybodyLeaves(): Promise<void> {
    for (const person of this.#people.splice(0)) await person.leave()
  }

  async end(): Promise<void> {
    await Promise.all([this.browser.close(), this.host.close()])
    this.page.close()
  }
}

export async function connect(
  person: Person,
  { url, constraint }: Pick<SimulationHost, "url" | "constraint">,
): Promise<void> {
  await person.type("enclave.address", url)
  await person.type("enclave.constraint", constraint)
  await person.press("enclave.connect")
  await person.button("list.create").waitFor()
}

/** Everybody gets everybody's card, as files. */
export async function exchangeCards(...people: readonly Person[]): Promise<void> {
  const cards = await Promise.all(people.map(cardOf))
  for (const [i, person] of people.entries()) {
    const others = cards.filter((_, j) => j !== i).map(({ name, text }) => ({ name, bytes: text }))
    await person.drops("people.addFile", ...others)
    await person.seesText(
      others.length === 1 ? said("people.added.one") : said("people.added.other", { n: others.length }),
    )
  }
}

/** Goes to one's card, and saves it. */
export async function cardOf(person: Person): Promise<{ readonly name: string; readonly text: string }> {
  await person.go("people")
  return person.saves(() => person.press("people.cardSave"))
}
