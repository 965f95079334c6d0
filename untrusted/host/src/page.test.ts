import { strict as assert } from "node:assert"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test, type TestContext } from "node:test"
import { enclaveModes } from "./enclave/modes.ts"
import { pageFolder } from "./page.ts"
import { assertRefused, get, openTestHost } from "./testHost.ts"

/** A page as it is built, with a file beside it that is no part of it. */
function page(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "page-"))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, "assets"))
  writeFileSync(join(folder, "index.html"), "<p>page")
  writeFileSync(join(folder, "assets/a.js"), "1")
  writeFileSync(join(folder, "headers.json"), '{"content-security-policy":"default-src \'none\'"}')
  writeFileSync(join(folder, "notes.txt"), "private")
  return folder
}

describe("a host that serves the page", () => {
  test("gives its files, with its policy, and says that it is the host who gives them", async (t) => {
    const host = await openTestHost(t, { page: page(t) })
    for (const [path, type, text] of [
      ["", "text/html; charset=utf-8", "<p>page"],
      ["assets/a.js", "text/javascript; charset=utf-8", "1"],
      ["home.json", "application/json; charset=utf-8", '{"kind":"host"}'],
    ] as const) {
      const answer = await get(host, path)
      assert.deepEqual([answer.status, answer.headers.get("content-type"), await answer.text()], [200, type, text])
      assert.equal(answer.headers.get("content-security-policy"), "default-src 'none'")
      assert.equal(answer.headers.get("access-control-allow-origin"), null)
    }
  })

  test("gives nothing else", async (t) => {
    const host = await openTestHost(t, { page: page(t) })
    for (const path of ["notes.txt", "headers.json", "assets", "..%2f..%2fetc%2fpasswd", "index.html"]) {
      await assertRefused(await get(host, path), 404, "NOT_FOUND")
    }
  })

  test("does not start where there is none", async (t) => {
    const folder = page(t)
    rmSync(join(folder, "headers.json"))
    await assert.rejects(openTestHost(t, { page: folder }), { code: "PAGE", message: /npm run build:web/ })
  })
})

test("a host serves no page unless it is told to", async (t) => {
  const host = await openTestHost(t)
  for (const path of ["", "home.json"]) await assertRefused(await get(host, path), 404, "NOT_FOUND")
})

test("in mode release it must be said twice", () => {
  for (const mode of enclaveModes) {
    assert.match(pageFolder(mode, "release"), /dist$/)
    if (mode === "release") {
      assert.throws(() => pageFolder(mode, true), { code: "PAGE", message: /could change it.*--serve-ui release/ })
    } else assert.match(pageFolder(mode, true), /dist$/)
  }
})
