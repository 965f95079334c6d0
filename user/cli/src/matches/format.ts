export const formats = ["table", "csv", "jsonl"] as const
export type Format = (typeof formats)[number]
