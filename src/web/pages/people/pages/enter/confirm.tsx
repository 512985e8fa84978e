import type { SignInStep } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { OpenFrame } from '../../parts/frame.tsx'
import { type Flow, useFollow } from '../../parts/use-change.ts'
import { EndView, OverView, RefusedView } from '../refused.tsx'
import { QuestionView } from './question.tsx'

/** A fresh proof for one change. */
export function ConfirmPage() {
  const app = useApp()
  const { api, say, state } = app
  const follow = useFollow()
  const flow = state.flow as Flow | undefined
  const step = state.step as SignInStep | undefined
  if (flow === undefined || step === undefined) {
    return (
      <OpenFrame>
        <EndView
          icon="info"
          kind="warn"
          title={say('refused-title')}
          text={say('confirm-lost')}
          button={say('to-start')}
          onButton={() => app.replace('/')}
        />
      </OpenFrame>
    )
  }
  const leave = () => app.replace(flow.cancelled)
  // Its phone stops ringing. The page does not wait for that: where it fails, the question ends by its time.
  const cancel = () => {
    void api.cancelConfirm().catch(() => undefined)
    leave()
  }
  const about = say('confirm-what', { what: say(flow.what, flow.values) })
  return (
    <OpenFrame>
      {state.isOver === true ? (
        <OverView onAgain={leave} />
      ) : step.step === 'question' ? (
        <QuestionView
          question={step.question}
          about={about}
          send={api.confirmAnswer}
          sendSigned={api.confirmSigned}
          onStep={(next) => follow(next, flow, 'replace')}
          onOver={() => app.replace('/confirm', { step, flow, isOver: true })}
          onCancel={cancel}
        />
      ) : step.step === 'refused' ? (
        <RefusedView refusal={step} onAgain={leave} />
      ) : (
        <OverView onAgain={leave} />
      )}
    </OpenFrame>
  )
}
