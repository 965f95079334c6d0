import {
  compareCheckpoints as compare,
  readCheckpoint,
  requireConstraint,
  type Checkpoint,
  type Comparison,
} from "@event-manager/client"
import type { Context } from "../context.ts"
import type { Act } from "./command.ts"
import { readTime } from "../time.ts"
import { asOf, requiredText } from "./verifyResult.ts"

export const compareCheckpoints: Act = {
  async run(context, [a = "", b = ""], flags) {
    const at = readTime(flags["at"], context.now())
    const comparison = compare(await checkpointIn(context, a, at), await checkpointIn(context, b, at))
    const { code, message } = verdicts[comparison]
    return { code, message, lines: [`${code}: ${message}`], data: { comparison } }
  },
}

/** A receipt of an enclave that the user accepts: of any other, two that contradict one another are easily made. */
async function checkpointIn(context: Context, file: string, at: number): Promise<Checkpoint> {
  const { checkpoint, attested } = await asOf(readCheckpoint(requiredText(file), at, context.roots))
  requireConstraint(attested, { ...context.constraint(), expire: "never" }, at)
  return checkpoint
}

const verdicts: Readonly<Record<Comparison, { readonly code: string; readonly message: string }>> = {
  compatible: { code: "SUCCESS", message: "Both receipts can be true" },
  unrelated: {
    code: "UNRELATED",
    message: "The receipts are of different enclaves or computations, so they prove nothing",
  },
  conflict: {
    code: "HISTORY_CONFLICT",
    message:
      "The enclave signed two different events at one place of one history: it was forked or rewound. " +
      "These two files prove it to anybody; keep both",
  },
}
