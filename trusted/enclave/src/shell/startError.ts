import { CodedError } from "@event-manager/protocol"

/** The enclave cannot start as it is asked to. Whoever starts it, or the host that does, must act. */
export class StartError extends CodedError<
  | "OPTIONS"
  | "LISTEN"
  /** A real platform that is asked to simulate one, or the other way round. */
  | "SIMULATION"
  | "STARTED_BEFORE"
  | "SEALING_KEY_COMMAND"
> {}
