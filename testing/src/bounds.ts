import { World, party } from "./world.ts"

/** An enclave with so many live computations, each convenor having no more than a thousand of them. */
export function manyComputations(count: number): World {
  const world = new World()
  // The whole state is checked once, at the end: after each step it would cost the square.
  world.checked = false
  for (let i = 0; i < count; i++) {
    world.create(`C${i}`, { convenor: party(10_000 + Math.floor(i / 1_000)), participants: [party(1), party(2)] })
  }
  world.checked = true
  return world
}
