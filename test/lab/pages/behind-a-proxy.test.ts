import { expect } from 'chai'
import { needProgram, needRoot } from '../need.ts'
import { gatewaySecret, type HoldfastInside, startHoldfastIn } from './holdfast.ts'
import { createGatewayHost, type GatewayHost } from './host.ts'
import { fillIn, readPage, settingsOf } from './page.ts'

const phone = '+31612345678'
const people = { alice: { password: 'wonderland', phones: [phone] } }
const behind = 'a-secret-of-the-gateway-behind'

type Proxy = {
  readonly name: string
  /** What its machine needs before the page's commands, beside the addresses. */
  readonly preparations: readonly string[]
  readonly holdMs: number
}

const proxies: readonly Proxy[] = [
  // As it comes, it takes a resend for a new request after 10 s, and forgets all after 15 s.
  { name: 'radsecproxy', preparations: [], holdMs: 16_000 },
  {
    name: 'freeradius-proxy',
    preparations: [
      // Holdfast is on the same machine here, so the proxy keeps to its own address.
      "sed -i 's/ipaddr = [*]/ipaddr = 192.0.2.10/' /etc/freeradius/3.0/sites-available/default",
      'install -d -o freerad /var/log/freeradius',
    ],
    holdMs: 4_000,
  },
]

for (const { name, preparations, holdMs } of proxies) {
  describe(`a proxy by docs/reference/gateways/${name}.md`, function () {
    this.timeout(600_000)
    this.slow(10_000)
    let host: GatewayHost
    let service: HoldfastInside

    /** Sends what a gateway behind the proxy sends: from 192.0.2.30, to the proxy. */
    const send = (kind: 'auth' | 'acct' | 'status', attributes: string, seconds = '30') =>
      host.run(
        'radclient',
        [
          ...['-x', '-t', seconds, '-r', '30'],
          ...[`192.0.2.10:${kind === 'acct' ? 1813 : 1812}`, kind, behind],
        ],
        `${attributes}\n`,
      )

    before(async function () {
      needRoot(this)
      needProgram('radclient', this)
      needProgram(name.replace('-proxy', ''), this)
      host = await createGatewayHost()
      const network = [
        'ip addr add 192.0.2.30/32 dev lo',
        'ip route replace local 192.0.2.10 dev lo table local src 192.0.2.30',
      ]
      const made = await host.run('sh', ['-ec', [...network, ...preparations].join('\n')])
      expect(made.code, made.stderr).to.equal(0)
      const blocks = fillIn(readPage(name), { 'GATEWAY-SECRET': behind, SECRET: gatewaySecret })
      service = await startHoldfastIn(host, people, settingsOf(blocks))
      await host.follow(blocks)
      // It answers when it is up.
      const up = await send('status', 'Message-Authenticator = 0x00', '1')
      expect(up.stdout).to.contain('Access-Accept')
    })
    after(() => host?.remove())

    const signIn = 'User-Name = alice, NAS-Identifier = vpn, Message-Authenticator = 0x00'

    it('holds a sign-in that the gateway sends again, and rings once', async () => {
      // Nothing in it names the device: a resend that came as a new request would be refused.
      const answer = send('auth', `${signIn}, User-Password = wonderland`, '3')
      await service.rings(phone)
      await new Promise((resolve) => setTimeout(resolve, holdMs))
      await service.press(phone)
      const { code, stdout } = await answer
      expect(stdout, stdout).to.contain('Received Access-Accept')
      expect(stdout).to.contain('Message-Authenticator')
      expect(code).to.equal(0)
      expect(await service.calls(phone)).to.equal(1)
      expect(service.output()).to.contain('"gateway":"vpn"').and.to.not.contain('another-sign-in')
    })

    it('passes a refusal on', async () => {
      const { stdout } = await send('auth', `${signIn}, User-Password = looking-glass`)
      expect(stdout).to.contain('Received Access-Reject').and.to.contain('Reply-Message')
    })

    it('passes accounting on', async () => {
      const record = 'Acct-Session-Id = 17, Acct-Status-Type = Start'
      const { stdout } = await send('acct', `User-Name = alice, NAS-Identifier = vpn, ${record}`)
      expect(stdout).to.contain('Received Accounting-Response')
    })
  })
}
