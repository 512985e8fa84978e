import * as z from 'zod'
import { type Bypass, bypassMs } from '../../accounts/index.ts'
import type { ListedBypass } from '../../store/index.ts'
import { nothing, operation, personName, reason } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { tellChange } from '../tell-change.ts'
import { refuseToHelpdesk } from './closed-to-helpdesk.ts'

/** Operations on bypasses: for a while, or once, a right password is enough for someone. */
export function createBypassOperations(parts: AdminParts) {
  const { store, findPerson, clock } = parts
  const { accounts, users } = store

  return {
    /** From one minute to seven days; takes the place of one that is there. */
    'bypass.give': operation(
      z.strictObject({
        name: personName,
        forMs: z.int().min(bypassMs.min).max(bypassMs.max),
        once: z.boolean(),
        reason,
      }),
      async ({ name, forMs, once, reason: why }, call) => {
        const { signal, caller } = call
        const person = await findPerson(name, signal)
        await refuseToHelpdesk(parts, call, person)
        const untilMs = clock.nowMs() + forMs
        // First the trail: a bypass that no one can see must not be there.
        await recordChange(parts, caller, 'admin-bypass-given', person, {
          reason: why,
          until: new Date(untilMs).toISOString(),
          once: String(once),
        })
        await accounts.noteUser(person.key, person.name)
        await accounts.giveBypass(person.key, { reason: why, untilMs, once })
        tellChange(parts, caller, person, { kind: 'bypass-given', untilMs })
        return { person, untilMs }
      },
    ),

    /** `before`: what there was to end; absent where there was nothing. */
    'bypass.end': operation(
      z.strictObject({ name: personName, reason: reason.optional() }),
      async (
        { name, reason: why },
        { signal, caller },
      ): Promise<{ person: Person; before?: Bypass }> => {
        const person = await findPerson(name, signal)
        const { bypass } = await accounts.load(person.key)
        if (bypass === undefined || bypass.untilMs <= clock.nowMs()) return { person }
        await accounts.endBypass(person.key)
        await recordChange(parts, caller, 'admin-bypass-ended', person, {
          ...{ reason: why, given: bypass.reason },
        })
        tellChange(parts, caller, person, { kind: 'bypass-ended' })
        return { person, before: bypass }
      },
    ),

    'bypass.list': operation(
      nothing,
      async (): Promise<readonly ListedBypass[]> => await users.listBypasses(clock.nowMs()),
    ),
  }
}
