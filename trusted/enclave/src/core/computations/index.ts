import type { ComputationType } from "@event-manager/protocol"
import { average } from "./average.ts"
import { keyMatch } from "./keyMatch.ts"
import { maximum } from "./maximum.ts"
import { minimum } from "./minimum.ts"
import type { Rule } from "./rule.ts"

export const rules = {
  avg: average,
  min: minimum,
  max: maximum,
  key: keyMatch,
} satisfies Record<ComputationType, Rule>
