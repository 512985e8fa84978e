import { useEffect } from 'preact/hooks'
import type { Refusal } from '../../../../people/contract.ts'
import type { Addition } from '../../logic/api.ts'
import type { SetupScreen } from '../../logic/setup-flow.ts'
import { nameOf } from '../../logic/ways.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { BackButton, BackLink, Button, Heading } from '../../parts/basics.tsx'
import { OpenFrame } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { keepRecoveryCodes, keptRecoveryCodes } from '../../parts/kept.ts'
import { lazy } from '../../parts/lazy.tsx'
import { ButtonRow } from '../../parts/list.tsx'
import { type Flow, useChange } from '../../parts/use-change.ts'
import { RefusedView } from '../refused.tsx'
import { FaultNotice } from './fault-notice.tsx'
import { SetupFlow, useSetupSteps } from './flow.tsx'

const RecoveryCodes = lazy(async () => (await import('./last/index.ts')).RecoveryCodes, 'part')

type Screen = SetupScreen | { readonly screen: 'added' } | { readonly screen: 'recovery' }

/** One more way to sign in. The server asks for a fresh proof before it begins. */
export function AddPage() {
  const app = useApp()
  const { say, state } = app
  const me = useMe()
  const change = useChange()
  const screen = (state.screen as Screen | undefined) ?? { screen: 'choose' }
  const refusal = state.refusal as Refusal | undefined
  const replaces = typeof state.replaces === 'string' ? state.replaces : undefined
  const carried = replaces === undefined ? {} : { replaces }
  const codes = keptRecoveryCodes()
  const flow: Flow = {
    what: 'confirm-add',
    after: '/',
    cancelled: '/add',
    done: { key: 'added-text' },
    ...carried,
  }
  const begin = (addition: Addition) => void change.start({ change: 'add', ...addition }, flow)
  const onStep = useSetupSteps({
    screen: (next, isAnswer) =>
      app[isAnswer ? 'replace' : 'go']('/add', { screen: next, ...carried }),
    refused: (refused) => app.go('/add', { refusal: refused }),
    added: () => {
      void app
        .reloadMe()
        .then(() => app.replace('/add', { screen: { screen: 'added' }, ...carried }))
    },
  })
  useEffect(() => {
    if (screen.screen !== 'added') keepRecoveryCodes(undefined)
  }, [screen.screen])

  if (refusal !== undefined) {
    return (
      <OpenFrame>
        <RefusedView refusal={refusal} onAgain={() => app.replace('/add')} />
      </OpenFrame>
    )
  }
  if (screen.screen === 'added') {
    return (
      <OpenFrame>
        <Added codes={codes} replaces={replaces} />
      </OpenFrame>
    )
  }
  return (
    <OpenFrame>
      {screen.screen === 'choose' ? <BackLink to="/" /> : <BackButton />}
      {screen.screen === 'recovery' ? (
        <>
          <Heading text={say('add-recovery')} />
          <p class="intro">{say('add-recovery-intro')}</p>
          <FaultNotice fault={change.fault} />
          <Button busy={change.busy} onClick={() => begin({ setup: 'recovery' })}>
            {say('add-recovery-button')}
          </Button>
        </>
      ) : (
        <SetupFlow
          screen={screen}
          choose={{ title: say('add-title'), intro: say('add-intro') }}
          more={
            me.setups.includes('recovery') && (
              <ButtonRow
                icon="recovery"
                title={say('add-recovery')}
                onClick={() => app.go('/add', { screen: { screen: 'recovery' } })}
              />
            )
          }
          busy={change.busy}
          fault={change.fault}
          begin={begin}
          onStep={onStep}
          onScreen={(next) => app.go('/add', { screen: next, ...carried })}
        />
      )}
    </OpenFrame>
  )
}

/** It can be used from now on: its recovery codes are shown, and what it replaces is named. */
function Added(props: {
  readonly codes: readonly string[] | undefined
  readonly replaces: string | undefined
}) {
  const { codes, replaces } = props
  const app = useApp()
  const { say } = app
  const me = useMe()
  const change = useChange()
  const old = me.authenticators.find(({ id }) => id === replaces)
  const finish = () => {
    keepRecoveryCodes(undefined)
    app.replace('/')
  }
  if (codes !== undefined) return <RecoveryCodes codes={codes} onDone={finish} />
  const way = old === undefined ? '' : nameOf(old, say)
  return (
    <>
      <div class="sign good" aria-hidden="true">
        <Icon name="check" />
      </div>
      <Heading text={say('added-title')} />
      <p class="intro">{say('added-text')}</p>
      {old !== undefined && (
        <>
          <p>{say('replace-text')}</p>
          <FaultNotice fault={change.fault} />
          <Button
            kind="danger"
            busy={change.busy}
            onClick={() =>
              void change.start(
                { change: 'remove', id: old.id },
                {
                  what: 'confirm-remove',
                  values: { way },
                  after: '/',
                  cancelled: '/',
                  done: { key: 'removed', values: { way } },
                },
              )
            }
          >
            {say('replace-button', { way })}
          </Button>
        </>
      )}
      <Button kind={old === undefined ? 'main' : 'quiet'} onClick={finish}>
        {say('to-start')}
      </Button>
    </>
  )
}
