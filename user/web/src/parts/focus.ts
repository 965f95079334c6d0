import { tick } from "svelte"

/** Brings the reader to the first field of the form that cannot be used as it is, once that shows. */
export async function focusFirstInvalid(event: Event | undefined): Promise<void> {
  const form = event?.target
  if (!(form instanceof HTMLFormElement)) return
  await tick()
  const field = form.querySelector("[aria-invalid='true']")
  if (field instanceof HTMLElement) field.focus()
}
