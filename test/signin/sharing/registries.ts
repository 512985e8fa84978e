import { createMemoryRegistry, type SignInRegistry } from '../../../src/signin/index.ts'
import type { ManualClock } from '../../support/manual-clock.ts'

/** One kind of registry. Every test runs against each. */
export type RegistryFactory = {
  readonly name: string
  /** Calls alternate between two processes, so whatever is kept must be known to both. */
  readonly alternates: boolean
  create(clock: ManualClock): Promise<{
    readonly registry: SignInRegistry
    /** Everything that is kept, after what has ended is swept away. */
    size(): Promise<number>
    close(): Promise<void>
  }>
}

const factories: RegistryFactory[] = [
  {
    name: 'memory',
    alternates: false,
    async create(clock) {
      const registry = createMemoryRegistry(clock)
      return { registry, size: async () => registry.size(), close: async () => undefined }
    },
  },
]

/** From here on, tests that are defined run against these kinds alone. */
export function useRegistries(...others: readonly RegistryFactory[]): void {
  factories.splice(0, factories.length, ...others)
}

export function registryFactories(): readonly RegistryFactory[] {
  return factories
}
