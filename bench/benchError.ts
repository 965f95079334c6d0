/** The benchmarks cannot go on, or would say something untrue. The message is for whoever runs them. */
export class BenchError extends Error {
  override readonly name = "BenchError"
}
