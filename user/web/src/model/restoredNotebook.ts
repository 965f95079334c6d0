import { emptyNote, type Digest, type Name, type Note, type Notebook } from "@event-manager/client"

/**
 * The notebook of an identity that came from a backup. Elsewhere it may have submitted what is not known here: of a
 * computation of which it has no note, it says that something may be unacknowledged, so that an own submission among the
 * inputs is no alarm.
 */
export class RestoredNotebook implements Notebook {
  readonly #notebook: Notebook
  readonly #names: ReadonlyMap<Digest, Name>

  /** `names` are those of the computations that are asked about. */
  constructor(notebook: Notebook, names: ReadonlyMap<Digest, Name>) {
    this.#notebook = notebook
    this.#names = names
  }

  note(terms: Digest): Note | undefined {
    const computation = this.#names.get(terms)
    const unknown = computation === undefined ? undefined : { ...emptyNote(computation), isUnacknowledged: true }
    return this.#notebook.note(terms) ?? unknown
  }

  async write(terms: Digest, note: Note): Promise<void> {
    await this.#notebook.write(terms, note)
  }
}
