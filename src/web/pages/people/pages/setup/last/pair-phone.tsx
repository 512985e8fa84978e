import { useEffect, useRef } from 'preact/hooks'
import type { PendingSetup, SetupStep } from '../../../../../people/contract.ts'
import { useApp } from '../../../parts/app-context.ts'
import { Button, Heading, Notice } from '../../../parts/basics.tsx'
import { QrCode } from '../../../parts/qr-code.tsx'
import { useAction } from '../../../parts/use-action.ts'
import { canBePhone } from '../../../phone/keys.ts'
import { claimPairing, pairingAddress, settlePairing } from '../../../phone/pairing.ts'

type Props = {
  readonly pending: Extract<PendingSetup, { setup: 'push' }>
  readonly onStep: (step: SetupStep) => Promise<void>
}

const everyMs = 2_000

/** What the new phone has to be told, until it has come. */
export function PairPhone({ pending, onStep }: Props) {
  const { api, say } = useApp()
  const waiting = useAction()
  const here = useAction()
  const { account, code } = pending
  const asked = useRef<Promise<void>>(Promise.resolve())
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible' || here.busy) return
      asked.current = waiting.run(async () => {
        const step = await api.prove([''])
        // After a reload the page has no code to show.
        const isThere = step.step !== 'pending' || 'phone' in step.pending || code === ''
        if (isThere) await onStep(step)
      })
    }, everyMs)
    return () => clearInterval(timer)
  }, [pending, here.busy])
  /** This browser is the phone: the person has it in hand, and nothing is copied. */
  const pairHere = () =>
    here.run(async () => {
      // Only one request at a time can have the step of this browser.
      await asked.current
      const claim = await claimPairing(api, account, code)
      if (claim === undefined) return
      const step = await api.prove([claim.check])
      await settlePairing(api, claim)
      await onStep(step)
    })
  return (
    <>
      <Heading text={say('pair-title')} />
      <p class="intro">{say('pair-scan', { address: `${location.host}/pair` })}</p>
      <div class="scan">
        <QrCode text={pairingAddress(location.origin, account, code)} alt={say('pair-alt')} />
        <div class="key">
          <p>{account}</p>
          <code>{code}</code>
        </div>
      </div>
      {(here.fault ?? waiting.fault) && (
        <Notice kind="bad">{(here.fault ?? waiting.fault)?.text}</Notice>
      )}
      <p class="loading" role="status">
        <span class="spinner" aria-hidden="true" />
        {say('pair-wait')}
      </p>
      {canBePhone() && (
        <Button kind="quiet" busy={here.busy} onClick={() => void pairHere()}>
          {say('pair-here')}
        </Button>
      )}
    </>
  )
}

/** The phone has come: the two digits that it shows say that it is this one. */
export function ConfirmPhone({ phone }: { phone: NonNullable<Props['pending']['phone']> }) {
  const { say } = useApp()
  const { address, name } = phone
  return (
    <>
      <Heading text={say('pair-check-title')} />
      <p class="intro">{say('pair-check-intro', { address, name })}</p>
    </>
  )
}
