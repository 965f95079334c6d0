export type HostCode =
  | "NEEDS_TEE"
  | "BUNDLE_MISSING"
  | "SIMULATION_KEY"
  | "SEALING_KEY"
  | "DATA"
  | "ADDRESS"
  | "PAGE"
  | "ENCLAVE_START"
  | "NO_EVIDENCE"
  | "ENDORSEMENTS"
  | "ENCLAVE_GONE"

/** The host cannot start, or cannot go on. Its operator must act. */
export class HostError extends Error {
  override readonly name = "HostError"
  readonly code: HostCode

  constructor(code: HostCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Name and code of something thrown. Never its message, which might quote what was read. */
export function errorLabel(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "thrown value"
  const code = systemCode(thrown)
  return code === undefined ? thrown.name : `${thrown.name} ${code}`
}

/** The code that Node, or a class of ours, gave an error. */
export function systemCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined
}
