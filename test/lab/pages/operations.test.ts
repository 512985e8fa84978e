import { execFileSync, spawnSync } from 'node:child_process'
import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parts } from '../../bench/parts/index.ts'
import { readPages } from '../../docs/pages.ts'
import { shellBlocks } from '../../docs/steps.ts'
import { holdfast } from '../cli.ts'
import { needProgram, needRoot } from '../need.ts'
import { radclient } from '../radclient.ts'
import { type Service, startService } from '../service.ts'
import { gatewayConfig, lastingConfig } from '../service-config.ts'

const seed = Buffer.from('12345678901234567890')
const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** An export as privacyIDEA writes it: seeds and the key of their checksums are encrypted by one key. */
function encryptedPskc(key: Buffer, serial: string): string {
  const encrypt = (value: Buffer) => {
    const iv = randomBytes(16)
    const cipher = createCipheriv('aes-128-cbc', key, iv)
    return Buffer.concat([iv, cipher.update(value), cipher.final()])
  }
  const macKey = randomBytes(20)
  const sealed = encrypt(seed)
  const mac = createHmac('sha1', macKey).update(sealed).digest('base64')
  const method = '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
  const data = (value: Buffer) =>
    `${method}<xenc:CipherData><xenc:CipherValue>${value.toString('base64')}</xenc:CipherValue></xenc:CipherData>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"
  xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">
<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>
<MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><MACKey>${data(encrypt(macKey))}</MACKey></MACMethod>
<KeyPackage><DeviceInfo><Manufacturer>m</Manufacturer><SerialNo>${serial}</SerialNo></DeviceInfo>
<Key Id="${serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp"><Issuer>i</Issuer>
<AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
<Data><Secret><EncryptedValue>${data(sealed)}</EncryptedValue><ValueMAC>${mac}</ValueMAC></Secret>
<TimeInterval><PlainValue>30</PlainValue></TimeInterval></Data></Key></KeyPackage></KeyContainer>`
}

/** What someone who moves here has: the files that the page names. */
function writeExports(folder: string): void {
  const key = randomBytes(16)
  const files = {
    'tokens.xml': `<?xml version="1.0"?><Tokens><Token serial="1001"><Applications><Application ConnectorID="x"><Seed>${seed.toString('hex')}</Seed><MovingFactor>1</MovingFactor></Application></Applications></Token></Tokens>`,
    'serials.csv': 'serial,user\n1001,alice\n2001,bob\n',
    'entra-tokens.csv': `upn,serial number,secret key,time interval,manufacturer,model\ncarol,3001,${'ABCDEFGH'.repeat(4)},30,Contoso,HardwareKey\n`,
    'tokens.csv': `serial,seed\n4001,${base32.slice(0, -1)}R\n`,
    'privacyidea.xml': encryptedPskc(key, '2001'),
    'transport-key': key.toString('hex'),
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
}

describe('the pages on monitoring, ports, sizing and moving, with a service', function () {
  this.timeout(300_000)
  let service: Service

  before(async function () {
    for (const program of ['curl', 'radclient', 'ss', 'nft']) needProgram(program, this)
    service = await startService((place) => {
      const config = lastingConfig(place)
      const gateways = { ...config.gateways, vpn: gatewayConfig('vpn', { flow: 'auto' }) }
      return JSON.stringify({ ...config, gateways })
    })
    writeExports(service.folder)
  })
  after(async () => {
    await service?.stop()
  })

  /** A block as a reader pastes it, except for the ports of this service. */
  function paste(block: string) {
    const script = block
      .replaceAll(':8080', `:${service.httpPort}`)
      .replaceAll(':1812', `:${service.port}`)
    const options = { cwd: service.folder, encoding: 'utf8' } as const
    return spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], options)
  }
  const command = (line: string) =>
    holdfast(
      line
        .trim()
        .split(' ')
        .slice(1)
        .map((word) =>
          /\.(?:csv|xml)$|^transport-key$/.test(word) ? join(service.folder, word) : word,
        )
        .concat('--config', service.configFile),
    )

  it('monitoring: the service is ready, and answers Status-Server', () => {
    const [ready = '', status = ''] = shellBlocks('docs/how-to/monitoring.md', 'Health')
    const asked = paste(ready)
    expect(asked.stdout, asked.stderr).to.equal('{"status":"ready"}')
    expect(paste(status).stdout).to.include('Received Access-Accept')
  })

  it('monitoring: check ends with 0 or 1, and says how many rows', async () => {
    const [check = ''] = shellBlocks(
      'docs/how-to/monitoring.md',
      'Once a day, and after each change',
    )
    const { code, stdout } = await command(check)
    expect(code, stdout).to.be.oneOf([0, 1])
    expect(stdout.trim().split('\n').at(-1)).to.match(/warnings: \d+|Everything is in order/)
  })

  it('monitoring: the log has the errors, and the reasons counted', async () => {
    await radclient(
      { 'User-Name': 'alice', 'User-Password': 'wrong', 'NAS-Identifier': 'vpn' },
      { port: service.port },
    )
    await service.printed(/"event":"sign-in"/)
    const log = join(service.folder, 'log')
    writeFileSync(log, `${service.output()}\n{"event":"store-failed","level":"error"}\n`)
    const [errors = ''] = shellBlocks('docs/how-to/monitoring.md', 'What the log says')
    const [reasons = ''] = shellBlocks(
      'docs/how-to/monitoring.md',
      'How many sign-ins fail, and why',
    )
    const read = (block: string) => {
      expect(block).to.match(/^journalctl -u holdfast -o cat --since -1h \|/)
      return paste(block.replace(/^journalctl [^|]*/, `cat ${log} `)).stdout
    }
    expect(read(errors)).to.include('store-failed')
    expect(read(reasons)).to.match(/^ +1 "reason":"password-wrong"$/m)
  })

  it('ports: ss shows where the service listens', () => {
    const [listening = ''] = shellBlocks('docs/reference/ports.md', 'What comes in')
    expect(paste(listening).stdout).to.match(new RegExp(`udp .*127\\.0\\.0\\.1:${service.port} `))
  })

  it('ports: the rules for nftables load', function () {
    needRoot(this)
    const rules = readPages()
      .find(({ path }) => path === 'docs/reference/ports.md')
      ?.blocks.find(({ language }) => language === 'nft')?.code
    const file = join(service.folder, 'nftables.conf')
    writeFileSync(file, rules ?? '')
    const [load = ''] = shellBlocks('docs/reference/ports.md', 'An example for nftables')
    const script = load.replaceAll('/etc/nftables.conf', file)
    // A network of its own: the rules would cut off the other tests.
    const words = ['--net', 'bash', '-e', '-c', `${script}\nnft list ruleset`]
    const listed = execFileSync('unshare', words, { encoding: 'utf8' })
    expect(listed).to.include('policy drop').and.include('udp dport { 1812, 1813 } accept')
  })

  it('moving: what would happen at a gateway can be asked before it is moved', async () => {
    const [explain = ''] = shellBlocks('docs/how-to/moving.md', 'In every case')
    const { code, stdout } = await command(explain)
    expect(code, stdout).to.equal(0)
    expect(stdout).to.match(/^alice at vpn/)
  })

  for (const [product, results] of [
    ['Azure MFA Server', ['add']],
    ['The NPS extension for Entra', ['add', 'imported']],
    ['Duo Authentication Proxy', ['spare']],
    ['privacyIDEA', ['no user is named', 'add', 'imported']],
  ] as const) {
    it(`moving: tokens come along from ${product}`, async () => {
      const lines = shellBlocks('docs/how-to/moving.md', product).flatMap((block) =>
        block.trim().split('\n'),
      )
      expect(lines).to.have.length(results.length)
      for (const [index, line] of lines.entries()) {
        const { stdout, stderr } = await command(line)
        expect(stdout + stderr).to.include(results[index])
      }
    })
  }

  it('sizing: the benchmark has the parts that it names', () => {
    const page = readPages().find(({ path }) => path === 'docs/background/sizing.md')?.text ?? ''
    const [, named = ''] = /npm run bench -- ([a-z ]+)/.exec(page) ?? []
    expect(named).not.to.equal('')
    for (const name of named.split(' ')) expect(parts).to.have.property(name)
  })
})
