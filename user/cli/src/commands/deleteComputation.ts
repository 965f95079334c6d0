import { readName } from "../parameters.ts"
import { refusedReport, succeeded, type Act } from "./command.ts"

export const deleteComputation: Act = {
  async run(context, [computation = ""]) {
    const manager = context.manager()
    const described = await manager.describe(readName(computation, "computation"))
    if (described.kind === "refused") return refusedReport(context, described, computation)
    const reply = await manager.delete(described.descriptor)
    if (reply.kind === "refused") return refusedReport(context, reply, computation)
    return succeeded(`Computation ${computation} deleted`, { computation })
  },
}
