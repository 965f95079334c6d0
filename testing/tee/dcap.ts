/*
 * Processors of Intel's with SGX and TDX, as far as they can be told from outside: certificates, collateral and quotes
 * under a private root, of the shape of Intel's own.
 */
import { createRoot, pemOf, type Authority, type Extension, type IssueOptions } from "./authority.ts"
import type { Bytes } from "./bytes.ts"
import { boolean, enumerated, integer, objectIdentifier, octetString, sequence } from "./der.ts"
import { isTdx, TEST_QE, TEST_TEE_TCB_SVN, testQuote, type QuoteKind, type QuoteOptions } from "./dcapQuote.ts"

/** What a PCK certificate says of its processor. */
export interface PckOptions extends Partial<IssueOptions> {
  readonly fmspc?: string
  readonly pceId?: string
  readonly sgxComponents?: readonly number[]
  readonly pceSvn?: number
  /** The fields of the SGX extension, to be changed. */
  readonly fields?: (usual: readonly Uint8Array[]) => readonly Uint8Array[]
  /** Who issues it, where that is not the platform CA. */
  readonly issuer?: Authority
}

/** JSON that is signed as it is. */
type Fields = Readonly<Record<string, unknown>>

/** What goes into collateral, before any of it is signed. */
export interface CollateralParts {
  readonly pckCrlIssuerChain: readonly Authority[]
  readonly rootCaCrl: Bytes
  readonly pckCrl: Bytes
  /** The first of each chain signs. */
  readonly tcbInfoIssuerChain: readonly Authority[]
  readonly tcbInfo: Fields
  readonly qeIdentityIssuerChain: readonly Authority[]
  readonly qeIdentity: Fields
}

/** The nine texts that collateral consists of. */
export type CollateralTexts = Readonly<Record<string, string>>

export interface DcapOptions {
  readonly kind?: QuoteKind
  readonly pck?: PckOptions
  readonly quote?: QuoteOptions
  /** The certificates that the quote carries, in place of the usual. */
  readonly chain?: (usual: readonly Authority[]) => readonly Authority[]
  readonly collateral?: (usual: CollateralParts) => Partial<CollateralParts>
  /** Changes after everything was signed. */
  readonly texts?: (signed: CollateralTexts) => CollateralTexts
}

export interface MadeDcap {
  readonly quote: Bytes
  readonly collateral: Bytes
}

export interface TestDcap {
  readonly root: Authority
  readonly platformCa: Authority
  readonly tcbSigner: Authority
  /** A processor's certificate and key. */
  pck(options?: PckOptions): Promise<Authority>
  /** A quote and collateral for it, good as long as nothing is asked for. */
  evidence(options?: DcapOptions): Promise<MadeDcap>
}

const TEST_FMSPC = "00906EA10000"
const SGX = "1.2.840.113741.1.13.1"
const COMPONENTS = [2, 2, 2, 2, 3, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0]
const PCE_SVN = 11
const ISSUED = "2020-01-01T00:00:00Z"
const NEXT = "2040-01-01T00:00:00Z"

/** A hierarchy with fresh keys. */
export async function testDcap(): Promise<TestDcap> {
  const ca = { keyKind: "P-256", isAuthority: true } as const
  const root = await createRoot({ ...ca, name: "Intel SGX Root CA", pathLength: 1 })
  const platformCa = await root.issue({ ...ca, name: "Intel SGX PCK Platform CA", pathLength: 0 })
  const tcbSigner = await root.issue({ name: "Intel SGX TCB Signing", keyKind: "P-256" })
  const pck = ({ issuer, ...options }: PckOptions = {}): Promise<Authority> =>
    (issuer ?? platformCa).issue({
      name: "Intel SGX PCK Certificate",
      keyKind: "P-256",
      extensions: [sgxExtension(options)],
      ...options,
    })
  return {
    root,
    platformCa,
    tcbSigner,
    pck,
    async evidence(options = {}) {
      const { kind = "td4", chain = (usual) => usual, texts = (signed) => signed } = options
      const leaf = await pck(options.pck)
      const certificates = chain([leaf, platformCa, root]).map(({ certificate }) => certificate)
      const usual: CollateralParts = {
        pckCrlIssuerChain: [platformCa, root],
        rootCaCrl: await root.revoke([]),
        pckCrl: await platformCa.revoke([]),
        tcbInfoIssuerChain: [tcbSigner, root],
        tcbInfo: isTdx(kind) ? TDX_TCB_INFO : SGX_TCB_INFO,
        qeIdentityIssuerChain: [tcbSigner, root],
        qeIdentity: qeIdentity(kind),
      }
      const signed = await signCollateral({ ...usual, ...options.collateral?.(usual) })
      return {
        quote: await testQuote(kind, leaf, certificates, options.quote),
        collateral: new TextEncoder().encode(JSON.stringify(texts(signed))),
      }
    },
  }
}

/** SGX extensions (Intel SGX PCK Certificate and CRL Profile Specification, section 1.3.5). */
function sgxExtension(options: PckOptions): Extension {
  const components = options.sgxComponents ?? COMPONENTS
  const field = (arc: string, value: Uint8Array): Bytes => sequence(objectIdentifier(`${SGX}.${arc}`), value)
  const tcb = sequence(
    ...components.map((svn, i) => field(`2.${i + 1}`, integer(svn))),
    field("2.17", integer(options.pceSvn ?? PCE_SVN)),
    field("2.18", octetString(Uint8Array.from(components))),
  )
  const configuration = sequence(...["7.1", "7.2", "7.3"].map((arc) => field(arc, boolean(true))))
  const { fields = (usual) => usual } = options
  const usual = [
    field("1", octetString(new Uint8Array(16).fill(0x9d))),
    field("2", tcb),
    field("3", octetString(Uint8Array.fromHex(options.pceId ?? "0000"))),
    field("4", octetString(Uint8Array.fromHex(options.fmspc ?? TEST_FMSPC))),
    field("5", enumerated(1)),
    field("6", octetString(new Uint8Array(16).fill(0x1d))),
    field("7", configuration),
  ]
  return { oid: SGX, value: sequence(...fields(usual)) }
}

const components = (svns: Iterable<number>): Fields[] => [...svns].map((svn) => ({ svn }))

const tdxModule = {
  mrsigner: "00".repeat(48),
  attributes: "00".repeat(8),
  attributesMask: "FF".repeat(8),
}

function levels(tdx: Fields): Fields[] {
  return [
    {
      tcb: { sgxtcbcomponents: components(COMPONENTS), pcesvn: PCE_SVN, ...tdx },
      tcbDate: "2024-03-13T00:00:00Z",
      tcbStatus: "UpToDate",
    },
    {
      tcb: { sgxtcbcomponents: components(COMPONENTS), pcesvn: 5, ...tdx },
      tcbDate: "2018-01-04T00:00:00Z",
      tcbStatus: "OutOfDate",
      advisoryIDs: ["INTEL-SA-00837", "INTEL-SA-00106"],
    },
  ]
}

const TCB_INFO: Fields = {
  version: 3,
  issueDate: ISSUED,
  nextUpdate: NEXT,
  fmspc: TEST_FMSPC,
  pceId: "0000",
  tcbType: 0,
  tcbEvaluationDataNumber: 17,
}
const SGX_TCB_INFO: Fields = { id: "SGX", ...TCB_INFO, tcbLevels: levels({}) }
const TDX_TCB_INFO: Fields = {
  id: "TDX",
  ...TCB_INFO,
  tdxModule,
  tdxModuleIdentities: [
    {
      id: "TDX_01",
      ...tdxModule,
      tcbLevels: [
        { tcb: { isvsvn: 4 }, tcbDate: "2024-03-13T00:00:00Z", tcbStatus: "UpToDate" },
        {
          tcb: { isvsvn: 2 },
          tcbDate: "2023-08-09T00:00:00Z",
          tcbStatus: "OutOfDate",
          advisoryIDs: ["INTEL-SA-01036"],
        },
      ],
    },
  ],
  tcbLevels: levels({ tdxtcbcomponents: components(TEST_TEE_TCB_SVN) }),
}

function qeIdentity(kind: QuoteKind): Fields {
  return {
    id: isTdx(kind) ? "TD_QE" : "QE",
    version: 2,
    issueDate: ISSUED,
    nextUpdate: NEXT,
    tcbEvaluationDataNumber: 17,
    miscselect: "00000000",
    miscselectMask: "FFFFFFFF",
    attributes: "11000000000000000000000000000000",
    attributesMask: "FBFFFFFFFFFFFFFF0000000000000000",
    mrsigner: TEST_QE.mrSigner,
    isvprodid: isTdx(kind) ? 2 : 1,
    tcbLevels: [
      { tcb: { isvsvn: TEST_QE.isvSvn }, tcbDate: "2024-03-13T00:00:00Z", tcbStatus: "UpToDate" },
      { tcb: { isvsvn: 3 }, tcbDate: "2021-11-10T00:00:00Z", tcbStatus: "OutOfDate", advisoryIDs: ["INTEL-SA-00615"] },
    ],
  }
}

async function signCollateral(parts: CollateralParts): Promise<CollateralTexts> {
  const pem = (chain: readonly Authority[]): string => pemOf(chain.map(({ certificate }) => certificate))
  const sign = async (chain: readonly Authority[], text: string): Promise<string> =>
    (await chain[0]?.sign(new TextEncoder().encode(text)))?.toHex() ?? ""
  const tcbInfo = JSON.stringify(parts.tcbInfo)
  const identity = JSON.stringify(parts.qeIdentity)
  return {
    pck_crl_issuer_chain: pem(parts.pckCrlIssuerChain),
    root_ca_crl: parts.rootCaCrl.toHex(),
    pck_crl: parts.pckCrl.toHex(),
    tcb_info_issuer_chain: pem(parts.tcbInfoIssuerChain),
    tcb_info: tcbInfo,
    tcb_info_signature: await sign(parts.tcbInfoIssuerChain, tcbInfo),
    qe_identity_issuer_chain: pem(parts.qeIdentityIssuerChain),
    qe_identity: identity,
    qe_identity_signature: await sign(parts.qeIdentityIssuerChain, identity),
  }
}
