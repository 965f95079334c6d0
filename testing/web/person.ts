/*
 * Somebody at the page: a browser context, what is done in it, and what must hold of it all the time.
 */
import { strict as assert } from "node:assert"
import { readFile } from "node:fs/promises"
import type { BrowserContext, ConsoleMessage, Locator, Page, Request } from "playwright-core"
import type { WordKey } from "../../user/web/src/words/words.ts"
import { said, type Given, type Tongue } from "./said.ts"

const WAIT_MS = 60_000

/** What the browser itself says of a host that is away, or a file that is not there; the page has its own words for it. */
const LOADING = /^Failed to load resource: /

export interface Seat {
  readonly name: string
  readonly context: BrowserContext
  /** The addresses that its pages may ask, and no other. */
  readonly origins: readonly string[]
  readonly tongue: Tongue
}

export class Person {
  readonly name: string
  readonly context: BrowserContext
  /** In which the page speaks to them. */
  readonly tongue: Tongue
  readonly faults: string[] = []
  /** Frames that were sent to an enclave. */
  mails = 0
  /** The origins that were asked for anything. */
  readonly asked = new Set<string>()
  readonly #origins: ReadonlySet<string>
  #page: Page

  private constructor(seat: Seat, page: Page) {
    const { name, context, origins, tongue } = seat
    this.name = name
    this.tongue = tongue
    this.context = context
    this.#page = page
    this.#origins = new Set(origins.map((each) => new URL(each).origin))
    context.on("request", (request) => this.#hold(request))
    context.on("console", (message) => this.#hear(message))
    context.on("weberror", (error) => this.faults.push(`an error in the page: ${error.error().message}`))
  }

  static async sit(seat: Seat): Promise<Person> {
    seat.context.setDefaultTimeout(WAIT_MS)
    return new Person(seat, await seat.context.newPage())
  }

  get page(): Page {
    return this.#page
  }

  /** Turns to another tab of the same browser. */
  async openTab(): Promise<Page> {
    this.#page = await this.context.newPage()
    return this.#page
  }

  /** Goes back to a tab that was open. */
  turnTo(page: Page): void {
    this.#page = page
  }

  /** A link that differs in its fragment alone is loaded anew too. */
  async open(link: string): Promise<void> {
    await this.#page.goto("about:blank")
    await this.#page.goto(link)
  }

  /** What the page says for a key in this person's language. */
  said(key: WordKey, given?: Given): string {
    return said(key, given, this.tongue)
  }

  button(key: WordKey, given?: Given): Locator {
    return this.#page.getByRole("button", { name: this.said(key, given), exact: true })
  }

  async press(key: WordKey, given?: Given): Promise<void> {
    await this.button(key, given).click()
  }

  field(key: WordKey): Locator {
    return this.#page.getByLabel(this.said(key), { exact: true }).and(this.#page.locator("input, textarea, select"))
  }

  async type(key: WordKey, text: string): Promise<void> {
    await this.field(key).fill(text)
  }

  /** Chooses one of several, or ticks a box, by what stands beside it. */
  async choose(label: WordKey | { readonly text: string }): Promise<void> {
    const text = typeof label === "string" ? this.said(label) : label.text
    await this.#page.locator("label", { hasText: text }).first().click()
  }

  async unfold(key: WordKey): Promise<void> {
    await this.#page
      .locator("summary", { hasText: this.said(key) })
      .first()
      .click()
  }

  async go(to: "computations" | "people" | "enclave" | "verify"): Promise<void> {
    await this.#page
      .getByRole("navigation")
      .getByRole("button", { name: this.said(`nav.${to}`) })
      .click()
  }

  /** Waits until a text is to be seen. */
  async sees(key: WordKey, given?: Given): Promise<void> {
    await this.seesText(this.said(key, given))
  }

  async seesText(text: string | RegExp): Promise<void> {
    await this.#page.getByText(text).filter({ visible: true }).first().waitFor()
  }

  /** Waits for a view by its heading. */
  async isAt(heading: string | RegExp): Promise<void> {
    await this.#page.getByRole("heading", { level: 1, name: heading }).waitFor()
  }

  async text(): Promise<string> {
    return this.#page.locator("body").innerText()
  }

  /** What a click offers as a file: its name and text. */
  async saves(act: () => Promise<void>): Promise<{ readonly name: string; readonly text: string }> {
    const [download] = await Promise.all([this.#page.waitForEvent("download"), act()])
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") }
  }

  /** Gives the file input with this label a file. */
  async drops(
    key: WordKey,
    ...files: readonly { readonly name: string; readonly bytes: Uint8Array | string }[]
  ): Promise<void> {
    const given = files.map(({ name, bytes }) => ({ name, mimeType: "", buffer: Buffer.from(bytes) }))
    // Such an input is named by the whole of its label, and there is more in that.
    await this.#page.getByLabel(this.said(key)).and(this.#page.locator("input[type=file]")).setInputFiles(given)
  }

  /** Leaves, and asserts what holds of every visit. */
  async leave(): Promise<void> {
    await this.context.close()
    assert.deepEqual(this.faults, [], `${this.name}'s browser`)
  }

  /** No request goes anywhere but to whoever served the page, and the host. */
  #hold(request: Request): void {
    const { protocol, origin, pathname } = new URL(request.url())
    if (request.method() === "POST" && pathname.endsWith("/mail")) this.mails += 1
    if (["data:", "blob:", "about:"].includes(protocol)) return
    this.asked.add(origin)
    if (!this.#origins.has(origin)) this.faults.push(`a request to ${request.url()}`)
  }

  /** A breach of the page's policy is an error on the console as well. */
  #hear(message: ConsoleMessage): void {
    const isFault = message.type() === "error" || message.type() === "warning"
    if (isFault && !LOADING.test(message.text())) this.faults.push(`on the console: ${message.text()}`)
  }
}
