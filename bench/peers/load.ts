/** Peers are installed apart, and only where somebody runs the benchmarks: what loads them is not checked by types. */
import { createRequire } from "node:module"

const require = createRequire(import.meta.url)

/** The peer's package, taken to be of the shape that is asked for. */
export function load<Shape>(name: string): Shape {
  return require(name) as Shape
}
