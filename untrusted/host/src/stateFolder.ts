import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"

/** The user's own state directory: XDG Base Directory Specification, where a relative path counts as none. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment["XDG_STATE_HOME"] ?? ""
  return join(isAbsolute(given) ? given : join(homedir(), ".local/state"), "event-manager")
}
