import { type Caller, createRateLimit } from '../support/index.ts'
import { AdminError } from './errors.ts'
import type { OperationCall } from './operation.ts'
import type { AdminOperations, OperationName } from './operations.ts'
import type { AdminParts } from './parts.ts'
import { judge, operationsOf } from './permissions.ts'
import { recordChange } from './record-change.ts'

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
    const before = repeats.admit(`${uidOf(caller) ?? ''} ${isKnown ? name : ''}`)
    if (before !== undefined) {
      await recordChange(parts, caller, 'helpdesk-refused', undefined, {
        operation: name.slice(0, maxNameCharacters),
        ...(before === 0 ? {} : { unwritten: String(before) }),
      })
    }
    throw new AdminError('helpdesk-refused', text)
  }

  const otherwise =
    (name: string): Restricted =>
    (_, call) =>
      refuse(name, call, refusalOf(name))

  /** A caller who stays unknown may do nothing. */
  function asKnown(name: OperationName): Restricted {
    const operation: Restricted = all[name]
    return async (args, call) => {
      if (uidOf(call.caller) === undefined) {
        throw new AdminError(
          'caller-unknown',
          'The service could not find out who you are, so it does nothing for you; ask an administrator to look at the folder "callers" beside the socket.',
        )
      }
      const verdict = judge('helpdesk', name, args)
      if (!verdict.allowed) return refuse(name, call, verdict.text ?? refusalOf(name))
      return operation(args, call)
    }
  }

  return {
    operations: Object.fromEntries(operationsOf('helpdesk').map((name) => [name, asKnown(name)])),
    otherwise,
  }
}

function refusalOf(name: string): string {
  const words = name.slice(0, maxNameCharacters).replace('.', ' ')
  return `The helpdesk may not use "${words}"; ask an administrator.`
}

function uidOf(caller: Caller): number | undefined {
  return caller.via === 'portal' ? undefined : caller.uid
}
