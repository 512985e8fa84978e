import type { Look } from '../../../people/contract.ts'
import { themesOf } from '../logic/colour.ts'

/** Sets the company's colour. Through the object model: the policy forbids styles in the document. */
export function paint({ colour }: Look): void {
  const themes = colour === undefined ? undefined : themesOf(colour)
  if (themes === undefined) return
  const { style } = document.documentElement
  style.setProperty('--accent-light', themes.light.accent)
  style.setProperty('--on-accent-light', themes.light.onAccent)
  style.setProperty('--accent-dark', themes.dark.accent)
  style.setProperty('--on-accent-dark', themes.dark.onAccent)
}
