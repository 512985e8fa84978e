import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { needFile, needProgram, needRoot } from './need.ts'
import { createPamHost, type PamHost, person } from './pam-host.ts'
import { type Service, startService } from './service.ts'
import { bareConfig, codeOf, enrolApps, seedOf } from './service-config.ts'

const page = readFileSync(new URL('../../docs/gateways/pam-radius.md', import.meta.url), 'utf8')
/** Blocks of the page with lines for /etc/pam.d, in their order. */
const [alone = [], behind = []] = page
  .split('\n\n')
  .filter((block) => /^ {4}.*pam_radius_auth\.so/m.test(block))
  .map((block) => block.split('\n').map((line) => line.trim()))

const directoryPassword = 'wonderland'
const secret = 'a-secret-of-this-test'

describe('PAM with the lines of docs/gateways/pam-radius.md', function () {
  this.timeout(60_000)
  this.slow(5_000)
  let service: Service
  let host: PamHost
  let codeHost: PamHost
  let silentHost: PamHost

  before(async function () {
    needRoot(this)
    needProgram('pamtester', this)
    needFile('/etc/pam_radius_auth.conf', 'libpam-radius-auth', this)
    // The package of Debian 12 signs nothing yet.
    const gateway = { preset: 'pam-radius', secret, message_authenticator: 'learn' }
    service = await startService((place) =>
      JSON.stringify({
        ...bareConfig(place),
        // What is tried here in a minute would slow anybody down.
        lockout: { slow_after: 50, lock_after: 50 },
        directories: {
          people: { type: 'local', users: { [person]: { password: directoryPassword } } },
        },
        gateways: {
          passwords: { ...gateway, address: '127.0.0.1' },
          codes: { ...gateway, address: '127.0.0.2', flow: 'code-only' },
        },
      }),
    )
    await enrolApps(service, [person])
    const services = {
      'hf-alone': alone,
      'hf-behind': behind,
      'hf-sufficient': [
        ...alone.map((line) => line.replace('requisite', 'sufficient')),
        '@include common-auth',
      ],
    }
    host = createPamHost(services, `127.0.0.1:${service.port} ${secret} 20`)
    codeHost = createPamHost(services, `127.0.0.1:${service.port} ${secret} 20 127.0.0.2`)
    silentHost = createPamHost(services, '127.0.0.1:1 nobody-is-there 1')
  })
  after(async () => {
    for (const each of [host, codeHost, silentHost]) each?.remove()
    await service?.stop()
  })

  const code = (steps: number) => codeOf(seedOf(person), steps)

  it('has them', () => {
    expect(alone).to.have.length(1)
    expect(behind).to.have.length(2)
  })

  it('lets in with the password of the directory and a code', async () => {
    expect(await host.signIn('hf-alone', [directoryPassword, code(0)])).to.equal(true)
  })

  it('keeps out who has the local password alone, whatever follows it', async () => {
    for (const answers of [
      [host.localPassword],
      [host.localPassword, host.localPassword],
      [directoryPassword, '000000', host.localPassword],
    ]) {
      expect(await host.signIn('hf-alone', answers)).to.equal(false)
    }
  })

  it('keeps everybody out while no server answers', async () => {
    const { localPassword } = silentHost
    expect(await silentHost.signIn('hf-alone', [localPassword, localPassword])).to.equal(false)
    expect(await silentHost.signIn('hf-behind', [localPassword, '000000'])).to.equal(false)
  })

  it('is right that sufficient lets the local password in alone', async () => {
    const { localPassword } = host
    expect(await host.signIn('hf-sufficient', [localPassword, localPassword])).to.equal(true)
    expect(await silentHost.signIn('hf-sufficient', [localPassword, localPassword])).to.equal(true)
  })

  it('asks for the code behind the local password, and takes neither alone', async () => {
    const { localPassword } = codeHost
    expect(await codeHost.signIn('hf-behind', [localPassword, '000000'])).to.equal(false)
    expect(await codeHost.signIn('hf-behind', ['wrong', code(1)])).to.equal(false)
    expect(await codeHost.signIn('hf-behind', [localPassword, localPassword])).to.equal(false)
    expect(await codeHost.signIn('hf-behind', [localPassword, code(1)])).to.equal(true)
  })
})
