import { release } from 'node:os'
import type { AuditEntry } from '../../store/index.ts'
import type { CheckRow } from '../checks/check-row.ts'
import { codesIn, createScrubber } from './scrub.ts'

/** An event of the log, and when it was. */
export type PastEvent = {
  readonly atMs: number
  readonly event: Readonly<Record<string, unknown>>
}

export type SupportFacts = {
  readonly nowMs: number
  readonly version: string
  /** Absent where no service runs. */
  readonly startedAtMs?: number
  /** The configuration with nothing private in it, and what each private text of it is called instead. */
  readonly redacted: { readonly config: unknown; readonly names: ReadonlyMap<string, string> }
  readonly counters: readonly unknown[]
  readonly rows: readonly CheckRow[]
  readonly entries: readonly AuditEntry[]
  readonly events: readonly PastEvent[]
}

/** What may be sent to the one who helps. Plain JSON. */
export type SupportBundle = Readonly<Record<string, unknown>>

/** Details whose values are words of ours, never of a person or an installation. */
const openDetails = new Set([
  ...['reason', 'result', 'ms', 'as', 'flow', 'method', 'failures', 'steps', 'count', 'outage'],
  ...['kind', 'outcome', 'state', 'tookMs', 'durationMs', 'openSignIns', 'onStop', 'downMs'],
  ...['daysLeft', 'unsigned', 'lastDay', 'status', 'gateways', 'version', 'what', 'reference'],
  'answer',
])
const mostSteps = 40

/** Puts together what helps to find a fault, with nothing in it that is secret or names a person or place. */
export function createSupportBundle(facts: SupportFacts): SupportBundle {
  const { nowMs, version, startedAtMs, redacted, counters, rows, entries, events } = facts
  const people = numberPeople(entries)
  const scrub = createScrubber(new Map([...redacted.names, ...people]))
  return {
    madeAt: new Date(nowMs).toISOString(),
    versions: {
      holdfast: version,
      node: process.version,
      system: `${process.platform} ${process.arch} ${release()}`,
    },
    ...(startedAtMs === undefined ? {} : { upSeconds: Math.round((nowMs - startedAtMs) / 1000) }),
    memory: process.memoryUsage(),
    configuration: redacted.config,
    counters,
    checks: rows.map(({ area, what, state, detail, remedy }) => ({
      ...{ area, state, what: scrub(what), detail: scrub(detail), remedy: scrub(remedy) },
    })),
    audit: entries.map((entry) => describeEntry(entry, people, scrub)),
    log: events.map(({ atMs, event }) => ({
      at: new Date(atMs).toISOString(),
      ...describeDetails(event, scrub),
    })),
  }
}

/** The same person has the same number throughout; of the name the first letter is left. */
function numberPeople(entries: readonly AuditEntry[]): Map<string, string> {
  const people = new Map<string, string>()
  const numbers = new Map<string, number>()
  for (const { userName = '', userKey, device } of entries) {
    const person = userKey ?? userName
    const number = numbers.get(person) ?? numbers.size + 1
    numbers.set(person, number)
    const start = userName.length > 2 ? [...userName][0] : ''
    for (const name of [userName, userKey ?? '']) people.set(name, `${start}…(${number})`)
    if (device !== undefined) people.set(device, '(device)')
  }
  return people
}

function describeEntry(
  entry: AuditEntry,
  people: ReadonlyMap<string, string>,
  scrub: (text: string) => string,
) {
  const { startedAtMs, endedAtMs, gateway, outcome, reason, method, reference, timeline } = entry
  // What administrators wrote is in details of the same names.
  const tells = entry.kind === 'sign-in'
  return {
    at: new Date(startedAtMs).toISOString(),
    ...{ kind: entry.kind, tookMs: endedAtMs - startedAtMs, outcome, reason, method, reference },
    gateway: scrub(gateway),
    user: people.get(entry.userName ?? ''),
    from: maskAddress(entry.sourceAddress),
    hasDevice: entry.device !== undefined,
    steps: timeline.slice(0, mostSteps).map(({ atMs, what, detail }) => ({
      what,
      afterMs: atMs - startedAtMs,
      ...(tells ? describeDetails(detail ?? {}, scrub) : {}),
    })),
  }
}

/** Words of ours stay; of what others say, the error codes; nothing of what is not known here. */
function describeDetails(
  details: Readonly<Record<string, unknown>>,
  scrub: (text: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => {
      if (name === 'event' || openDetails.has(name)) return [name, value]
      if (name === 'gateway' || name === 'directory') return [name, scrub(String(value))]
      if (name === 'detail') return [name, codesIn(scrub(String(value)))]
      return [name, '(left out)']
    }),
  )
}

/** `192.0.x.x`, `2001:db8:…`: which network, but not which machine. */
function maskAddress(address: string | undefined): string | undefined {
  if (address === undefined) return undefined
  if (address.includes(':')) return `${address.split(':').slice(0, 2).join(':')}:…`
  return `${address.split('.').slice(0, 2).join('.')}.x.x`
}
