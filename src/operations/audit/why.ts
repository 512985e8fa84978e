import * as z from 'zod'
import { parseReference, shortenName } from '../../signin/index.ts'
import type { AuditEntry } from '../../store/index.ts'
import { formatMac, HoldfastError, parseMac } from '../../support/index.ts'
import { AdminError } from '../errors.ts'
import { operation } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import { withBells } from './with-bells.ts'

/** How far a sign-in may be from the time that was asked for. Clocks differ, and people round. */
const windowMs = 15 * 60_000
/** A time is given to the minute. */
const minuteMs = 60_000
const mostShown = 10

/**
 * The question "why was Alice refused at 08:12?". `what` is the reference from the text of the refusal,
 * or a name; a word may be both. With a time, what lies nearest to it comes first, refusals before
 * what went well; without, the newest refusals.
 */
export function createWhyOperation(parts: Pick<AdminParts, 'store' | 'findPerson'>) {
  const { audit } = parts.store

  return {
    'audit.why': operation(
      z.strictObject({ what: z.string().min(1).max(256), atMs: z.int().optional() }),
      async ({ what, atMs }, { signal }): Promise<readonly AuditEntry[]> => {
        const times =
          atMs === undefined ? {} : { fromMs: atMs - windowMs, toMs: atMs + minuteMs + windowMs }
        const reference = parseReference(what)
        const referenced =
          reference === undefined
            ? []
            : await audit.searchAudit({ reference, limit: mostShown, ...times })
        if (referenced.length > 0 && atMs === undefined) return await told(referenced)

        const person = await keyOf(what, signal)
        const theirs = await audit.searchAudit({
          user: person ?? nameFor(what),
          limit: 200,
          ...times,
        })
        // A name that stood for no one user is kept shortened, whatever the reason: it may be this one.
        const shortened = await audit.searchAudit({
          user: shortenName(what),
          limit: 20,
          ...times,
        })
        const unnamed = shortened.filter(({ userKey }) => userKey === undefined)
        const all = [...referenced, ...theirs, ...unnamed].filter(({ kind }) => kind === 'sign-in')
        const found =
          atMs === undefined
            ? all.filter((entry) => !wentWell(entry)).sort(byAge)
            : all.sort((left, right) => rank(left, atMs) - rank(right, atMs))
        const entries = withoutDoubles(found).slice(0, mostShown)
        if (entries.length > 0) return await told(entries)
        throw new AdminError('sign-in-unknown', nothingFits(what, atMs !== undefined, theirs))
      },
    ),
  }

  /** The first is told as a whole story. */
  async function told([first, ...others]: readonly AuditEntry[]): Promise<readonly AuditEntry[]> {
    return first === undefined ? others : [await withBells(parts.store, first), ...others]
  }

  /** The key of the person; undefined where the name means no one, or cannot be looked up now. */
  async function keyOf(name: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await parts.findPerson(name, signal)).key
    } catch (error) {
      if (error instanceof HoldfastError) return undefined
      throw error
    }
  }
}

/** They name devices by their MAC address, in one notation. */
function nameFor(what: string): string {
  const mac = parseMac(what)
  return mac === undefined ? what : formatMac(mac)
}

/** One row may fit a word in several ways. */
function withoutDoubles(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  return [...new Map(entries.map((entry) => [`${entry.node} ${entry.seq}`, entry])).values()]
}

function byAge(left: AuditEntry, right: AuditEntry): number {
  return right.endedAtMs - left.endedAtMs
}

/** The nearest first; whatever went well comes after all that did not. */
function rank(entry: AuditEntry, atMs: number): number {
  const { startedAtMs } = entry
  const distanceMs = Math.max(0, atMs - startedAtMs, startedAtMs - (atMs + minuteMs - 1))
  return wentWell(entry) ? distanceMs + windowMs * 4 : distanceMs
}

/** At the portal a first set-up begins with a sign-in that is refused its second factor. */
function wentWell({ outcome, reason }: AuditEntry): boolean {
  return outcome === 'accept' || reason === 'set-up-begins'
}

function nothingFits(what: string, hasTime: boolean, theirs: readonly AuditEntry[]): string {
  if (hasTime) {
    return `The audit has no sign-in of "${what}" within 15 minutes of that time. Check the spelling of the name. If the request was dropped before, the log has it as packet-dropped.`
  }
  if (theirs.length > 0)
    return `"${what}" was not refused lately: every known sign-in was accepted.`
  return `The audit has no reference "${what}" and no sign-in of a user with that name. Check the spelling.`
}
