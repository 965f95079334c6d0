/* Tables of keys: how they are cut into records, and what is made of a key. */
export { normalisations, normalisers, type KeyFault, type Normalisation } from "./normalise.ts"
export { RECORD_BYTES_MAX, RecordReader, type RecordFault, type Syntax } from "./records.ts"
