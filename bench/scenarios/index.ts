import type { Scenario } from "../scenario.ts"
import { average } from "./average.ts"
import { capacity } from "./capacity.ts"
import { depth } from "./depth.ts"
import { match } from "./match.ts"
import { singles } from "./singles.ts"

export const scenarios: readonly Scenario[] = [average, match, singles, depth, capacity]
