import { useApp, useMe } from '../../parts/app-context.ts'
import { Heading } from '../../parts/basics.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { LinkRow, List } from '../../parts/list.tsx'

/** Everything that is not a way to sign in. */
export function AccountPage() {
  const { say } = useApp()
  const me = useMe()
  return (
    <InsideFrame section="account">
      <Heading text={say('account-title')} />
      <p class="intro">{[me.displayName, me.name].filter(Boolean).join(' · ')}</p>
      <div class="panel">
        <List>
          <LinkRow
            icon="lock"
            to="/account/password"
            title={say('password-title')}
            detail={say('account-password-text')}
          />
          <LinkRow
            icon="browser"
            to="/account/sessions"
            title={say('sessions-title')}
            detail={say('account-sessions-text')}
          />
          <LinkRow
            icon="laptop"
            to="/account/devices"
            title={say('devices-title')}
            detail={say('account-devices-text')}
          />
          <LinkRow
            icon="language"
            to="/account/language"
            title={say('language-title')}
            detail={say('account-language-text')}
          />
          <LinkRow
            icon="data"
            to="/account/data"
            title={say('data-title')}
            detail={say('account-data-text')}
          />
        </List>
      </div>
    </InsideFrame>
  )
}
