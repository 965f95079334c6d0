import { strict as assert } from "node:assert"
import { test } from "node:test"
import { readOptions } from "./options.ts"

const key = "--sealing-key-command=unseal --now"
const rest = { sealingKeyCommand: "unseal --now", eventLog: undefined }
const stdio = { listen: "stdio", anchor: { kind: "none" } }

test("Without options: simulation on standard streams, without an anchor", () => {
  assert.deepEqual(readOptions([]), { platform: { kind: "simulation" }, ...stdio })
})

test("A value stands behind its name or its equals sign", () => {
  const anchor = { kind: "device", path: "/dev/tpmrm0", index: 0x1500016 }
  for (const args of [["--anchor=tpm:/dev/tpmrm0,0x1500016"], ["--anchor", "tpm:/dev/tpmrm0,0x1500016"]]) {
    assert.deepEqual(readOptions(args).anchor, anchor)
  }
})

test("Each platform says where its evidence comes from", () => {
  const folder = "/sys/kernel/config/tsm/report"
  const platform = (...args: readonly string[]): unknown => readOptions([...args, key]).platform
  assert.deepEqual(platform("--platform", "sev-snp"), { kind: "tsm", name: "sev-snp", folder, rest })
  assert.deepEqual(platform("--platform", "tdx", "--tsm", "/t", "--event-log", "/log"), {
    kind: "tsm",
    name: "tdx",
    folder: "/t",
    rest: { ...rest, eventLog: "/log" },
  })
  for (const name of ["sev-snp", "tdx", "sgx", "nitro"]) {
    const command = "quote | base64 -d"
    assert.deepEqual(platform("--platform", name, "--evidence-command", command), {
      kind: "command",
      name,
      command,
      rest,
    })
  }
})

test("Where to listen", () => {
  const listen = (text: string): unknown => readOptions(["--listen", text]).listen
  assert.equal(listen("stdio"), "stdio")
  assert.deepEqual(listen("unix:/run/enclave.sock"), { kind: "unix", path: "/run/enclave.sock" })
  assert.deepEqual(listen("tcp:0.0.0.0:9998"), { kind: "tcp", host: "0.0.0.0", port: 9998 })
  assert.deepEqual(listen("tcp:[::1]:0"), { kind: "tcp", host: "::1", port: 0 })
})

const wrong: Readonly<Record<string, readonly string[]>> = {
  "an unknown option": ["--plattform", "tdx"],
  "an argument": ["tdx"],
  "an empty argument": [""],
  "a single dash": ["-platform", "tdx"],
  "an option twice": ["--anchor", "none", "--anchor=none"],
  "a missing value": ["--platform"],
  "an empty value": ["--platform="],
  "an unknown platform": ["--platform", "SEV-SNP", key],
  "mock, which is no process": ["--platform", "mock"],
  "a platform without a sealing key of its own": ["--platform", "tdx"],
  "Nitro without a helper": ["--platform", "nitro", key],
  "SGX without a helper": ["--platform", "sgx", key],
  "SGX by configfs-tsm": ["--platform", "sgx", "--tsm", "/t", key],
  "two sources of evidence": ["--platform", "tdx", "--tsm", "/t", "--evidence-command", "c", key],
  "an event log of SEV-SNP": ["--platform", "sev-snp", "--event-log", "/log", key],
  "a sealing key of a simulation": [key],
  "evidence of a simulation": ["--platform", "simulation", "--evidence-command", "c"],
  "an anchor that is none": ["--anchor", "tpm"],
  "no address": ["--listen", "9998"],
  "no port": ["--listen", "tcp:127.0.0.1"],
  "a port beyond the last": ["--listen", "tcp:127.0.0.1:65536"],
  "no path": ["--listen", "unix:"],
  "brackets that do not close": ["--listen", "tcp:[::1:9998"],
}
for (const [what, args] of Object.entries(wrong)) {
  test(`Wrong usage, one line, and no value in it: ${what}`, () => {
    assert.throws(
      () => readOptions(args),
      (error) => {
        assert.ok(error instanceof Error && "code" in error)
        assert.doesNotMatch(error.message, /\n|unseal/)
        return error.name === "StartError" && error.code === "OPTIONS"
      },
    )
  })
}
