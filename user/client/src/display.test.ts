import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { escapeText } from "./display.ts"

describe("fault 12: other people's text", () => {
  const rows: Readonly<Record<string, readonly [string, string]>> = {
    "colours and cursors": ["\u001b[31mred\u001b[2J", "\\u{1b}[31mred\\u{1b}[2J"],
    "a window's title": ["\u001b]0;owned\u0007", "\\u{1b}]0;owned\\u{7}"],
    "a link": ["\u001b]8;;http://evil\u001b\\text", "\\u{1b}]8;;http://evil\\u{1b}\\\\text"],
    "C1 controls": ["\u009b31m\u0090q\u009c", "\\u{9b}31m\\u{90}q\\u{9c}"],
    "forged lines": ["hi\nSUCCESS: all is well\r\n", "hi\\u{a}SUCCESS: all is well\\u{d}\\u{a}"],
    "lines of Unicode": ["a\u2028b\u2029c\u0085d", "a\\u{2028}b\\u{2029}c\\u{85}d"],
    overwriting: ["good\rbad\b\b", "good\\u{d}bad\\u{8}\\u{8}"],
    "text that runs backwards": [
      "\u202etxt.exe\u202c\u2066x\u2069\u200f",
      "\\u{202e}txt.exe\\u{202c}\\u{2066}x\\u{2069}\\u{200f}",
    ],
    "what cannot be seen": ["a\u200bb\u00adc\ufeffd\u{e0041}", "a\\u{200b}b\\u{ad}c\\u{feff}d\\u{e0041}"],
    "tabs and delete": ["a\tb\u007f\u0000", "a\\u{9}b\\u{7f}\\u{0}"],
    "a lone surrogate": ["a\ud800b", "a\\u{d800}b"],
    "private and unassigned": ["\ue000\u{10ffff}", "\\u{e000}\\u{10ffff}"],
    "an escape of its own": ["\\u{1b}", "\\\\u{1b}"],
  }
  for (const [what, [raw, shown]] of Object.entries(rows)) {
    test(`${what} are shown and do nothing`, () => assert.equal(escapeText(raw), shown))
  }

  test("ordinary text of any script is as it was", () => {
    for (const text of ["", "Grüße, мир, 世界, שלום, नमस्ते", "1 < 2 & 'x' \"y\" $HOME `ls`", "😀", "e\u0301"]) {
      assert.equal(escapeText(text), text)
    }
  })

  test("whatever the text, it is one line of what can be seen, and no two texts look the same", (t) => {
    const text = fc.string({
      unit: fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.constantFrom(..."\\u{1b}\u001b")),
    })
    fc.assert(
      fc.property(text, (raw) => {
        const shown = escapeText(raw)
        assert.doesNotMatch(shown, /[\p{C}\p{Zl}\p{Zp}]/u)
        const read = shown.replace(/\\(?:\\|u\{([0-9a-f]+)\})/g, (_, hex?: string) =>
          hex === undefined ? "\\" : String.fromCodePoint(parseInt(hex, 16)),
        )
        assert.equal(read, raw)
      }),
      fuzz(t, 1_000),
    )
  })
})
