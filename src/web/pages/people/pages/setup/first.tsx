import { useEffect } from 'preact/hooks'
import type { Refusal } from '../../../../people/contract.ts'
import type { Addition } from '../../logic/api.ts'
import type { SetupScreen } from '../../logic/setup-flow.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { BackButton } from '../../parts/basics.tsx'
import { OpenFrame } from '../../parts/frame.tsx'
import { forgetHelpdeskCode, keepRecoveryCodes, keptRecoveryCodes } from '../../parts/kept.ts'
import { lazy } from '../../parts/lazy.tsx'
import { useAction } from '../../parts/use-action.ts'
import { RefusedView } from '../refused.tsx'
import { SetupFlow, useSetupSteps } from './flow.tsx'

/** Which of the four steps a screen is. */
const stepOf = {
  choose: 1,
  'get-app': 2,
  number: 2,
  serial: 2,
  email: 2,
  push: 2,
  passkey: 2,
  prove: 3,
  codes: 4,
}

const RecoveryCodes = lazy(async () => (await import('./last/index.ts')).RecoveryCodes, 'part')

type Screen = SetupScreen | { readonly screen: 'codes' }

/** The guided set-up of a person who has nothing yet. */
export function FirstSetupPage() {
  const app = useApp()
  const { api, say, state } = app
  const me = useMe()
  const { busy, fault, run } = useAction()
  const codes = keptRecoveryCodes()
  const screen = (state.screen as Screen | undefined) ?? { screen: 'choose' }
  const refusal = state.refusal as Refusal | undefined
  const finish = () => {
    keepRecoveryCodes(undefined)
    void run(async () => {
      await app.reloadMe()
      app.replace('/', { note: { key: 'all-set' } })
    })
  }
  const onStep = useSetupSteps({
    screen: (next, isAnswer) => app[isAnswer ? 'replace' : 'go']('/set-up', { screen: next }),
    refused: (refused) => app.go('/set-up', { refusal: refused }),
    added: () => {
      forgetHelpdeskCode()
      if (keptRecoveryCodes() === undefined) finish()
      else app.replace('/set-up', { screen: { screen: 'codes' } })
    },
  })
  const isDone = screen.screen === 'codes' && codes === undefined
  const isWhole = me.session === 'whole' && screen.screen !== 'codes'
  useEffect(() => {
    // Reloaded after the end, or opened by someone who has finished: there is nothing to do here.
    if (!isDone && !isWhole) return
    void run(async () => {
      await app.reloadMe()
      app.replace('/')
    })
  }, [isDone, isWhole])
  if (isDone || isWhole) return <OpenFrame>{null}</OpenFrame>

  return (
    <OpenFrame withLanguage={screen.screen === 'choose'} withSignOut={screen.screen === 'choose'}>
      {screen.screen !== 'choose' && screen.screen !== 'codes' && refusal === undefined && (
        <BackButton />
      )}
      <p class="step-of">{say('step-of', { step: stepOf[screen.screen], steps: 4 })}</p>
      {refusal !== undefined ? (
        <RefusedView refusal={refusal} onAgain={() => app.replace('/set-up')} />
      ) : screen.screen === 'codes' ? (
        <RecoveryCodes codes={codes ?? []} onDone={finish} />
      ) : (
        <SetupFlow
          screen={screen}
          choose={{ title: say('setup-title'), intro: say('setup-intro') }}
          busy={busy}
          fault={fault}
          begin={(addition: Addition) =>
            void run(async () => await onStep(await api.beginSetup(addition)))
          }
          onStep={onStep}
          onScreen={(next) => app.go('/set-up', { screen: next })}
        />
      )}
    </OpenFrame>
  )
}
