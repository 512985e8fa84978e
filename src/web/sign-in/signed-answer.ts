import { randomBytes } from 'node:crypto'
import type { AskedFactor, Texts } from '../../signin/index.ts'
import type { RequestOptions, SignatureJudge } from '../passkeys/ports.ts'
import type { Question, Refusal } from '../people/contract.ts'
import { questionOf } from './describe.ts'

const challengeBytes = 32

/** A challenge for one signature, which its step keeps until it is taken. */
export type AskedSignature = {
  /** Base64url of 32 random bytes. */
  readonly challenge: string
  readonly options: RequestOptions
}

export async function askSignature(
  judge: SignatureJudge,
  allowed?: Parameters<SignatureJudge['ask']>[1],
  challenge = randomBytes(challengeBytes).toString('base64url'),
): Promise<AskedSignature> {
  return { challenge, options: await judge.ask(bytesOf(challenge), allowed) }
}

function bytesOf(challenge: string): Uint8Array {
  return new Uint8Array(Buffer.from(challenge, 'base64url'))
}

/**
 * The question as the page gets it, with what a passkey of the person may sign in place of an answer. `earlier`: the
 * challenge of the same question a moment ago, which a device may be about to sign.
 */
export async function withSignature(
  judge: SignatureJudge | undefined,
  asked: AskedFactor,
  earlier: string | undefined,
): Promise<{ readonly question: Question; readonly challenge?: string }> {
  const question = questionOf(asked)
  if (judge === undefined || asked.passkeys.length === 0) return { question }
  const { challenge, options } = await askSignature(judge, asked.passkeys, earlier)
  return { question: { ...question, passkey: options }, challenge }
}

/** The passkey that has signed what its step has asked for. */
export async function signerOf(
  judge: SignatureJudge | undefined,
  response: unknown,
  challenge: string | undefined,
) {
  if (judge === undefined || challenge === undefined) return undefined
  return judge.judge(response, bytesOf(challenge))
}

/** A signature that does not count: of something else, of no one's passkey here, or answered before. */
export function notSigned(texts: Texts, language: string | undefined): Refusal {
  const text = texts.text('portal-passkey-wrong', language)
  return { step: 'refused', reason: 'passkey-wrong', text }
}
