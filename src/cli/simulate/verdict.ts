import { counted } from '../../support/index.ts'
import { formatDuration } from '../text/times.ts'
import type { Ending } from './sign-in.ts'

/** How it went, from all that a verdict depends on. Times are in ms since 1970. */
export type Played = {
  readonly user: string
  readonly startMs: number
  /** How long the gateway waits for one reply. */
  readonly giveUpAfterMs: number
  /** One for each try; the last one counts. */
  readonly endings: readonly Ending[]
  readonly prompts: number
  /** The right reply that came when no one waited for it any more. */
  readonly late?: { readonly name: string; readonly byMs: number }
  /** When the person answers, or would have if anyone had waited so long. */
  readonly answersAtMs: number | undefined
  /** Packets of the gateway, and those of both sides that were lost on the way. */
  readonly sent: number
  readonly lost: number
  /** Why replies were not believed. */
  readonly ignored: readonly string[]
  readonly preset: string
  /** What to change on a gateway of this kind. */
  readonly advice: readonly string[]
  /** The gateway as the service knows it. */
  readonly known?: { readonly name: string; readonly patienceMs: number; readonly marginMs: number }
}

export type Verdict = {
  readonly sentence: string
  /** What to do about it, a sentence each. */
  readonly advice: readonly string[]
}

/** Says in plain words how a simulated sign-in went, and what to change. */
export function judge(played: Played): Verdict {
  const { endings, user, startMs, prompts } = played
  const last = endings.at(-1)
  if (last?.kind !== 'accept') {
    const { sentence, advice } = judgeFailure(played, last)
    return { sentence: sentence.replace(/^./, (letter) => letter.toUpperCase()), advice }
  }
  const isIn = `${user} is in after ${formatDuration(last.atMs - startMs)}${countOf(prompts)}`
  const [first] = endings
  if (first !== undefined && first !== last) {
    const { sentence, advice } = judgeFailure(played, first)
    return { sentence: `${isIn}, at the second try. At the first: ${sentence}`, advice }
  }
  const [askedAtMs] = last.askedAtMs
  if (askedAtMs === undefined) return { sentence: `${isIn}.`, advice: [] }
  const after = formatDuration(askedAtMs - startMs)
  return { sentence: `${isIn}. Holdfast asked to go on after ${after}.`, advice: [] }
}

/** Someone who answers on a phone of their own is not seen to be prompted. */
function countOf(prompts: number): string {
  if (prompts === 0) return ''
  return prompts === 1 ? ', with one prompt' : `, with ${counted(prompts, 'prompt')}`
}

/** Begins with a small letter, as it may follow other text. */
function judgeFailure(played: Played, ending: Ending | undefined): Verdict {
  const { startMs } = played
  const after = formatDuration((ending?.atMs ?? startMs) - startMs)
  switch (ending?.kind) {
    case 'reject':
      return judgeReject(played, ending, after)
    case 'challenge':
      if (ending.askedAtMs.length > 0) {
        return { sentence: `still asked for more after ${after}.`, advice: [] }
      }
      return {
        sentence: `Holdfast asked for more after ${after}, and the gateway can show no challenge.`,
        advice: [`Write challenges: false for ${gatewayOf(played)}.`],
      }
    default:
      return judgeSilence(played, after)
  }
}

function judgeReject(played: Played, { text, atMs }: Ending, after: string): Verdict {
  const { answersAtMs, advice } = played
  const reference = /\bRef (\w+)/.exec(text)?.[1]
  const why = reference === undefined ? [] : [`holdfast why ${reference} tells the whole story.`]
  const refused = `refused after ${after}${text === '' ? '' : `: "${text}"`}`
  if (answersAtMs === undefined || answersAtMs <= atMs)
    return { sentence: `${refused}.`, advice: why }
  const short = formatDuration(answersAtMs - atMs)
  return {
    sentence: `${refused}. The answer would have come ${short} later.`,
    advice: [...why, ...advice],
  }
}

function judgeSilence(played: Played, after: string): Verdict {
  const { late, sent, lost, ignored, advice } = played
  const gaveUp = `the gateway gave up after ${after}`
  if (late !== undefined) {
    const sentence = `${gaveUp}; the ${late.name} came ${formatDuration(late.byMs)} late.`
    return { sentence, advice: [...patienceAdvice(played), ...advice] }
  }
  if (ignored.length > 0) {
    return {
      sentence: `${gaveUp}; what came does not prove that the server knows the secret.`,
      advice: ['Compare the shared secret on both sides.'],
    }
  }
  if (lost > 0) return { sentence: `${gaveUp}; packets lost on the way: ${lost}.`, advice: [] }
  return {
    sentence: `${gaveUp}; nothing answered any of its packets (${sent}).`,
    advice: [
      'Holdfast is silent to gateways it does not know and to packets it cannot trust; its log says which.',
    ],
  }
}

/** Where Holdfast believes that the gateway waits longer than it does. */
function patienceAdvice({ known, giveUpAfterMs, preset }: Played): readonly string[] {
  if (known === undefined || known.patienceMs - known.marginMs < giveUpAfterMs) return []
  const waits = `Holdfast takes ${known.name} for a gateway that waits ${formatDuration(known.patienceMs)}`
  const setting = `preset: ${preset} or patience: ${inSeconds(giveUpAfterMs)}`
  return [`${waits}: write ${setting}, so that it is answered in time.`]
}

function gatewayOf({ known, preset }: Played): string {
  return known === undefined ? `a gateway with preset: ${preset}` : known.name
}

/** As `patience` takes it. */
function inSeconds(ms: number): string {
  return `${Math.max(2, Math.floor(ms / 1000))}s`
}
