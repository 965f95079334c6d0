import { readName } from "../parameters.ts"
import { refusedReport, succeeded, type Command } from "./command.ts"

export const deleteComputation: Command = {
  name: "delete-computation",
  aliases: ["dc", "delete"],
  summary: "delete a computation, and all that was submitted to it; its convenor may",
  parameters: [["<computation>", "its name"]],
  flags: [],
  examples: ["ALICE delete-computation AvgComp"],

  async run(context, [computation = ""]) {
    const manager = context.manager()
    const described = await manager.describe(readName(computation, "computation"))
    if (described.kind === "refused") return refusedReport(context, described, computation)
    const reply = await manager.delete(described.descriptor)
    if (reply.kind === "refused") return refusedReport(context, reply, computation)
    return succeeded(`Computation ${computation} deleted`, { computation })
  },
}
