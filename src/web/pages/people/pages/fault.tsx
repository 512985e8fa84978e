import { useApp } from '../parts/app-context.ts'
import { OpenFrame } from '../parts/frame.tsx'
import type { Fault } from '../parts/use-action.ts'
import { EndView } from './refused.tsx'

/** Where a page's content would be: what happened, whose turn it is, and the way on. */
export function FaultView({ fault, onAgain }: { fault: Fault; onAgain: () => Promise<void> }) {
  const { say } = useApp()
  return (
    <div class="fault" role="alert">
      <EndView
        icon="warn"
        kind="warn"
        title={fault.title}
        text={fault.text}
        button={say('try-again')}
        onButton={() => void onAgain()}
      />
    </div>
  )
}

export function FaultPage(props: { fault: Fault; onAgain: () => Promise<void> }) {
  return (
    <OpenFrame withLanguage>
      <FaultView {...props} />
    </OpenFrame>
  )
}

export function NotFoundPage() {
  const { say, replace } = useApp()
  return (
    <OpenFrame withLanguage>
      <EndView
        icon="info"
        kind="warn"
        title={say('not-found-title')}
        text={say('not-found-text')}
        button={say('to-start')}
        onButton={() => replace('/')}
      />
    </OpenFrame>
  )
}

export function SignedOutPage() {
  const { say, go } = useApp()
  return (
    <OpenFrame withLanguage>
      <EndView
        icon="check"
        kind="good"
        title={say('signed-out-title')}
        text={say('signed-out-text')}
        button={say('sign-in-again')}
        onButton={() => go('/sign-in')}
      />
    </OpenFrame>
  )
}
