import type { SelfOperations } from '../../operations/index.ts'
import { readDeviceId } from '../people/device-id.ts'
import type { Changes } from '../sign-in/ports.ts'
import { uninterrupted } from '../signals.ts'

/** Changes of the password and of what is remembered of a person, and reports of sign-ins that were not theirs. */
export function ownChanges(
  operations: SelfOperations,
): Pick<Changes, 'password' | 'forget-device' | 'not-me' | 'ask-again'> {
  const signal = uninterrupted()
  return {
    async password({ current, chosen }, _, { caller }) {
      const result = await operations(caller, 'own.password', { current, chosen }, signal)
      if (result.kind === 'changed') return { kind: 'changed' }
      return { step: 'refused', reason: result.reason, text: result.text }
    },

    async 'forget-device'({ device: id }, _, { caller }) {
      const device = readDeviceId(id)
      // One that is not there is forgotten already.
      if (device !== undefined) await operations(caller, 'remembered.forget', { device }, signal)
      return { kind: 'changed' }
    },

    async 'ask-again'({ pause }, _, { caller, method }) {
      if (method !== 'passkey' && method !== 'push') {
        throw new Error('a pause that something else would end than a signature')
      }
      // One that is over has ended already.
      await operations(caller, 'own.ask-again', { pause, method }, signal)
      return { kind: 'changed' }
    },

    async 'not-me'({ signIn }, _, { caller, method }) {
      const { stopped } = await operations(caller, 'own.report', { signIn, method }, signal)
      // What is not stopped yet is the administrators' worry.
      const isStopped = stopped === 'prompts' || stopped === 'account'
      return { kind: 'reported', stopped: isStopped ? stopped : 'nothing' }
    },
  }
}
