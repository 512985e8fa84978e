import type { Gateway } from './gateways/gateway.ts'

/** As much as has to be known of an open request here. */
type Counted = { readonly key: string; readonly gateway: Gateway }

export type OpenStats = {
  readonly total: number
  readonly byGateway: ReadonlyMap<string, number>
}

/** What is open now: by key for resends, and counted against the limits until its sign-in has ended. */
export interface OpenRequests<Request extends Counted> {
  find(key: string): Request | undefined
  /** Whether one more is within both limits. */
  hasRoom(gateway: string, maxOpen: number): boolean
  add(request: Request): void
  /** Takes the key from it; it stays open until `remove`. */
  abandon(request: Request): void
  remove(request: Request): void
  all(): Request[]
  /** Calls `run` once when nothing is open, perhaps at once. */
  whenEmpty(run: () => void): void
  readonly stats: OpenStats
}

/** `maxTotal`: how many may be open at a time over all gateways. */
export function createOpenRequests<Request extends Counted>(
  maxTotal: number,
): OpenRequests<Request> {
  const byKey = new Map<string, Request>()
  const abandoned = new Set<Request>()
  /** By name, not by Gateway: what was open before a reload counts after it too. */
  const byGateway = new Map<string, number>()
  const waiting: (() => void)[] = []

  function total(): number {
    return byKey.size + abandoned.size
  }

  return {
    find: (key) => byKey.get(key),
    hasRoom: (gateway, maxOpen) => total() < maxTotal && (byGateway.get(gateway) ?? 0) < maxOpen,
    add(request) {
      const gateway = request.gateway.rules.name
      byKey.set(request.key, request)
      byGateway.set(gateway, (byGateway.get(gateway) ?? 0) + 1)
    },
    abandon(request) {
      if (byKey.delete(request.key)) abandoned.add(request)
    },
    remove(request) {
      const gateway = request.gateway.rules.name
      if (!abandoned.delete(request)) byKey.delete(request.key)
      const left = (byGateway.get(gateway) ?? 0) - 1
      if (left > 0) byGateway.set(gateway, left)
      else byGateway.delete(gateway)
      if (total() === 0) for (const run of waiting.splice(0)) run()
    },
    all: () => [...byKey.values(), ...abandoned],
    whenEmpty(run) {
      if (total() === 0) run()
      else waiting.push(run)
    },
    get stats() {
      return { total: total(), byGateway: new Map(byGateway) }
    },
  }
}
