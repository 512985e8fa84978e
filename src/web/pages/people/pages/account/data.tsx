import { useApp } from '../../parts/app-context.ts'
import { BackLink, Button, Heading, Notice, PageLink } from '../../parts/basics.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { LinkRow, List } from '../../parts/list.tsx'
import { useChange } from '../../parts/use-change.ts'

export function DataPage() {
  const { say } = useApp()
  return (
    <InsideFrame section="account">
      <BackLink to="/account" />
      <Heading text={say('data-title')} />
      <p class="intro">{say('data-intro')}</p>
      <div class="panel">
        <List>
          <li>
            <a class="row" href="/api/export" download>
              <span class="row-icon">
                <Icon name="data" />
              </span>
              <span class="row-text">
                <span class="row-title">{say('data-export')}</span>
                <span class="row-detail">{say('data-export-hint')}</span>
              </span>
            </a>
          </li>
          <LinkRow
            icon="trash"
            title={say('erase-link')}
            detail={say('erase-hint')}
            to="/account/data/erase"
          />
        </List>
      </div>
    </InsideFrame>
  )
}

export function ErasePage() {
  const { say } = useApp()
  const change = useChange()
  return (
    <InsideFrame section="account">
      <Heading text={say('erase-title')} />
      <p class="intro">{say('erase-text')}</p>
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
              { change: 'erase' },
              {
                what: 'confirm-erase',
                after: '/signed-out',
                cancelled: '/account/data',
                done: { key: 'signed-out-erased' },
                endsSession: true,
              },
            )
          }
        >
          {say('erase-button')}
        </Button>
        <PageLink to="/account/data" class="button quiet">
          {say('cancel')}
        </PageLink>
      </div>
    </InsideFrame>
  )
}
