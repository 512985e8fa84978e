import * as z from 'zod'
import { pausesOf } from '../../accounts/index.ts'
import { confirmName, portalName } from '../../signin/index.ts'
import { operation } from '../operation.ts'
import type { AdminParts, OwnParts } from '../parts.ts'
import { recordChange } from '../record-change.ts'
import { subjectOf } from '../subject.ts'

/** From where the person is not asked now, as they read it. */
export type OwnPause = {
  readonly id: string
  readonly gateway: string
  /** Name of the network, or the address; absent where the gateway tells none, or places are off. */
  readonly place?: string
  readonly untilMs: number
}

type PauseParts = Pick<AdminParts, 'clock'> & {
  readonly store: Pick<AdminParts['store'], 'accounts' | 'audit' | 'pauses'>
}

/** Pauses end by a signature: a stranger who has the password must not have the person asked again (PEOPLE R12). */
const signing = z.enum(['passkey', 'push'])

/** "Ask me again": ends one pause, by something that signs. */
export function createPauseOperation(parts: AdminParts) {
  return {
    /** `method`: of the second factor that was given for it. False where the pause is over. */
    'own.ask-again': operation(
      z.strictObject({ pause: z.string().max(64), method: signing }),
      async ({ pause, method }, call): Promise<boolean> => {
        const person = await subjectOf(parts, undefined, call)
        if (!(await parts.store.pauses.end(person.key, pause, parts.clock.nowMs()))) return false
        await recordChange(parts, call.caller, 'admin-prompts-resumed', person, { method })
        return true
      },
    ),
  }
}

/** The same, signed by one of the person's phones. */
export async function askAgainByPhone(
  { clock, store }: PauseParts,
  phone: { readonly id: string; readonly userKey: string },
  pause: string,
): Promise<boolean> {
  const atMs = clock.nowMs()
  if (!(await store.pauses.end(phone.userKey, pause, atMs))) return false
  const detail = { method: 'push', by: phone.id }
  await store.audit.alert({
    ...{ atMs, kind: 'own-prompts-resumed', userKey: phone.userKey, detail },
  })
  return true
}

/** From where this person is not asked now. */
export async function loadPauses(
  {
    clock,
    store,
  }: { readonly clock: PauseParts['clock'] } & {
    readonly store: Pick<AdminParts['store'], 'accounts'>
  },
  { nameOf, placeOf }: Pick<OwnParts, 'placeOf'> & { readonly nameOf: (group: string) => string },
  userKey: string,
): Promise<readonly OwnPause[]> {
  const pauses = pausesOf(await store.accounts.load(userKey), clock.nowMs())
  return pauses.map(({ gateway: label, group, id, network, pausedUntilMs: untilMs }) => {
    // For the portal it is the name of the company.
    const isPortal = group === portalName || group === confirmName
    const gateway = isPortal ? nameOf(group) : label
    const place = network === '' ? undefined : placeOf(network.replace('/64', ''))
    return { id, gateway, untilMs, ...(place === undefined ? {} : { place }) }
  })
}
