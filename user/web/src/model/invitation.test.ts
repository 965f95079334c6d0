import { digest, fingerprint, name, partyKey } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { isInvitation, readInvitation, writeInvitation, type Invitation } from "./invitation.ts"
import type { PageError } from "./pageError.ts"

const invitation: Invitation = {
  server: "https://host.example:8443/em/",
  constraint: `S:${"a".repeat(64)} PROD:1 SEC:SECURE PLATFORM:sev-snp`,
  enclave: partyKey(new Uint8Array(32).fill(3)),
  computation: name("Salaries"),
  terms: digest(new Uint8Array(32).fill(4)),
}

function refused(link: string, code: PageError["code"]): void {
  assert.throws(() => readInvitation(link), { name: "PageError", code })
}

describe("an invitation", () => {
  test("is read back from its link, with or without a page, and with space around it", () => {
    const link = writeInvitation(invitation, "https://page.example/p/#old")
    assert.match(link, /^https:\/\/page\.example\/p\/#invitation=1&host=/)
    for (const each of [link, writeInvitation(invitation), `#${writeInvitation(invitation)}`, ` ${link}\n`]) {
      assert.deepEqual(readInvitation(each), invitation)
    }
    assert.deepEqual(
      [isInvitation(new URL(link).hash), isInvitation("#other=1"), isInvitation("")],
      [true, false, false],
    )
  })

  test("is its fragment alone where there is no page that others could open", () => {
    assert.match(writeInvitation(invitation, undefined), /^invitation=1&host=/)
  })

  test("carries all that it says in the fragment, which no server sees", () => {
    const url = new URL(writeInvitation(invitation, "https://page.example/"))
    assert.deepEqual([url.search, url.pathname], ["", "/"])
  })
})

describe("what is no invitation", () => {
  const changed = (key: string, value: string): string => {
    const params = new URLSearchParams(writeInvitation(invitation))
    params.set(key, value)
    return params.toString()
  }
  const rows: readonly (readonly [string, PageError["code"]])[] = [
    ["", "INVITATION_MALFORMED"],
    ["https://page.example/", "INVITATION_MALFORMED"],
    [writeInvitation(invitation).slice(0, -70), "INVITATION_MALFORMED"],
    [`${writeInvitation(invitation)}&more=1`, "INVITATION_MALFORMED"],
    [`${writeInvitation(invitation)}&host=http://x`, "INVITATION_MALFORMED"],
    [`${writeInvitation(invitation)}${"x".repeat(9_000)}`, "INVITATION_TOO_LONG"],
    [changed("invitation", "2"), "INVITATION_VERSION"],
    [changed("host", "javascript:alert(1)"), "INVITATION_HOST"],
    [changed("host", "not a host"), "INVITATION_HOST"],
    [changed("constraint", ""), "INVITATION_CONSTRAINT"],
    [changed("constraint", "SEC:INSECURE"), "INVITATION_CONSTRAINT"],
    [changed("enclave", fingerprint(invitation.enclave)), "INVITATION_PIN"],
    [changed("enclave", "A".repeat(64)), "INVITATION_PIN"],
    [changed("computation", "<script>"), "INVITATION_COMPUTATION"],
    [changed("computation", "x".repeat(65)), "INVITATION_COMPUTATION"],
    [changed("terms", "4".repeat(63)), "INVITATION_COMPUTATION"],
  ]
  for (const [link, code] of rows) test(`${code}: ${link.slice(0, 60)}`, () => refused(link, code))
})
