import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { type Preset, presetNames, presets, settingsOf } from '../../src/config/presets/index.ts'
import { passkeyTexts, phoneTexts } from '../../src/config/presets/people.ts'
import { dryRun } from '../../src/signin/index.ts'
import { createWorld, gatewayRules, passkey, push } from '../signin/harness.ts'

const credentials = {
  pap: 'pap',
  chap: 'chap',
  'ms-chap': 'ms-chap',
  'ms-chapv2': 'ms-chap',
} as const

/** What `explain` says of someone who has a phone and a passkey. */
async function asksAt(challenges: boolean, sends: keyof typeof credentials | 'no-password') {
  const world = createWorld()
  await world.enrol('alice', passkey)
  await world.enrol('alice', push)
  const checksNothing = {
    firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: true },
  } as const
  const result = await dryRun(world.parts, {
    userName: 'alice',
    gateway: gatewayRules({
      ...{ challenges, methods: ['passkey', 'push'] },
      ...(sends === 'no-password' ? checksNothing : {}),
    }),
    device: undefined,
    ...(sends === 'no-password' ? {} : { credential: credentials[sends] }),
    atMs: world.clock.nowMs(),
    signal: new AbortController().signal,
  })
  return result.asks ?? {}
}

describe('what people with a phone or a passkey do, on the page of each preset and in explain', () => {
  for (const name of presetNames) {
    it(name, async () => {
      const page = readFileSync(`docs/reference/gateways/${name}.md`, 'utf8')
      const part = page.split('## What people with a phone or a passkey do')[1]?.split('\n## ')[0]
      const { challenges } = settingsOf(name)
      const { protocols }: Preset = presets[name]
      for (const shows of typeof challenges === 'boolean' ? [challenges] : [true, false]) {
        for (const { value } of protocols) {
          if (value === 'eap') {
            if (!shows) expect(part).to.contain('push with EAP')
            continue
          }
          const asks = await asksAt(shows, value)
          expect(part, `passkey, ${value}`).to.contain(passkeyTexts[asks.passkey ?? 'held'])
          expect(part, `phone, ${value}`).to.contain(phoneTexts[asks.phone ?? 'none'])
          expect(asks).to.have.keys('passkey', 'phone')
        }
      }
    })
  }
})

describe('explain while no provider delivers', () => {
  it('knows that a passkey waits on a page of ours', async () => {
    const world = createWorld()
    await world.enrol('alice', passkey)
    const { first } = await dryRun(world.parts, {
      ...{ userName: 'alice', device: undefined, outage: 'provider' },
      gateway: gatewayRules({ challenges: false, methods: ['passkey'] }),
      ...{ atMs: world.clock.nowMs(), signal: new AbortController().signal },
    })
    expect(first).to.include({ kind: 'held', method: 'passkey' })
  })
})
