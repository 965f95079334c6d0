import { needsKeys, sendFile, type Errand } from "../bulk/errand.ts"
import { readFileFlags } from "../bulk/flags.ts"
import { plural } from "../bulk/words.ts"
import { readName } from "../parameters.ts"
import { refusedReport, type Act } from "./command.ts"

export const retireKeys: Act = {
  async run(context, [computation = "", file = ""], flags) {
    const options = readFileFlags(flags)
    const described = await context.manager().describe(readName(computation, "computation"))
    if (described.kind === "refused") return refusedReport(context, described, computation)
    if (described.descriptor.type !== "key") return needsKeys(context, described.descriptor)
    return sendFile(context, retirement, described.descriptor, file, options)
  },
}

const retirement: Errand = {
  action: "retire-keys",
  withMessages: false,
  names: { keys: "named", counted: "retired" },
  done: ({ keys, counted, batches }, computation) =>
    `Retired ${counted} of ${plural(keys, "key")} from ${computation} in ${plural(batches, "batch", "batches")}`,
  more: ({ keys, counted }) => (counted < keys ? "The others were not there, or were named twice" : undefined),

  async *send(manager, descriptor, batches) {
    for await (const batch of batches) {
      const answer = await manager.retire(descriptor, batch)
      yield answer.kind === "refused" ? answer : { kind: "taken", counted: answer.keys }
    }
  },
}
