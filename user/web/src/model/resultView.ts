import {
  ownPartOf,
  writeResult,
  type EventManager,
  type OwnPart,
  type PartyKey,
  type Result,
} from "@event-manager/client"
import type { Desk } from "../home/home.ts"
import type { Happening } from "./journal.ts"

export type ResultView =
  | {
      readonly kind: "awaiting"
      readonly signed: readonly PartyKey[]
      readonly needed: number
      readonly inputs: number
      /** Which submission of one's own is among the inputs. */
      readonly own: OwnPart
    }
  | {
      readonly kind: "released"
      readonly result: Result
      readonly inputs: number
      readonly own: OwnPart
      /** The signed statement as a file's text, and the name for that file. */
      readonly statement: string
      readonly fileName: string
    }

type Answer = Extract<Awaited<ReturnType<EventManager["result"]>>, { kind: "awaiting" | "released" }>

/** What came of asking for a result, and what of it happened for the journal. Throws HistoryError as ownPartOf does. */
export async function viewOfResult(
  { notebook, identity }: Desk,
  answer: Answer,
): Promise<{ view: ResultView; happenings: readonly Happening[] }> {
  const frozen = answer.kind === "awaiting" ? answer.frozen : answer.result.frozen
  const { descriptor, head, receipts } = frozen
  const inputs = receipts.length
  const own = await ownPartOf(notebook, identity.party, frozen)
  if (answer.kind === "released") {
    const [statement, fileName] = [writeResult(answer.saved), `${descriptor.name}.result`]
    const view = { kind: "released", result: answer.result, inputs, own, statement, fileName } as const
    return { view, happenings: [{ kind: "released", inputs, head }] }
  }
  const { witnesses: signed } = answer
  const needed = descriptor.release.kind === "witnessed" ? descriptor.release.witnesses : 0
  return {
    view: { kind: "awaiting", signed, needed, inputs, own },
    happenings: [
      { kind: "frozen", inputs, head },
      { kind: "witnessed", signed: signed.length, needed },
    ],
  }
}
