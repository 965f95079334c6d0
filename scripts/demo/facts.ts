/** What the demo must have shown, held against what it did show. */
import { outputOf, readTranscript, type Step } from "./transcript.ts"

export interface Fact {
  readonly claim: string
  /** What was seen instead, a line each; none where the claim holds. */
  readonly differences: readonly string[]
}

const ALICE = "ALICE"
const BOB = "BOB"
const CHARLEY = "CHARLEY"
const DENISE = "DENISE"
const EVERYBODY = [ALICE, BOB, CHARLEY, DENISE]

export function factsOf(transcript: string): Fact[] {
  const steps = readTranscript(transcript)
  const results = (computation: string, names: readonly string[], start: string): string[] =>
    names.flatMap((name) => resultDiffers(steps, name, computation, start))
  return [
    { claim: "AvgComp: 45 for all four", differences: results("AvgComp", EVERYBODY, "SUCCESS. Result: 45") },
    {
      claim: "MaxComp: no quorum; DENISE refused",
      differences: [
        ...results("MaxComp", [ALICE, BOB, CHARLEY], "QUORUM_NOT_REACHED. "),
        ...results("MaxComp", [DENISE], "NOT_AUTHORISED. "),
      ],
    },
    {
      claim: "MinComp: the winner is DENISE; ALICE refused",
      differences: [
        ...results("MinComp", [BOB, CHARLEY, DENISE], "SUCCESS. Result: DENISE"),
        ...results("MinComp", [ALICE], "NOT_AUTHORISED. "),
      ],
    },
    { claim: "KeyMatcher: matches come by mail", differences: results("KeyMatcher", EVERYBODY, "CHECK_INBOX. ") },
    {
      claim: "KEYABC: all four messages to ALICE, BOB and CHARLEY, not to DENISE",
      differences: matchesDiffer(steps, "KEYABC", 4, [ALICE, BOB, CHARLEY]),
    },
    {
      claim: "KEYXYZ: both messages to CHARLEY and DENISE, not to ALICE and BOB",
      differences: matchesDiffer(steps, "KEYXYZ", 2, [CHARLEY, DENISE]),
    },
    {
      claim: "NO_SUCH_COMP does not exist",
      differences: results("NO_SUCH_COMP", EVERYBODY, "COMPUTATION_DOES_NOT_EXIST. "),
    },
  ]
}

/** A start that ends in a full stop may be followed by words; any other is the whole line. */
function resultDiffers(steps: readonly Step[], name: string, computation: string, start: string): string[] {
  const output = outputOf(steps, name, "get-result", computation)
  if (output === undefined) return [`${name} never asked for ${computation}`]
  const wanted = `Computation: ${computation}. ${start}`
  const agrees = output.some((line) => (start.endsWith(". ") ? line.startsWith(wanted) : line === wanted))
  return agrees ? [] : [`${name} saw: ${output.join(" / ")}`]
}

/** Those who submitted the key, and nobody else, are told of every submission of it, in order. */
function matchesDiffer(steps: readonly Step[], key: string, count: number, told: readonly string[]): string[] {
  const submitted = submissionsOf(steps, key)
  const differences = submitted.length === count ? [] : [`${key} was submitted ${submitted.length} times`]
  for (const name of EVERYBODY) {
    const output = outputOf(steps, name, "get-matches")
    const wanted = told.includes(name) ? submitted : []
    const seen = output === undefined ? ["no answer"] : matchLines(output, key)
    if (seen.join("\n") !== wanted.join("\n")) differences.push(`${name} saw: ${seen.join(" / ") || "nothing"}`)
  }
  return differences
}

function submissionsOf(steps: readonly Step[], key: string): string[] {
  return steps.flatMap(({ words: [name, command, , value, message] }) =>
    command === "submit-value" && value === key ? [`${name} Message: ${message}`] : [],
  )
}

/** The indented lines under the heading of that key. */
function matchLines(output: readonly string[], key: string): string[] {
  const heading = output.indexOf(`Computation: KeyMatcher; Matched key: ${key}`)
  if (heading === -1) return []
  const rest = output.slice(heading + 1)
  const end = rest.findIndex((line) => !line.startsWith("   "))
  return rest.slice(0, end === -1 ? undefined : end).map((line) => line.trim())
}
