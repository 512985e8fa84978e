import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import { useState } from 'preact/hooks'
import type { SignInStep } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Notice } from '../../parts/basics.tsx'
import { useAction } from '../../parts/use-action.ts'
import { signByPasskey } from '../../passkeys/browser.ts'

/** Answers a question by a passkey: one tap, and nothing to type. */
export function UsePasskey(props: {
  readonly options: PublicKeyCredentialRequestOptionsJSON
  readonly send: (passkey: object) => Promise<SignInStep>
  readonly onStep: (step: SignInStep) => Promise<void>
}) {
  const { say } = useApp()
  const { busy, fault, run } = useAction()
  const [isStopped, setStopped] = useState(false)
  const sign = () =>
    run(async () => {
      setStopped(false)
      const passkey = await signByPasskey(props.options)
      if (passkey === undefined) setStopped(true)
      else await props.onStep(await props.send(passkey))
    })
  return (
    <div class="use-passkey">
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      {isStopped && <Notice kind="warn">{say('passkey-cancelled')}</Notice>}
      <Button busy={busy} onClick={() => void sign()}>
        {say('passkey-use')}
      </Button>
    </div>
  )
}
