import { useState } from 'preact/hooks'
import type { PromptAnswered, ShownPrompt } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { useAction } from '../../parts/use-action.ts'
import { signByPasskey } from '../../passkeys/browser.ts'

/** What came of it, and for which sign-in. */
export type AnsweredSignIn = Pick<PromptAnswered, 'answered'> &
  Pick<ShownPrompt, 'gateway' | 'isOwn'>
export type OnAnswered = (answered: AnsweredSignIn) => void

/** Has an answer to a prompt signed, and sends it. */
export function useAnswer(prompt: ShownPrompt, onAnswered: OnAnswered) {
  const { api } = useApp()
  const action = useAction()
  const [isStopped, setStopped] = useState(false)
  const { id } = prompt
  return {
    ...action,
    /** The device, or the person, did not finish. */
    isStopped,
    answer: (answer: 'approve' | 'report') =>
      action.run(async () => {
        setStopped(false)
        const { options } = await api.beginPrompt(id, answer)
        if (options === undefined) return onAnswered({ ...prompt, answered: 'ended' })
        const passkey = await signByPasskey(options)
        if (passkey === undefined) return setStopped(true)
        const { answered } = await api.answerPrompt(id, passkey)
        onAnswered({ ...prompt, answered })
      }),
  }
}
