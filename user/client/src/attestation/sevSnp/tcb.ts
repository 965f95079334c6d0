/*
 * TCB_VERSION (AMD publication 56860 section 2.2): the security version numbers of what a processor trusts, one byte each.
 * Their order differs between lines of processors.
 */
import type { SevSnpProduct } from "../roots.ts"

const sevSnpTcbComponents = ["fmc", "bootloader", "tee", "spl4", "spl5", "spl6", "spl7", "snp", "microcode"] as const
export type SevSnpTcbComponent = (typeof sevSnpTcbComponents)[number]

/** Only the components that the processor has. */
export type SevSnpTcb = Readonly<Partial<Record<SevSnpTcbComponent, number>>>

export const sevSnpTcbLayouts = {
  milanGenoa: ["bootloader", "tee", "spl4", "spl5", "spl6", "spl7", "snp", "microcode"],
  turin: ["fmc", "bootloader", "tee", "snp", "spl5", "spl6", "spl7", "microcode"],
} as const satisfies Record<string, readonly SevSnpTcbComponent[]>
export type SevSnpTcbLayout = keyof typeof sevSnpTcbLayouts

export const layoutOfProduct = {
  milan: "milanGenoa",
  genoa: "milanGenoa",
  turin: "turin",
} as const satisfies Record<SevSnpProduct, SevSnpTcbLayout>

/** Of eight bytes in hexadecimal digits, as they stand in a report. */
export function readTcb(digits: string, layout: SevSnpTcbLayout): SevSnpTcb {
  const bytes = Uint8Array.fromHex(digits)
  return Object.fromEntries(sevSnpTcbLayouts[layout].map((component, at) => [component, bytes[at]]))
}

/** In words, each component of `tcb` that is below that of `least`; a component that `least` leaves out may be any. */
export function belowTcb(tcb: SevSnpTcb, least: SevSnpTcb): string[] {
  return sevSnpTcbComponents.flatMap((component) => {
    const found = tcb[component] ?? 0
    const demanded = least[component] ?? 0
    return found < demanded ? [`${component} is ${found}, below ${demanded}`] : []
  })
}
