import type {
  Descriptor,
  Digest,
  Name,
  PartyKey,
  RequestId,
  Response,
  ResultAnswer,
  Submission,
} from "@event-manager/protocol"

/** What happened. A state is the events that led to it, and nothing else. */
export type Event =
  | { readonly kind: "created"; readonly descriptor: Descriptor; readonly terms: Digest }
  | {
      readonly kind: "submitted"
      readonly computation: Name
      readonly party: PartyKey
      readonly submission: Submission
    }
  | { readonly kind: "locked"; readonly computation: Name; readonly answer: ResultAnswer }
  | { readonly kind: "removed"; readonly computation: Name; readonly cause: "deleted" | "expired" }
  | { readonly kind: "replied"; readonly party: PartyKey; readonly requestId: RequestId; readonly response: Response }
