import { attestation } from "./attestation.ts"
import type { Command, Tool } from "./command.ts"
import { compareCheckpoints } from "./compareCheckpoints.ts"
import { createComputation } from "./createComputation.ts"
import { deleteComputation } from "./deleteComputation.ts"
import { getMatches } from "./getMatches.ts"
import { getResult } from "./getResult.ts"
import { importCard } from "./importCard.ts"
import { inspectEvidence } from "./inspectEvidence.ts"
import { listComputations } from "./listComputations.ts"
import { retireKeys } from "./retireKeys.ts"
import { setPassphrase } from "./setPassphrase.ts"
import { shareIdentity } from "./shareIdentity.ts"
import { submitKeys } from "./submitKeys.ts"
import { submitValue } from "./submitValue.ts"
import { ui } from "./ui.ts"
import { verifyResult } from "./verifyResult.ts"
import { whoami } from "./whoami.ts"

/** In the order in which help shows them. */
export const commands: readonly Command[] = [
  createComputation,
  submitValue,
  submitKeys,
  retireKeys,
  listComputations,
  getResult,
  getMatches,
  deleteComputation,
  verifyResult,
  compareCheckpoints,
  shareIdentity,
  importCard,
  whoami,
  setPassphrase,
  attestation,
  ui,
]

/** Likewise, those that need no NAME. */
export const tools: readonly Tool[] = [inspectEvidence]
