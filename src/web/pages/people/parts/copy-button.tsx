import { useState } from 'preact/hooks'
import { useApp } from './app-context.ts'
import { Button } from './basics.tsx'

/** Copies a text. Where the browser has no clipboard (plain HTTP), there is no button. */
export function CopyButton({ text }: { text: string }) {
  const { say } = useApp()
  const [isCopied, setCopied] = useState(false)
  if (navigator.clipboard === undefined) return null
  return (
    <>
      <Button
        kind="quiet"
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => setCopied(true))
        }}
      >
        {say(isCopied ? 'copied' : 'copy')}
      </Button>
      <span class="visually-hidden" role="status">
        {isCopied ? say('copied') : ''}
      </span>
    </>
  )
}
