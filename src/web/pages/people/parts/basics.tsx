import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { useApp } from './app-context.ts'
import { Icon, type IconName } from './icon.tsx'

/** The first page of a visit leaves the focus where the browser puts it. */
let isFirstHeading = true

/** The heading of a page: names the document, and takes the focus when it appears (WCAG 2.4.3). */
export function Heading({ text, children }: { text: string; children?: ComponentChildren }) {
  const { look } = useApp()
  const heading = useRef<HTMLHeadingElement>(null)
  // At once: a title that comes after its heading is read out for the page before.
  useLayoutEffect(() => {
    document.title = `${text} · ${look.company}`
  }, [text])
  useEffect(() => {
    if (!isFirstHeading) heading.current?.focus({ preventScroll: true })
    isFirstHeading = false
    window.scrollTo(0, 0)
  }, [text])
  return (
    <h1 tabIndex={-1} ref={heading}>
      {children ?? text}
    </h1>
  )
}

type NoticeKind = 'good' | 'info' | 'warn' | 'bad'

const noticeIcons = { good: 'check', info: 'info', warn: 'warn', bad: 'bad' } as const

/** Says in place what happened. `bad` interrupts a screen reader, other kinds wait. */
export function Notice(props: {
  readonly kind: NoticeKind
  readonly title?: string
  readonly children?: ComponentChildren
}) {
  const { kind, title, children } = props
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <Icon name={noticeIcons[kind]} />
      <div>
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <p>{children}</p>}
      </div>
    </div>
  )
}

type ButtonProps = {
  readonly children: ComponentChildren
  readonly onClick?: () => void
  readonly kind?: 'main' | 'quiet' | 'danger'
  readonly busy?: boolean
  readonly submit?: boolean
  readonly icon?: IconName
  /** Where the visible text is not enough to say what it is about. */
  readonly about?: string
}

export function Button(props: ButtonProps) {
  const { children, onClick, kind = 'main', busy = false, submit, icon, about } = props
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${kind}`}
      // Not `disabled`: that would take the focus away.
      aria-disabled={busy}
      aria-label={about}
      onClick={busy || !onClick ? undefined : onClick}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}

/** A link to another page of ours. */
export function PageLink(props: {
  readonly to: string
  readonly children: ComponentChildren
  readonly class?: string
  readonly current?: boolean
}) {
  const { go } = useApp()
  return (
    <a
      href={props.to}
      class={props.class}
      aria-current={props.current ? 'page' : undefined}
      onClick={(event) => {
        // Other clicks open tabs and windows.
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        go(props.to)
      }}
    >
      {props.children}
    </a>
  )
}

export function BackLink({ to }: { to: string }) {
  const { say } = useApp()
  return (
    <PageLink to={to} class="back-link">
      <Icon name="back" />
      {say('back')}
    </PageLink>
  )
}

/** Back to the screen before, as the button of the browser. */
export function BackButton() {
  const { say, back } = useApp()
  return (
    <button type="button" class="back-link" onClick={back}>
      <Icon name="back" />
      {say('back')}
    </button>
  )
}

export function Badge({ children, kind = 'plain' }: { children: string; kind?: string }) {
  return <span class={`badge ${kind}`}>{children}</span>
}

export function Loading() {
  const { say } = useApp()
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {say('loading')}
    </p>
  )
}
