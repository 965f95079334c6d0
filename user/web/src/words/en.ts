import { computation } from "./en/computation.ts"
import { enclave } from "./en/enclave.ts"
import { errors } from "./en/errors.ts"
import { frame } from "./en/frame.ts"
import { others, page } from "./en/page.ts"
import { people } from "./en/people.ts"
import { planning } from "./en/planning.ts"
import { refusals } from "./en/refusals.ts"
import { submitting } from "./en/submitting.ts"

/** English. Names in braces are parameters; every other language has the same keys and parameters. */
export const en = {
  ...frame,
  ...people,
  ...enclave,
  ...planning,
  ...computation,
  ...submitting,
  ...errors,
  ...page,
  ...others,
  ...refusals,
} as const
