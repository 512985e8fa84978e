import { type Message, momentIn, sayIn, type Wording } from './wording.ts'

/** A mail to someone's manager: the helpdesk made a code for this person, until when, and whom to call (PEOPLE R4). */
export function writeForManager(wording: Wording, user: string, { told }: Message) {
  const say = sayIn(wording)
  const helpdesk = wording.contact.helpdesk ?? say('notice-helpdesk')
  const lines = told.flatMap(({ atMs, change }) =>
    change.kind === 'helpdesk-code-made'
      ? [
          say('notice-manager-code', { user, until: momentIn(wording.language, change.untilMs) }),
          say('notice-when', { when: momentIn(wording.language, atMs) }),
          '',
        ]
      : [],
  )
  const text = [...lines, say('notice-manager-doubt', { user, helpdesk })].join('\n')
  return { subject: say('notice-manager-subject', { user }), text }
}
