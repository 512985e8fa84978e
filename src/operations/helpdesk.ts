import * as z from 'zod'
import { type Caller, createRateLimit } from '../support/index.ts'
import { AdminError, type AdminErrorCode } from './errors.ts'
import { type OperationCall, personName } from './operation.ts'
import type { AdminOperations, OperationName } from './operations.ts'
import type { AdminParts } from './parts.ts'
import type { Person } from './people.ts'
import { judge, operationsOf } from './permissions.ts'
import { recordChange } from './record-change.ts'

/** A refusal that repeats is one row in this time, which says how often. */
const repeatMs = 10_000
const maxRepeatKeys = 1_000
const maxNameCharacters = 64

/** Refusals of an operation itself that tell something of the person who asked (PEOPLE R23). */
const telling: ReadonlySet<string> = new Set<AdminErrorCode>([
  'own-account',
  'password-fresh',
  'protected-account',
  'too-many-codes',
])

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
  parts: Pick<AdminParts, 'clock' | 'findPerson' | 'store'>,
): HelpdeskOperations {
  const repeats = createRateLimit(parts.clock, { intervalMs: repeatMs, maxKeys: maxRepeatKeys })

  async function record(
    name: string,
    { caller }: OperationCall,
    person?: Person,
    detail: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const isKnown = Object.hasOwn(all, name)
    const before = repeats.admit(`${uidOf(caller) ?? ''} ${isKnown ? name : ''}`)
    if (before === undefined) return
    await recordChange(parts, caller, 'helpdesk-refused', person, {
      operation: name.slice(0, maxNameCharacters),
      ...(before === 0 ? {} : { unwritten: String(before) }),
      ...detail,
    })
  }

  async function refuse(name: string, call: OperationCall, text: string): Promise<never> {
    await record(name, call)
    throw new AdminError('helpdesk-refused', text)
  }

  /** For whom it was asked. */
  async function personIn(args: unknown, { signal }: OperationCall): Promise<Person | undefined> {
    const { data } = z.looseObject({ name: personName }).safeParse(args)
    return data && parts.findPerson(data.name, signal).catch(() => undefined)
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
      try {
        return await operation(args, call)
      } catch (error) {
        if (error instanceof AdminError && telling.has(error.code)) {
          await record(name, call, await personIn(args, call), { result: error.code })
        }
        throw error
      }
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
