import type { Command, Tool } from "./command.ts"
import { usages } from "./usages.ts"

/** In the order in which help shows them. Each is loaded when it is asked for. */
export const commands: readonly Command[] = [
  { ...usages.createComputation, load: async () => (await import("./createComputation.ts")).createComputation },
  { ...usages.submitValue, load: async () => (await import("./submitValue.ts")).submitValue },
  { ...usages.submitKeys, load: async () => (await import("./submitKeys.ts")).submitKeys },
  { ...usages.retireKeys, load: async () => (await import("./retireKeys.ts")).retireKeys },
  { ...usages.listComputations, load: async () => (await import("./listComputations.ts")).listComputations },
  { ...usages.getResult, load: async () => (await import("./getResult.ts")).getResult },
  { ...usages.getMatches, load: async () => (await import("./getMatches.ts")).getMatches },
  { ...usages.deleteComputation, load: async () => (await import("./deleteComputation.ts")).deleteComputation },
  { ...usages.verifyResult, load: async () => (await import("./verifyResult.ts")).verifyResult },
  { ...usages.compareCheckpoints, load: async () => (await import("./compareCheckpoints.ts")).compareCheckpoints },
  { ...usages.shareIdentity, load: async () => (await import("./shareIdentity.ts")).shareIdentity },
  { ...usages.importCard, load: async () => (await import("./importCard.ts")).importCard },
  { ...usages.whoami, load: async () => (await import("./whoami.ts")).whoami },
  { ...usages.setPassphrase, load: async () => (await import("./setPassphrase.ts")).setPassphrase },
  { ...usages.attestation, load: async () => (await import("./attestation.ts")).attestation },
  { ...usages.ui, load: async () => (await import("./ui.ts")).ui },
]

/** Likewise, those that need no NAME. */
export const tools: readonly Tool[] = [
  { ...usages.inspectEvidence, load: async () => (await import("./inspectEvidence.ts")).inspectEvidence },
]
