import { useState } from 'preact/hooks'
import type { ShownPrompt } from '../../../../people/contract.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { Heading, Loading, Notice, PageLink } from '../../parts/basics.tsx'
import { OpenFrame } from '../../parts/frame.tsx'
import { Pauses } from '../paused.tsx'
import { EndView } from '../refused.tsx'
import { EndOfAnswer } from './end.tsx'
import { NotMeView } from './not-me.tsx'
import { PromptView } from './prompt.tsx'
import type { AnsweredSignIn } from './use-answer.ts'
import { useOver } from './use-over.ts'
import { usePrompt } from './use-prompt.ts'

/** A sign-in that waits for a yes: what it is, and the person's answer, which a passkey signs. */
export function ApprovePage() {
  const { say } = useApp()
  const { prompt: waiting, fault, look } = usePrompt()
  // While its answer is on its way the prompt ends, and what came of it is still to be told.
  const [answering, setAnswering] = useState<ShownPrompt>()
  const prompt = answering ?? waiting
  const [answered, setAnswered] = useState<AnsweredSignIn>()
  const [reports, setReports] = useState<ShownPrompt>()
  useOver(prompt === 'none' ? undefined : prompt, (gone) =>
    setAnswered((earlier) => earlier ?? { ...gone, answered: 'ended' }),
  )
  const again = () => {
    setAnswered(undefined)
    setReports(undefined)
    look()
  }
  return (
    <OpenFrame>
      {answered !== undefined ? (
        <EndOf {...answered} onAgain={again} />
      ) : reports !== undefined ? (
        <NotMeView
          prompt={reports}
          onAnswered={setAnswered}
          onCancel={() => setReports(undefined)}
        />
      ) : prompt === undefined || prompt === 'none' ? (
        <Nothing isKnown={prompt === 'none'} onLook={look} />
      ) : (
        <PromptView
          key={prompt.id}
          prompt={prompt}
          onAnswered={setAnswered}
          onAnswering={(is) => setAnswering(is ? prompt : undefined)}
          onNotMe={() => setReports(prompt)}
          onOver={look}
        />
      )}
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      {answered === undefined && (
        <p class="below">
          <PageLink to="/">{say('to-start')}</PageLink>
        </p>
      )}
    </OpenFrame>
  )
}

function Nothing({ isKnown, onLook }: { isKnown: boolean; onLook: () => void }) {
  const { go, say } = useApp()
  const { authenticators } = useMe()
  if (!isKnown) {
    return (
      <>
        <Heading text={say('approve-title')} />
        <Loading />
      </>
    )
  }
  const isAsked = authenticators.some(({ setup }) => setup === 'passkey' || setup === 'push')
  const next = isAsked
    ? { button: say('approve-look'), onButton: onLook }
    : { button: say('add-title'), onButton: () => go('/add') }
  return (
    <>
      <Pauses here="/approve" />
      <EndView
        icon="clock"
        kind="warn"
        title={say('approve-none')}
        text={say(isAsked ? 'approve-none-text' : 'approve-no-passkey')}
        {...next}
      />
    </>
  )
}

/** What came of the answer, and whose turn it is. */
function EndOf({ onAgain, ...ended }: AnsweredSignIn & { readonly onAgain: () => void }) {
  const { answered } = ended
  const { say } = useApp()
  if (answered === 'not-signed' || answered === 'wrong-number') {
    return (
      <EndView
        icon="bad"
        kind="bad"
        title={say('refused-title')}
        text={say('approve-not-signed')}
        button={say('try-again')}
        onButton={onAgain}
      />
    )
  }
  return <EndOfAnswer {...ended} onAgain={onAgain} />
}
