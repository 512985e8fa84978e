import { useEffect, useState } from 'preact/hooks'
import type { ShownPrompt } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { type Fault, useAction } from '../../parts/use-action.ts'

const everyMs = 2_000
/** A page that someone has left open asks no more after this. */
const mostMs = 300_000

/** What waits for the person's yes; undefined before the server has said. The page asks while it is seen. */
export function usePrompt(): {
  readonly prompt: ShownPrompt | 'none' | undefined
  readonly fault: Fault | undefined
  look(): void
} {
  const { api } = useApp()
  const { fault, run } = useAction()
  const [prompt, setPrompt] = useState<ShownPrompt | 'none'>()
  const [since, setSince] = useState(Date.now())
  useEffect(() => {
    const look = () => void run(async () => setPrompt((await api.prompt()).prompt ?? 'none'))
    const onReturn = () => {
      if (document.visibilityState === 'visible') setSince(Date.now())
    }
    const timer = setInterval(() => {
      if (Date.now() - since > mostMs) clearInterval(timer)
      else if (document.visibilityState === 'visible') look()
    }, everyMs)
    look()
    // Phones freeze what is not seen: on return it is all old.
    document.addEventListener('visibilitychange', onReturn)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onReturn)
    }
  }, [since])
  return { prompt, fault, look: () => setSince(Date.now()) }
}
