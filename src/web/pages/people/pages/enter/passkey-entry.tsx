import { useEffect } from 'preact/hooks'
import type { SignInStep } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button } from '../../parts/basics.tsx'
import { useAction } from '../../parts/use-action.ts'
import {
  canOfferInField,
  endOffer,
  hasPasskeys,
  offerInField,
  signByPasskey,
} from '../../passkeys/browser.ts'

/**
 * Signs in with a passkey and nothing else. Browsers that can offer it in the field for the name; the button is for all
 * others, and for people who have closed that.
 */
export function PasskeyEntry(props: {
  readonly onStep: (step: SignInStep) => Promise<void>
  readonly onRefused: (text: string) => void
}) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const enter = async (passkey: object) => {
    const step = await api.signInPasskey(passkey)
    if (step.step === 'refused') props.onRefused(step.text)
    else await props.onStep(step)
  }
  useEffect(() => {
    let isGone = false
    const offer = async () => {
      if (!(await canOfferInField())) return
      const { options } = await api.beginPasskey()
      if (options === undefined || isGone) return
      const passkey = await offerInField(options)
      if (passkey !== undefined && !isGone) await run(() => enter(passkey))
    }
    // Without it the page works as before.
    void offer().catch(() => undefined)
    return () => {
      isGone = true
      void endOffer()
    }
  }, [])
  if (!hasPasskeys()) return null
  const sign = () =>
    run(async () => {
      const { options } = await api.beginPasskey()
      if (options === undefined) return props.onRefused(say('passkey-not-here'))
      const passkey = await signByPasskey(options)
      if (passkey !== undefined) await enter(passkey)
    })
  return (
    <>
      {fault && (
        <p class="error" role="alert">
          {fault.text}
        </p>
      )}
      <Button kind="quiet" busy={busy} onClick={() => void sign()}>
        {say('passkey-sign-in')}
      </Button>
    </>
  )
}
