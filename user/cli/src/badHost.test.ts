import { strict as assert } from "node:assert"
import { randomBytes } from "node:crypto"
import type { RequestListener } from "node:http"
import { describe, test, type TestContext } from "node:test"
import { Folder, mockHost, MOCK_CONSTRAINT, nonsenseHost, type Ran } from "../../../testing/src/cliHarness.ts"

function failed({ status, out, err }: Ran, start: string): void {
  assert.deepEqual([status, out], [1, ""], err)
  assert.match(err, /^event-client: [A-Z_]+: [^\n]+\n$/)
  assert.ok(err.startsWith(`event-client: ${start}`), err)
}

async function alice(t: TestContext, server: string, constraint?: string): Promise<Folder> {
  const folder = new Folder(t)
  folder.configure(server, constraint)
  await folder.addPeople("ALICE")
  return folder
}

describe("a host that is none", () => {
  const listeners: Readonly<Record<string, readonly [RequestListener, string]>> = {
    "answers with a page": [
      (_request, response) => response.end("<!doctype html><h1>It works!</h1>"),
      "EVIDENCE_MALFORMED",
    ],
    "answers nothing": [(_request, response) => response.end(), "EVIDENCE_MALFORMED"],
    "answers with random bytes of a frame's size": [
      (_request, response) => response.end(randomBytes(2_048)),
      "EVIDENCE_MALFORMED",
    ],
    "answers with more than evidence can be": [
      (_request, response) => response.end(Buffer.alloc(1_048_577)),
      "HOST_NONSENSE: the host sent more than 1048576 bytes",
    ],
    "is away behind a proxy": [(_request, response) => response.writeHead(502).end("no"), "HOST_BUSY"],
    "answers with status 500": [(_request, response) => response.writeHead(500).end("no"), "HOST_REFUSED"],
    "answers with status 404": [(_request, response) => response.writeHead(404).end("no"), "HOST_REFUSED"],
    "breaks off": [
      (_request, response) => {
        response.writeHead(200, { "content-length": "2048" })
        response.write("half", () => response.destroy())
      },
      "HOST_UNREACHABLE: the host's answer broke off",
    ],
    "hangs up": [
      (request) => request.socket.destroy(),
      "HOST_UNREACHABLE: no answer from the host at http://127.0.0.1:",
    ],
  }
  for (const [what, [listener, start]] of Object.entries(listeners)) {
    test(`one line where it ${what}`, async (t) => {
      const folder = await alice(t, await nonsenseHost(t, listener))
      failed(await folder.run("ALICE", "submit-value", "Avg", "1"), start)
      assert.ok(!folder.files().includes("ALICE.client.json"), "nothing is pinned or remembered")
    })
  }

  test("one line where it sends elsewhere, and nobody goes there", async (t) => {
    let visits = 0
    const elsewhere = await nonsenseHost(t, (_request, response) => {
      visits += 1
      response.end()
    })
    const server = await nonsenseHost(t, (_request, response) => {
      response.writeHead(307, { location: `${elsewhere}/attestation` }).end()
    })
    failed(await (await alice(t, server)).run("ALICE", "lc"), "HOST_REFUSED: the host at http://127.0.0.1:")
    assert.equal(visits, 0)
  })

  test("one line where its evidence is good and its mail is nonsense", async (t) => {
    const { url } = await mockHost(t)
    const evidence = await (await fetch(`${url}/attestation`)).bytes()
    let mails = 0
    const server = await nonsenseHost(t, (request, response) => {
      if (request.url === "/attestation") return void response.end(evidence)
      mails += 1
      response.end(randomBytes(2_048))
    })
    const folder = await alice(t, server)
    failed(await folder.run("ALICE", "submit-value", "Avg", "1"), "HOST_NONSENSE")
    assert.equal(mails, 4)
  })

  for (const server of ["nowhere", "ftp://127.0.0.1", "http://", "127.0.0.1:9999"]) {
    test(`one line for the address ${server}`, async (t) => {
      failed(
        await (await alice(t, server)).run("ALICE", "lc"),
        `HOST_REFUSED: '${server}' is no http:// or https:// address`,
      )
    })
  }
})

describe("an enclave that does not meet the constraint is sent nothing", () => {
  const other = "1".repeat(64)
  const rows: readonly (readonly [string, string])[] = [
    [MOCK_CONSTRAINT.replace("INSECURE", "STALE"), "SECURITY_TOO_LOW"],
    [MOCK_CONSTRAINT.replace(" SEC:INSECURE", ""), "SECURITY_TOO_LOW"],
    [`C:${other} SEC:INSECURE`, "MEASUREMENT_NOT_ACCEPTED"],
    [`${MOCK_CONSTRAINT} SEC:SECURE`, "CONSTRAINT_SYNTAX: the constraint cannot be used: SEC: is given twice"],
    ["trust me", "CONSTRAINT_SYNTAX: the constraint cannot be used: 'trust' is none of"],
  ]
  for (const [constraint, start] of rows) {
    test(constraint.replaceAll(/(.)\1{60,}/g, "$1…"), async (t) => {
      const host = await mockHost(t)
      const folder = await alice(t, host.url, constraint)
      failed(await folder.run("ALICE", "cc", "Avg", "avg", "2", "ALICE,ALICE"), start)
      const metrics = await (await fetch(`${host.url}/metrics`)).text()
      assert.doesNotMatch(metrics, /direction="in"[^\n]* [1-9]/, "the host was given no frame")
    })
  }

  test("attestation says so too, and what the enclave is", async (t) => {
    const { url } = await mockHost(t)
    const folder = await alice(t, url, `C:${other} SEC:INSECURE`)
    const { status, lines } = await folder.run("ALICE", "attestation")
    assert.equal(status, 1)
    assert.equal(lines[0], `Enclave at ${url}/`)
    assert.ok(lines.includes("   Platform: mock"))
    const proved = lines.slice(lines.indexOf("What is proved:") + 1, lines.indexOf("What is not:")).join()
    assert.match(proved, /Nothing against whoever runs the host: .* vouched for by nobody/)
    assert.ok(lines.some((line) => /Whoever runs the host can read what you send/.test(line)))
    assert.match(lines.at(-1) ?? "", /^MEASUREMENT_NOT_ACCEPTED: /)
  })
})

test("fault 5: a restarted host is a loud error with status 1, until the new enclave is accepted by name", async (t) => {
  const first = await mockHost(t)
  const folder = await alice(t, first.url)
  assert.equal((await folder.run("ALICE", "lc")).status, 0)
  const pinned = folder.read("ALICE.client.json")
  await first.close()
  await mockHost(t, Number(new URL(first.url).port))

  for (const args of [["lc"], ["sv", "Avg", "1"], ["gm"]]) {
    failed(await folder.run("ALICE", ...args), "ENCLAVE_CHANGED: the enclave at http://127.0.0.1:")
  }
  assert.equal((await folder.json("ALICE", "lc")).code, "ENCLAVE_CHANGED")
  failed(await folder.run("ALICE", "lc", "--accept-new-enclave", "aaaa-aaaa-aaaa-aaaa-aaaa"), "ENCLAVE_CHANGED")
  assert.equal(folder.read("ALICE.client.json"), pinned, "the pin stays as it was")

  const { err } = await folder.run("ALICE", "lc")
  const [, fingerprint = ""] = /--accept-new-enclave (\S+)\n$/.exec(err) ?? []
  const accepted = await folder.run("ALICE", "lc", "--accept-new-enclave", fingerprint)
  assert.deepEqual([accepted.status, accepted.lines, accepted.err], [0, ["NO_RESULTS. No computations"], ""])
  assert.equal((await folder.run("ALICE", "lc")).status, 0, "from then on it is the one that is pinned")
})
