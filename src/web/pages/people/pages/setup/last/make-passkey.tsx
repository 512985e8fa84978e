import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import { useEffect, useState } from 'preact/hooks'
import type { SetupStep } from '../../../../../people/contract.ts'
import { useApp } from '../../../parts/app-context.ts'
import { Button, Heading, Notice } from '../../../parts/basics.tsx'
import { useAction } from '../../../parts/use-action.ts'
import { createPasskey } from '../../../passkeys/browser.ts'
import { FaultNotice } from '../fault-notice.tsx'

/** The device asks for face, finger or PIN. It is asked at once; some want a tap first, and the button is for them. */
export function MakePasskey(props: {
  readonly options: PublicKeyCredentialCreationOptionsJSON
  readonly onStep: (step: SetupStep) => Promise<void>
}) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const [isStopped, setStopped] = useState(false)
  const make = () =>
    run(async () => {
      setStopped(false)
      const made = await createPasskey(props.options)
      if (made === undefined) setStopped(true)
      else await props.onStep(await api.provePasskey(made))
    })
  useEffect(() => {
    void make()
  }, [])
  return (
    <>
      <Heading text={say('passkey-title')} />
      <p class="intro">{say('passkey-intro')}</p>
      <FaultNotice fault={fault} />
      {isStopped && <Notice kind="warn">{say('passkey-cancelled')}</Notice>}
      <Button busy={busy} onClick={() => void make()}>
        {say('passkey-create')}
      </Button>
    </>
  )
}
