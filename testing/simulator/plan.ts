import type { ComputationType, Release } from "@event-manager/protocol"
import type { Dice } from "./dice.ts"

/** How often each thing goes wrong, from 0 to 1: of a frame, of a write, or at a step. */
export interface Rates {
  /** Of requests and replies. */
  readonly dropped: number
  /** Of those to and from a host that cheats. */
  readonly duplicated: number
  readonly held: number
  readonly corrupted: number
  readonly swapped: number
  readonly staleEvidence: number
  /** Of what a store is asked to write. */
  readonly storeFull: number
  readonly storeFailed: number
  readonly storeAnswerLost: number
  /** At each step. */
  readonly clientCrashed: number
  /** Of a client's hashes. */
  readonly hashSlow: number
  readonly restarted: number
  readonly rewound: number
  readonly forked: number
  readonly split: number
  readonly rerouted: number
  /** Of frames of a client that has another under way. */
  readonly parted: number
  readonly damaged: number
  readonly spliced: number
  readonly withheld: number
  readonly emptied: number
  readonly replayed: number
  readonly clockTurned: number
}

export type Fault = keyof Rates

export interface Shape {
  readonly type: ComputationType
  readonly quorum: number
  readonly release: Release
}

export interface Plan {
  readonly participants: number
  /** How many of the participants do what the host likes. */
  readonly colluders: number
  readonly hasOutsider: boolean
  /** Crashes and losses only, and never another state in place of the latest. */
  readonly isHostHonest: boolean
  readonly isAnchored: boolean
  readonly shapes: readonly Shape[]
  readonly snapshotBytesMin: number | undefined
  /** Whether clients have two calls under way at a time. */
  readonly isConcurrent: boolean
  /** How often, where they may, they begin both at once. */
  readonly pairs: number
  /** How many steps pass before anybody asks for what comes of it. */
  readonly patience: number
  readonly stepsMax: number
  readonly operationsMax: number
  readonly rates: Rates
}

/** What a host can do that only fails, and what only one does that cheats. */
const failing: Partial<Rates> = {
  dropped: 0.04,
  storeFull: 0.01,
  storeFailed: 0.02,
  storeAnswerLost: 0.02,
  clientCrashed: 0.012,
  hashSlow: 0.1,
  restarted: 0.02,
}
const cheating: Partial<Rates> = {
  duplicated: 0.06,
  held: 0.04,
  corrupted: 0.02,
  swapped: 0.03,
  staleEvidence: 0.03,
  rewound: 0.02,
  forked: 0.015,
  split: 0.005,
  rerouted: 0.03,
  parted: 0.1,
  damaged: 0.006,
  spliced: 0.01,
  withheld: 0.02,
  emptied: 0.002,
  replayed: 0.03,
  clockTurned: 0.0005,
}
const none: Rates = {
  dropped: 0,
  duplicated: 0,
  held: 0,
  corrupted: 0,
  swapped: 0,
  staleEvidence: 0,
  storeFull: 0,
  storeFailed: 0,
  storeAnswerLost: 0,
  clientCrashed: 0,
  hashSlow: 0,
  restarted: 0,
  rewound: 0,
  forked: 0,
  split: 0,
  rerouted: 0,
  parted: 0,
  damaged: 0,
  spliced: 0,
  withheld: 0,
  emptied: 0,
  replayed: 0,
  clockTurned: 0,
}
export const faults = Object.keys(none) as readonly Fault[]

const SNAPSHOT_BYTES_EARLY = 12_000

export function planOf(dice: Dice): Plan {
  const participants = 2 + dice.below(4)
  const isHostHonest = dice.chance(0.35)
  const computations = dice.chance(0.2) ? 2 : 1
  const plan: Plan = {
    participants,
    colluders: isHostHonest || dice.chance(0.5) ? 0 : dice.below(participants),
    hasOutsider: dice.chance(0.1),
    isHostHonest,
    isAnchored: dice.chance(0.5),
    shapes: Array.from({ length: computations }, () => shapeOf(dice, participants)),
    snapshotBytesMin: dice.chance(0.1) ? SNAPSHOT_BYTES_EARLY : undefined,
    isConcurrent: dice.chance(0.5),
    pairs: 0.2,
    patience: 0,
    stepsMax: 40 + dice.below(150),
    operationsMax: 2 + dice.below(7),
    rates: isHostHonest || dice.chance(0.7) ? ratesOf(dice, isHostHonest) : forking(dice),
  }
  return isHostHonest || dice.chance(0.85) ? plan : { ...plan, ...parting(plan, dice) }
}

function shapeOf(dice: Dice, participants: number): Shape {
  const type = dice.pick<ComputationType>(["avg", "avg", "avg", "avg", "avg", "avg", "min", "max", "key"])
  const quorum = dice.chance(0.4) ? 1 : 1 + dice.below(participants)
  return { type, quorum, release: type === "key" ? { kind: "first" } : releaseOf(dice, participants) }
}

function releaseOf(dice: Dice, participants: number): Release {
  const kind = dice.pick(["first", "all", "witnessed", "witnessed"] as const)
  if (kind !== "witnessed") return { kind }
  const least = Math.floor(participants / 2) + 1
  return { kind, witnesses: dice.chance(0.5) ? participants : least + dice.below(participants - least + 1) }
}

/** A host with one thing in mind: to keep several enclaves, and to show each client another. */
function forking(dice: Dice): Rates {
  return { ...none, forked: 0.04, rerouted: 0.1, rewound: dice.chance(0.3) ? 0.02 : 0, dropped: 0.02, hashSlow: 0.1 }
}

/**
 * A host that is after two statements from one client. Two enclaves take different submissions before anything is
 * frozen, and so have histories of different lengths; then two requests that the client sends at once, when all it
 * knows is what both have, are brought to one each.
 */
function parting({ participants }: Plan, dice: Dice): Partial<Plan> {
  const patience = 30 + dice.below(70)
  return {
    hasOutsider: false,
    isAnchored: dice.chance(0.3),
    shapes: [{ type: "avg", quorum: 1 + dice.below(2), release: releaseOf(dice, participants) }],
    isConcurrent: true,
    pairs: 0.7,
    patience,
    stepsMax: patience + 60 + dice.below(60),
    operationsMax: 1 + dice.below(2),
    rates: { ...none, split: 0.05, parted: 0.7, hashSlow: 0.4 },
  }
}

/** Each kind of fault happens in about half of the runs, so that none is drowned by the others. */
function ratesOf(dice: Dice, isHostHonest: boolean): Rates {
  const rates: Record<Fault, number> = { ...none }
  const possible = isHostHonest ? failing : { ...failing, ...cheating }
  const often = dice.pick([0.5, 1, 1, 3])
  for (const fault of faults) if (dice.chance(0.5)) rates[fault] = (possible[fault] ?? 0) * often
  return rates
}
