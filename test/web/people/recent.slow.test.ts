import { expect } from 'chai'
import type { SelfOperations } from '../../../src/operations/index.ts'
import type { PortalCaller } from '../../../src/support/index.ts'
import { totp } from '../../signin/harness.ts'
import { type Browser, createPortalLab, type PortalLab } from '../sign-in/lab.ts'

describe('recent sign-ins and remembered devices at the portal', () => {
  let lab: PortalLab
  let browser: Browser
  const asked: { by: PortalCaller; name: string; args: unknown }[] = []
  const signIns = [
    {
      ...{ userKey: 'local:alice', gatewayGroup: 'VPN\nverified', network: '', method: 'totp' },
      ...{ device: { kind: 'mac', value: '001122334455' }, atMs: 1, untilMs: 2 },
    },
  ]
  const operations = (async (by: PortalCaller, name: string, args: unknown) => {
    asked.push({ by, name, args })
    return name === 'own.sign-ins' ? { items: [], next: 'MTI' } : { person: {}, signIns }
  }) as SelfOperations

  before(async () => {
    lab = await createPortalLab({ operations })
    browser = lab.browser()
  })
  after(() => lab.stop())

  it('are for those who are signed in with both factors', async () => {
    const app = await lab.enrol('alice', totp)
    for (const path of ['/api/sign-ins', '/api/devices']) {
      expect((await browser.get(path)).status, path).to.equal(401)
    }
    await browser.post('/api/sign-in', { name: 'alice', password: 'Winter-2024' })
    expect((await browser.get('/api/sign-ins')).status).to.equal(401)
    expect(asked).to.deep.equal([])
    await browser.post('/api/sign-in/answer', { answer: lab.world.code(app) })
    expect((await browser.get('/api/sign-ins')).body).to.deep.equal({ items: [], next: 'MTI' })
    expect((await browser.get('/api/sign-ins?after=MTI&user=bob')).status).to.equal(200)
    expect(asked.map(({ name, args }) => [name, args])).to.deep.equal([
      ['own.sign-ins', {}],
      ['own.sign-ins', { after: 'MTI' }],
    ])
    for (const { by } of asked) expect(by).to.include({ via: 'portal', userKey: 'local:alice' })
  })

  it('name devices as people know them, at the gateway where they were remembered', async () => {
    expect((await browser.get('/api/devices')).body).to.deep.equal([
      { id: 'mac.001122334455', device: '00:11:22:33:44:55', gateway: 'VPN', untilMs: 2 },
    ])
  })

  it('refuse a page that is too long to be one of ours', async () => {
    expect((await browser.get(`/api/sign-ins?after=${'x'.repeat(600)}`)).status).to.equal(400)
  })
})
