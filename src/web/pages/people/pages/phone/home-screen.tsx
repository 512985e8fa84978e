import type { JSX } from 'preact'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading } from '../../parts/basics.tsx'

const steps = [
  ['iphone-share', Share],
  ['iphone-add', Add],
  ['iphone-open', Open],
] as const

/**
 * An iPhone shows notifications of pages on its Home Screen only, and such a page has a storage of its own: it is put there
 * before the phone is added. `onSkip`: it goes without.
 */
export function HomeScreenGuide({ onSkip }: { readonly onSkip?: () => void }) {
  const { say } = useApp()
  return (
    <>
      <Heading text={say('iphone-title')} />
      <p class="intro">{say('iphone-text')}</p>
      <ol class="guide">
        {steps.map(([key, Picture]) => (
          <li key={key}>
            <Picture />
            <span>{say(key)}</span>
          </li>
        ))}
      </ol>
      {onSkip && (
        <Button kind="quiet" onClick={onSkip}>
          {say('iphone-skip')}
        </Button>
      )}
    </>
  )
}

/** What the texts beside them say: a reader of screens needs none. */
function Picture({ children }: { readonly children: JSX.Element | readonly JSX.Element[] }) {
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true">
      <rect class="back" x="2" y="2" width="60" height="60" rx="12" />
      {children}
    </svg>
  )
}

function Share() {
  return (
    <Picture>
      <path d="M32 38V14M24 21l8-8 8 8M24 28h-6v22h28V28h-6" />
    </Picture>
  )
}

function Add() {
  return (
    <Picture>
      <rect x="18" y="18" width="28" height="28" rx="6" />
      <path d="M32 25v14M25 32h14" />
    </Picture>
  )
}

function Open() {
  return (
    <Picture>
      <rect x="17" y="8" width="30" height="48" rx="6" />
      <path class="filled" d="M22 15h8v8h-8zM34 15h8v8h-8zM22 27h8v8h-8z" />
      <path class="tapped" d="M34 27h8v8h-8z" />
    </Picture>
  )
}
