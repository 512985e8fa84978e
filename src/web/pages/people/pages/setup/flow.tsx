import type { ComponentChildren } from 'preact'
import type { SetupStep } from '../../../../people/contract.ts'
import type { Addition } from '../../logic/api.ts'
import { phoneSystemOf } from '../../logic/phone.ts'
import { offered, type SetupScreen, screenFor, withoutSecret } from '../../logic/setup-flow.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { Badge, Button, Heading } from '../../parts/basics.tsx'
import { keepPending, keepRecoveryCodes } from '../../parts/kept.ts'
import { lazy } from '../../parts/lazy.tsx'
import { ButtonRow, List } from '../../parts/list.tsx'
import type { Fault } from '../../parts/use-action.ts'
import { hasPasskeys } from '../../passkeys/browser.ts'
import { FaultNotice } from './fault-notice.tsx'
import { GetApp } from './get-app.tsx'
import { NumberForm } from './number.tsx'
import { SerialForm } from './serial.tsx'

const Prove = lazy(async () => (await import('./last/index.ts')).Prove, 'part')

export type FlowProps = {
  readonly screen: SetupScreen
  readonly choose: { readonly title: string; readonly intro: string }
  /** Further choices, below. */
  readonly more?: ComponentChildren
  readonly busy: boolean
  readonly fault: Fault | undefined
  readonly begin: (addition: Addition) => void
  readonly onStep: (step: SetupStep) => Promise<void>
  readonly onScreen: (screen: SetupScreen) => void
}

/** The screens between the choice and the proof that it works; one question on each. */
export function SetupFlow(props: FlowProps) {
  const { say } = useApp()
  const { screen, begin, busy, fault, onScreen, onStep } = props
  const asking = { begin, busy, fault }
  switch (screen.screen) {
    case 'choose':
      return <Choose {...props} />
    case 'get-app':
      return <GetApp {...asking} />
    case 'number':
      return <NumberForm key={screen.setup} setup={screen.setup} {...asking} />
    case 'serial':
      return <SerialForm {...asking} />
    case 'email':
      return (
        <>
          <Heading text={say('email-title')} />
          <p class="intro">{say('email-intro')}</p>
          <FaultNotice fault={fault} />
          <Button busy={busy} onClick={() => begin({ setup: 'email' })}>
            {say('send-code')}
          </Button>
        </>
      )
    case 'push':
      return (
        <>
          <Heading text={say('pair-title')} />
          <p class="intro">{say('pair-intro')}</p>
          <FaultNotice fault={fault} />
          <Button busy={busy} onClick={() => begin({ setup: 'push' })}>
            {say('continue')}
          </Button>
        </>
      )
    case 'passkey':
      return (
        <>
          <Heading text={say('passkey-title')} />
          <p class="intro">{say('passkey-intro')}</p>
          <FaultNotice fault={fault} />
          <Button busy={busy} onClick={() => begin({ setup: 'passkey' })}>
            {say('continue')}
          </Button>
        </>
      )
    case 'prove':
      return <Prove screen={screen} begin={begin} onStep={onStep} onScreen={onScreen} busy={busy} />
  }
}

function Choose({ choose, more, onScreen }: FlowProps) {
  const { say } = useApp()
  const system = phoneSystemOf(navigator.userAgent, navigator.maxTouchPoints)
  const setups = offered(useMe().setups, { hasPasskeys: hasPasskeys(), system })
  return (
    <>
      <Heading text={choose.title} />
      <p class="intro">{setups.length === 0 ? say('setup-none') : choose.intro}</p>
      <List>
        {setups.map((setup) => (
          <ButtonRow
            key={setup}
            icon={setup}
            title={say(`setup-${setup}`)}
            badges={setup === setups[0] && <Badge kind="good">{say('advice')}</Badge>}
            onClick={() => onScreen(screenFor(setup))}
          />
        ))}
        {more}
      </List>
    </>
  )
}

/** What an answer about a pending set-up leads to, the same at the first set-up and later. */
export function useSetupSteps(show: {
  readonly screen: (screen: SetupScreen, isAnswer: boolean) => void
  readonly added: () => void
  readonly refused: (refusal: Extract<SetupStep, { step: 'refused' }>) => void
}) {
  return async (step: SetupStep): Promise<void> => {
    if (step.step === 'refused') return show.refused(step)
    if (step.step === 'pending' || step.result.kind === 'pending') {
      const pending = step.step === 'pending' ? step.pending : undefined
      const shown =
        pending ??
        (step.step === 'done' && step.result.kind === 'pending' ? step.result.pending : undefined)
      if (shown === undefined) return
      const isWrong = step.step === 'pending' && step.wrong === true
      if (!isWrong || shown.setup !== 'app' || shown.secret !== '') keepPending(shown)
      show.screen(
        { screen: 'prove', pending: withoutSecret(shown), ...(isWrong && { wrong: true }) },
        isWrong,
      )
      return
    }
    keepRecoveryCodes(step.result.kind === 'added' ? step.result.codes : undefined)
    show.added()
  }
}
