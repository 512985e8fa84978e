import { useState } from 'preact/hooks'
import type { PromptNow, ShownPrompt } from '../../../../people/contract.ts'
import { byOwnClock } from '../../logic/time.ts'
import { useApp } from '../../parts/app-context.ts'
import { type Fault, useAction } from '../../parts/use-action.ts'
import { useLive } from './use-live.ts'

/** A page that someone has left open asks no more after this. */
const mostMs = 300_000

/** What waits for the person's yes; undefined before the server has said. */
export function usePrompt(): {
  readonly prompt: ShownPrompt | 'none' | undefined
  readonly fault: Fault | undefined
  look(): void
} {
  const { api } = useApp()
  const { fault, run } = useAction()
  const [prompt, setPrompt] = useState<ShownPrompt | 'none'>()
  const show = (waits: PromptNow) => setPrompt(ownPrompt(waits) ?? 'none')
  const { restart } = useLive<PromptNow>({
    path: '/api/prompt/stream',
    body: async () => ({}),
    look: () => run(async () => show(await api.prompt())),
    onEvent: show,
    mostMs,
  })
  return { prompt, fault, look: restart }
}

/** What waits, by the clock of this device. */
export function ownPrompt({ nowMs, prompt }: PromptNow): ShownPrompt | undefined {
  return prompt && byOwnClock(prompt, nowMs, Date.now())
}
