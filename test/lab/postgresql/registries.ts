import { type RawBuilder, sql } from 'kysely'
import type { SignInRegistry } from '../../../src/signin/index.ts'
import type { SharedRegistry, SharedRegistryOptions, Store } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import type { RegistryFactory } from '../../signin/sharing/registries.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import { createHub } from './hub.ts'
import { openDatabase, sharedPostgresql } from './stores.ts'

const tables = 'shared_kept, shared_miss, shared_claim, shared_prompt, shared_note'

/** Stores of several processes in one database. */
export type Processes = {
  readonly stores: readonly Store[]
  readonly place: PostgresqlPlace
  /** Runs a statement as psql would. */
  psql<Row = unknown>(statement: string): Promise<readonly Row[]>
  /** Takes all rows of registries away. */
  empty(): Promise<unknown>
  close(): Promise<void>
}

export async function openProcesses(count: number): Promise<Processes> {
  const server = await sharedPostgresql()
  const place = await server.createDatabase()
  const open = (index: number) =>
    openDatabase(place, { node: `node-${index}`, sharing: 'several', cacheUsers: 0 })
  // The first makes the tables.
  const first = await open(0)
  const others = Array.from({ length: count - 1 }, (_, index) => open(index + 1))
  const stores = [first, ...(await Promise.all(others))]
  const psql = <Row>(statement: string) => server.admin<Row>(statement, place.database)
  return {
    ...{ stores, place, psql },
    empty: () => psql(`truncate ${tables}`),
    async close() {
      for (const store of stores) await store.close()
    },
  }
}

/** Which processes are dead, by their ids. */
export type Dead = Set<string>

export const aliveBut =
  (dead: Dead) =>
  (column: RawBuilder<unknown>): RawBuilder<boolean> =>
    sql<boolean>`coalesce(not ${column} = any(cast(${[...dead]} as text[])), false)`

export function shareRegistry(
  store: Store | undefined,
  options: Partial<SharedRegistryOptions> = {},
): SharedRegistry {
  const registry = store?.shareRegistry?.({
    adopt: () => undefined,
    isAlive: aliveBut(new Set()),
    ...options,
  })
  if (registry === undefined) throw new Error('expected a store that is shared')
  return registry
}

const kept: { processes?: Promise<Processes> } = {}

export async function closeRegistries(): Promise<void> {
  await (await kept.processes)?.close()
}

/** Of two processes over one database, asked in turn, or of one. The database's clock is that of the test. */
export function postgresqlRegistries(alternates: boolean): RegistryFactory {
  return {
    name: alternates ? 'postgresql, two processes in turn' : 'postgresql',
    alternates,
    async create(clock: ManualClock) {
      kept.processes ??= openProcesses(2)
      const { stores, empty } = await kept.processes
      await empty()
      const hub = createHub()
      const databaseNow = () => sql<number>`cast(${clock.nowMs()} as bigint)`
      const registries = stores.map((store) =>
        shareRegistry(store, { clock, databaseNow, hints: hub.join() }),
      )
      for (const registry of registries) await registry.start()
      const [first, second] = registries
      if (first === undefined || second === undefined) throw new Error('expected two')
      const close = async () => {
        for (const registry of registries) await registry.close()
      }
      // Behind what the hints have led to.
      const settle = async () => {
        for (let times = 0; times < 2; times += 1) {
          await Promise.all(stores.map((store) => store.probe()))
        }
      }
      const registry = alternates ? inTurn([first, second], settle) : first
      return { registry, size: () => first.size(), close }
    },
  }
}

/** Each call goes to the next, and is over when all have heard of it. A claim is settled where it was made. */
function inTurn(
  registries: readonly SignInRegistry[],
  settle: () => Promise<unknown>,
): SignInRegistry {
  let calls = 0
  const owners = new Map<string, SignInRegistry>()
  const next = () => {
    calls += 1
    return registries[calls % registries.length] as SignInRegistry
  }
  return new Proxy(next(), {
    get(_, name: keyof SignInRegistry) {
      if (name === 'claim') {
        return async (keys: readonly string[], hereForMs?: number) => {
          const target = next()
          const claim = await target.claim(keys, hereForMs)
          if (claim.role === 'owner') owners.set(keys[0] ?? '', target)
          return claim
        }
      }
      return (...values: never[]) => {
        const target = name === 'settle' ? (owners.get(values[0] ?? '') ?? next()) : next()
        const result = (target[name] as (...all: never[]) => unknown).apply(target, values)
        if (!(result instanceof Promise)) return result
        return result.then(async (resolved) => {
          await settle()
          return resolved
        })
      }
    },
  })
}
