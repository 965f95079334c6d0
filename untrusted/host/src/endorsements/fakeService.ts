/*
 * What the tests put in place of a maker's service, and of the evidence that asks for it.
 */
import { encode, evidenceCodec, type Evidence } from "@event-manager/protocol/frame"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { TestContext } from "node:test"
import { z } from "zod"
import type { LogSink } from "../fakes.ts"

export interface FakeAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Never answers. */
  readonly silent?: boolean
}

/** An HTTP service on loopback that answers what a test says, by path and query, and keeps what it was asked. */
export class FakeService {
  readonly asked: string[] = []
  readonly answers = new Map<string, FakeAnswer>()
  url = ""

  static async open(t: TestContext): Promise<FakeService> {
    const service = new FakeService()
    const server = createServer((request, response) => service.#answer(request, response))
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
    t.after(() => {
      server.close()
      server.closeAllConnections()
    })
    const address = server.address()
    service.url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
    return service
  }

  #answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
    this.asked.push(url)
    const { status = 200, headers = {}, body = "", silent = false } = this.answers.get(url) ?? { status: 404 }
    if (!silent) response.writeHead(status, headers).end(body)
  }
}

/** Bytes that begin as a DER structure of this many bytes does. */
export function der(length: number, text = ""): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + length).fill(0x20)
  bytes.set([0x30, 0x82, length >> 8, length & 255])
  bytes.set(new TextEncoder().encode(text), 4)
  return bytes
}

export interface SnpReport {
  readonly version?: number
  readonly family?: number
  readonly model?: number
  readonly signingKey?: number
  readonly chip?: Uint8Array
  readonly tcb?: readonly number[]
}

/** A SEV-SNP report, as far as a host reads it; by default of a Milan. */
export function snpReport(of: SnpReport = {}): Uint8Array<ArrayBuffer> {
  const { version = 3, family = 0x19, model = 0x01, signingKey = 0, chip, tcb = [3, 0, 0, 0, 0, 0, 8, 115] } = of
  const report = new Uint8Array(1_184)
  report[0] = version
  report[0x48] = signingKey << 2
  report.set(tcb, 0x180)
  report.set([family, model], 0x188)
  report.set(chip ?? Uint8Array.from({ length: 64 }, (_, i) => i + 1), 0x1a0)
  return report
}

/** A quote that carries a certificate of this processor family, as far as a host reads it. */
export function dcapQuote(fmspc: string, issuer: string): Uint8Array<ArrayBuffer> {
  const oid = "060a2a864886f84d010d01040406"
  const certificate = Buffer.concat([Buffer.from(`CN=Intel SGX PCK ${issuer}`), Buffer.from(oid + fmspc, "hex")])
  const pem = (of: Buffer): string =>
    `-----BEGIN CERTIFICATE-----\n${of.toString("base64")}\n-----END CERTIFICATE-----\n`
  const quote = Buffer.concat([Buffer.alloc(700, 4), Buffer.from(pem(certificate) + pem(Buffer.from("CA")))])
  return new Uint8Array(quote)
}

export function evidenceOf(quote: Evidence["quote"], statement = 1): Uint8Array<ArrayBuffer> {
  return encode(evidenceCodec, { statement: new Uint8Array([statement]), quote, endorsements: [] })
}

const logLine = z.object({ reason: z.string() })

/** What was logged against endorsements, one reason a line. */
export function reasonsIn(sink: LogSink): readonly string[] {
  return sink.lines.map((line) => logLine.parse(JSON.parse(line)).reason)
}
