import { adviseOn, limits, UserError, type Name, type Terms } from "@event-manager/client"
import type { Context } from "../context.ts"
import { readExpiry } from "../expiry.ts"
import { readKeysMax, readName, readQuorum, readRelease, readTelling } from "../parameters.ts"
import { refusedReport, succeeded, type Act, type Flags } from "./command.ts"

export const createComputation: Act = {
  async run(context, [computation = "", type = "", quorum = "", participants = ""], flags) {
    const terms = readTerms(context, { computation, type, quorum, participants }, flags)
    const manager = context.manager()
    const listed = await manager.list()
    if ("kind" in listed) return refusedReport(context, listed, computation)
    const plan = { ...terms, name: terms.computation }
    const { cards, show } = context
    context.voice.advise(adviseOn(plan, { namesOf: (party) => cards.namesOf(party), show, others: listed }))
    const reply = await manager.create(terms)
    if (reply.kind === "refused") return refusedReport(context, reply, computation)
    context.memory.setAdvisedOn(reply.terms)
    return succeeded(`Computation ${computation} created successfully`, {
      computation,
      terms: reply.terms,
    })
  },
}

function readTerms(
  context: Context,
  written: Readonly<Record<"computation" | "type" | "quorum" | "participants", string>>,
  flags: Flags,
): Terms {
  const names: Name[] = written.participants.split(",").map((each) => readName(each, "participant"))
  if (names.length > limits.participantsMax) {
    throw new UserError("LIMIT_EXCEEDED", `a computation has at most ${limits.participantsMax} participants`)
  }
  return {
    computation: readName(written.computation, "computation"),
    type: written.type,
    quorum: readQuorum(written.quorum),
    release: readRelease(flags["release"]),
    participants: names.map((each) => context.cards.partyOf(each)),
    expiresAt: readExpiry(flags["expires"], context.now()),
    keysMax: readKeysMax(flags["keysMax"]),
    matches: readTelling(flags["matches"]),
  }
}
