import { adviseOnce } from "../adviseOnce.ts"
import { needsKeys, sendFile, type Errand } from "../bulk/errand.ts"
import { readFileFlags } from "../bulk/flags.ts"
import { plural } from "../bulk/words.ts"
import { readName } from "../parameters.ts"
import { refusedReport, type Act } from "./command.ts"

export const submitKeys: Act = {
  async run(context, [computation = "", file = ""], flags) {
    const options = readFileFlags(flags)
    const described = await context.manager().describe(readName(computation, "computation"))
    if (described.kind === "refused") return refusedReport(context, described, computation)
    if (described.descriptor.type !== "key") return needsKeys(context, described.descriptor)
    await adviseOnce(context, described.descriptor)
    return sendFile(context, submission, described.descriptor, file, options)
  },
}

const submission: Errand = {
  action: "submit-keys",
  withMessages: true,
  names: { keys: "submitted", counted: "matched" },
  done: ({ keys, batches }, computation) =>
    `Submitted ${plural(keys, "key")} to ${computation} in ${plural(batches, "batch", "batches")}`,
  more: ({ counted }) =>
    counted === 0 ? undefined : `Of these, ${plural(counted, "key")} had matched by then; see 'get-matches'`,

  async *send(manager, descriptor, batches, inFlight) {
    for await (const { answer } of manager.submitMany(descriptor, batches, { inFlight })) {
      yield answer.kind === "refused" ? answer : { kind: "taken", counted: answer.reached }
    }
  },
}
