/** No privacy at all: one process that holds both sets. It is the limit, and nobody's rival. */
import { contend, timed } from "../contender.ts"
import { answerOf, keySets } from "../data.ts"

contend(async ({ seed, size }) => {
  const { mine, theirs } = keySets(seed, size)
  const { seconds, value } = await timed(() => {
    const known = new Set(mine)
    const found = theirs.filter((key) => known.has(key))
    return found
  })
  return { seconds, answer: answerOf(value) }
})
