import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { Notice } from './basics.tsx'
import type { Fault } from './use-action.ts'

/** A form that a script sends: the browser checks nothing, and the page says in our words what is missing. */
export function Form(props: {
  readonly onSubmit: () => void
  readonly busy: boolean
  readonly fault?: Fault | undefined
  readonly children: ComponentChildren
}) {
  const form = useRef<HTMLFormElement>(null)
  return (
    <form
      ref={form}
      noValidate
      method="post"
      aria-busy={props.busy}
      onSubmit={(event) => {
        event.preventDefault()
        if (props.busy) return
        props.onSubmit()
        // After the next paint, so that a field that was found wrong is marked.
        requestAnimationFrame(() => {
          form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
        })
      }}
    >
      {props.fault && (
        <Notice kind="bad" title={props.fault.title}>
          {props.fault.text}
        </Notice>
      )}
      {props.children}
    </form>
  )
}
