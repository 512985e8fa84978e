import type { PersonChange, StrangerReport } from '../../accounts/index.ts'
import { type Message, momentIn, sayIn, type Wording } from './wording.ts'

/** A mail to those who look after security: who reports which sign-in, what has stopped, and what to do next. */
export function writeAlert(
  wording: Pick<Wording, 'texts' | 'language'>,
  user: string,
  { told, unnamed }: Message,
) {
  const say = sayIn(wording)
  const named = told.flatMap(({ atMs, change }) => {
    if (change.kind === 'reported') return [...lines({ ...change, atMs }), '']
    return change.kind === 'change-reported' ? [...linesOfChange(change), ''] : []
  })
  const others = unnamed === 0 ? [] : [say('alert-more', { count: String(unnamed) }), '']
  const text = [...named, ...others, say('alert-next', { user })].join('\n')
  const isOfSignIn = told.some(({ change }) => change.kind === 'reported')
  return { subject: say(isOfSignIn ? 'alert-subject' : 'alert-subject-change', { user }), text }

  function linesOfChange({ madeAtMs, stopped, text }: ReportedChange): readonly string[] {
    return [
      say('alert-reported-change', { user }),
      say('alert-change', { text }),
      say('notice-when', { when: momentIn(wording.language, madeAtMs) }),
      say('alert-change-details', { user }),
      say(`alert-stopped-${stopped}`, { user, gateway: '' }),
    ]
  }

  function lines({ atMs, from, gateway, how, signInId, stopped }: AtMoment): readonly string[] {
    return [
      say(`alert-reported-${how}`, { user }),
      say('alert-gateway', { gateway }),
      ...(from === undefined ? [] : [say('alert-from', { from })]),
      say('notice-when', { when: momentIn(wording.language, atMs) }),
      say('alert-details', { id: signInId }),
      say(`alert-stopped-${stopped}`, { user, gateway }),
    ]
  }
}

type ReportedChange = Extract<PersonChange, { readonly kind: 'change-reported' }>
type AtMoment = StrangerReport & { readonly atMs: number }
