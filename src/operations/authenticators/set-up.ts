import type { Method } from '../../accounts/index.ts'

/** What to write so that a method can be used. */
export function howToSetUp(method: Method): string {
  return `Set methods.${method} with a provider under delivery, then holdfast reload.`
}
