import * as z from 'zod'
import { createRateLimit } from '../support/index.ts'
import { AdminError } from './errors.ts'
import type { OperationCall } from './operation.ts'
import type { AdminOperations, OperationName } from './operations.ts'
import type { AdminParts } from './parts.ts'
import { recordChange } from './record-change.ts'

/** What the helpdesk may do. Everything else is refused. */
const allowed = [
  'user.show',
  'audit.why',
  'explain',
  'user.unlock',
  'bypass.give',
  'bypass.end',
] as const satisfies readonly OperationName[]

const longestBypassMs = 8 * 3_600_000
/** A refusal that repeats is one row in this time, which says how often. */
const repeatMs = 10_000
const maxRepeatKeys = 1_000
const maxNameCharacters = 64

/** An operation whose arguments are unchecked, like all of them. */
type Restricted = (args: unknown, call: OperationCall) => Promise<unknown>

export type HelpdeskOperations = {
  readonly operations: Readonly<Record<string, Restricted>>
  /** Refuses an operation of any other name, in the audit too. */
  otherwise(name: string): Restricted
}

/**
 * The operations as the helpdesk may use them: a few, by callers who have proven who they are, so that the audit
 * names a person.
 */
export function createHelpdeskOperations(
  all: AdminOperations,
  parts: Pick<AdminParts, 'store' | 'clock'>,
): HelpdeskOperations {
  const repeats = createRateLimit(parts.clock, { intervalMs: repeatMs, maxKeys: maxRepeatKeys })

  async function refuse(name: string, { caller }: OperationCall, text: string): Promise<never> {
    const isKnown = Object.hasOwn(all, name)
    const before = repeats.admit(`${caller.uid ?? ''} ${isKnown ? name : ''}`)
    if (before !== undefined) {
      await recordChange(parts, caller, 'helpdesk-refused', undefined, {
        operation: name.slice(0, maxNameCharacters),
        ...(before === 0 ? {} : { unwritten: String(before) }),
      })
    }
    throw new AdminError('helpdesk-refused', text)
  }

  const otherwise = (name: string): Restricted => {
    const words = name.slice(0, maxNameCharacters).replace('.', ' ')
    const text = `The helpdesk may not use "${words}"; ask an administrator.`
    return (_, call) => refuse(name, call, text)
  }

  /** A caller who stays unknown may do nothing. */
  function asKnown(name: (typeof allowed)[number]): Restricted {
    const operation: Restricted = all[name]
    return async (args, call) => {
      if (call.caller.uid === undefined) {
        throw new AdminError(
          'caller-unknown',
          'The service could not find out who you are, so it does nothing for you; ask an administrator to look at the folder "callers" beside the socket.',
        )
      }
      if (name === 'bypass.give' && isTooLong(args)) {
        const text = 'The helpdesk can give a bypass for at most 8 hours; ask an administrator.'
        return refuse(name, call, text)
      }
      return operation(args, call)
    }
  }

  return {
    operations: Object.fromEntries(allowed.map((name) => [name, asKnown(name)])),
    otherwise,
  }
}

function isTooLong(args: unknown): boolean {
  const given = z.looseObject({ forMs: z.number() }).safeParse(args)
  return given.success && given.data.forMs > longestBypassMs
}
