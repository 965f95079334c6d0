import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import type { IsvLevel, PlatformLevel, TcbInfo } from "./tcbInfo.ts"
import { isvLevel, moduleLevel, platformLevel, tcbOf } from "./tcbLevel.ts"
import { converge, tcbStatuses, type TcbStatus } from "./tcbStatus.ts"
import type { TdReport } from "./tdReport.ts"

const sixteen = (...first: readonly number[]): number[] =>
  [...first, ...Array.from({ length: 16 }, () => 0)].slice(0, 16)
const svn = (...first: readonly number[]): string => Uint8Array.from(sixteen(...first)).toHex()

const level = (
  status: TcbStatus,
  sgx: number[],
  pceSvn: number,
  tdx?: number[],
  advisories: string[] = [],
): PlatformLevel => ({
  status,
  advisories,
  tcbDate: 0,
  sgxComponents: sgx,
  pceSvn,
  tdxComponents: tdx,
})
const isv = (isvSvn: number, status: TcbStatus, advisories: string[] = []): IsvLevel => ({
  isvSvn,
  status,
  advisories,
  tcbDate: 0,
})

describe("the level of a platform is the first that it reaches in everything", () => {
  const sgxLevels = [
    level("UpToDate", sixteen(3, 3, 0, 7), 11),
    level("SWHardeningNeeded", sixteen(3, 3), 11),
    level("OutOfDate", sixteen(2, 1), 9),
    level("Revoked", sixteen(), 0),
  ]
  const last = (value: number): number[] => [...sixteen(3, 3, 0, 7).slice(0, 15), value]

  for (const [components, pceSvn, expected] of [
    [sixteen(3, 3, 0, 7), 11, "UpToDate"],
    [sixteen(255, 255, 255, 255), 12, "UpToDate"],
    [sixteen(3, 3, 0, 6), 11, "SWHardeningNeeded"],
    [sixteen(3, 3, 0, 7), 10, "OutOfDate"],
    [sixteen(4, 2, 9, 9), 99, "OutOfDate"],
    [sixteen(2, 1), 9, "OutOfDate"],
    [sixteen(2, 0, 9, 9), 9, "Revoked"],
    [sixteen(1, 9, 9, 9), 9, "Revoked"],
    [sixteen(2, 1), 8, "Revoked"],
    [last(1), 11, "UpToDate"],
  ] as const) {
    test(`SGX ${components.join(" ")}, PCE ${pceSvn}: ${expected}`, () => {
      assert.equal(
        platformLevel({ levels: sgxLevels }, { sgxComponents: components, pceSvn }, undefined)?.status,
        expected,
      )
    })
  }

  test("nothing below the lowest; the last component counts; no levels, no level", () => {
    const found = (levels: PlatformLevel[], sgxComponents: number[], pceSvn: number): TcbStatus | undefined =>
      platformLevel({ levels }, { sgxComponents, pceSvn }, undefined)?.status
    assert.equal(found([level("UpToDate", last(1), 0)], last(0), 0), undefined)
    assert.equal(found([level("UpToDate", sixteen(), 1)], sixteen(), 0), undefined)
    assert.equal(found([], sixteen(9), 9), undefined)
  })

  const tdxLevels = [
    level("UpToDate", sixteen(2), 5, sixteen(5, 0, 3)),
    level("ConfigurationNeeded", sixteen(2), 5, sixteen(3, 0, 2)),
    level("OutOfDate", sixteen(1), 5, sixteen(2, 0, 1)),
  ]
  for (const [tee, sgx, expected] of [
    // A module of version 0: its security version is the first component.
    [svn(5, 0, 3), 2, "UpToDate"],
    [svn(4, 0, 3), 2, "ConfigurationNeeded"],
    [svn(5, 0, 2), 2, "ConfigurationNeeded"],
    [svn(5, 0, 3), 1, "OutOfDate"],
    [svn(1, 0, 9), 2, undefined],
    [svn(9, 0, 0), 2, undefined],
    // A module of version 1 or above has a level of its own.
    [svn(0, 1, 3), 2, "UpToDate"],
    [svn(9, 1, 2), 2, "ConfigurationNeeded"],
    [svn(9, 3, 1), 2, "OutOfDate"],
    [svn(9, 1, 0), 2, undefined],
    [svn(9, 1, 9), 0, undefined],
  ] as const) {
    test(`TDX ${tee}, SGX ${sgx}: ${expected ?? "none"}`, () => {
      const pck = { sgxComponents: sixteen(sgx), pceSvn: 5 }
      assert.equal(platformLevel({ levels: tdxLevels }, pck, tee)?.status, expected)
    })
  }
})

test("the level of an enclave or module is the first that its version reaches", () => {
  const levels = [isv(6, "UpToDate"), isv(4, "OutOfDate"), isv(2, "Revoked")]
  const found = [7, 6, 5, 4, 3, 2, 1, 0].map((isvSvn) => isvLevel(levels, isvSvn)?.status)
  const outOfDate = ["OutOfDate", "OutOfDate"]
  assert.deepEqual(found, ["UpToDate", "UpToDate", ...outOfDate, "Revoked", "Revoked", undefined, undefined])
})

describe("TDX modules", () => {
  const intels = { mrSigner: "00".repeat(48), attributes: "00".repeat(8), attributesMask: "ff".repeat(8) }
  const info = {
    tdxModule: intels,
    tdxModuleIdentities: [
      { id: "TDX_03", ...intels, levels: [isv(3, "UpToDate")] },
      { id: "TDX_01", ...intels, levels: [isv(4, "UpToDate"), isv(2, "OutOfDate")] },
      { id: "TDX_1F", ...intels, mrSigner: "11".repeat(48), attributesMask: "00ff".padEnd(16, "0"), levels: [] },
    ],
  } as unknown as TcbInfo
  const report = (teeTcbSvn: string, change: Partial<TdReport> = {}): TdReport =>
    ({ teeTcbSvn, mrSignerSeam: "00".repeat(48), seamAttributes: "00".repeat(8), ...change }) as TdReport
  const mismatch = { name: "AttestationError", code: "TDX_MODULE_MISMATCH" }

  test("are judged by the identity of their version", () => {
    const of = (...first: number[]): string | undefined => {
      const found = moduleLevel(info, report(svn(...first)))
      return found && `${found.id} ${found.level?.status}`
    }
    assert.deepEqual(
      [of(5, 1), of(3, 1), of(1, 1), of(3, 3), of(9, 0)],
      ["TDX_01 UpToDate", "TDX_01 OutOfDate", "TDX_01 undefined", "TDX_03 UpToDate", undefined],
    )
    const other = report(svn(1, 0x1f), { mrSignerSeam: "11".repeat(48), seamAttributes: "ff00ffffffffffff" })
    assert.deepEqual(moduleLevel(info, other), { id: "TDX_1F", level: undefined })
  })

  test("must be of a version that Intel knows, signed by Intel, with its attributes", () => {
    const signer = { mrSignerSeam: "00".repeat(47) + "01" }
    const attributes = { seamAttributes: "0000000000000080" }
    for (const wrong of [
      report(svn(9, 2)),
      report(svn(9, 0xf1)),
      report(svn(9, 1), signer),
      report(svn(9, 1), attributes),
      report(svn(9, 0), signer),
      report(svn(9, 0), attributes),
    ]) {
      assert.throws(() => moduleLevel(info, wrong), mismatch)
    }
    const without = { ...info, tdxModuleIdentities: [] }
    assert.throws(() => moduleLevel(without, report(svn(9, 1))), mismatch)
  })
})

describe("all parts together", () => {
  /** What Intel's quote verification library answers for a part that is out of date. */
  const outdated: Record<TcbStatus, TcbStatus> = {
    UpToDate: "OutOfDate",
    SWHardeningNeeded: "OutOfDate",
    ConfigurationNeeded: "OutOfDateConfigurationNeeded",
    ConfigurationAndSWHardeningNeeded: "OutOfDateConfigurationNeeded",
    OutOfDate: "OutOfDate",
    OutOfDateConfigurationNeeded: "OutOfDateConfigurationNeeded",
    Revoked: "Revoked",
  }

  test("a part that is out of date or revoked spoils the rest; one that is up to date changes nothing", () => {
    for (const status of tcbStatuses) {
      assert.equal(converge([status]), status)
      assert.equal(converge([status, "UpToDate"]), status)
      assert.equal(converge([status, "OutOfDate"]), outdated[status])
      assert.equal(converge(["OutOfDate", "UpToDate", status]), outdated[status])
      assert.equal(converge([status, "UpToDate", "Revoked"]), "Revoked")
    }
    assert.equal(converge(["SWHardeningNeeded", "ConfigurationNeeded"]), "ConfigurationAndSWHardeningNeeded")
  })

  test("advisories of all that match, each once; a part that matches nothing leaves no level", () => {
    const platform = level("SWHardeningNeeded", [], 0, undefined, ["INTEL-SA-2", "INTEL-SA-1"])
    const enclave = isv(1, "OutOfDate", ["INTEL-SA-2", "INTEL-SA-3"])
    const module = { id: "TDX_01", level: isv(2, "UpToDate", ["INTEL-SA-0"]) }
    const good = tcbOf(platform, module, enclave)
    assert.deepEqual(good, {
      platform: "SWHardeningNeeded",
      tdxModule: "TDX_01 UpToDate",
      qe: "OutOfDate",
      level: "OutOfDate",
      advisories: ["INTEL-SA-0", "INTEL-SA-1", "INTEL-SA-2", "INTEL-SA-3"],
    })
    assert.deepEqual(tcbOf(undefined, module, enclave).level, "none")
    assert.deepEqual(tcbOf(platform, module, undefined).level, "none")
    const without = tcbOf(platform, { id: "TDX_01", level: undefined }, enclave)
    assert.deepEqual(
      [without.level, without.tdxModule, without.platform],
      ["none", "TDX_01 NO MATCH", "SWHardeningNeeded"],
    )
    assert.deepEqual(
      [tcbOf(platform, undefined, isv(1, "UpToDate")).level, tcbOf(undefined, undefined, enclave).platform],
      ["SWHardeningNeeded", "NO MATCH"],
    )
  })
})
