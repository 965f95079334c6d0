/*
 * The verifiers by themselves, for whoever has evidence of these formats from somewhere else.
 */
export { AttestationError } from "../errors.ts"
export { replayEventLog, readEventLog, requireEventLog, type LoggedEvent } from "./tdx/eventLog.ts"
export { inspectEvidence, type Inspection } from "./inspect.ts"
export { formats, type Format, type InspectionInput } from "./inspect/input.ts"
export { readLaunches } from "./launchFile.ts"
export { appraiseNitro, verifyNitro, type NitroFacts, type NitroPolicy } from "./nitro.ts"
export { readNitroDocument } from "./nitro/document.ts"
export { pinnedRoots } from "./pinnedRoots.ts"
export { readRelease, releaseSigned, writeRelease, type ReleaseManifest, type VerifiedRelease } from "./release.ts"
export type { Roots, SevSnpRoot } from "./roots.ts"
export {
  appraiseSevSnp,
  verifySevSnp,
  type SevSnpEvidence,
  type SevSnpFacts,
  type SevSnpMinimum,
  type SevSnpPolicy,
} from "./sevSnp.ts"
export { readSevSnpReport, type SevSnpReport } from "./sevSnp/report.ts"
export { appraiseSgx, readSgxQuote, verifySgx, type SgxFacts, type SgxPolicy } from "./sgx.ts"
export { appraiseTdx, readTdxQuote, verifyTdx, type TdxFacts, type TdxPolicy } from "./tdx.ts"
export type { Standing } from "./verdict.ts"
