import { useState } from 'preact/hooks'
import { formatMoment } from '../../logic/time.ts'
import { useApp } from '../../parts/app-context.ts'
import { BackLink, Button, Heading, Loading, Notice } from '../../parts/basics.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { List, Row } from '../../parts/list.tsx'
import { useLoad } from '../../parts/use-action.ts'
import { useChange } from '../../parts/use-change.ts'
import { FaultView } from '../fault.tsx'

/** Devices on which the password is enough for a while. */
export function DevicesPage() {
  const { api, say, locale } = useApp()
  const { value, fault, again } = useLoad(api.devices)
  const change = useChange()
  const [now] = useState(Date.now())
  return (
    <InsideFrame section="account">
      <BackLink to="/account" />
      <Heading text={say('devices-title')} />
      <p class="intro">{say('devices-intro')}</p>
      {change.fault && <Notice kind="bad">{change.fault.text}</Notice>}
      {fault && <FaultView fault={fault} onAgain={again} />}
      {!fault && value === undefined && <Loading />}
      {value?.length === 0 && <p class="empty">{say('devices-none')}</p>}
      {value !== undefined && value.length > 0 && (
        <div class="panel">
          <List>
            {value.map(({ id, device, gateway, untilMs }) => (
              <Row
                key={id}
                icon="laptop"
                title={device}
                detail={say('device-until', {
                  gateway,
                  when: formatMoment(untilMs, now, locale),
                })}
              >
                <Button
                  kind="quiet"
                  busy={change.busy}
                  about={say('device-forget-about', { device })}
                  onClick={() =>
                    void change.start(
                      { change: 'forget-device', device: id },
                      {
                        what: 'confirm-forget-device',
                        values: { device },
                        after: '/account/devices',
                        cancelled: '/account/devices',
                        done: { key: 'device-forgotten' },
                      },
                    )
                  }
                >
                  {say('device-forget')}
                </Button>
              </Row>
            ))}
          </List>
        </div>
      )}
    </InsideFrame>
  )
}
