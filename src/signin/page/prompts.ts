import { randomBytes } from 'node:crypto'
import { type LateReportParts, reportLate } from '../fraud/report-late.ts'
import type { Signer } from '../ports/index.ts'
import type { Answered, PageAnswer, PageFacts, PagePrompt } from '../sharing/registry.ts'
import { challengeOf } from './facts.ts'

/** What has to be signed for an answer, and with what. */
export type ToSign = {
  /** 32 bytes. */
  readonly challenge: Uint8Array
  /** Ids of the authenticators that may sign. */
  readonly authenticators: readonly string[]
}

/**
 * Judges a signature over `challenge`, whatever made it: gives what has signed, which must belong to the person and be
 * one of `authenticators`, or undefined.
 */
export type VerifyAnswer = (expected: ToSign, userKey: string) => Promise<Signer | undefined>

/** What came of an answer. `not-signed`: nothing has changed. */
export type AnsweredOnPage =
  | { readonly kind: 'not-signed' | 'over' }
  /** Signed, with another number than the sign-in shows: that sign-in is refused. */
  | { readonly kind: 'wrong-number' }
  | { readonly kind: 'approved'; readonly answered: Exclude<Answered, 'over'> }
  | { readonly kind: 'reported' }

/**
 * Prompts that are answered on a page of ours. An answer is a signature over the facts of one prompt (PEOPLE R1): who is
 * signed in at the page decides nothing.
 */
export type PagePrompts = {
  /** The open prompt of this person. */
  look(userKey: string): Promise<PagePrompt | undefined>
  /** Calls `changed`, until it is stopped, when `look` may tell something else. */
  follow(userKey: string, changed: () => void): { stop(): void }
  /** Undefined where this prompt has ended, or is someone else's. `by`: which browser or phone begins. */
  begin(
    userKey: string,
    promptId: string,
    answer: PageAnswer,
    by: string,
  ): Promise<ToSign | undefined>
  /** `challenge` (base64url) as the signature names it: it is taken away first, so that no answer is used twice. */
  answer(promptId: string, challenge: string, verify: VerifyAnswer): Promise<AnsweredOnPage>
}

const nonceBytes = 32

/** There is one try: with three, every third attack on two digits of which three are shown works (PEOPLE R9). */
function hasWrongNumber({ number, typesNumber }: PageFacts, { authenticatorId, typed }: Signer) {
  return typesNumber.includes(authenticatorId) && (number === undefined || typed !== number)
}

export function createPagePrompts(parts: LateReportParts): PagePrompts {
  const { audit, clock, registry } = parts

  /** Someone may have asked the person to say yes to a sign-in that is not theirs. */
  async function warn({ page, userKey }: PagePrompt): Promise<void> {
    const detail = { gateway: page.gateway, from: page.from }
    await audit.alert({ atMs: clock.nowMs(), kind: 'wrong-number', userKey, detail })
  }

  return {
    look: (userKey) => registry.promptOnPage(userKey),

    follow: (userKey, changed) => registry.followPage(userKey, changed),

    async begin(userKey, promptId, answer, by) {
      const prompt = await registry.promptOnPage(userKey)
      if (prompt?.id !== promptId) return undefined
      const nonce = randomBytes(nonceBytes).toString('base64url')
      const challenge = challengeOf(prompt, answer, nonce)
      const kept = { challenge: Buffer.from(challenge).toString('base64url'), nonce, answer, by }
      if (!(await registry.keepChallenge(promptId, kept))) return undefined
      return { challenge, authenticators: prompt.page.authenticators }
    },

    async answer(promptId, challenge, verify) {
      const taken = await registry.takeChallenge(promptId, challenge)
      if (taken === undefined) return { kind: 'over' }
      const { kept, prompt } = taken
      // Made again of the prompt as it is now: what was signed is what is open.
      const expected = challengeOf(prompt, kept.answer, kept.nonce)
      const { authenticators } = prompt.page
      const by = await verify({ challenge: expected, authenticators }, prompt.userKey)
      if (by === undefined) return { kind: 'not-signed' }
      const isReport = kept.answer === 'report'
      const isWrong = !isReport && hasWrongNumber(prompt.page, by)
      const answered = await registry.answerPrompt(
        promptId,
        isReport
          ? { kind: 'fraud' }
          : isWrong
            ? { kind: 'refused', by }
            : { kind: 'approved', byMachine: false, by },
      )
      if (answered === 'over') {
        if (!isReport) return { kind: 'over' }
        await reportLate(parts, prompt)
        return { kind: 'reported' }
      }
      if (isWrong) {
        await warn(prompt)
        return { kind: 'wrong-number' }
      }
      return isReport ? { kind: 'reported' } : { kind: 'approved', answered }
    },
  }
}
