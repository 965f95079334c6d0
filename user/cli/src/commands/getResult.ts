import {
  termsOf,
  writeResult,
  type Refused,
  type ResponseOf,
  type Result,
  type ResultAnswer,
} from "@event-manager/client"
import { writeText } from "@event-manager/client/node"
import type { Context } from "../context.ts"
import { readName } from "../parameters.ts"
import type { Report } from "../report.ts"
import { partyData, refusedReport, type Act } from "./command.ts"

export const getResult: Act = {
  async run(context, [computation = ""], flags) {
    const manager = context.manager()
    const described = await manager.describe(readName(computation, "computation"))
    if (described.kind === "refused") return refusedResult(context, described, computation)
    const reply = await manager.result(described.descriptor)
    if (reply.kind === "refused") return refusedResult(context, reply, computation)
    if (reply.kind === "awaiting") return awaitingReport(computation, reply)
    const file = flags["save"]
    if (typeof file === "string") writeText(file, writeResult(reply.saved), 0o644)
    return resultReport(context, reply.result)
  },
}

/** A result as it was asked for, here or long ago. */
export async function resultReport(context: Context, result: Result): Promise<Report> {
  const { frozen, answer, witnesses } = result
  const { name: computation } = frozen.descriptor
  const text = shown(context, answer)
  return {
    code: "SUCCESS",
    message: `Result: ${text}`,
    lines: [`Computation: ${computation}. SUCCESS. Result: ${text}`],
    data: {
      computation,
      terms: await termsOf(frozen.descriptor),
      ...answerData(context, answer),
      inputs: frozen.receipts.length,
      head: frozen.head,
      witnesses: witnesses.map(({ party }) => partyData(context, party)),
    },
  }
}

function awaitingReport(computation: string, { frozen, witnesses }: ResponseOf<"awaiting">): Report {
  const { release } = frozen.descriptor
  const needed = release.kind === "witnessed" ? release.witnesses : 0
  const advice = "the result comes when the others have asked for it too; then ask again"
  const message = `${witnesses.length} of ${needed} witnesses have signed the inputs; ${advice}`
  const code = "AWAITING_WITNESSES"
  const data = { computation, signed: witnesses.length, needed }
  return { code, message, lines: [`Computation: ${computation}. ${code}: ${message}`], data }
}

function refusedResult(context: Context, refused: Refused, computation: string): Report {
  const report = refusedReport(context, refused, computation)
  return { ...report, lines: [`Computation: ${computation}. ${report.code}. ${report.message}`] }
}

function shown(context: Context, answer: ResultAnswer): string {
  return answer.kind === "number" ? answer.value : answer.parties.map(context.show).join(", ")
}

function answerData(context: Context, answer: ResultAnswer): Report["data"] {
  if (answer.kind === "number") return { result: answer.value }
  return { result: answer.parties.map((party) => partyData(context, party)) }
}
