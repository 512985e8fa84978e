import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import * as z from 'zod'
import { maskEmail, maskPhone, methods } from '../../accounts/index.ts'
import { formatSeed, otpauthUri } from '../../methods/index.ts'
import type { ClaimingPhone } from '../phones/pairings.ts'
import { firstProofs } from './first-proof.ts'
import { sentProof } from './sent-proof.ts'

const phone = z.string().regex(/^\+[1-9]\d{6,14}$/)
const pin = z.string().regex(/^\d{4,12}$/)

/** What is set up, and not proven yet. */
const unproven = z.discriminatedUnion('setup', [
  z.object({ setup: z.literal('app'), seed: z.base64() }),
  /** Options for the browser, as JSON, and the challenge among them. */
  z.object({ setup: z.literal('passkey'), options: z.string(), challenge: z.string() }),
  /** The code that the phone types. */
  z.object({ setup: z.literal('push'), code: z.string() }),
  z.object({ setup: z.literal('sms'), phone }),
  z.object({
    setup: z.literal('call'),
    phone,
    backupPhone: phone.optional(),
    pin: pin.optional(),
  }),
  z.object({ setup: z.literal('email'), address: z.string() }),
  z.object({ setup: z.literal('token'), serial: z.string() }),
  /** A new second number of a phone that is there. */
  z.object({
    setup: z.literal('backup'),
    id: z.string(),
    phone,
    pin: pin.nullable().optional(),
  }),
])

/**
 * A new authenticator before it can be used (PEOPLE R8). It is in a sealed row of the browser that sets it up, and
 * nothing else knows of it: it neither opens anything nor locks anyone out. A node of the next version may have added
 * to it.
 */
export const pendingSetup = z.object({
  unproven,
  label: z.string(),
  /** The second factor that was given for it; absent in a session that may only set up a first one. */
  given: z.object({ method: z.enum(methods), hasPin: z.boolean() }).optional(),
  /** What was given beside the password there. */
  proof: z.enum(firstProofs).optional(),
  /** Whether the number is the second one now, after the first was proven. */
  isAtBackup: z.boolean(),
  /** A code that was sent and waits to be typed. */
  sent: sentProof.optional(),
  triesLeft: z.int(),
  untilMs: z.int(),
})
export type PendingSetup = z.output<typeof pendingSetup>

/** What the person has to do now. */
export type PendingView =
  | {
      readonly setup: 'app'
      readonly uri: string
      readonly secret: string
      readonly untilMs: number
    }
  | {
      readonly setup: 'sms' | 'email' | 'call'
      readonly to: string
      /** A call that reads a code, which is typed. */
      readonly isRead?: true
      readonly untilMs: number
    }
  | {
      readonly setup: 'push'
      /** What is typed on the phone: the person's name, and the code in two groups of four. */
      readonly account: string
      readonly code: string
      /** The phone that has typed it, and waits to be confirmed by the two digits that it shows. */
      readonly phone?: { readonly name: string; readonly address: string }
      readonly untilMs: number
    }
  | { readonly setup: 'token'; readonly serial: string; readonly untilMs: number }
  | {
      readonly setup: 'passkey'
      readonly options: PublicKeyCredentialCreationOptionsJSON
      readonly untilMs: number
    }

/** The number or address that is proven now. */
export function provenNow({ unproven, isAtBackup }: PendingSetup): string {
  switch (unproven.setup) {
    case 'sms':
    case 'backup':
      return unproven.phone
    case 'call':
      return isAtBackup ? (unproven.backupPhone ?? unproven.phone) : unproven.phone
    case 'email':
      return unproven.address
    case 'app':
    case 'token':
    case 'passkey':
    case 'push':
      return ''
  }
}

export function viewPending(
  pending: PendingSetup,
  shown: {
    readonly issuer: string
    readonly account: string
    readonly phone?: ClaimingPhone | undefined
  },
): PendingView {
  const { unproven, untilMs } = pending
  const { account, issuer, phone } = shown
  switch (unproven.setup) {
    case 'app': {
      const seed = new Uint8Array(Buffer.from(unproven.seed, 'base64'))
      const secret = formatSeed(seed).replace(/.{4}(?=.)/g, '$& ')
      const authenticator = { method: 'totp', seed, algorithm: 'sha1', digits: 6 } as const
      const uri = otpauthUri({
        ...{ issuer, account, authenticator: { ...authenticator, periodSeconds: 30 } },
      })
      return { setup: 'app', uri, secret, untilMs }
    }
    case 'push': {
      const code = unproven.code.replace(/.{4}(?=.)/g, '$&-')
      if (phone === undefined) return { setup: 'push', account, code, untilMs }
      const { address, name } = phone
      return { setup: 'push', account, code, phone: { address, name }, untilMs }
    }
    case 'passkey':
      return { setup: 'passkey', options: JSON.parse(unproven.options), untilMs }
    case 'token':
      return { setup: 'token', serial: unproven.serial, untilMs }
    case 'email':
      return { setup: 'email', to: maskEmail(unproven.address), untilMs }
    case 'sms':
      return { setup: 'sms', to: maskPhone(unproven.phone), untilMs }
    case 'call':
    case 'backup': {
      const to = maskPhone(provenNow(pending))
      return { setup: 'call', to, ...(pending.sent && { isRead: true }), untilMs }
    }
  }
}
