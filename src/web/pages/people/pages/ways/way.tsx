import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { PortalAuthenticator } from '../../../../people/contract.ts'
import { methodOf, wayPath } from '../../logic/address.ts'
import { formatMoment } from '../../logic/time.ts'
import { detailOf, nameOf } from '../../logic/ways.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { BackLink, Badge, Button, Heading, Notice } from '../../parts/basics.tsx'
import { Field } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { ButtonRow, LinkRow, List } from '../../parts/list.tsx'
import { useChange } from '../../parts/use-change.ts'
import { EndView } from '../refused.tsx'

/** Finds a way to sign in of the person's, or says that it is gone. */
export function WithWay({
  id,
  show,
}: {
  readonly id: string
  readonly show: (way: PortalAuthenticator) => JSX.Element
}) {
  const { say, replace } = useApp()
  const way = useMe().authenticators.find((each) => each.id === id)
  if (way !== undefined) return show(way)
  return (
    <InsideFrame section="home">
      <EndView
        icon="info"
        kind="warn"
        title={say('not-found-title')}
        text={say('way-gone')}
        button={say('to-start')}
        onButton={() => replace('/')}
      />
    </InsideFrame>
  )
}

/** One way to sign in: what it is, and what can be done with it. */
export function WayPage({ id }: { id: string }) {
  return <WithWay id={id} show={(way) => <WayView way={way} />} />
}

function WayView({ way }: { way: PortalAuthenticator }) {
  const { say, locale, go } = useApp()
  const change = useChange()
  const [now] = useState(Date.now())
  const [isRenaming, setRenaming] = useState(false)
  const here = wayPath(way.id)
  const name = nameOf(way, say)
  const method = methodOf(way.setup)
  const isOwn = !way.fromDirectory
  const flow = { values: { way: name }, after: here, cancelled: here }
  const facts = [
    say(`way-${way.setup}`),
    detailOf(way, say),
    say('way-added', { when: formatMoment(way.createdAtMs, now, locale) }),
    way.lastUsedMs === undefined
      ? say('way-never-used')
      : say('way-last-used', { when: formatMoment(way.lastUsedMs, now, locale) }),
  ]
  return (
    <InsideFrame section="home">
      <BackLink to="/" />
      <Heading text={name}>
        {name} {way.isDefault && <Badge>{say('asked-first')}</Badge>}
      </Heading>
      <p class="intro">{facts.filter(Boolean).join(' · ')}</p>
      {way.shownToAgent && <Notice kind="warn">{say('way-shown')}</Notice>}
      {way.isSilent && <Notice kind="warn">{say('way-silent')}</Notice>}
      {way.fromDirectory && <Notice kind="info">{say('way-from-directory')}</Notice>}
      {change.fault && (
        <Notice kind="bad" title={change.fault.title}>
          {change.fault.text}
        </Notice>
      )}
      <div class="panel">
        <List>
          {way.setup !== 'recovery' && (
            <ButtonRow
              icon="play"
              title={say('try-button')}
              detail={say('try-hint')}
              busy={change.busy}
              onClick={() =>
                void change.startTrial(way.id, {
                  ...flow,
                  what: 'confirm-try',
                  done: { key: 'tried-good' },
                  isTrial: true,
                })
              }
            />
          )}
          {method !== undefined && (
            <ButtonRow
              icon="star"
              title={say(way.isDefault ? 'no-first' : 'make-first')}
              detail={way.isDefault ? undefined : say('make-first-hint')}
              busy={change.busy}
              onClick={() =>
                void change.start(
                  { change: 'default', method: way.isDefault ? null : method },
                  {
                    ...flow,
                    what: 'confirm-default',
                    done: { key: way.isDefault ? 'made-no-first' : 'made-first' },
                  },
                )
              }
            />
          )}
          {isOwn && !isRenaming && way.setup !== 'recovery' && (
            <ButtonRow icon="edit" title={say('rename')} onClick={() => setRenaming(true)} />
          )}
          {isRenaming && (
            <li class="row still">
              <RenameForm way={way} onCancel={() => setRenaming(false)} />
            </li>
          )}
          {isOwn && (way.setup === 'sms' || way.setup === 'call') && (
            <LinkRow icon="call" title={say('phone-details')} to={wayPath(way.id, 'phone')} />
          )}
          {way.setup === 'recovery' && (
            <ButtonRow
              icon="recovery"
              title={say('add-recovery')}
              detail={say('add-recovery-intro')}
              onClick={() => go('/add', { screen: { screen: 'recovery' } })}
            />
          )}
          {isOwn && <LinkRow icon="trash" title={say('remove')} to={wayPath(way.id, 'remove')} />}
        </List>
      </div>
    </InsideFrame>
  )
}

function RenameForm({ way, onCancel }: { way: PortalAuthenticator; onCancel: () => void }) {
  const { say } = useApp()
  const change = useChange()
  const [label, setLabel] = useState(way.label)
  const here = wayPath(way.id)
  return (
    <Form
      busy={change.busy}
      fault={change.fault}
      onSubmit={() =>
        void change.start(
          { change: 'rename', id: way.id, label: label.trim() },
          { what: 'confirm-rename', after: here, cancelled: here, done: { key: 'renamed' } },
        )
      }
    >
      <Field
        label={say('rename-label')}
        hint={say('rename-hint')}
        name="label"
        maxLength={64}
        optional
        value={label}
        onValue={setLabel}
      />
      <div class="row-of-buttons">
        <Button submit busy={change.busy}>
          {say('save')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {say('cancel')}
        </Button>
      </div>
    </Form>
  )
}
