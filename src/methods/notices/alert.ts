import type { StrangerReport } from '../../accounts/index.ts'
import { type Message, momentIn, sayIn, type Wording } from './wording.ts'

/** A mail to those who look after security: who reports which sign-in, what has stopped, and what to do next. */
export function writeAlert(
  wording: Pick<Wording, 'texts' | 'language'>,
  user: string,
  { told, unnamed }: Message,
) {
  const say = sayIn(wording)
  const reports = told.flatMap(({ atMs, change }) =>
    change.kind === 'reported' ? [{ ...change, atMs }] : [],
  )
  const named = reports.flatMap((report) => [...lines(report), ''])
  const others = unnamed === 0 ? [] : [say('alert-more', { count: String(unnamed) }), '']
  const text = [...named, ...others, say('alert-next', { user })].join('\n')
  return { subject: say('alert-subject', { user }), text }

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

type AtMoment = StrangerReport & { readonly atMs: number }
