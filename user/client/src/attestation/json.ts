/*
 * Reads JSON whose shape is known beforehand. What does not have it throws DecodeError, with the path to it.
 */
import { DecodeError } from "@event-manager/protocol"

const UTC_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

export class Json {
  readonly #value: unknown
  readonly #path: string

  private constructor(value: unknown, path: string) {
    this.#value = value
    this.#path = path
  }

  static parse(text: string): Json {
    try {
      return new Json(JSON.parse(text), "")
    } catch (cause) {
      throw new DecodeError("UNKNOWN_VARIANT", "it is no JSON", { cause })
    }
  }

  /** Of a text that has been found inside another. */
  static of(text: string): Json {
    return new Json(text, "")
  }

  get isText(): boolean {
    return typeof this.#value === "string"
  }

  get isList(): boolean {
    return Array.isArray(this.#value)
  }

  get isNull(): boolean {
    return this.#value === null
  }

  /** An object as text, without spaces. */
  compact(): string {
    const object = this.#object()
    try {
      return JSON.stringify(object)
    } catch {
      // Some engines run out of stack in what is nested too deep.
      return this.#refuse("cannot be written again")
    }
  }

  /** Refuses other names than these: what is misspelt must not pass for left out. */
  only(names: readonly string[]): this {
    const other = Object.keys(this.#object()).find((key) => !names.includes(key))
    return other === undefined ? this : this.#refuse(`has a field ${other}, which is not known`)
  }

  field(name: string): Json {
    return this.optional(name) ?? this.#refuse(`lacks ${name}`)
  }

  optional(name: string): Json | undefined {
    const object = this.#object()
    return Object.hasOwn(object, name) ? new Json(Reflect.get(object, name), `${this.#path}.${name}`) : undefined
  }

  /** The elements of an array of at most `max`. */
  items(max: number): Json[] {
    const value = this.#value
    if (!Array.isArray(value) || value.length > max) return this.#refuse(`is no list of at most ${max}`)
    return value.map((item: unknown, i) => new Json(item, `${this.#path}[${i}]`))
  }

  text(lengthMax: number): string {
    if (typeof this.#value === "string" && this.#value.length <= lengthMax) return this.#value
    return this.#refuse(`is no text of at most ${lengthMax} characters`)
  }

  /** A whole number from 0 to `max`. */
  integer(max: number): number {
    const value = this.#value
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max) return value
    return this.#refuse(`is no whole number up to ${max}`)
  }

  /** The digits of so many bytes, in lower case. */
  hex(bytes: number): string {
    const text = this.text(2 * bytes).toLowerCase()
    return text.length === 2 * bytes && /^[0-9a-f]*$/.test(text) ? text : this.#refuse(`is not ${bytes} bytes`)
  }

  /** A time in UTC to the second (ISO 8601), in seconds since 1970. */
  time(): number {
    const text = this.text(20)
    const ms = UTC_SECONDS.test(text) ? Date.parse(text) : Number.NaN
    // Some parsers carry a 30th of February over to March.
    const isReal = !Number.isNaN(ms) && new Date(ms).toISOString().replace(".000", "") === text
    return isReal ? ms / 1_000 : this.#refuse("is no time")
  }

  oneOf<T extends string>(values: readonly T[]): T {
    return values.find((value) => value === this.#value) ?? this.#refuse("is none of the known values")
  }

  #object(): object {
    const value = this.#value
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value
    return this.#refuse("is no object")
  }

  #refuse(why: string): never {
    throw new DecodeError("UNKNOWN_VARIANT", `${this.#path === "" ? "the whole" : this.#path} ${why}`)
  }
}
