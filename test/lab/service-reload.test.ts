import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { accountDn, rightPassword, startFakeLdapServer } from '../directory/fake-ldap-server.ts'
import { holdfast } from './cli.ts'
import { demoPhone } from './demo-phone.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import { administer, gatewayConfig, lastingConfig } from './service-config.ts'

const carol = { user: 'carol', password: 'singer', nas: 'hold', device: '192.0.2.7' }

describe('a service that reads its configuration again', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  let phone: ReturnType<typeof demoPhone>

  const config = () => lastingConfig(service)
  const write = (more: Readonly<Record<string, unknown>>) =>
    writeFileSync(service.configFile, JSON.stringify({ ...config(), ...more }))
  const reloads = () => service.output().split('"event":"configuration-reloaded"').length - 1
  const hangUp = async () => {
    service.process.kill('SIGHUP')
    for (const before = reloads(); reloads() === before; await sleep(20)) {}
  }

  beforeEach(async () => {
    service = await startService((place) => JSON.stringify(lastingConfig(place)))
    gateway = await openGateway(service)
    phone = demoPhone(service.httpPort)
  })
  afterEach(async () => {
    gateway?.close()
    await service?.stop()
  })

  it('uses secret, flow and people of the new file at SIGHUP, while an open call goes on', async () => {
    const held = gateway.signIn(carol, 15_000)
    const call = await phone.next('call', 'carol')

    const secret = 'another-secret-0123'
    write({
      gateways: {
        hold: gatewayConfig('hold', { secret, flow: 'append' }),
        text: gatewayConfig('text', { secret, flow: 'challenge', methods: ['sms'] }),
      },
      directories: {
        people: {
          type: 'local',
          users: {
            erin: { password: 'sailor', phones: ['+31611111111'] },
            bob: { password: 'new' },
          },
        },
      },
    })
    await hangUp()

    const newGateway = await openGateway({ port: service.port, secret })
    const asked = await newGateway.signIn({ user: 'erin', password: 'sailor', nas: 'text' })
    expect(asked?.kind).to.equal('challenge')
    // Flow append now: a password alone is not enough.
    const alone = await newGateway.signIn({ user: 'erin', password: 'sailor', nas: 'hold' })
    expect(alone?.kind).to.equal('reject')
    // Wrong since the reload.
    expect(await gateway.signIn({ user: 'bob', password: 'builder', nas: 'text' }, 700)).to.equal(
      undefined,
    )
    newGateway.close()

    // The earlier call ends as it began: its gateway still has the old secret.
    await phone.press(call.id, '#')
    expect((await held)?.kind).to.equal('accept')
  })

  it('keeps what it has when the file is faulty, and says where the fault is', async () => {
    const good = JSON.stringify(config())
    writeFileSync(
      service.configFile,
      `insecure_demo: true\nlisten: ["127.0.0.1:1812"]\n  gateways: 7\n`,
    )
    service.process.kill('SIGHUP')
    await service.printed(/configuration-refused/)
    expect(service.output()).to.match(/holdfast\.yaml:3:\d+/)

    const asked = { user: 'bob', password: 'builder', nas: 'text' }
    expect((await gateway.signIn(asked))?.kind).to.equal('challenge')

    writeFileSync(service.configFile, good.replace('"flow":"append"', '"flow":"apend"'))
    const { code, stderr } = await holdfast(['reload', '--socket', `${service.folder}/admin.sock`])
    expect(code).to.not.equal(0)
    expect(stderr).to.match(/holdfast\.yaml:1:\d+/)
    expect(stderr).to.match(/gateways\.append\.flow/)
    expect((await gateway.signIn({ ...asked, user: 'dave', password: 'diver' }))?.message).to.match(
      /no phone or app/,
    )

    writeFileSync(service.configFile, good)
    const fine = await holdfast(['reload', '--socket', `${service.folder}/admin.sock`])
    expect(fine).to.deep.include({ code: 0, stderr: '' })
  })

  it('keeps a directory that went until the sign-ins that need it have ended', async () => {
    const ldap = await startFakeLdapServer()
    const corp = {
      type: 'ldap',
      kind: 'openldap',
      servers: ldap.url,
      insecure_plaintext: true,
      bind_dn: accountDn,
      bind_password: 'account secret',
      base_dn: 'dc=corp,dc=example',
    }
    write({ directories: { corp } })
    await hangUp()
    const phoneOfAlice = { method: 'call', phone: '+31622222222' }
    await administer(service, [
      ['authenticator.add', { name: 'alice', authenticator: phoneOfAlice }],
    ])
    const held = gateway.signIn({ user: 'alice', password: rightPassword, nas: 'hold' }, 15_000)
    const call = await phone.next('call', 'alice')

    write({})
    await hangUp()
    expect((await gateway.signIn({ ...carol, nas: 'append' }))?.kind).to.equal('reject')
    expect(ldap.openConnections()).to.be.greaterThan(0)

    await phone.press(call.id, '#')
    expect((await held)?.kind).to.equal('accept')
    while (ldap.openConnections() > 0) await sleep(20)
    await ldap.close()
  })

  it('ends with the last of many reloads, however long each takes', async () => {
    // The first has to load all of LDAP, the second nothing.
    const corp = {
      type: 'ldap',
      servers: 'ldaps://127.0.0.1:9',
      bind_dn: 'cn=holdfast',
      bind_password: 'secret',
      base_dn: 'dc=corp,dc=example',
    }
    write({ directories: { corp } })
    service.process.kill('SIGHUP')
    await sleep(30)
    write({ gateways: { text: gatewayConfig('text', { flow: 'append' }) } })
    service.process.kill('SIGHUP')
    // Two signals that come before the first is looked at are one.
    for (const untilMs = Date.now() + 20_000; reloads() < 2 && Date.now() < untilMs; )
      await sleep(20)
    const reply = await gateway.signIn({ user: 'bob', password: 'builder', nas: 'text' })
    expect(reply?.kind).to.equal('reject')
    expect(service.output()).to.contain('"reason":"code-missing"')
  })
})
