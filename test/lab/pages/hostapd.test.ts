import { expect } from 'chai'
import { needProgram, needRoot } from '../need.ts'
import { gatewaySecret, type HoldfastInside, startHoldfastIn } from './holdfast.ts'
import { createGatewayHost, type GatewayHost } from './host.ts'
import { fillIn, readPage, settingsOf } from './page.ts'

const phone = '+31612345678'

describe('hostapd by docs/reference/gateways/hostapd.md', function () {
  this.timeout(600_000)
  this.slow(10_000)
  let host: GatewayHost
  let service: HoldfastInside
  /** The process that keeps the far end of the cable. */
  let far: string

  before(async function () {
    needRoot(this)
    needProgram('hostapd', this)
    needProgram('wpa_supplicant', this)
    host = await createGatewayHost()
    // The cable: its far end is in a network of its own.
    const cable = [
      'setpriv --pdeathsig KILL unshare --net sleep infinity </dev/null >/dev/null 2>&1 &',
      'holder=$!',
      'until [ "$(readlink /proc/$holder/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.02; done',
      'ip link add name eth1 type veth peer name eth0 netns $holder',
      'ip link set eth1 up',
      'nsenter --net --target $holder ip link set eth0 up',
      'echo $holder',
      'exec cat',
    ]
    const network = host.spawn('sh', ['-ec', cable.join('\n')])
    far = await new Promise<string>((resolve, reject) => {
      network.stdout.once('data', (text) => resolve(String(text).trim()))
      network.stderr.once('data', (text) => reject(new Error(`no cable: ${text}`)))
    })
    const blocks = fillIn(readPage('hostapd'), { SECRET: gatewaySecret })
    await host.follow(blocks)
    const people = { alice: { password: 'wonderland', phones: [phone] } }
    service = await startHoldfastIn(host, people, settingsOf(blocks))
  })
  after(() => host?.remove())

  /** Plugs a computer in. Gives whether it is in, once that is known. */
  function connect(password: string): Promise<boolean> {
    host.write(
      '/etc/computer.conf',
      [
        'ap_scan=0',
        'network={',
        '  key_mgmt=IEEE8021X',
        '  eap=TTLS',
        '  identity="alice"',
        '  anonymous_identity="anonymous"',
        `  password="${password}"`,
        '  ca_cert="/etc/holdfast/certificates/ca.pem"',
        '  domain_match="radius.corp.example"',
        '  phase2="auth=PAP"',
        '  eapol_flags=0',
        '}',
        '',
      ].join('\n'),
    )
    const inside = ['--net', '--target', far, 'setpriv', '--pdeathsig', 'KILL']
    const computer = host.spawn('nsenter', [
      ...inside,
      ...[
        'stdbuf',
        '-oL',
        'wpa_supplicant',
        '-D',
        'wired',
        '-i',
        'eth0',
        '-c',
        '/etc/computer.conf',
      ],
    ])
    let output = ''
    return new Promise((resolve, reject) => {
      computer.stdout.on('data', (text) => {
        output += text
        const [, ending] = /CTRL-EVENT-(CONNECTED|EAP-FAILURE)/.exec(output) ?? []
        if (ending === undefined) return
        computer.kill('SIGTERM')
        resolve(ending === 'CONNECTED')
      })
      computer.once('close', () => reject(new Error(`wpa_supplicant ended:\n${output}`)))
    })
  }

  it('lets a computer in when its owner has answered the call', async () => {
    const result = connect('wonderland')
    await service.rings(phone)
    await service.press(phone)
    expect(await result).to.equal(true)
    expect(await service.calls(phone)).to.equal(1)
    expect(service.output()).to.contain('"gateway":"switch"')
  })

  it('keeps out who has another password', async () => {
    expect(await connect('looking-glass')).to.equal(false)
    expect(await service.calls(phone)).to.equal(1)
  })
})
