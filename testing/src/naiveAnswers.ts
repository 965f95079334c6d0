/*
 * The parts of the naive model that need no memory: what numbers come to, and what a descriptor's digest is.
 */
import {
  decimalText,
  digest,
  type DecimalText,
  type Descriptor,
  type Digest,
  type PartyKey,
  type ResultAnswer,
} from "@event-manager/protocol"
import { createHash } from "node:crypto"
import { compare, mean, rational, written } from "./rational.ts"

/** The answer over everybody's latest number, in participant order. */
export function answerOf(
  type: "avg" | "min" | "max",
  submitted: readonly { party: PartyKey; value: DecimalText }[],
): ResultAnswer {
  const latest = submitted.map(({ party, value }) => ({ party, number: rational(value) }))
  if (type === "avg") return average(latest.map((each) => each.number))
  const sign = type === "max" ? 1 : -1
  const best = latest.filter((each) => latest.every((other) => compare(each.number, other.number) * sign >= 0))
  return { kind: "parties", parties: best.map((each) => each.party) }
}

function average(numbers: readonly ReturnType<typeof rational>[]): ResultAnswer {
  return { kind: "number", value: decimalText(written(mean(numbers), 12)) }
}

/** docs/wire-format.md: SHA-256 over a label and the descriptor in TLS presentation language, written out here. */
export function digestOf(descriptor: Descriptor): Digest {
  const { id, name, type, quorum, release, convenor, participants, expiresAt, keysMax, matches } = descriptor
  const hasTerms = keysMax !== undefined || matches === "counted"
  const expiry = expiresAt === undefined ? "00" : `01${expiresAt.toString(16).padStart(16, "0")}`
  const hex = [
    id,
    name.length.toString(16).padStart(2, "0"),
    Buffer.from(name).toString("hex"),
    hasTerms ? "04" : ["avg", "min", "max", "key"].indexOf(type).toString(16).padStart(2, "0"),
    quorum.toString(16).padStart(8, "0"),
    release.kind === "witnessed"
      ? `02${release.witnesses.toString(16).padStart(4, "0")}`
      : { first: "00", all: "01" }[release.kind],
    convenor,
    (participants.length * 32).toString(16).padStart(4, "0"),
    ...participants,
    expiry,
    ...(hasTerms ? [keysMax === undefined ? "00" : `01${keysMax.toString(16).padStart(16, "0")}`] : []),
    ...(hasTerms ? [matches === "counted" ? "01" : "00"] : []),
  ].join("")
  return digest(createHash("sha256").update("event-manager/1 descriptor").update(Buffer.from(hex, "hex")).digest())
}
