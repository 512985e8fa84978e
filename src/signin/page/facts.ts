import { createHash, randomInt } from 'node:crypto'
import type { Authenticator } from '../../accounts/index.ts'
import { answerByMs } from '../attempt.ts'
import type { Context } from '../context.ts'
import { addressFrom } from '../evidence.ts'
import type { PromptRequest } from '../ports/index.ts'
import type { PageAnswer, PageFacts, PagePrompt, RefusedSignIn } from '../sharing/registry.ts'
import type { PageOption } from '../usable/choices.ts'
import { labelOf } from '../usable/gateway-label.ts'
import { ownDigits, phoneWay } from '../usable/own-digits.ts'

/** What the page shows of a prompt, and who may answer it. */
export function pageFacts(
  context: Context,
  { deadlineMs, from, gateway, user }: PromptRequest,
  option: PageOption,
): PageFacts {
  const { attempt, parts } = context
  return {
    signIn: {
      ...{ userName: user.name, gateway: attempt.gateway.name },
      ...(attempt.gateway.firstFactor.kind === 'none' ? { withoutPassword: true as const } : {}),
    },
    ...{ gateway, from },
    ...(option.method === 'passkey'
      ? { authenticators: idsOf(option.passkeys), typesNumber: [] }
      : {
          ...numberFor(context),
          authenticators: [...idsOf(option.phones), ...idsOf(option.passkeys)],
          typesNumber: idsOf(option.phones),
        }),
    startedAtMs: parts.clock.nowMs(),
    waitsUntilMs: attempt.gateway.challenges ? deadlineMs : answerByMs(attempt),
  }
}

/** What the person has typed after the password, where the gateway shows nothing. */
function numberFor(context: Context): Pick<PageFacts, 'number' | 'isOwn'> {
  if (phoneWay(context) === 'number') {
    return { number: createNumber(context.parts.settings.numberDigits) }
  }
  const number = ownDigits(context)
  return number === undefined ? {} : { number, isOwn: true }
}

function idsOf(authenticators: readonly Authenticator[]): readonly string[] {
  return authenticators.map(({ id }) => id)
}

/** One try guesses one of a hundred, where it has two digits (PEOPLE R9). */
function createNumber(digits: number): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0')
}

/** This sign-in, as the page of the one that is open names it. */
export function refusedBeside({ attempt, parts, user }: Context): RefusedSignIn {
  const gateway = labelOf(attempt.gateway, parts.texts, user?.language)
  return { gateway, from: addressFrom(attempt), atMs: parts.clock.nowMs() }
}

/** So that a signature for one purpose is worth nothing for another. */
const labels: Readonly<Record<PageAnswer, string>> = {
  approve: 'holdfast: approve this sign-in',
  report: 'holdfast: this sign-in was not me',
}

/**
 * What has to be signed for an answer to this prompt: SHA-256 over a label, a nonce (base64url) and the facts, 32
 * bytes. A signature for another person, prompt, place or moment is over other bytes.
 */
export function challengeOf(prompt: PagePrompt, answer: PageAnswer, nonce: string): Uint8Array {
  const { endsMs, id, page, userKey } = prompt
  const facts = [id, userKey, page.gateway, page.from, page.number ?? '', endsMs]
  const text = JSON.stringify([labels[answer], nonce, ...facts])
  return new Uint8Array(createHash('sha256').update(text).digest())
}
