import { BenchError } from "./benchError.ts"
import type { Outcome } from "./contender.ts"
import { median } from "./statistics.ts"

/** One contender at one size, over all its runs. */
export interface Row {
  readonly contender: string
  readonly trusts: string
  readonly size: number
  /** Of each run, in the order in which they were made. */
  readonly seconds: readonly number[]
  readonly median: number
  readonly answer: string
  /** The medians of whatever else was measured. */
  readonly figures: Readonly<Record<string, number>>
}

interface Who {
  readonly name: string
  readonly trusts: string
}

/** Throws BenchError where two runs answered differently, or there were none. */
export function rowOf({ name, trusts }: Who, size: number, outcomes: readonly Outcome[]): Row {
  const [first] = outcomes
  if (first === undefined) throw new BenchError(`${name} was not run`)
  const { answer } = requireEqual(outcomes.map((outcome) => ({ who: name, answer: outcome.answer })))
  const figures = Object.keys(first.figures ?? {}).map((figure): [string, number] => [
    figure,
    median(outcomes.flatMap((outcome) => outcome.figures?.[figure] ?? [])),
  ])
  const seconds = outcomes.map((outcome) => outcome.seconds)
  return {
    contender: name,
    trusts,
    size,
    seconds,
    median: median(seconds),
    answer,
    figures: Object.fromEntries(figures),
  }
}

/** Throws BenchError unless all say the same. */
export function requireEqual<A extends { readonly who: string; readonly answer: string }>(answers: readonly A[]): A {
  const [first, ...others] = answers
  if (first === undefined) throw new BenchError("nobody answered")
  const other = others.find(({ answer }) => answer !== first.answer)
  if (other === undefined) return first
  throw new BenchError(`${first.who} found '${first.answer}', and ${other.who} found '${other.answer}'`)
}

/** What was measured in a scenario, to look up. */
export class Rows {
  readonly all: readonly Row[]

  constructor(all: readonly Row[]) {
    this.all = all
  }

  /** The median seconds, or undefined where that was not run. */
  seconds(contender: string, size: number): number | undefined {
    return this.#find(contender, size)?.median
  }

  figure(contender: string, size: number, name: string): number | undefined {
    return this.#find(contender, size)?.figures[name]
  }

  #find(contender: string, size: number): Row | undefined {
    return this.all.find((row) => row.contender === contender && row.size === size)
  }
}
