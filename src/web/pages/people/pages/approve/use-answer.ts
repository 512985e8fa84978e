import { useState } from 'preact/hooks'
import type { PromptAnswered, ShownPrompt } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { useAction } from '../../parts/use-action.ts'
import { signByPasskey } from '../../passkeys/browser.ts'

export type OnAnswered = (answered: {
  readonly answered: PromptAnswered['answered']
  readonly gateway: string
}) => void

/** Has an answer to a prompt signed, and sends it. */
export function useAnswer(prompt: ShownPrompt, onAnswered: OnAnswered) {
  const { api } = useApp()
  const action = useAction()
  const [isStopped, setStopped] = useState(false)
  const { id, gateway } = prompt
  return {
    ...action,
    /** The device, or the person, did not finish. */
    isStopped,
    answer: (answer: 'approve' | 'report') =>
      action.run(async () => {
        setStopped(false)
        const { options } = await api.beginPrompt(id, answer)
        if (options === undefined) return onAnswered({ answered: 'ended', gateway })
        const passkey = await signByPasskey(options)
        if (passkey === undefined) return setStopped(true)
        const { answered } = await api.answerPrompt(id, passkey)
        onAnswered({ answered, gateway })
      }),
  }
}
