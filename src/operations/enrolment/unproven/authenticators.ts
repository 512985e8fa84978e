// What becomes of something that is not proven yet.
import type { NewAuthenticator, User } from '../../../accounts/index.ts'
import { type PendingSetup, provenNow } from '../pending.ts'

/** The app that will have shown the right code. */
export function appOf(user: User, seed: string, label: string): NewAuthenticator {
  return {
    method: 'totp',
    userKey: user.key,
    label,
    seed: new Uint8Array(Buffer.from(seed, 'base64')),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    driftSteps: 0,
    lastStep: -1,
  }
}

type ContactSetup = Extract<PendingSetup['unproven'], { readonly setup: 'sms' | 'call' | 'email' }>

/** The phone or mailbox that will have been reached. */
export function contactAuthenticator(
  user: User,
  unproven: ContactSetup,
  label: string,
): NewAuthenticator {
  const common = { userKey: user.key, label }
  switch (unproven.setup) {
    case 'sms':
      return { ...common, method: 'sms', phone: unproven.phone }
    case 'email':
      return { ...common, method: 'email', address: unproven.address }
    case 'call': {
      const { phone, backupPhone, pin } = unproven
      return {
        ...{ ...common, method: 'call', phone },
        ...(backupPhone === undefined ? {} : { backupPhone }),
        ...(pin === undefined ? {} : { pin }),
      }
    }
  }
}

/** What is reached to be proven: one number at a time, and never another one in its place. */
export function contactOf(user: User, pending: PendingSetup) {
  const { unproven } = pending
  const common = { id: 'new', userKey: user.key, label: '', createdAtMs: 0 }
  const phone = provenNow(pending)
  switch (unproven.setup) {
    case 'app':
    case 'token':
    case 'passkey':
    case 'push':
      return undefined
    case 'email':
      return { ...common, method: 'email', address: unproven.address } as const
    case 'sms':
      return { ...common, method: 'sms', phone } as const
    case 'backup':
      return { ...common, method: 'call', phone } as const
    case 'call': {
      const { pin } = unproven
      return { ...common, method: 'call', phone, ...(pin === undefined ? {} : { pin }) } as const
    }
  }
}
