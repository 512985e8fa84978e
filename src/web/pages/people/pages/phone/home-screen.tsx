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
      <rect x="2" y="2" width="60" height="60" rx="12" />
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
      <path d="M18 18h28v28H18zM32 25v14M25 32h14" />
    </Picture>
  )
}

function Open() {
  return (
    <Picture>
      <path d="M18 10h28v44H18z" />
      <path class="filled" d="M25 18h6v6h-6zM33 18h6v6h-6zM25 27h6v6h-6z" />
      <path class="tapped" d="M33 27h6v6h-6z" />
    </Picture>
  )
}
