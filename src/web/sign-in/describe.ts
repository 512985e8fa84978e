import {
  type Asked,
  type AskedOption,
  type Outcome,
  referenceOf,
  rejectReasons,
} from '../../signin/index.ts'
import type { AskOption, Question, Refusal } from '../people/contract.ts'
import type { Answer } from './ask.ts'

type AskedFactor = Extract<Asked, { readonly canType: boolean }>

/** The question as the page gets it: nothing in it names an authenticator. */
export function questionOf(asked: AskedFactor): Question {
  const { kind, via, canType, options, isUsed, isWrong, endsMs } = asked
  return {
    asks: kind,
    ...(via === undefined ? {} : { via: viaOf(via) }),
    canType,
    options: options.map(optionOf),
    ...(isWrong ? { wrong: true } : {}),
    ...(isUsed ? { used: true } : {}),
    untilMs: endsMs,
  }
}

/** What an upstream server asks, in its own words. */
export function serverQuestionOf(text: string, untilMs: number): Question {
  return { asks: 'code', text, canType: true, options: [], untilMs }
}

function viaOf({ method, number, to }: AskedOption): NonNullable<Question['via']> {
  return { method, to, ...(number === undefined ? {} : { number }) }
}

function optionOf({ answer, method, to, isDefault }: AskedOption): AskOption {
  return { answer, method, to, ...(isDefault ? { isDefault } : {}) }
}

/**
 * A refusal as the page gets it. Those that must not tell which check failed have one reason and one text (RULES 9,
 * PEOPLE R20).
 */
export function refusalOf({
  id,
  outcome,
}: Answer & { readonly outcome: Outcome & { readonly kind: 'reject' } }): Refusal {
  const { message, reason } = outcome
  const suffix = ` Ref ${referenceOf(id)}`
  const hasReference = message.endsWith(suffix)
  return {
    step: 'refused',
    reason: rejectReasons[reason].delay ? 'denied' : reason,
    text: hasReference ? message.slice(0, -suffix.length) : message,
    ...(hasReference ? { reference: referenceOf(id) } : {}),
  }
}
