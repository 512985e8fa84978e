import type { Refusal } from '../../../people/contract.ts'
import { useApp } from '../parts/app-context.ts'
import { Button, Heading } from '../parts/basics.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'

/** An end that is not a dead end: what happened, and one way on. */
export function EndView(props: {
  readonly icon: IconName
  readonly kind: 'good' | 'warn' | 'bad'
  readonly title: string
  readonly text: string
  readonly small?: string | undefined
  readonly button: string
  readonly onButton: () => void
}) {
  return (
    <>
      <div class={`sign ${props.kind}`} aria-hidden="true">
        <Icon name={props.icon} />
      </div>
      <Heading text={props.title} />
      <p class="intro">{props.text}</p>
      {props.small && <p class="small">{props.small}</p>}
      <Button onClick={props.onButton}>{props.button}</Button>
    </>
  )
}

export function RefusedView(props: { readonly refusal: Refusal; readonly onAgain: () => void }) {
  const { say } = useApp()
  const { text, reference } = props.refusal
  return (
    <EndView
      icon="bad"
      kind="bad"
      title={say('refused-title')}
      text={text}
      small={reference === undefined ? undefined : say('reference', { reference })}
      button={say('start-again')}
      onButton={props.onAgain}
    />
  )
}

export function OverView({ onAgain }: { readonly onAgain: () => void }) {
  const { say } = useApp()
  return (
    <EndView
      icon="clock"
      kind="warn"
      title={say('over-title')}
      text={say('over-text')}
      button={say('start-again')}
      onButton={onAgain}
    />
  )
}
