import { strict as assert } from "node:assert"
import { test } from "node:test"
import { readSocketAddress, writeSocketAddress } from "./address.ts"

const addresses = {
  "unix:/run/enclave.sock": { kind: "unix", path: "/run/enclave.sock" },
  "unix:a b:c": { kind: "unix", path: "a b:c" },
  "tcp:127.0.0.1:9998": { kind: "tcp", host: "127.0.0.1", port: 9998 },
  "tcp:enclave.internal:65535": { kind: "tcp", host: "enclave.internal", port: 65_535 },
  "tcp:[::1]:0": { kind: "tcp", host: "::1", port: 0 },
} as const
for (const [text, address] of Object.entries(addresses)) {
  test(`${text} is read and written alike`, () => {
    assert.deepEqual(readSocketAddress(text), address)
    assert.equal(writeSocketAddress(address), text)
  })
}

const others = ["", "stdio", "unix:", "tcp:", "tcp:1", "tcp::1", "tcp:a:65536", "tcp:a:-1", "tcp:a:1 ", "tcp:a:b:1"]
for (const text of [...others, "tcp:[::1]", "tcp:::1:9", "tcp:[]:1", "UNIX:/a", "udp:a:1", "tcp:a:123456"]) {
  test(`${JSON.stringify(text)} is no address`, () => assert.equal(readSocketAddress(text), undefined))
}
