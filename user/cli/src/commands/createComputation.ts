import { adviseOn, limits, UserError, type Name, type Terms } from "@event-manager/client"
import type { Context } from "../context.ts"
import { readExpiry } from "../expiry.ts"
import { readKeysMax, readName, readQuorum, readRelease, readTelling } from "../parameters.ts"
import { refusedReport, succeeded, type Command, type Flags } from "./command.ts"

export const createComputation: Command = {
  name: "create-computation",
  aliases: ["cc"],
  summary: "set up a computation; whoever creates it is its convenor",
  parameters: [
    ["<computation>", "a name for it"],
    ["<type>", "avg, min, max or key"],
    ["<quorum>", "how many participants must submit before anybody may see a result"],
    ["<participants>", "names, with commas between them"],
  ],
  flags: [
    ["--release <policy>", "when the result is released: first (default), all, or witnessed:W"],
    ["--expires <when>", "when it ceases to exist: a span such as 30d or 12h, or a date"],
    ["--keys-max <number>", "for key: how many keys each participant may submit, as keys can be guessed"],
    ["--matches <told|count>", "for key: tell each match (default), or only how many of one's own keys matched"],
  ],
  examples: [
    "ALICE create-computation AvgComp avg 3 ALICE,BOB,CHARLEY,DENISE",
    "ALICE create-computation Salaries avg 3 ALICE,BOB,CHARLEY --release witnessed:3 --expires 30d",
    "ALICE create-computation Claims key 2 ALICE,BOB,CHARLEY --keys-max 1000000 --matches count",
  ],

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
