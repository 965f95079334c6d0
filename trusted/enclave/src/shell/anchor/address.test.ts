import assert from "node:assert/strict"
import { test } from "node:test"
import { openAnchor, parseAnchor } from "./address.ts"
import { AnchorError } from "./anchor.ts"

const INDEX = 0x1500016

void test("an address says which anchor, and where", () => {
  assert.deepEqual(parseAnchor("none"), { kind: "none" })
  assert.deepEqual(parseAnchor("tpm:/dev/tpmrm0,0x1500016"), {
    kind: "device",
    path: "/dev/tpmrm0",
    index: INDEX,
  })
  assert.deepEqual(parseAnchor("tpm:/dev/tpmrm0,0x01500016"), {
    kind: "device",
    path: "/dev/tpmrm0",
    index: INDEX,
  })
  assert.deepEqual(parseAnchor("tpm:127.0.0.1:2321,0x1500016"), {
    kind: "simulator",
    host: "127.0.0.1",
    port: 2321,
    index: INDEX,
  })
  assert.deepEqual(parseAnchor("tpm:localhost:65535,0x1FFFFFF"), {
    kind: "simulator",
    host: "localhost",
    port: 65535,
    index: 0x1ffffff,
  })
})

const refused = [
  "",
  "None",
  "none ",
  "tpm",
  "tpm:",
  "tpm:/dev/tpmrm0",
  "tpm:/dev/tpmrm0,",
  "tpm:/dev/tpmrm0,1500016",
  "tpm:/dev/tpmrm0,0x",
  "tpm:/dev/tpmrm0,0x1500016 ",
  "tpm:/dev/tpmrm0,0x1500016\n",
  "tpm:/dev/tpmrm0,0x150001g",
  "tpm:/dev/tpmrm0,0x001500016",
  "tpm:/dev/tpmrm0,0xffffff",
  "tpm:/dev/tpmrm0,0x2000000",
  "tpm:/dev/tpmrm0,0x1500016,0x1500017",
  "tpm:dev/tpmrm0,0x1500016",
  "tpm:127.0.0.1,0x1500016",
  "tpm::2321,0x1500016",
  "tpm:127.0.0.1:0,0x1500016",
  "tpm:127.0.0.1:65536,0x1500016",
  "tpm:127.0.0.1:2321:1,0x1500016",
  "file:/dev/tpmrm0,0x1500016",
]

for (const text of refused) {
  void test(`${JSON.stringify(text)} is no anchor`, () => {
    assert.throws(() => parseAnchor(text), { name: "AnchorError", code: "ADDRESS_SYNTAX" })
  })
}

void test("each kind of address opens its own anchor", async () => {
  assert.equal((await openAnchor({ kind: "none" })).name, "none")
  const missing = { kind: "device", path: "/nonexistent/tpmrm0", index: INDEX } as const
  await assert.rejects(
    openAnchor(missing),
    (error) =>
      error instanceof AnchorError && error.code === "TPM_UNREACHABLE" && error.message.includes("/nonexistent/tpmrm0"),
  )
})
