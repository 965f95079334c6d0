/** Whether those bits of `value` that are in `mask` are `expected`; all are as many hexadecimal digits. */
export function isMasked(value: string, mask: string, expected: string): boolean {
  return (BigInt(`0x${value}`) & BigInt(`0x${mask}`)) === BigInt(`0x${expected}`)
}
