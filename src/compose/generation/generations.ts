import type { Generation } from './generation.ts'

/** The configuration in use, and those before it that someone still needs. */
export type Generations = {
  current(): Generation
  /** The current one first, then those whose calls may still be talking: their webhooks are answered too. */
  busy(): readonly Generation[]
  /** New sign-ins use `next` from here on; open ones finish with theirs, which then closes what it used. */
  replace(next: Generation): void
  /** Closes all, whether or not something is open. */
  close(): Promise<void>
}

export function createGenerations(first: Generation): Generations {
  let current = first
  let earlier: readonly Generation[] = []
  const retiring = new Set<Generation>()
  return {
    current: () => current,
    busy: () => [current, ...earlier],
    replace(next) {
      const previous = current
      earlier = [previous, ...earlier].filter(({ isBusy }) => isBusy())
      current = next
      retiring.add(previous)
      void previous.retire().finally(() => retiring.delete(previous))
    },
    async close() {
      for (const each of [...retiring, current]) await each.close()
    },
  }
}
