import { CodedError } from "@event-manager/protocol"

/** What is stored cannot be continued from as it is. Whoever runs the host must act; nothing is skipped or changed. */
export class RecoveryError extends CodedError<
  | "SEALING_KEY_WRONG"
  | "FORMAT_NEWER"
  | "RECORD_MISSING"
  | "RECORD_OUT_OF_ORDER"
  | "RECORD_CHANGED"
  | "RECORD_FOREIGN"
  | "SNAPSHOT_INCOMPLETE"
  | "ANCHOR_MISMATCH"
  | "ANCHOR_CHANGED"
> {}
