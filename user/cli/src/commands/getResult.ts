import type { Refused, ResultAnswer } from "@event-manager/client"
import type { Context } from "../context.ts"
import { readName } from "../parameters.ts"
import type { Report } from "../report.ts"
import { partyData, refusedReport, type Command } from "./command.ts"

export const getResult: Command = {
  name: "get-result",
  aliases: ["gr", "get"],
  summary: "ask for a computation's result; the first to ask after quorum locks it",
  parameters: [["<computation>", "its name"]],
  flags: [],
  examples: ["ALICE get-result AvgComp"],

  async run(context, [computation = ""]) {
    const manager = context.manager()
    const described = await manager.describe(readName(computation, "computation"))
    if (described.kind === "refused") return refusedResult(context, described, computation)
    const reply = await manager.result(described.descriptor)
    if (reply.kind === "refused") return refusedResult(context, reply, computation)
    const answer = shown(context, reply.answer)
    return {
      code: "SUCCESS",
      message: `Result: ${answer}`,
      lines: [`Computation: ${computation}. SUCCESS. Result: ${answer}`],
      data: { computation, terms: reply.terms, ...answerData(context, reply.answer) },
    }
  },
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
