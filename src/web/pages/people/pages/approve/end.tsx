import type { PromptAnswered } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { EndView } from '../refused.tsx'

const ends = {
  approved: { icon: 'check', kind: 'good', key: 'approve-done' },
  'sign-in-again': { icon: 'clock', kind: 'warn', key: 'approve-late' },
  ended: { icon: 'clock', kind: 'warn', key: 'approve-ended' },
  reported: { icon: 'check', kind: 'good', key: 'approve-reported' },
  'wrong-number': { icon: 'bad', kind: 'bad', key: 'phone-wrong-number' },
  'not-signed': { icon: 'bad', kind: 'bad', key: 'phone-not-signed' },
} as const

/** What came of an answer. */
export function EndOfAnswer(props: {
  readonly answered: PromptAnswered['answered']
  readonly gateway: string
  readonly isOwn?: boolean | undefined
  readonly onAgain: () => void
}) {
  const { say } = useApp()
  const { answered, isOwn } = props
  const { icon, kind, key } = ends[answered]
  // The person has chosen the digits, and no screen shows them.
  const text = isOwn && answered === 'wrong-number' ? 'phone-own-wrong' : (`${key}-text` as const)
  return (
    <EndView
      {...{ icon, kind, title: say(key), text: say(text, { gateway: props.gateway }) }}
      {...{ button: say('approve-look'), onButton: props.onAgain }}
    />
  )
}
