import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { readPages } from '../../docs/pages.ts'
import { shellBlocks } from '../../docs/steps.ts'
import { stopOnExit } from '../child.ts'
import { holdfast } from '../cli.ts'
import { needProgram } from '../need.ts'
import { radclient } from '../radclient.ts'
import { type Service, startService } from '../service.ts'
import { enrolApps, gatewayConfig, lastingConfig, newestAuditRow } from '../service-config.ts'
import { parseBlocks } from './page.ts'

/** Pages whose lines suit one service with alice, and the gateways vpn, wifi and switch. */
const named = [
  'docs/how-to/active-directory.md',
  'docs/how-to/connect-a-gateway.md',
  'docs/how-to/lost-phone.md',
  'docs/how-to/mac-authentication.md',
  'docs/how-to/phones-and-texts.md',
  'docs/how-to/troubleshooting.md',
  'docs/start/wifi-start.md',
]
const pages = readPages().filter(
  ({ path }) => named.includes(path) || path.startsWith('docs/reference/reasons/'),
)

/** The lines that begin with `holdfast`, in their order, without the remarks after them. */
const linesOf = (text: string) =>
  parseBlocks(text)
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => block.text.split('\n'))
    .map((line) => line.replace(/^sudo /, ''))
    .filter((line) => line.startsWith('holdfast '))
    .map((line) => line.replace(/ {2,}#.*| +# .*/, '').trim())

const wordsOf = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].slice(1).map(([, quoted, word]) => quoted ?? word ?? '')

const known = '00:11:22:aa:bb:cc'
const unknown = '00:11:22:aa:bb:cd'

describe('lines of holdfast in the pages, with a service', function () {
  this.timeout(600_000)
  let service: Service
  /** What is in the pages for a value of the reader's own. */
  let own: Readonly<Record<string, string>>

  const wrongPassword = () =>
    radclient(
      { 'User-Name': 'alice', 'User-Password': 'wrong', 'NAS-Identifier': 'vpn' },
      { port: service.port },
    )
  const byMacAddress = (address: string) => {
    const name = address.replaceAll(':', '')
    return radclient(
      {
        ...{ 'User-Name': name, 'User-Password': name, 'NAS-Identifier': 'switch' },
        'Calling-Station-Id': address,
      },
      { port: service.port },
    )
  }
  // Only the second of the two was refused.
  const run = (line: string) => {
    const words = wordsOf(line.replace(`why ${known}`, `why ${unknown}`))
    const place = words[0] === 'certificate' ? ['--folder', service.folder] : configured()
    return holdfast([...words.map((word) => own[word] ?? word), ...place])
  }
  const configured = () => ['--config', service.configFile]

  before(async function () {
    needProgram('radclient', this)
    service = await startService((place) => {
      const config = lastingConfig(place)
      const people = { listen: `127.0.0.1:${place.httpPort}`, public_url: 'http://localhost:8080' }
      return JSON.stringify({
        ...config,
        http: undefined,
        web: { helpdesk: '4400', people },
        gateways: {
          vpn: gatewayConfig('vpn', { flow: 'auto' }),
          wifi: gatewayConfig('wifi', { flow: 'auto' }),
          switch: gatewayConfig('switch', { flow: 'auto' }),
        },
        mac_rules: [{ name: 'printers', gateway: 'switch', macs: [known], vlan: 30 }],
      })
    })
    await enrolApps(service, ['alice'])
    await byMacAddress(known)
    await byMacAddress(unknown)
    const refused = await wrongPassword()
    const row: unknown = JSON.parse(await newestAuditRow(service))
    const [, signIn = ''] = /"signInId":"([^"]+)"/.exec(JSON.stringify(row)) ?? []
    const list = await holdfast(['authenticator', 'list', 'alice', ...configured()])
    own = {
      '7K2M': / Ref (\w+)/.exec(refused.attributes['Reply-Message'] ?? '')?.[1] ?? '',
      I0YgQ3OOv4nk: signIn,
      a2d710fa: /^([0-9a-f]{8})/m.exec(list.stdout)?.[1] ?? '',
      'bundle.json': join(service.folder, 'bundle.json'),
      '08:12': '1m',
    }
    expect(Object.values(own)).not.to.include('')
  })
  after(async () => {
    await service?.stop()
  })

  for (const { path, text } of pages) {
    it(`of ${path} do what they say`, async () => {
      rmSync(own['bundle.json'] ?? '', { force: true })
      for (const line of linesOf(text)) {
        if (line.includes(' follow')) await followed(line)
        else {
          const { code, stdout, stderr } = await run(line)
          const good = line === 'holdfast check' ? [0, 1] : [0]
          expect(code, `${line}\n${stdout}${stderr}`).to.be.oneOf(good)
          expect(stdout, line).not.to.equal('')
        }
      }
    })
  }

  it('a printer is let in by the line of docs/how-to/mac-authentication.md', async () => {
    const [block = ''] = shellBlocks('docs/how-to/mac-authentication.md', 'Try it')
    const [line = ''] = block.split('\nholdfast ')
    const script = line
      .replace('192.0.2.5', `127.0.0.1:${service.port}`)
      .replace('SECRET', 'testing123')
      // This service tells its gateways apart by that.
      .replace("'Message-Authenticator", `'NAS-Identifier = "switch"' 'Message-Authenticator`)
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script])
    expect(stdout, stderr).to.include('Received Access-Accept')
  })

  it('are there', () => {
    const lines = pages.flatMap(({ text }) => linesOf(text))
    expect(lines).to.have.length.above(50)
    expect(lines.filter((line) => line.includes(' follow'))).to.have.length.above(3)
  })

  /** It prints what happens until Ctrl-C. */
  async function followed(line: string): Promise<void> {
    const args = [...wordsOf(line), ...configured()]
    const child = spawn('node', ['src/main.ts', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    stopOnExit(child, () => undefined)
    const ended = once(child, 'exit')
    const gateway = /--gateway (\w+)/.exec(line)?.[1] ?? 'vpn'
    let shown = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (chunk) => (shown += chunk))
    // It may not listen yet when the first request comes.
    while (!/alice +\S+ +reject/.test(shown)) {
      await radclient(
        { 'User-Name': 'alice', 'User-Password': 'wrong', 'NAS-Identifier': gateway },
        { port: service.port },
      )
    }
    child.kill('SIGINT')
    const [code] = await ended
    expect(code).to.equal(130)
  }
})
