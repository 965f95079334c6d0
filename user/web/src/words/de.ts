import { computation } from "./de/computation.ts"
import { enclave } from "./de/enclave.ts"
import { errors } from "./de/errors.ts"
import { frame } from "./de/frame.ts"
import { others, page } from "./de/page.ts"
import { people } from "./de/people.ts"
import { planning } from "./de/planning.ts"
import { refusals } from "./de/refusals.ts"
import { submitting } from "./de/submitting.ts"
import type { Words } from "./wordKey.ts"

/** German. */
export const de: Words = {
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
}
