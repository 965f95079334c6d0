import { strict as assert } from "node:assert"
import { request } from "node:http"
import { after, afterEach, before, suite, test } from "node:test"
import { Folder, type Running } from "../src/cliHarness.ts"
import { create, openComputation, submit, takeUp } from "./plan.ts"
import { said } from "./said.ts"
import { exchangeCards, Setting, skip } from "./setting.ts"

/*
 * event-client NAME ui: the page from one's own machine, with the identity that is a file there.
 */
let setting: Setting
suite("event-client NAME ui", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach((t) => setting.everybodyLeaves(t))

  test("event-client NAME ui: its identity, nothing of the host's, and an end by Ctrl-C", async (t) => {
    const folder = new Folder(t)
    folder.configure(setting.host.url, setting.host.constraint)
    await folder.addPeople("ALICE", "BOB")
    const ui = folder.start("ALICE", "ui")
    const link = await linkOf(ui)
    const alice = await setting.person("ALICE", {}, [link])
    await alice.open(link)
    await alice.button("list.create").waitFor()
    assert.deepEqual([...alice.asked], [new URL(link).origin], "the browser asks nobody but event-client")
    await alice.go("people")
    await alice.sees("people.keptHere")
    const { text } = await alice.saves(() => alice.press("people.cardSave"))
    assert.equal(text, folder.read("ALICE.conclave"))
    assert.equal(
      await alice.page.evaluate("indexedDB.databases().then((all) => all.length)"),
      0,
      "nothing is kept there",
    )

    const invitation = await create(alice, { name: "Mine", type: "avg", quorum: 2, others: [{ name: "BOB" }] })
    assert.ok(!invitation.includes(new URL(link).pathname.slice(1, -1)), "whoever is invited does not get the token")
    await submit(alice, "10")
    assert.equal((await folder.run("BOB", "submit-value", "Mine", "20")).status, 0)
    await alice.press("result.ask")
    await alice.sees("result.average", { n: 2 })
    assert.equal(await alice.page.locator(".answer .value").innerText(), "15")
    assert.match((await folder.run("BOB", "get-result", "Mine")).out, /Result: 15\n/)
    assert.deepEqual([...alice.asked], [new URL(link).origin])
    assert.match((await folder.run("ALICE", "list-computations")).err, /IDENTITY_IN_USE/, "one at a time acts as ALICE")

    ui.signal("SIGINT")
    assert.equal((await ui.ended).status, 0)
    await alice.page
      .getByRole("navigation")
      .getByRole("button", { name: said("nav.computations") })
      .click()
    await alice.sees("failure.OWN_MACHINE_GONE.title")
    assert.equal(
      (await folder.run("ALICE", "get-result", "Mine")).status,
      0,
      "the command line goes on where the page was",
    )
  })

  test("event-client NAME ui: who has no token, or comes by another name or from another page, is refused", async (t) => {
    const folder = new Folder(t)
    folder.configure(setting.host.url, setting.host.constraint)
    await folder.addPeople("ALICE")
    const ui = folder.start("ALICE", "ui")
    const link = await linkOf(ui)
    const { origin, host, pathname } = new URL(link)
    const json = { "content-type": "application/json" }
    const cases = [
      ["GET", pathname, {}, 200],
      ["GET", "/", {}, 404],
      ["GET", `/${"A".repeat(43)}/`, {}, 404],
      ["GET", `${pathname.slice(0, -2)}/`, {}, 404],
      ["GET", `/../${pathname}../../package.json`, {}, 404],
      ["GET", pathname, { host: "evil.example" }, 421],
      ["GET", pathname, { host: host.replace("127.0.0.1", "localhost") }, 421],
      ["GET", pathname, { origin: "https://evil.example" }, 403],
      ["GET", pathname, { "sec-fetch-site": "cross-site" }, 403],
      ["POST", `${pathname}api/who`, { ...json, origin }, 200],
      ["POST", "/api/who", { ...json, origin }, 404],
      ["POST", `${pathname}api/who`, json, 403],
      ["POST", `${pathname}api/who`, { ...json, origin: "null" }, 403],
      ["POST", `${pathname}api/who`, { ...json, origin: "https://evil.example" }, 403],
      ["POST", `${pathname}api/who`, { origin, "content-type": "text/plain" }, 415],
      ["POST", `${pathname}api/sign`, { origin, "content-type": "application/octet-stream" }, 409],
      ["DELETE", pathname, { origin }, 405],
    ] as const
    for (const [method, path, headers, expected] of cases) {
      const { status, body } = await ask(origin, method, path, headers)
      assert.equal(status, expected, `${method} ${path} ${JSON.stringify(headers)}`)
      if (expected !== 200) assert.ok(!body.includes(pathname.slice(1, -1)), "the token is not told")
    }
    ui.signal("SIGINT")
    assert.equal((await ui.ended).status, 0)
  })

  test("an invitation given on the command line, and an identity that moves from the page to it", async (t) => {
    const alice = await setting.convenor("ALICE")
    const denise = await setting.person("DENISE")
    await denise.open(setting.page.url)
    await denise.type("welcome.name", "DENISE")
    await denise.choose("welcome.backup")
    await denise.type("welcome.newPass", "several words are best")
    await denise.type("welcome.newPassAgain", "several words are best")
    await denise.press("welcome.make")
    await denise.sees("welcome.saveBackup")
    const backup = await denise.saves(() => denise.press("people.backupSave"))
    assert.equal(backup.name, "DENISE.identity.pem")
    assert.match(backup.text, /^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
    await denise.press("welcome.goOn")
    await denise.page.getByRole("navigation").waitFor()
    await exchangeCards(alice, denise)
    const link = await create(alice, { name: "Moved", type: "avg", quorum: 2, others: [denise] })
    await submit(alice, "1")

    const folder = new Folder(t)
    folder.configure(setting.host.url, setting.host.constraint)
    folder.write(backup.name, backup.text)
    folder.write("passphrase", "several words are best\n")
    const moved = ["--passphrase-file", "passphrase", "DENISE"]
    assert.equal((await folder.run(...moved, "submit-value", "Moved", "3")).status, 0)
    assert.match((await folder.run(...moved, "list-computations")).out, /Moved/)

    const ui = folder.start(...moved, "ui", link)
    const there = await linkOf(ui)
    const again = await setting.person("DENISE", {}, [there])
    await again.open(there)
    await again.isAt("Moved")
    await again.press("result.ask")
    await again.sees("result.average", { n: 2 })
    assert.equal(await again.page.locator(".answer .value").innerText(), "2")
    ui.signal("SIGINT")
    assert.equal((await ui.ended).status, 0)

    const elsewhere = await setting.person("DENISE")
    await elsewhere.open(setting.page.url)
    await elsewhere.unfold("welcome.have")
    await elsewhere.drops("welcome.importFile", { name: backup.name, bytes: backup.text })
    await elsewhere.type("welcome.passphrase", "several words are worst")
    await elsewhere.press("welcome.import")
    await elsewhere.sees("failure.PASSPHRASE_WRONG.title")
    await elsewhere.type("welcome.passphrase", "several words are best")
    await elsewhere.press("welcome.import")
    await elsewhere.page.getByRole("navigation").waitFor()
    await takeUp(elsewhere, link)
    await elsewhere.isAt("Moved")
    await elsewhere.sees("one.ownUnknown")
    await elsewhere.press("result.ask")
    await elsewhere.sees("result.average", { n: 2 })
    await elsewhere.sees("own.unknown")
    await openComputation(alice, "Moved")
    await alice.press("result.ask")
    await alice.sees("result.average", { n: 2 })
  })
})

async function linkOf(ui: Running): Promise<string> {
  return /http:\/\/\S+/.exec(await ui.saysLine("The page is at "))?.[0] ?? ""
}

function ask(
  origin: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const asked = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let body = ""
      response.setEncoding("utf8").on("data", (text: string) => (body += text))
      response.on("end", () => resolve({ status: response.statusCode, body }))
    })
    asked
      .on("error", reject)
      .end(method === "POST" && headers["content-type"] === "application/json" ? "{}" : undefined)
  })
}
