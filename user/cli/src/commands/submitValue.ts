import {
  escapeText,
  readSubmission,
  writeCheckpoint,
  type Descriptor,
  type EventManager,
  type Refused,
  type Submission,
  type Submitted,
} from "@event-manager/client"
import { writeText } from "@event-manager/client/node"
import { adviseOnce } from "../adviseOnce.ts"
import { readName } from "../parameters.ts"
import { refusedReport, succeeded, type Act } from "./command.ts"

export const submitValue: Act = {
  async run(context, [computation = "", value = "", message], flags) {
    const manager = context.manager()
    const described = await manager.describe(readName(computation, "computation"))
    if (described.kind === "refused") return refusedReport(context, described, computation)
    const { descriptor } = described
    const submission = readSubmission(descriptor, value, message)
    await adviseOnce(context, descriptor)
    const reply = await submit(manager, descriptor, submission, flags["saveReceipt"])
    if (reply.kind === "refused") return refusedReport(context, reply, computation)
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

/** Submits, and saves the receipt, signed, where `file` names one. */
async function submit(
  manager: EventManager,
  descriptor: Descriptor,
  submission: Submission,
  file: unknown,
): Promise<Submitted | Refused> {
  if (typeof file !== "string") return manager.submit(descriptor, submission)
  const reply = await manager.submit(descriptor, submission, { isSigned: true })
  if (reply.kind !== "refused") writeText(file, writeCheckpoint(reply.checkpoint), 0o600)
  return reply
}
