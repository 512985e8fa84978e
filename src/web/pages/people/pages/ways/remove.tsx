import type { PortalAuthenticator } from '../../../../people/contract.ts'
import { wayPath } from '../../logic/address.ts'
import { detailOf, nameOf } from '../../logic/ways.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { Button, Heading, Notice, PageLink } from '../../parts/basics.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { useChange } from '../../parts/use-change.ts'
import { WithWay } from './way.tsx'

/** Says what removing means before anything happens. */
export function WayRemovePage({ id }: { id: string }) {
  return <WithWay id={id} show={(way) => <RemoveView way={way} />} />
}

function RemoveView({ way }: { way: PortalAuthenticator }) {
  const { say } = useApp()
  const { authenticators } = useMe()
  const change = useChange()
  const name = nameOf(way, say)
  const others = authenticators.filter(({ id, setup }) => id !== way.id && setup !== 'recovery')
  const isLast = way.setup !== 'recovery' && others.length === 0
  return (
    <InsideFrame section="home">
      <Heading text={say('remove-title', { way: name })} />
      <p class="intro">{[detailOf(way, say), say('remove-text')].filter(Boolean).join(' · ')}</p>
      {isLast && <Notice kind="warn">{say('remove-last')}</Notice>}
      {change.fault && (
        <Notice kind="bad" title={change.fault.title}>
          {change.fault.text}
        </Notice>
      )}
      <div class="row-of-buttons">
        <Button
          kind="danger"
          busy={change.busy}
          onClick={() =>
            void change.start(
              { change: 'remove', id: way.id },
              {
                what: 'confirm-remove',
                values: { way: name },
                after: '/',
                cancelled: wayPath(way.id),
                done: { key: 'removed', values: { way: name } },
              },
            )
          }
        >
          {say('remove')}
        </Button>
        <PageLink to={wayPath(way.id)} class="button quiet">
          {say('cancel')}
        </PageLink>
      </div>
    </InsideFrame>
  )
}
