/** Does something with each item, so many at once. Rejects with the first failure. */
export async function together<T>(items: Iterable<T>, atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = Iterator.from(items)
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value)
    }),
  )
}
