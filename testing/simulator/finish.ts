import type { Name } from "@event-manager/protocol"
import { matchesDue } from "./matches.ts"
import type { Participant } from "./participant.ts"
import type { Host } from "./host.ts"
import type { World } from "./world.ts"
import { backFrom, type Place } from "./chronicle.ts"

/** What there is to bring to an end. */
interface Unfinished {
  readonly world: World
  readonly host: Host
  readonly participants: readonly Participant[]
  readonly computations: readonly Name[]
  lastOf(computation: Name): "result" | "matches"
  settle(stepsMax: number): Promise<void>
}

const ROUNDS_MAX = 4
const STEPS_MAX = 2_000

/** An honest host that has stopped failing: everybody submits, and everybody gets the answer. */
export async function finish(simulation: Unfinished): Promise<void> {
  for (const replica of simulation.host.replicas) if (!replica.isUp) replica.start(replica.version)
  for (const computation of simulation.computations) {
    await finishOne(simulation, computation)
    if (simulation.lastOf(computation) === "matches") checkMatches(simulation, computation)
  }
}

async function finishOne(simulation: Unfinished, computation: Name): Promise<void> {
  const members = simulation.participants.filter(({ character }) => character === "honest")
  const last = simulation.lastOf(computation)
  const isDone = (each: Participant): boolean => (last === "result" ? each.answers : each.matches).has(computation)
  for (const member of members) member.begin("submit", computation)
  await simulation.settle(STEPS_MAX)
  // Once even where all have the answer: what they are told then is checked too.
  for (let round = 0; round < ROUNDS_MAX; round++) {
    for (const member of members) if (!isDone(member) || round === 0) member.begin(last, computation)
    await simulation.settle(STEPS_MAX)
  }
  if (members.every(isDone)) return
  simulation.world.model.violated(`not everybody got the answer of ${computation} in the end`)
}

function checkMatches({ world, participants }: Unfinished, computation: Name): void {
  const places = [...world.model.chronicle.values()].filter(({ descriptor }) => descriptor.name === computation)
  const end = places.reduce<Place | undefined>((a, b) => (a === undefined || b.length > a.length ? b : a), undefined)
  for (const { character, party, matches, name } of participants) {
    if (end === undefined || character !== "honest") continue
    const told = new Set<string>(matches.get(computation)?.map(({ message }) => message ?? ""))
    const due = matchesDue(end, party)
    const isWhole = told.size === due.length && due.every((message) => told.has(message))
    if (!isWhole) world.model.violated(`${name} was told ${told.size} of ${due.length} matches`)
  }
  if (end !== undefined && [...backFrom(end)].length !== end.length) world.model.violated("a history has gaps")
}
