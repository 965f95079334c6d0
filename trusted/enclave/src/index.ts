export { mockPlatform } from "./shell/platform/mock.ts"
export type { Platform } from "./shell/platform/platform.ts"
export { simulationPlatform } from "./shell/platform/simulation.ts"
export { openEnclave } from "./shell/enclave.ts"
