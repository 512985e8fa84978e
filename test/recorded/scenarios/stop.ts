import type { Script } from '../parts/play.ts'
import type { Play } from '../parts/scenario.ts'

const device = '203.0.113.7'
const password = 'wonderland'

const gateways = {
  hold: { flow: 'hold', person_specific_device: true },
  auto: { flow: 'auto', person_specific_device: true },
  ask: { flow: 'challenge' },
}
const people = {
  alice: { call: true },
  bob: { call: true },
  carol: { call: true },
  dave: { totp: true },
} as const

/** Calls ring while the service stops: one is approved, new packets come, and the others have no more time. */
async function stopWhileHeld(s: Play): Promise<void> {
  const asked = await s.say({ to: 'ask', user: 'dave', password, device })
  const held = await s.send({ to: 'hold', password, device })
  await s.send({ to: 'auto', user: 'bob', password, device })
  await s.send({ to: 'hold', user: 'carol', password, device })
  await s.wait(2_000)
  await s.stopService()
  await s.send({ to: 'hold', password, device })
  await s.again(held)
  const state = asked.reply?.state
  await s.send({ to: 'ask', user: 'dave', password: s.totp(0, 'dave'), device, state })
  await s.press('#', 'bob')
  await s.wait(5_000)
  await s.hangUp('carol')
  await s.wait(15_000)
}

const held = {
  about: 'calls ring, one is approved, and time is over',
  people,
  play: stopWhileHeld,
}

/** The service can stop once, so there is a script for each way. */
export const stop: Script = {
  about: 'a service that stops: what is open is refused',
  config: { stop_timeout: '10s' },
  gateways,
  scenarios: { held },
}

export const stopSilent: Script = {
  about: 'a service that stops: what is open is not answered',
  config: { stop_timeout: '10s', on_stop: 'silent' },
  gateways,
  scenarios: { held },
}
