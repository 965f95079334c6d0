import type { Store, ToEnclave, ToHost } from "@event-manager/protocol/frame"
import { errorLabel, systemCode } from "../errors.ts"

const kinds = ["append", "records", "snapshot", "snapshotPart", "putSnapshotPart", "commitSnapshot"] as const
type Kind = (typeof kinds)[number]

/** What the enclave asks of its store. */
export type StoreQuestion = Extract<ToHost["body"], { kind: Kind }>

export function isStoreQuestion(body: ToHost["body"]): body is StoreQuestion {
  return kinds.some((kind) => kind === body.kind)
}

/** Asks the store, and answers also where it fails: with a code, and never with what is stored. */
export async function serveStore(store: Store, question: StoreQuestion): Promise<ToEnclave["body"]> {
  try {
    return await ask(store, question)
  } catch (error) {
    return { kind: "failed", code: systemCode(error) ?? "STORE_FAILED", message: errorLabel(error) }
  }
}

async function ask(store: Store, question: StoreQuestion): Promise<ToEnclave["body"]> {
  switch (question.kind) {
    case "append":
      await store.append(question.index, question.record)
      return { kind: "done" }
    case "records": {
      const records = await store.records(question.from)
      return {
        kind: "records",
        records: records.map(({ index, record }) => ({ index, record: new Uint8Array(record) })),
      }
    }
    case "snapshot":
      return { kind: "snapshot", snapshot: await store.snapshot() }
    case "snapshotPart":
      return { kind: "part", bytes: new Uint8Array(await store.snapshotPart(question.part)) }
    case "putSnapshotPart":
      await store.putSnapshotPart(question.upTo, question.part, question.bytes)
      return { kind: "done" }
    case "commitSnapshot":
      await store.commitSnapshot(question.upTo, question.parts)
      return { kind: "done" }
  }
}
