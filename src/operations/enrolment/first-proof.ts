import {
  maskPhone,
  type PhoneAuthenticator,
  type TakeOvers,
  type User,
} from '../../accounts/index.ts'
import { constantTimeEqual, isInPrefix, parseAddress } from '../../support/index.ts'
import type { AdminParts } from '../parts.ts'
import { hashHelpdeskCode } from './helpdesk-code.ts'
import { noteIdle } from './idle.ts'
import type { EnrolmentParts } from './parts.ts'
import { checkSentProof, createSentProof, type SentProof } from './sent-proof.ts'

/** How a person has proven themselves beside the password, before a first enrolment (PEOPLE R2). */
export const firstProofs = ['helpdesk-code', 'network', 'directory-phone'] as const
export type FirstProof = (typeof firstProofs)[number]

/** A number of the directory, masked; `answer` names it. */
export type ProofPhone = {
  readonly answer: string
  readonly method: 'sms' | 'call'
  readonly to: string
}

/** `open`: the password is enough, from this network or in a campaign. */
export type ProofOffer =
  | { readonly kind: 'open' }
  | { readonly kind: 'ask'; readonly phones: readonly ProofPhone[] }

/** What became of asking a directory phone. `approved`: it was called and # was pressed. */
export type PhoneAsked =
  | { readonly kind: 'approved' | 'limit' | 'failed' | 'refused' }
  | { readonly kind: 'sent'; readonly to: string; readonly sent: DirectoryProof }

/** A code that waits to be typed, and the number that it went to. */
export type DirectoryProof = { readonly phone: string; readonly proof: SentProof }

/**
 * `wrong`: a void code, no code and a wrong code look the same to the person who types. `unsure`: it is right and
 * unspent, and was perhaps used at a server of the database that has failed.
 */
export type HelpdeskCodeUse = 'right' | 'wrong' | 'unsure'

/** As for recovery codes: until then each node has told the new server of the database what was used. */
const unsureMs = 60_000

/** What a person shows beside the right password who has nothing to sign in with. No one is asked before that password. */
export type FirstProofChecks = {
  look(user: User, address: string): Promise<ProofOffer>
  /** Whether it is the person's helpdesk code, which is spent by it. */
  spendHelpdeskCode(user: User, typed: string, signal: AbortSignal): Promise<HelpdeskCodeUse>
  askPhone(user: User, answer: string, signal: AbortSignal): Promise<PhoneAsked>
  checkPhone(
    user: User,
    sent: DirectoryProof,
    typed: string,
  ):
    | { readonly kind: 'right' | 'ended' }
    | { readonly kind: 'wrong'; readonly sent: DirectoryProof }
}

export function createFirstProofChecks(
  parts: Pick<AdminParts, 'store' | 'clock'> & { readonly takeOvers: TakeOvers },
  enrolment: EnrolmentParts,
): FirstProofChecks {
  const { store, clock, takeOvers } = parts
  const { hashingKey: hashKey } = store

  /** Only where nothing at all is enrolled: a provider that is switched off must not open what an app has closed. */
  async function mayUseMore(user: User): Promise<boolean> {
    await noteIdle(parts, user)
    const { idleSinceMs } = await store.personRecords.load(user.key)
    if (idleSinceMs !== undefined) return false
    return (await store.authenticators.list(user.key)).length === 0
  }

  function phonesOf(user: User): readonly (ProofPhone & { readonly phone: string })[] {
    if (!enrolment.settings().trustsDirectoryPhones) return []
    const methods = (['sms', 'call'] as const).filter(
      (method) => enrolment.reach.wayOf(method) !== undefined,
    )
    return user.phones.flatMap((phone, at) =>
      methods.map((method) => ({
        ...{ answer: `${method}${at + 1}`, method, to: maskPhone(phone), phone },
      })),
    )
  }

  function isInNetwork(address: string): boolean {
    const parsed = parseAddress(address)
    const { networks } = enrolment.settings()
    return parsed !== undefined && networks.some((network) => isInPrefix(parsed.bytes, network))
  }

  return {
    async look(user, address) {
      if (!(await mayUseMore(user))) return { kind: 'ask', phones: [] }
      if (isInNetwork(address) || (await enrolment.isInCampaign(user))) return { kind: 'open' }
      const phones = phonesOf(user).map(({ phone: _, ...shown }) => shown)
      return { kind: 'ask', phones }
    },

    async spendHelpdeskCode(user, typed, signal) {
      const codeHash = hashHelpdeskCode(typed, user.key, hashKey)
      if (codeHash === undefined) return 'wrong'
      const nowMs = clock.nowMs()
      await noteIdle(parts, user)
      const { idleSinceMs } = await store.personRecords.load(user.key)
      const code = await store.enrolmentCodes.look(user.key, nowMs)
      if (code === undefined || idleSinceMs !== undefined) return 'wrong'
      if (code.passwordStamp !== undefined) {
        // The person who asks may be an attacker who has set another password since.
        const stamp = await enrolment.passwordStamp(user, signal)
        if (stamp !== code.passwordStamp) return 'wrong'
      }
      const isUnsure = () => takeOvers.isUnsure(clock.nowMs() - unsureMs)
      const isRight = constantTimeEqual(code.codeHash, codeHash)
      if (isRight && isUnsure()) return 'unsure'
      const spent = await store.enrolmentCodes.spend(user.key, codeHash, nowMs)
      if (spent !== 'right' || !isRight) return 'wrong'
      // Another server may have taken over while it was spent.
      return isUnsure() ? 'unsure' : 'right'
    },

    async askPhone(user, answer, signal) {
      const wanted = (await mayUseMore(user))
        ? phonesOf(user).find((each) => each.answer === answer)
        : undefined
      if (wanted === undefined) return { kind: 'refused' }
      const { method, phone, to } = wanted
      const contact = contactOf(user, method, phone)
      if (enrolment.reach.wayOf(method) === 'approve') {
        const rung = await enrolment.reach.ring(user, contact, signal)
        if (rung === 'approved' || rung === 'limit' || rung === 'failed') return { kind: rung }
        return { kind: 'refused' }
      }
      const place = { userKey: user.key, to: phone, hashKey }
      const { code, proof } = createSentProof(place, enrolment.settings().tries, clock.nowMs())
      const reached = await enrolment.reach.sendCode(user, contact, code, signal)
      return reached.kind === 'sent'
        ? { kind: 'sent', to, sent: { phone, proof } }
        : { kind: reached.kind }
    },

    checkPhone(user, { phone, proof }, typed) {
      const place = { userKey: user.key, to: phone, hashKey }
      const checked = checkSentProof(proof, typed, place, clock.nowMs())
      if (checked.kind !== 'wrong') return { kind: checked.kind }
      return { kind: 'wrong', sent: { phone, proof: checked.proof } }
    },
  }
}

function contactOf(user: User, method: 'sms' | 'call', phone: string): PhoneAuthenticator {
  return {
    id: `directory:${method}:${phone}`,
    userKey: user.key,
    label: '',
    createdAtMs: 0,
    method,
    phone,
  }
}
