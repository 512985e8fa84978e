import type { OwnStep, SelfOperations } from '../../operations/index.ts'
import type { ChangeResult } from '../people/contract.ts'
import type { BeginStep, ChangeProof, Changes } from '../sign-in/ports.ts'
import { uninterrupted } from '../signals.ts'
import { orRefusal } from './refusal.ts'

/** Changes of what a person signs in with, each after a second factor that was given for it (PEOPLE R5, R6). */
export function enrolmentChanges(
  operations: SelfOperations,
): Pick<Changes, 'add' | 'rename' | 'remove' | 'default' | 'phone' | 'erase'> {
  const signal = uninterrupted()
  return {
    add: ({ change: _, ...wanted }, person, proof, begin) =>
      orRefusal(async () => {
        const basis = { given: givenBy(proof) }
        const step = await operations(proof.caller, 'own.begin', { wanted, basis }, signal)
        return settle(step, person.key, begin)
      }),

    rename: ({ id, label }, person, { caller }, begin) =>
      orRefusal(async () =>
        settle(await operations(caller, 'own.rename', { id, label }, signal), person.key, begin),
      ),

    remove: ({ id }, person, proof, begin) =>
      orRefusal(async () => {
        const args = { id, given: givenBy(proof) }
        const step = await operations(proof.caller, 'own.remove', args, signal)
        return settle(step, person.key, begin)
      }),

    erase: (_, person, proof, begin) =>
      orRefusal(async () => {
        const args = { given: givenBy(proof) }
        return settle(await operations(proof.caller, 'own.erase', args, signal), person.key, begin)
      }),

    phone: ({ change: _, ...change }, person, proof, begin) =>
      orRefusal(async () => {
        const args = { ...change, given: givenBy(proof) }
        const step = await operations(proof.caller, 'own.phone', args, signal)
        return settle(step, person.key, begin)
      }),

    async default({ method }, _, { caller }) {
      const known = methodOf(method)
      await operations(caller, 'user.prefer', { method: known }, signal)
      return { kind: 'changed' }
    },
  }
}

function givenBy({ method, hadPin }: ChangeProof) {
  return { method, hasPin: hadPin }
}

const preferable = ['passkey', 'push', 'totp', 'hotp', 'sms', 'call', 'email', 'recovery'] as const

/** An unknown method is left out: the gateway's order. */
function methodOf(method: string | null) {
  return preferable.find((each) => each === method) ?? null
}

/** What has to be proven is kept for this browser; the rest is done. */
async function settle(step: OwnStep, userKey: string, begin: BeginStep): Promise<ChangeResult> {
  if (step.kind === 'changed') return { kind: 'changed' }
  if (step.kind === 'added') {
    const { authenticator, codes } = step
    return { kind: 'added', authenticator, ...(codes === undefined ? {} : { codes }) }
  }
  const { pending, view } = step
  await begin({ kind: 'setup', userKey, content: pending, untilMs: pending.untilMs })
  return { kind: 'pending', pending: view }
}
