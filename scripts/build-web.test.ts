import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { buildWeb } from "./build-web.ts"
import { firstLoad, sizeText, total } from "./web/firstLoad.ts"

const FIRST_LOAD_BYTES_MAX = 150_000

let folder: string

/** The files of a page that was built, by their paths. */
function filesOf(page: string): Map<string, string> {
  const files = readdirSync(page, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name))
  return new Map(paths.sort().map((path) => [path.slice(page.length), readFileSync(path, "latin1")]))
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "page-"))
  for (const name of ["one", "two"]) await buildWeb(join(folder, name))
})

after(() => rmSync(folder, { recursive: true }))

test("the page is the same bytes whenever and wherever it is built", () => {
  const [one, two] = [filesOf(join(folder, "one")), filesOf(join(folder, "two"))]
  assert.ok(one.size > 5)
  assert.deepEqual(one, two)
  for (const [path, text] of one) {
    assert.ok(!text.includes(folder) && !text.includes(import.meta.dirname), `${path} names where it was built`)
  }
})

test("its first load is less than 150 kB compressed", (t) => {
  const sizes = firstLoad(join(folder, "one"))
  t.diagnostic(sizeText(sizes))
  assert.ok(sizes.first.size >= 3, "HTML, script and style at least")
  assert.ok(total(sizes.first) < FIRST_LOAD_BYTES_MAX, sizeText(sizes))
})

test("what stands in for missing cryptography, and what is seldom needed, is not in it", () => {
  const { first, later } = firstLoad(join(folder, "one"))
  const has = (sizes: ReadonlyMap<string, number>, what: string): boolean =>
    [...sizes.keys()].some((file) => file.startsWith(`${what}-`))
  for (const what of ["ed25519", "mlKem", "hardware", "spreadsheet"]) {
    assert.deepEqual([has(first, what), has(later, what)], [false, true], what)
  }
})

test("nothing in it asks for anything from another server, or runs what it was not built with", () => {
  for (const [path, text] of filesOf(join(folder, "one"))) {
    if (!path.endsWith(".html")) continue
    assert.doesNotMatch(text, /(?:src|href)="(?:https?:)?\/\//)
    assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/)
  }
  const styles = [...filesOf(join(folder, "one"))].filter(([path]) => path.endsWith(".css"))
  for (const [path, text] of styles) assert.doesNotMatch(text, /@import|url\((?!["']?data:)/, path)
})

test("a policy says so to the browser, before anything is loaded, and to whoever serves it", () => {
  const html = readFileSync(join(folder, "one/index.html"), "utf8")
  const [, inHtml = ""] = /<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html) ?? []
  const headers = JSON.parse(readFileSync(join(folder, "one/headers.json"), "utf8")) as Record<string, string>
  const inHeader = headers["content-security-policy"] ?? ""
  for (const policy of [inHtml.replaceAll("&#39;", "'"), inHeader]) {
    const directives = new Map(
      policy.split("; ").map((each) => [each.split(" ")[0], each.split(" ").slice(1).join(" ")]),
    )
    for (const [name, value] of [
      ["default-src", "'none'"],
      ["script-src", "'self'"],
      ["style-src", "'self'"],
      ["form-action", "'none'"],
      ["base-uri", "'none'"],
      ["require-trusted-types-for", "'script'"],
    ] as const)
      assert.equal(directives.get(name), value)
    assert.doesNotMatch(policy, /unsafe|\*(?![\s;]|$)|data:(?! blob:)/)
  }
  assert.match(inHeader, /connect-src 'self'; .*frame-ancestors 'none'/)
  assert.equal(headers["referrer-policy"], "no-referrer")
})
