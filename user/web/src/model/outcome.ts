import { describeFailure, type Failure } from "./failure.ts"

/** What came of something that can fail in foreseen ways. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly failure: Failure }

/** Runs something, and turns whatever it throws into words for a person. Never rejects. */
export async function attempt<T>(act: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: "done", value: await act() }
  } catch (error) {
    return { kind: "failed", failure: describeFailure(error) }
  }
}
