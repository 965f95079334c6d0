import { escapeText, readSubmission, writeCheckpoint } from "@event-manager/client"
import { writeText } from "@event-manager/client/node"
import { adviseOnce } from "../adviseOnce.ts"
import { readName } from "../parameters.ts"
import { refusedReport, succeeded, type Command } from "./command.ts"

export const submitValue: Command = {
  name: "submit-value",
  aliases: ["sv", "submit"],
  summary: "submit a number, or a key and a message, to a computation",
  parameters: [
    ["<computation>", "its name"],
    ["<value>", "a number; for a key computation, a key"],
    ["[message]", "what the other submitters of the same key are told"],
  ],
  flags: [["--save-receipt <file>", "keep the enclave's signed receipt, to compare with others"]],
  examples: ["ALICE submit-value AvgComp 1234.50", 'ALICE submit-value KeyMatcher KEYABC "my message"'],

  async run(context, [computation = "", value = "", message], flags) {
    const manager = context.manager()
    const described = await manager.describe(readName(computation, "computation"))
    if (described.kind === "refused") return refusedReport(context, described, computation)
    const { descriptor } = described
    const submission = readSubmission(descriptor, value, message)
    await adviseOnce(context, descriptor)
    const reply = await manager.submit(descriptor, submission)
    if (reply.kind === "refused") return refusedReport(context, reply, computation)
    const file = flags["saveReceipt"]
    if (typeof file === "string") writeText(file, writeCheckpoint(reply.checkpoint), 0o600)
    const { receipt } = reply
    const added = `Submission ${escapeText(value)} successfully added to computation ${computation}`
    const told = reply.quorumReached ? ". Quorum achieved so other participants informed." : ""
    return succeeded(added + told, {
      computation,
      quorumReached: reply.quorumReached,
      terms: reply.terms,
      receipt,
    })
  },
}
